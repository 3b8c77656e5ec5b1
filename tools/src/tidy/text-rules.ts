// Rules on the text of code: names, lengths, words, and what must not stay in a source.

import { basename } from 'node:path/posix';
import { lineAt, splitCode } from './code-text.ts';
import { type Finding, type HouseFile, isCode, isTest } from './files.ts';

const longestFile = 500;
const longestLine = 100;

/** Made from the migrated schema (tools/src/dump-schema.ts): nobody edits it. */
const made = 'apps/server/src/base/tables.ts';

/** The texts of the pages in one language: one file, as long as they are. */
const ofLanguage = /^apps\/web\/consumer\/text\/[a-z]{2}\.ts$/;

/** Files of at most 500 lines. */
export function checkFileLength(files: HouseFile[]): Finding[] {
  return files
    .filter(({ path }) => isCode(path) && path !== made && !ofLanguage.test(path))
    .flatMap(({ path, text }) => {
      const lines = text.trimEnd().split('\n').length;
      return lines > longestFile ? [`${path}: ${lines} lines, at most ${longestFile}`] : [];
    });
}

/**
 * Lines of at most 100 columns, but for what cannot be broken: addresses, imports, one long string.
 */
export function checkLineLength(files: HouseFile[]): Finding[] {
  return files
    .filter(({ path }) => isCode(path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => {
        if ([...line].length <= longestLine || cannotBreak(line)) return [];
        return [`${path}:${index + 1}: ${[...line].length} columns, at most ${longestLine}`];
      }),
    );
}

function cannotBreak(line: string): boolean {
  if (/https?:\/\//.test(line)) return true;
  if (/^\s*(\/\/|\*|\/\*)/.test(line)) return false;
  // The formatter has broken what can be: what is left is a string, a regular expression or an
  // import.
  return /['"`/]/.test(line);
}

/** Names of files and folders in kebab-case. */
export function checkFileNames(files: HouseFile[]): Finding[] {
  return files
    .filter(({ path }) => isCode(path) || path.endsWith('.sql'))
    .filter(
      ({ path }) =>
        !path.split('/').every((part) => /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(part)),
    )
    .map(({ path }) => `${path}: not in kebab-case`);
}

/** A source opens with one to five comment lines on what it owns and why; a test need not. */
export function checkOpening(files: HouseFile[]): Finding[] {
  return files
    .filter(({ path }) => isCode(path) && !/\.test\.tsx?$/.test(path))
    .flatMap(({ path, text }) => {
      const lines = text.replace(/^#!.*\n/, '').split('\n');
      const comments = lines.findIndex((line) => !line.startsWith('//'));
      const opening = comments === -1 ? lines.length : comments;
      if (lines[0]?.startsWith('/*') === true) return [];
      if (opening === 0) return [`${path}:1: opens without a comment on what it owns`];
      return opening > 5 ? [`${path}:1: opens with ${opening} comment lines, at most 5`] : [];
    });
}

// From the glossary's column of words that have no other meaning in our code.
const forbidden: [RegExp, string][] = [
  [/voucher/i, 'a token'],
  [/recharge/i, 'a sale'],
  [/(?<![a-z])relay(?!ed)/i, 'a loadSwitch'],
  // A vendor's deposit is one; what a customer pays is not.
  [/(?<![a-z]|vendor_)deposit/i, 'a payment'],
];

/** Words that the glossary replaces, in identifiers. */
export function checkWords(files: HouseFile[]): Finding[] {
  return files
    .filter(({ path }) => isCode(path))
    .flatMap(({ path, text }) =>
      [...splitCode(text).code.matchAll(/[A-Za-z_$][\w$]*/g)].flatMap((match) =>
        forbidden
          .filter(([word]) => word.test(match[0]))
          .map(([, better]) => `${path}:${lineAt(text, match.index)}: ${match[0]}: say ${better}`),
      ),
    );
}

type Pattern = { find: RegExp; what: string; view: 'code' | 'comments' | 'text'; where?: 'tests' };

const leftovers: Pattern[] = [
  {
    find: /(?<![\w.])any(?=\s*[;,)>\]=|&[]|\s*$)(?<=[:<|&,]\s*any|\bas any)/gm,
    what: 'any',
    view: 'code',
  },
  {
    find: /@ts-(ignore|nocheck|expect-error)/g,
    what: 'a switched-off type check',
    view: 'comments',
  },
  { find: /biome-ignore-all/g, what: 'a switched-off lint', view: 'comments' },
  { find: /noExplicitAny/g, what: 'a switched-off rule against any', view: 'comments' },
  { find: /\b(TODO|FIXME|XXX|HACK)\b/g, what: 'unfinished work', view: 'comments' },
  {
    find: /\b(test|it|describe|suite)\.(only|skip|todo)\b|\b(only|skip|todo):|\bt\.(skip|todo)\(/g,
    what: 'a test that does not run',
    view: 'code',
    where: 'tests',
  },
];

/**
 * What must not stay in a source: any, switched-off checks, unfinished work, tests that do not run.
 */
export function checkLeftovers(files: HouseFile[]): Finding[] {
  return files
    .filter(({ path }) => isCode(path))
    .flatMap((file) => {
      const views = { ...splitCode(file.text), text: file.text };
      return leftovers
        .filter(({ where }) => where === undefined || /\.test\.tsx?$/.test(file.path))
        .flatMap(({ find, what, view }) =>
          [...views[view].matchAll(find)].map(
            (match) =>
              `${file.path}:${lineAt(file.text, match.index)}: ${what} (${match[0].trim()})`,
          ),
        );
    });
}

// Also as a formatter of documents leaves them: in a table, or as a quote in a quote.
const conflictMarker = /^(?:\| )?(?:<{7}|>{7}|\|{7})(?: |$)|^(?:\| )?={7}(?: +\|)?$|^(?:> ){6}> /gm;

/** No marker of a merge that was not finished, in any text. */
export function checkConflictMarkers(files: HouseFile[]): Finding[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(conflictMarker)].map(
      (match) => `${path}:${lineAt(text, match.index)}: a marker of an unfinished merge`,
    ),
  );
}

const machinePath = new RegExp(`(?<![\\w.:-])/(work|Users|home)/[a-z]|\\.\\./sha${'red'}/`, 'g');

/** No path of one person's machine, in any text. */
export function checkMachinePaths(files: HouseFile[]): Finding[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(machinePath)].map(
      (match) => `${path}:${lineAt(text, match.index)}: a path of one machine (${match[0]})`,
    ),
  );
}

/** A test file holds at least one test, or a suite of tests that it imports. */
export function checkTestFiles(files: HouseFile[]): Finding[] {
  return files
    .filter(({ path }) => isTest(path) && /\.test\.tsx?$/.test(basename(path)))
    .filter(({ text }) => {
      const { code } = splitCode(text);
      const suite = /\b(suite|describe)\(/.test(code) && /\w*Tests\(/.test(code);
      return !/\b(test|it)\(/.test(code) && !suite;
    })
    .map(({ path }) => `${path}: a test file without a test`);
}
