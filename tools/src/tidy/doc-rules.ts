// Rules on documents: a README per room of the house, links that lead somewhere, and a table that
// names each dependency.

import { dirname, join } from 'node:path/posix';
import type { Manifest } from '../workspaces.ts';
import type { Finding, HouseFile } from './files.ts';

/** A README.md in each workspace, and in each floor and feature folder of the server. */
export function checkReadmes(files: HouseFile[], workspaceFolders: string[]): Finding[] {
  const paths = new Set(files.map(({ path }) => path));
  const features = [...paths].flatMap((path) => {
    const [, floor, feature] = /^(apps\/server\/src\/[^/]+)\/(?:([^/]+)\/)?/.exec(path) ?? [];
    if (floor === undefined) return [];
    const inFeature = feature !== undefined && !/\/(base|compose)$/.test(floor);
    return inFeature ? [floor, `${floor}/${feature}`] : [floor];
  });
  return [...new Set([...workspaceFolders, ...features])]
    .filter((folder) => !paths.has(`${folder}/README.md`))
    .map((folder) => `${folder}: no README.md`);
}

/** The README of a floor of the server names each feature on it, ARCHITECTURE.md all of them. */
export function checkFloorReadmes(files: HouseFile[]): Finding[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const architecture = texts.get('ARCHITECTURE.md') ?? '';
  const [floors = ''] = /^compose {3}[^`]*^base [^`]*/m.exec(architecture) ?? [];
  const features = new Set(
    [...texts.keys()].flatMap((path) => {
      const [, feature] = /^(apps\/server\/src\/[^/]+\/[^/]+)\/README\.md$/.exec(path) ?? [];
      return feature === undefined ? [] : [feature];
    }),
  );
  return [...features].flatMap((feature) => {
    const readme = `${dirname(feature)}/README.md`;
    const name = feature.slice(dirname(feature).length + 1);
    const linked = texts.get(readme)?.includes(`(${name}/README.md)`);
    const onFloor = feature.includes('/compose/') || floors.split(/\s+/).includes(name);
    return [
      ...(linked ? [] : [`${readme}: no link to ${name}/README.md`]),
      ...(onFloor ? [] : [`ARCHITECTURE.md: ${name} is on no floor`]),
    ];
  });
}

/**
 * Relative links of documents: the file is there (`exists` tells for files and folders), the line
 * is there for `#L12` or `#L3-L9`, the heading is there for any other anchor.
 */
export function checkLinks(files: HouseFile[], exists: (path: string) => boolean): Finding[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap((file) =>
      linksOf(file.text).flatMap(({ target, line }) => {
        const fault = faultOfLink(file.path, target, { texts, exists });
        return fault === undefined ? [] : [`${file.path}:${line}: ${target}: ${fault}`];
      }),
    );
}

function linksOf(text: string): { target: string; line: number }[] {
  let fenced = false;
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    if (fenced) return [];
    const plain = line.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length));
    return [...plain.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\s*\[[^\]]+\]:\s+(\S+)/g)].map(
      (match) => ({ target: match[1] ?? match[2] ?? '', line: index + 1 }),
    );
  });
}

type Known = { texts: Map<string, string>; exists: (path: string) => boolean };

function faultOfLink(from: string, target: string, known: Known): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined;
  const [rawPath = '', anchor] = target.split('#');
  const path = rawPath === '' ? from : join(dirname(from), decodeURIComponent(rawPath));
  if (path.startsWith('..')) return 'leads out of the project';
  if (!known.exists(path)) return 'no such file';
  const text = known.texts.get(path);
  if (anchor === undefined || anchor === '' || text === undefined) return undefined;
  const lines = /^L(\d+)(?:-L(\d+))?$/.exec(anchor);
  if (lines !== null) {
    const last = Number(lines[2] ?? lines[1]);
    const count = text.trimEnd().split('\n').length;
    return last < 1 || last > count ? `the file has ${count} lines` : undefined;
  }
  return headingsOf(text).includes(anchor.toLowerCase()) ? undefined : 'no such heading';
}

// As GitHub makes anchors: lower case, punctuation away, spaces to hyphens, a number for a repeat.
function headingsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return [...text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map((match) => {
    const plain = (match[1] ?? '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
}

/** ARCHITECTURE.md names each third-party dependency in backticks in its table. */
export function checkDependencyTable(files: HouseFile[], manifests: Manifest[]): Finding[] {
  const text = files.find(({ path }) => path === 'ARCHITECTURE.md')?.text;
  if (text === undefined) return ['ARCHITECTURE.md is missing: it holds the dependency table'];
  const rows = text.split('\n').filter((line) => line.trimStart().startsWith('|'));
  const versions = new Map(
    manifests.flatMap((each) =>
      Object.entries({
        ...{ ...each.dependencies, ...each.devDependencies, ...each.optionalDependencies },
      }),
    ),
  );
  const names = [...versions.keys()];
  return names
    .filter((name) => !name.startsWith('@prewatt/') && !isTypes(name, names))
    .sort()
    .flatMap((name) => {
      const row = rows.find((each) => each.includes(`\`${name}\``));
      const version = versions.get(name) ?? '';
      if (row === undefined) {
        return [`ARCHITECTURE.md: the dependency table has no row with \`${name}\``];
      }
      return row.includes(version) ? [] : [`ARCHITECTURE.md: \`${name}\` is ${version} by now`];
    });
}

// Types of a package that is listed itself need no reason of their own.
function isTypes(name: string, names: string[]): boolean {
  return name.startsWith('@types/') && names.includes(name.slice('@types/'.length));
}
