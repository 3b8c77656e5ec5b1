// What was signed last of each log: a file for each, written beside and put in place whole, and on
// the disk before it counts. What was refused is kept beside it, as evidence.

import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Witnessed } from '@prewatt/transparency';

export type State = {
  /** Throws for a file that it did not write: better no signature than a wrong one. */
  readonly lastOf: (origin: string) => Witnessed | null;
  readonly keep: (origin: string, witnessed: Witnessed, atMs: number) => void;
  readonly all: () => readonly {
    readonly origin: string;
    readonly size: number;
    readonly at: string;
  }[];
  readonly keepRefused: (why: string, note: Uint8Array, atMs: number) => void;
};

type Kept = {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly at: string;
};
const mostRefused = 200;

export function createState(folder: string): State {
  const logs = join(folder, 'logs.signed');
  const refused = join(folder, 'refused');
  for (const each of [logs, refused]) mkdirSync(each, { recursive: true, mode: 0o700 });
  const pathOf = (origin: string): string =>
    join(logs, `${createHash('sha256').update(origin).digest('hex')}.json`);
  const read = (path: string): Kept => JSON.parse(readFileSync(path, 'utf8')) as Kept;
  return {
    lastOf: (origin) => {
      const path = pathOf(origin);
      if (!existsSync(path)) return null;
      const kept = read(path);
      const root = Buffer.from(kept.root, 'base64');
      if (kept.origin !== origin || !Number.isSafeInteger(kept.size) || root.length !== 32) {
        throw new Error(`${path} is not what this witness wrote`);
      }
      return { size: kept.size, root };
    },
    keep: (origin, { size, root }, atMs) => {
      const at = new Date(atMs).toISOString();
      const kept: Kept = { origin, size, root: Buffer.from(root).toString('base64'), at };
      writeWhole(logs, pathOf(origin), `${JSON.stringify(kept)}\n`);
    },
    all: () =>
      readdirSync(logs)
        .filter((name) => name.endsWith('.json'))
        .map((name) => read(join(logs, name)))
        .map(({ origin, size, at }) => ({ origin, size, at })),
    keepRefused: (why, note, atMs) => {
      const name = createHash('sha256').update(note).digest('hex').slice(0, 16);
      if (readdirSync(refused).length >= mostRefused) return;
      const at = new Date(atMs).toISOString();
      const text = `${at} ${why}\n${Buffer.from(note).toString('utf8')}`;
      writeWhole(refused, join(refused, `${why}-${name}.txt`), text);
    },
  };
}

function writeWhole(folder: string, path: string, text: string): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(beside, path);
  const parent = openSync(folder, 'r');
  fsyncSync(parent);
  closeSync(parent);
}
