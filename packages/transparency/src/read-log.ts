// Reads a log from its first entry to a size: every entry, every tile and the roots on the way are
// computed anew. Holds one bundle and the open tile of each level, however long the log is.

import type { Sha256 } from './crypto.ts';
import { append, emptyFrontier, frontierRoot } from './frontier.ts';
import { bundlePath, bundlesOf, readBundle, tilePath, tileWidth } from './tiles.ts';
import { leafHash } from './tree.ts';

/** A file of the log by its path; null when it is not there. */
type Read = (path: string) => Promise<Uint8Array | null>;

export type ReadLog = {
  /** Roots at the sizes that were asked for. */
  readonly roots: ReadonlyMap<number, Uint8Array>;
  /** Files that are missing or not what the entries make them. */
  readonly faults: readonly string[];
};

/** How many bundles are asked for ahead: an address answers slowly, not narrowly. */
const ahead = 8;

export async function readLog(o: {
  readonly sha256: Sha256;
  readonly read: Read;
  readonly size: number;
  /** Each at most `size`. */
  readonly rootsAt: readonly number[];
  readonly onEntry: (entry: Uint8Array, place: number) => void;
}): Promise<ReadLog> {
  const { sha256, size } = o;
  const roots = new Map<number, Uint8Array>();
  const faults: string[] = [];
  const tiles = tileChecker(o.read, faults);
  const bundles = bundlesOf(size);
  const asked: Promise<Uint8Array | null>[] = [];
  const stops = [...new Set([...o.rootsAt, size])].sort((a, b) => a - b);
  let frontier = emptyFrontier;
  for (const [i, bundle] of bundles.entries()) {
    while (asked.length < ahead && i + asked.length < bundles.length) {
      const next = bundles[i + asked.length];
      if (next !== undefined) asked.push(o.read(bundlePath(next)));
    }
    const bytes = (await asked.shift()) ?? null;
    const read = bytes === null ? null : readBundle(bytes, bundle.width);
    if (read === null || !read.ok) {
      const why = read === null ? 'is missing' : 'is no bundle of its entries';
      faults.push(`${bundlePath(bundle)} ${why}: nothing after entry ${frontier.size} can be read`);
      return { roots, faults };
    }
    const { value: entries } = read;
    for (const [n, entry] of entries.entries()) o.onEntry(entry, frontier.size + n);
    const from = frontier.size;
    const ends = stops.filter((stop) => stop > from && stop < from + entries.length);
    for (const end of [...ends, from + entries.length]) {
      const slice = entries.slice(frontier.size - from, end - from);
      const grown = append(
        sha256,
        frontier,
        slice.map((entry) => leafHash(sha256, entry)),
      );
      frontier = grown.frontier;
      for (const node of grown.completed) {
        if (node.level % 8 === 0) await tiles.add(node.level / 8, node.hash);
      }
      if (stops.includes(end)) roots.set(end, frontierRoot(sha256, frontier));
    }
  }
  if (stops.includes(0)) roots.set(0, frontierRoot(sha256, emptyFrontier));
  await tiles.end();
  return { roots, faults };
}

/** Compares each tile with the file as soon as its last hash is known. */
function tileChecker(read: Read, faults: string[]) {
  const open: { index: number; hashes: Uint8Array[] }[] = [];
  const check = async (level: number): Promise<void> => {
    const tile = open[level];
    if (tile === undefined || tile.hashes.length === 0) return;
    const path = tilePath({ level, index: tile.index, width: tile.hashes.length });
    const bytes = await read(path);
    if (bytes === null) faults.push(`${path} is missing`);
    else if (!Buffer.concat(tile.hashes).equals(bytes)) {
      faults.push(`${path} is not what the entries make it`);
    }
    open[level] = { index: tile.index + 1, hashes: [] };
  };
  return {
    add: async (level: number, node: Uint8Array): Promise<void> => {
      open[level] ??= { index: 0, hashes: [] };
      const count = open[level].hashes.push(node);
      if (count === tileWidth) await check(level);
    },
    end: async (): Promise<void> => {
      for (const level of open.keys()) await check(level);
    },
  };
}
