// Names in documents that go stale when code moves: variables of the environment and scripts of
// npm. A document names none that is gone, and the operators' manual names each that an app reads.

import { type Finding, type HouseFile, isCode, isTest } from './files.ts';

const variable = /\bPREWATT_[A-Z0-9_]*[A-Z0-9]/g;
const isDocument = ({ path }: HouseFile): boolean =>
  path.endsWith('.md') && path !== 'CHANGELOG.md';

const variablesOf = (files: readonly HouseFile[]): ReadonlySet<string> =>
  new Set(files.flatMap(({ text }) => text.match(variable) ?? []));

/** Variables that no code has, and those of a `config.ts` that no page explains. */
export function checkVariablesInDocs(files: readonly HouseFile[]): Finding[] {
  const known = variablesOf(files.filter(({ path }) => isCode(path) && !isTest(path)));
  const documents = files.filter(isDocument);
  const gone = documents.flatMap((file) =>
    [...variablesOf([file])]
      .filter((name) => !known.has(name))
      .map((name) => `${file.path}: no code reads ${name}`),
  );
  const manual = variablesOf(documents.filter(({ path }) => path.startsWith('docs/operating/')));
  const read = variablesOf(files.filter(({ path }) => /^apps\/.*\/config\.ts$/.test(path)));
  const silent = [...read]
    .filter((name) => !manual.has(name))
    .map((name) => `docs/operating: no page explains ${name}`);
  return [...gone, ...silent];
}

/** Findings for `npm run NAME` in documents where the root has no such script. */
export function checkScriptsInDocs(
  files: readonly HouseFile[],
  scripts: Readonly<Record<string, string>>,
): Finding[] {
  return files
    .filter(isDocument)
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm run ([\w-]+)/g)]
        .filter(([, name = '']) => !(name in scripts))
        .map(([line]) => `${path}: there is no "${line}"`),
    );
}
