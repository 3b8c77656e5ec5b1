// Roots and proofs against the published tree of eight leaves and against the words of RFC 6962.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  append,
  consistencyPlan,
  emptyFrontier,
  emptyRoot,
  frontierOf,
  frontierRoot,
  inclusionPlan,
  leafHash,
  proofOf,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../src/index.ts';
import { memoryLog } from './log.ts';
import { entriesOf, naiveConsistency, naivePath, naiveRoot, sha256 } from './naive.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Leaves and roots of the reference tree of Certificate Transparency's own tests. */
const published = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  [
    '606162636465666768696a6b6c6d6e6f',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ],
] as const;

test('the published tree of eight leaves has its roots', () => {
  assert.equal(
    hex(emptyRoot(sha256)),
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  const leaves = published.map(([leaf]) => Buffer.from(leaf, 'hex'));
  published.forEach(([, root], i) => {
    assert.equal(hex(memoryLog(leaves.slice(0, i + 1)).root), root);
  });
});

test('each tree of up to 34 leaves has the roots and proofs of the standard’s words', () => {
  const all = entriesOf(34);
  for (let size = 1; size <= all.length; size += 1) {
    const entries = all.slice(0, size);
    const log = memoryLog(entries);
    assert.deepEqual(Buffer.from(log.root), Buffer.from(naiveRoot(entries)));
    assert.deepEqual(rootOf(sha256, size, log.read), log.root);
    for (let index = 0; index < size; index += 1) {
      const proof = proofOf(sha256, inclusionPlan(index, size), log.read);
      assert.deepEqual(proof.map(hex), naivePath(index, entries).map(hex));
      const leaf = leafHash(sha256, all[index] as Uint8Array);
      assert.ok(verifyInclusion(sha256, { leaf, index, size, root: log.root, proof }));
    }
    for (let oldSize = 1; oldSize <= size; oldSize += 1) {
      const proof = proofOf(sha256, consistencyPlan(oldSize, size), log.read);
      assert.deepEqual(proof.map(hex), naiveConsistency(oldSize, entries).map(hex));
      const oldRoot = naiveRoot(all.slice(0, oldSize));
      assert.ok(verifyConsistency(sha256, { oldSize, oldRoot, size, root: log.root, proof }));
    }
  }
});

test('a proof of anything else fails', () => {
  const entries = entriesOf(21);
  const { root, read, size } = memoryLog(entries);
  const leaf = leafHash(sha256, entries[13] as Uint8Array);
  const proof = proofOf(sha256, inclusionPlan(13, size), read);
  const claim = { leaf, index: 13, size, root, proof };
  assert.ok(verifyInclusion(sha256, claim));
  const other = leafHash(sha256, entries[12] as Uint8Array);
  const flipped = proof.map((hash, i) => (i === 2 ? other : hash));
  for (const wrong of [
    { index: 12 },
    { index: 21 },
    { index: -1 },
    { index: 1.5 },
    { size: 16 },
    { size: Number.NaN },
    { leaf: other },
    { root: leaf },
    { root: root.slice(1) },
    { proof: flipped },
    { proof: proof.slice(1) },
    { proof: [...proof, leaf] },
    { proof: [] },
  ]) {
    assert.equal(verifyInclusion(sha256, { ...claim, ...wrong }), false, JSON.stringify(wrong));
  }
});

test('a log that forgot or changed an entry follows from no root that it had', () => {
  const entries = entriesOf(40);
  const old = memoryLog(entries.slice(0, 27));
  const changed = memoryLog(entries.map((entry, i) => (i === 5 ? new Uint8Array(3) : entry)));
  const shortened = memoryLog(entries.filter((_, i) => i !== 26));
  for (const now of [changed, shortened]) {
    const proof = proofOf(sha256, consistencyPlan(27, now.size), now.read);
    const claim = { oldSize: 27, oldRoot: old.root, size: now.size, root: now.root, proof };
    assert.equal(verifyConsistency(sha256, claim), false);
  }
  const back = { oldSize: 27, oldRoot: old.root, size: 26, root: old.root, proof: [] };
  assert.equal(verifyConsistency(sha256, back), false);
});

test('from the empty tree everything follows, and only with an empty proof', () => {
  const { root, size } = memoryLog(entriesOf(3));
  const claim = { oldSize: 0, oldRoot: emptyRoot(sha256), size, root, proof: [] };
  assert.ok(verifyConsistency(sha256, claim));
  assert.ok(!verifyConsistency(sha256, { ...claim, proof: [root] }));
  assert.ok(!verifyConsistency(sha256, { ...claim, oldRoot: root }));
});

test('an edge that was read back appends as the one that grew', () => {
  const leaves = entriesOf(300).map((entry) => leafHash(sha256, entry));
  const all = append(sha256, emptyFrontier, leaves).frontier;
  for (const at of [0, 1, 2, 255, 256, 257, 299]) {
    const log = memoryLog(entriesOf(at));
    const read = frontierOf(at, log.read);
    const grown = append(sha256, read, leaves.slice(at)).frontier;
    assert.deepEqual(frontierRoot(sha256, grown), frontierRoot(sha256, all));
  }
});
