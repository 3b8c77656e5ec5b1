// The right edge of a growing tree: what a log keeps to append without reading its tiles.

import type { Sha256 } from './crypto.ts';
import { emptyRoot, nodeHash, type ReadNode, rootPlan, type TreeNode } from './tree.ts';

/** `peaks`: hashes of the complete subtrees that the tree is made of, from left to right. */
export type Frontier = { readonly size: number; readonly peaks: readonly Uint8Array[] };
export type CompletedNode = TreeNode & { readonly hash: Uint8Array };

export const emptyFrontier: Frontier = { size: 0, peaks: [] };

/** The edge after these leaves, and each node that they complete, the leaves included. */
export function append(
  sha256: Sha256,
  before: Frontier,
  leaves: readonly Uint8Array[],
): { readonly frontier: Frontier; readonly completed: readonly CompletedNode[] } {
  const peaks = [...before.peaks];
  const completed: CompletedNode[] = [];
  let { size } = before;
  for (const leaf of leaves) {
    let [hash, level, index] = [leaf, 0, size];
    completed.push({ level, index, hash });
    while (index % 2 === 1) {
      const left = peaks.pop();
      if (left === undefined) throw new Error('the edge has fewer peaks than its size needs');
      hash = nodeHash(sha256, left, hash);
      level += 1;
      index = (index - 1) / 2;
      completed.push({ level, index, hash });
    }
    peaks.push(hash);
    size += 1;
  }
  return { frontier: { size, peaks }, completed };
}

/** The root of the tree now. */
export const frontierRoot = (sha256: Sha256, { size, peaks }: Frontier): Uint8Array =>
  size === 0
    ? emptyRoot(sha256)
    : peaks.reduceRight((right, left) => nodeHash(sha256, left, right));

/** The edge of a tree that is there already. */
export const frontierOf = (size: number, read: ReadNode): Frontier => ({
  size,
  peaks: rootPlan(size).map(read),
});
