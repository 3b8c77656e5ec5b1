// What was signed last of each log: a file for each, written beside and put in place whole, and on
// the disk before it counts. Beside it the heads that were refused: with another root of the same
// size two heads that the log signed are evidence, both are kept.

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
  /** The note is the signed head itself. */
  readonly keep: (origin: string, witnessed: Witnessed, o: NoteAt) => void;
  readonly all: () => readonly {
    readonly origin: string;
    readonly size: number;
    readonly at: string;
  }[];
  /** `full` when so many of the kind are there that it is not kept. */
  readonly keepRefused: (origin: string, why: KeptRefusal, o: NoteAt) => 'kept' | 'full';
};

export type NoteAt = { readonly note: Uint8Array; readonly atMs: number };
/** A head whose proof does not hold shows nothing by itself: whoever has the head can send that. */
export type KeptRefusal = keyof typeof mostRefused;

type Kept = {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly at: string;
  /** Missing in files of before it was kept. */
  readonly note?: string;
};
const mostRefused = { otherRoot: 200, inconsistent: 20 } as const;

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
    keep: (origin, { size, root }, o) => {
      const at = new Date(o.atMs).toISOString();
      const note = Buffer.from(o.note).toString('utf8');
      const kept: Kept = { origin, size, root: Buffer.from(root).toString('base64'), at, note };
      writeWhole(logs, pathOf(origin), `${JSON.stringify(kept)}\n`);
    },
    all: () =>
      readdirSync(logs)
        .filter((name) => name.endsWith('.json'))
        .map((name) => read(join(logs, name)))
        .map(({ origin, size, at }) => ({ origin, size, at })),
    keepRefused: (origin, why, { note, atMs }) => {
      const hash = createHash('sha256').update(note).digest('hex').slice(0, 16);
      const name = `${why}-${hash}`;
      const there = readdirSync(refused).filter((file) => file.startsWith(`${why}-`));
      if (there.includes(`${name}.txt`)) return 'kept';
      const most = there.filter((file) => !file.endsWith('.signed.txt')).length;
      if (most >= mostRefused[why]) return 'full';
      const head = `${new Date(atMs).toISOString()} ${why}\n`;
      const path = pathOf(origin);
      const signed = existsSync(path) ? read(path) : null;
      if (signed?.note !== undefined) {
        const text = `${signed.at} signed\n${signed.note}`;
        writeWhole(refused, join(refused, `${name}.signed.txt`), text);
      }
      const text = `${head}${Buffer.from(note).toString('utf8')}`;
      writeWhole(refused, join(refused, `${name}.txt`), text);
      return 'kept';
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
