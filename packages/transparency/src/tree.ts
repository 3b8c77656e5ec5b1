// The Merkle tree of a log (RFC 6962, 2.1): hashes, and what roots and proofs are made of. A tree
// is read by its complete subtrees: `level` 0 are the leaves, node `index` of a level has the
// 2^level leaves from index * 2^level on. A plan names the nodes that something is made of, so that
// a reader can fetch them before anything is computed.

import { isSameBytes } from './bytes.ts';
import type { Sha256 } from './crypto.ts';

export type TreeNode = { readonly level: number; readonly index: number };
/** One hash of a proof: these nodes, from left to right, hashed together from the right. */
export type HashPlan = readonly TreeNode[];
export type ReadNode = (node: TreeNode) => Uint8Array;

export const hashBytes = 32;

/** SHA-256 of 0x00 and the entry. */
export function leafHash(sha256: Sha256, entry: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(entry.length + 1);
  bytes.set(entry, 1);
  return sha256(bytes);
}

/** SHA-256 of 0x01 and both children. */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * hashBytes);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + hashBytes);
  return sha256(bytes);
}

export const emptyRoot = (sha256: Sha256): Uint8Array => sha256(new Uint8Array());

/** The largest power of two below n; n is at least 2. Sizes pass 2^31, so no bits are shifted. */
function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The complete subtrees of the leaves from `from` to before `to`, which begin at a split. */
function subtrees(from: number, to: number): HashPlan {
  const nodes: TreeNode[] = [];
  let at = from;
  while (at < to) {
    let [size, level] = [1, 0];
    while (at + size * 2 <= to && at % (size * 2) === 0) {
      size *= 2;
      level += 1;
    }
    nodes.push({ level, index: at / size });
    at += size;
  }
  return nodes;
}

/** What the root of a tree of `size` leaves is made of; none for the empty tree. */
export const rootPlan = (size: number): HashPlan => subtrees(0, size);

/** What proves that leaf `index` is in the tree of `size` leaves; `index` is below it. */
export function inclusionPlan(index: number, size: number): readonly HashPlan[] {
  const plans: HashPlan[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      plans.push(subtrees(middle, to));
      to = middle;
    } else {
      plans.push(subtrees(from, middle));
      from = middle;
    }
  }
  return plans.reverse();
}

/** What proves that the tree of `size` leaves begins with that of `oldSize`; 0 < old <= size. */
export function consistencyPlan(oldSize: number, size: number): readonly HashPlan[] {
  if (oldSize === size || oldSize === 0) return [];
  const plans: HashPlan[] = [];
  let [from, to] = [0, size];
  while (to !== oldSize) {
    const middle = from + splitOf(to - from);
    if (oldSize <= middle) {
      plans.push(subtrees(middle, to));
      to = middle;
    } else {
      plans.push(subtrees(from, middle));
      from = middle;
    }
  }
  // A whole subtree from the first leaf on is the old root itself, which the checker has.
  if (from > 0) plans.push(subtrees(from, to));
  return plans.reverse();
}

/** The hash that a plan stands for; the plan has at least one node. */
export function hashOfPlan(sha256: Sha256, plan: HashPlan, read: ReadNode): Uint8Array {
  return plan.map(read).reduceRight((right, left) => nodeHash(sha256, left, right));
}

export const rootOf = (sha256: Sha256, size: number, read: ReadNode): Uint8Array =>
  size === 0 ? emptyRoot(sha256) : hashOfPlan(sha256, rootPlan(size), read);

export const proofOf = (
  sha256: Sha256,
  plans: readonly HashPlan[],
  read: ReadNode,
): readonly Uint8Array[] => plans.map((plan) => hashOfPlan(sha256, plan, read));

export type InclusionClaim = {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

/** RFC 9162, 2.1.3.2. */
export function verifyInclusion(sha256: Sha256, o: InclusionClaim): boolean {
  if (!isPlace(o.index) || !isPlace(o.size) || o.index >= o.size) return false;
  if (![o.leaf, o.root, ...o.proof].every(isHash)) return false;
  let [place, last, hash] = [o.index, o.size - 1, o.leaf];
  for (const step of o.proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(sha256, step, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else hash = nodeHash(sha256, hash, step);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSameBytes(hash, o.root);
}

export type ConsistencyClaim = {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

/** RFC 9162, 2.1.4.2. From the empty tree everything follows, with an empty proof. */
export function verifyConsistency(sha256: Sha256, o: ConsistencyClaim): boolean {
  if (!isPlace(o.oldSize) || !isPlace(o.size) || o.oldSize > o.size) return false;
  if (![o.oldRoot, o.root, ...o.proof].every(isHash)) return false;
  if (o.oldSize === 0) {
    return o.proof.length === 0 && isSameBytes(o.oldRoot, emptyRoot(sha256));
  }
  if (o.oldSize === o.size) return o.proof.length === 0 && isSameBytes(o.oldRoot, o.root);
  let [place, last] = [o.oldSize - 1, o.size - 1];
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  const steps = place === 0 ? [o.oldRoot, ...o.proof] : [...o.proof];
  const first = steps.shift();
  if (first === undefined) return false;
  let [old, now] = [first, first];
  for (const step of steps) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      old = nodeHash(sha256, step, old);
      now = nodeHash(sha256, step, now);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else now = nodeHash(sha256, now, step);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSameBytes(old, o.oldRoot) && isSameBytes(now, o.root);
}

const isPlace = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isHash = ({ length }: Uint8Array): boolean => length === hashBytes;
