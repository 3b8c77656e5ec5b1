// Tiles and entry bundles as static files: the paths and contents of C2SP tlog-tiles
// (https://c2sp.org/tlog-tiles). A tile has up to 256 hashes of one level in eight; a bundle has up
// to 256 entries, each behind its length in two bytes.

import { err, ok, type Result } from '@prewatt/quantities';
import { joined } from './bytes.ts';
import type { Sha256 } from './crypto.ts';
import { type HashPlan, hashBytes, nodeHash, type ReadNode, type TreeNode } from './tree.ts';

/** Hashes of a whole tile, and entries of a whole bundle. */
export const tileWidth = 256;
const tileHeight = 8;
export const longestEntry = 65_535;

/** `level` counts tiles: its hashes are nodes of level 8 * level. `width` 256 is a whole tile. */
export type Tile = { readonly level: number; readonly index: number; readonly width: number };
export type Bundle = { readonly index: number; readonly width: number };

/** x001/x234/067 for 1234067. */
function numberPath(n: number): string {
  const digits = String(n);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const parts = padded.match(/\d{3}/g) ?? [];
  return parts.map((part, i) => (i < parts.length - 1 ? `x${part}` : part)).join('/');
}

const partialPath = (width: number): string => (width === tileWidth ? '' : `.p/${width}`);

export const tilePath = ({ level, index, width }: Tile): string =>
  `tile/${level}/${numberPath(index)}${partialPath(width)}`;

export const bundlePath = ({ index, width }: Bundle): string =>
  `tile/entries/${numberPath(index)}${partialPath(width)}`;

export type LogPath =
  | { readonly kind: 'checkpoint' }
  | ({ readonly kind: 'tile' } & Tile)
  | ({ readonly kind: 'entries' } & Bundle);

const pathForm = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*)(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** What a path below the log's prefix names; null for anything that is no such path. */
export function readLogPath(path: string): LogPath | null {
  if (path === 'checkpoint') return { kind: 'checkpoint' };
  if (path.length > 100) return null;
  const found = pathForm.exec(path);
  if (found === null) return null;
  const [, kind = '', high = '', low = '', partial] = found;
  const index = Number(high.replaceAll(/[x/]/g, '') + low);
  const width = partial === undefined ? tileWidth : Number(partial);
  if (!Number.isSafeInteger(index) || width > tileWidth) return null;
  const tile = { index, width };
  const level = Number(kind);
  const read: LogPath =
    kind === 'entries' ? { kind: 'entries', ...tile } : { kind: 'tile', level, ...tile };
  if (level > 63) return null;
  // Each file has one path: other spellings of the number are none.
  const written = read.kind === 'tile' ? tilePath(read) : bundlePath(tile);
  return written === path ? read : null;
}

/** All tiles of a log of `size` entries, the lowest level first. */
export function tilesOf(size: number): readonly Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0, count = size; count > 0; level += 1) {
    for (let index = 0; index * tileWidth < count; index += 1) {
      tiles.push({ level, index, width: Math.min(tileWidth, count - index * tileWidth) });
    }
    count = Math.floor(count / tileWidth);
  }
  return tiles;
}

export function bundlesOf(size: number): readonly Bundle[] {
  const count = Math.ceil(size / tileWidth);
  return Array.from({ length: count }, (_, index) => ({
    index,
    width: Math.min(tileWidth, size - index * tileWidth),
  }));
}

/** The tile of a log of `size` entries in which a node stands or from which it is computed. */
export function tileOfNode({ level, index }: TreeNode, size: number): Tile {
  const tileLevel = Math.floor(level / tileHeight);
  const first = index * 2 ** (level % tileHeight);
  const tileIndex = Math.floor(first / tileWidth);
  const count = Math.floor(size / tileWidth ** tileLevel);
  const width = Math.min(tileWidth, count - tileIndex * tileWidth);
  return { level: tileLevel, index: tileIndex, width };
}

/** The tiles that these hashes are made of, each once. */
export function tilesOfPlans(plans: readonly HashPlan[], size: number): readonly Tile[] {
  const tiles = plans.flat().map((node) => tileOfNode(node, size));
  return [...new Map(tiles.map((tile) => [tilePath(tile), tile])).values()];
}

/**
 * Nodes out of the tiles of a log of `size` entries. `tileBytes` has each tile that is asked for,
 * whole: throws for one that is shorter than its width says.
 */
export function nodeReader(
  sha256: Sha256,
  size: number,
  tileBytes: (tile: Tile) => Uint8Array,
): ReadNode {
  return ({ level, index }) => {
    const tile = tileOfNode({ level, index }, size);
    const bytes = tileBytes(tile);
    if (bytes.length !== tile.width * hashBytes) {
      throw new Error(`tile ${tilePath(tile)} has ${bytes.length} bytes`);
    }
    const count = 2 ** (level % tileHeight);
    const from = (index * count) % tileWidth;
    let hashes: Uint8Array[] = Array.from({ length: count }, (_, i) =>
      bytes.slice((from + i) * hashBytes, (from + i + 1) * hashBytes),
    );
    while (hashes.length > 1) {
      hashes = Array.from({ length: hashes.length / 2 }, (_, i) =>
        nodeHash(sha256, hashes[2 * i] as Uint8Array, hashes[2 * i + 1] as Uint8Array),
      );
    }
    return hashes[0] as Uint8Array;
  };
}

/** The bytes of a bundle; throws for an entry of more than 65,535 bytes. */
export function writeBundle(entries: readonly Uint8Array[]): Uint8Array {
  return joined(
    ...entries.flatMap((entry) => {
      if (entry.length > longestEntry) throw new RangeError('an entry has at most 65,535 bytes');
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/** The entries of a bundle; `badBundle` unless it has exactly `width` of them. */
export function readBundle(
  bytes: Uint8Array,
  width: number,
): Result<readonly Uint8Array[], 'badBundle'> {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && entries.length < width) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + 2 + length;
    if (end > bytes.length) return err('badBundle');
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  return at === bytes.length && entries.length === width ? ok(entries) : err('badBundle');
}
