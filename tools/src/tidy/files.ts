// The files that the house rules look at, read once.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type HouseFile = {
  /** Path from the root, with forward slashes. */
  path: string;
  text: string;
};

/** What one rule found: where, and what is wrong, as one line. */
export type Finding = string;

const skipped =
  /(^|\/)(node_modules|dist|\.git|coverage|\.stryker-tmp)$|^data$|^packages\/[^/]+\/reports$/;
const read = '**/*.{ts,tsx,mjs,md,sql,json,yml,sh}';

/** All text files of the project, but for what is installed, built or data. */
export function readHouse(root: string): HouseFile[] {
  return globSync([read, '.ci/*', '.github/**/*.yml'], {
    cwd: root,
    exclude: (path) => skipped.test(String(path)),
    withFileTypes: false,
  })
    .filter((path) => path !== 'package-lock.json' && !isData(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

// Vectors, tariffs and load profiles follow their own formats.
function isData(path: string): boolean {
  return path.endsWith('.json') && !/(^|\/)(package|tsconfig|biome)\.json$/.test(path);
}

/** TypeScript sources, our own. */
export function isCode(path: string): boolean {
  return /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith('.d.ts');
}

/** Tests and what only tests use. */
export function isTest(path: string): boolean {
  return (
    /\.test\.tsx?$/.test(path) ||
    /(^|\/)(test|e2e|testing)\//.test(path) ||
    /-for-tests\.ts$/.test(path)
  );
}
