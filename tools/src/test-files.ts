// Which test files there are, by the stage that runs them.

import { globSync } from 'node:fs';
import { root } from './workspaces.ts';

/** Folders whose tests run in one stage, with the shared PostgreSQL. */
const unitFolders = ['packages', 'apps', 'tools', 'simulation', 'bench'];

/**
 * Test files of a stage, relative to the root and sorted; of those whose path starts with one of
 * `only` when it is given.
 */
export function testFiles(stage: 'unit' | 'e2e', only: string[], base: string = root): string[] {
  const folders = stage === 'unit' ? unitFolders : ['e2e'];
  return folders
    .flatMap((folder) =>
      globSync(`${folder}/**/*.test.{ts,tsx}`, {
        cwd: base,
        exclude: (path) => /(^|\/)(node_modules|dist|\.stryker-tmp)$/.test(String(path)),
      }),
    )
    .filter((file) => only.length === 0 || only.some((prefix) => startsWithPath(file, prefix)))
    .sort();
}

function startsWithPath(file: string, prefix: string): boolean {
  const plain = prefix.replace(/^\.\//, '').replace(/\/$/, '');
  return file === plain || file.startsWith(`${plain}/`);
}
