// No file of the repository is large: a program or an image of a disk that slipped into a commit is
// fetched by everybody for ever.

import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './files.ts';

const mostBytes = 1_000_000;

export type SizedFile = { readonly path: string; readonly bytes: number };

/** What git keeps; nothing in a tree without git, as an archive is. */
export function keptFiles(root: string): readonly SizedFile[] {
  const { status, stdout } = spawnSync('git', ['-C', root, 'ls-files', '-z'], {
    maxBuffer: 64_000_000,
  });
  if (status !== 0) return [];
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => ({ path, found: statSync(join(root, path), { throwIfNoEntry: false }) }))
    .map(({ path, found }) => ({ path, bytes: found?.size ?? 0 }));
}

export const checkSizes = (files: readonly SizedFile[]): Finding[] =>
  files
    .filter(({ bytes }) => bytes > mostBytes)
    .map(({ path, bytes }) => `${path}: ${bytes} bytes, at most ${mostBytes}`);
