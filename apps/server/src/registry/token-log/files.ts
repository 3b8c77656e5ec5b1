// The files of a log as C2SP tlog-tiles has them, out of the database: the checkpoint, tiles of
// hashes and bundles of entries. A whole tile or bundle never changes; one in part is as it was
// when the log had that size, so that it never changes either.

import {
  type Bundle,
  bundlePath,
  bundlesOf,
  readLogPath,
  type Tile,
  tilePath,
  tilesOf,
  tileWidth,
  writeBundle,
} from '@prewatt/transparency';
import type { Tx } from '../../base/database.ts';
import { hashesBefore } from './sequencer.ts';
import { type Head, readHead, readLeaves, readTile } from './store.ts';

export type LogFile = {
  readonly bytes: Uint8Array;
  readonly type: 'text/plain; charset=utf-8' | 'application/octet-stream';
  readonly isForever: boolean;
};

/** A head with witnesses' signatures is better than one that is some seconds newer. */
const freshMs = 30_000;
const published = ({ size, witnessed, witnessedSize, witnessedAtMs }: Head, nowMs: number) =>
  witnessedSize === size || nowMs - (witnessedAtMs ?? 0) < freshMs ? witnessed : null;

/** Null for a path that is none, or that the log is too short for. */
export async function readLogFile(
  tx: Tx,
  path: string,
  realNowMs: number,
): Promise<LogFile | null> {
  const asked = readLogPath(path);
  const head = asked === null ? null : await readHead(tx);
  if (asked === null || head?.checkpoint == null) return null;
  if (asked.kind === 'checkpoint') {
    const bytes = Buffer.from(published(head, realNowMs) ?? head.checkpoint);
    return { bytes, type: 'text/plain; charset=utf-8', isForever: false };
  }
  const level = asked.kind === 'tile' ? asked.level : 0;
  const end = asked.index * tileWidth + asked.width;
  if (end > Math.floor(head.size / tileWidth ** level)) return null;
  const bytes =
    asked.kind === 'entries' ? await bundleBytes(tx, asked) : await tileBytes(tx, asked);
  return { bytes, type: 'application/octet-stream', isForever: true };
}

export async function bundleBytes(tx: Tx, { index, width }: Bundle): Promise<Uint8Array> {
  return writeBundle(await readLeaves(tx, index * tileWidth, width));
}

export async function tileBytes(tx: Tx, { level, index, width }: Tile): Promise<Uint8Array> {
  const whole = await readTile(tx, level, index);
  if (whole !== null) return whole.subarray(0, width * 32);
  const from = index * tileWidth;
  return Buffer.concat(await hashesBefore(tx, { level, from, count: width }));
}

/** All files of a log of some size but its checkpoint, with their paths. */
export async function* filesOf(
  tx: Tx,
  size: number,
): AsyncGenerator<{ readonly path: string; readonly bytes: Uint8Array }> {
  for (const tile of tilesOf(size))
    yield { path: tilePath(tile), bytes: await tileBytes(tx, tile) };
  for (const bundle of bundlesOf(size)) {
    yield { path: bundlePath(bundle), bytes: await bundleBytes(tx, bundle) };
  }
}
