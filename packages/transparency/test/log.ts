// A log in memory: entries become tiles and bundles by path, as a server would keep them as files.

import {
  append,
  bundlePath,
  bundlesOf,
  emptyFrontier,
  frontierRoot,
  leafHash,
  nodeReader,
  type ReadNode,
  tilePath,
  tilesOf,
  tileWidth,
  writeBundle,
} from '../src/index.ts';
import { sha256 } from './naive.ts';

export type MemoryLog = {
  readonly size: number;
  readonly root: Uint8Array;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly read: ReadNode;
};

export function memoryLog(entries: readonly Uint8Array[]): MemoryLog {
  const { frontier, completed } = append(
    sha256,
    emptyFrontier,
    entries.map((entry) => leafHash(sha256, entry)),
  );
  const nodes = new Map(completed.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  const files = new Map<string, Uint8Array>();
  for (const tile of tilesOf(entries.length)) {
    const hashes = Array.from(
      { length: tile.width },
      (_, i) => nodes.get(`${tile.level * 8}/${tile.index * tileWidth + i}`) ?? new Uint8Array(),
    );
    files.set(tilePath(tile), Buffer.concat(hashes));
  }
  for (const bundle of bundlesOf(entries.length)) {
    const from = bundle.index * tileWidth;
    files.set(bundlePath(bundle), writeBundle(entries.slice(from, from + bundle.width)));
  }
  return {
    size: frontier.size,
    root: frontierRoot(sha256, frontier),
    files,
    read: nodeReader(sha256, entries.length, (tile) => {
      const bytes = files.get(tilePath(tile));
      if (bytes === undefined) throw new Error(`no ${tilePath(tile)}`);
      return bytes;
    }),
  };
}
