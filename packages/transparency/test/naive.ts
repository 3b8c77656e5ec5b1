// Trees by the words of RFC 6962 alone, slow and plain, to compare with.

import { nodeCrypto } from '../node/crypto.ts';
import { emptyRoot, leafHash, nodeHash } from '../src/tree.ts';

export const { sha256 } = nodeCrypto;

/** The largest power of two below n. */
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));

/** MTH of 2.1. */
export function naiveRoot(entries: readonly Uint8Array[]): Uint8Array {
  const [first] = entries;
  if (first === undefined) return emptyRoot(sha256);
  if (entries.length === 1) return leafHash(sha256, first);
  const k = split(entries.length);
  return nodeHash(sha256, naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k)));
}

/** PATH of 2.1.1. */
export function naivePath(index: number, entries: readonly Uint8Array[]): Uint8Array[] {
  if (entries.length <= 1) return [];
  const k = split(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return index < k
    ? [...naivePath(index, left), naiveRoot(right)]
    : [...naivePath(index - k, right), naiveRoot(left)];
}

/** SUBPROOF of 2.1.2. */
export function naiveConsistency(
  old: number,
  entries: readonly Uint8Array[],
  isWhole = true,
): Uint8Array[] {
  if (old === entries.length) return isWhole ? [] : [naiveRoot(entries)];
  const k = split(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return old <= k
    ? [...naiveConsistency(old, left, isWhole), naiveRoot(right)]
    : [...naiveConsistency(old - k, right, false), naiveRoot(left)];
}

export const entriesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => new TextEncoder().encode(`entry ${i}`));
