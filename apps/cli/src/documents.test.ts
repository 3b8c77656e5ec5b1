// What documents tell people to type, and the routes that they name: each command is there with the
// options that are shown, and each route is declared.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { routes, whoMay } from '@prewatt/api';
import { titles } from './examples.ts';
import { groups, processContext, run } from './main.ts';

const root = new URL('../../../', import.meta.url).pathname;
const documents = ['*.md', 'docs/**/*.md', 'apps/**/*.md', 'packages/**/*.md', 'deploy/*.md']
  .flatMap((pattern) =>
    globSync(pattern, { cwd: root, exclude: (path) => /node_modules/.test(String(path)) }),
  )
  .filter((path) => path !== 'CHANGELOG.md' && !path.includes('node_modules'))
  .map((path) => ({ path, text: readFileSync(`${root}${path}`, 'utf8') }));

type Said = { readonly where: string; readonly text: string };

/** Lines of blocks, and whole pieces of code within a sentence. */
function codeOf({ path, text }: { readonly path: string; readonly text: string }): Said[] {
  const found: Said[] = [];
  let fenced = false;
  // A long command goes on behind a backslash; its numbers of lines are those of the joined text.
  for (const [index, line] of text.replaceAll('\\\n', ' ').split('\n').entries()) {
    const where = `${path}:${index + 1}`;
    if (/^\s*```/.test(line)) fenced = !fenced;
    else if (fenced) found.push({ where, text: line });
    else for (const [, code = ''] of line.matchAll(/`([^`]+)`/g)) found.push({ where, text: code });
  }
  return found;
}

const started =
  /(?:^|\$\(|&& |\bas \w+ )\s*(?:npx |[A-Z_]+=\S+ |sudo -u \w+ (?:-\S+ )*)*prewatt ([^|;&)#<>]+)/g;

/** All commands take these; a help need not repeat them. */
const isCommon = /^--(json|help|server)$/;

const helps = new Map<string, string>();
async function helpOf(title: string): Promise<string> {
  const known = helps.get(title);
  if (known !== undefined) return known;
  let output = '';
  const context = {
    ...processContext,
    print: (text: string) => {
      output += text;
    },
  };
  assert.equal(await run([...title.split(' '), '--help'], context), 0, title);
  helps.set(title, output);
  return output;
}

/** What is wrong with a command as it is written down; null: nothing. */
async function faultOf(words: readonly string[]): Promise<string | null> {
  const [name = '', verbs = ''] = words;
  if (/^(help|completion|-|<)/.test(name)) return null;
  if (!(name in groups)) return `no group ${name}`;
  if (verbs === '' || verbs === '--help' || !/^\[?[a-z|-]+$/.test(verbs)) {
    if (!titles.includes(name)) return null;
  }
  for (const verb of verbs.split('|')) {
    const title = titles.includes(`${name} ${verb}`) ? `${name} ${verb}` : name;
    if (!titles.includes(title)) return `no command ${name} ${verb}`;
    const help = await helpOf(title);
    const unknown = words
      .flatMap((word) => /^\[?(--[a-z0-9-]+)/.exec(word)?.[1] ?? [])
      .find((option) => !new RegExp(`${option}(?![\\w-])`).test(help) && !isCommon.test(option));
    if (unknown !== undefined) return `prewatt ${title} has no ${unknown}`;
  }
  return null;
}

test('each command in a document is there, with the options that it shows', async () => {
  const faults: string[] = [];
  let count = 0;
  for (const { where, text } of documents.flatMap(codeOf)) {
    for (const [, words = ''] of text.matchAll(started)) {
      count += 1;
      const fault = await faultOf(words.trim().match(/"[^"]*"|'[^']*'|\S+/g) ?? []);
      if (fault !== null) faults.push(`${where}: ${fault}: prewatt ${words.trim()}`);
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(count > 200, `only ${count} commands were found`);
});

/** A route without the names of what changes in it. */
const bare = (path: string): string => path.replace(/:\w+|\b[A-Z][A-Z-]+\b/g, '*');

const declaredRoutes = Object.values(routes).flatMap((area) => Object.values(area));

test('each route of the API that a document names with its method is declared', () => {
  const declared = new Set([
    ...declaredRoutes.map(({ method, path }) => `${method} ${bare(path)}`),
    ...[...whoMay.keys()].map((route) => route.replace(/\S+$/, bare)),
  ]);
  const named = documents
    .flatMap(codeOf)
    .flatMap(({ where, text }) =>
      [...text.matchAll(/\b(GET|POST|PUT|PATCH|DELETE) (\/api\/[^\s?'"]+)/g)].map(
        ([, method = '', path = '']) => ({ where, route: `${method} ${bare(path)}` }),
      ),
    );
  const gone = named.filter(({ route }) => !declared.has(route));
  assert.deepEqual(gone, []);
  assert.ok(named.length > 10, `only ${named.length} routes were found`);
});
