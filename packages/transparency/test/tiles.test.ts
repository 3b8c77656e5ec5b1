// Tiles and bundles as the files that any reader of C2SP logs asks for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bundlePath,
  inclusionPlan,
  leafHash,
  longestEntry,
  proofOf,
  readBundle,
  readLogPath,
  rootOf,
  tilePath,
  tilesOf,
  tilesOfPlans,
  verifyInclusion,
  writeBundle,
} from '../src/index.ts';
import { memoryLog } from './log.ts';
import { entriesOf, sha256 } from './naive.ts';

test('paths are those of the specification', () => {
  assert.equal(tilePath({ level: 0, index: 0, width: 256 }), 'tile/0/000');
  assert.equal(tilePath({ level: 1, index: 1_234_067, width: 256 }), 'tile/1/x001/x234/067');
  assert.equal(tilePath({ level: 0, index: 1_000, width: 12 }), 'tile/0/x001/000.p/12');
  assert.equal(bundlePath({ index: 273, width: 112 }), 'tile/entries/273.p/112');
});

test('a path is read as it is written, and any other spelling is none', () => {
  for (const tile of [
    { level: 0, index: 0, width: 256 },
    { level: 3, index: 70_000_123, width: 1 },
    { level: 63, index: 999, width: 255 },
  ]) {
    assert.deepEqual(readLogPath(tilePath(tile)), { kind: 'tile', ...tile });
  }
  const bundle = { index: 5_000, width: 7 };
  assert.deepEqual(readLogPath(bundlePath(bundle)), { kind: 'entries', ...bundle });
  assert.deepEqual(readLogPath('checkpoint'), { kind: 'checkpoint' });
  for (const odd of [
    '',
    '/checkpoint',
    'tile/0/0',
    'tile/00/000',
    'tile/64/000',
    'tile/0/x000/001',
    'tile/0/1000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/007',
    'tile/0/000.p/999',
    'tile/entries/../000',
    `tile/0/${'x999/'.repeat(6)}999`,
    `tile/0/${'x999/'.repeat(60)}999`,
  ]) {
    assert.equal(readLogPath(odd), null, odd);
  }
});

test('proofs of a log of three levels come from the tiles that the plan names, and no others', () => {
  const entries = entriesOf(66_000);
  const log = memoryLog(entries);
  assert.deepEqual(rootOf(sha256, log.size, log.read), log.root);
  assert.equal(tilesOf(log.size).filter(({ level }) => level === 2).length, 1);
  for (const index of [0, 255, 256, 65_535, 65_536, 65_999]) {
    const plans = inclusionPlan(index, log.size);
    const few = new Map(
      tilesOfPlans(plans, log.size).map((tile) => {
        const bytes = log.files.get(tilePath(tile));
        assert.ok(bytes !== undefined, tilePath(tile));
        return [tilePath(tile), bytes];
      }),
    );
    assert.ok(few.size <= 6);
    const proof = proofOf(sha256, plans, log.read);
    const leaf = leafHash(sha256, entries[index] as Uint8Array);
    assert.ok(verifyInclusion(sha256, { leaf, index, size: log.size, root: log.root, proof }));
  }
});

test('a bundle is read as it was written, and a torn one is refused', () => {
  const entries = [new Uint8Array(), new Uint8Array(longestEntry).fill(7), Uint8Array.of(1, 2)];
  const bytes = writeBundle(entries);
  const read = readBundle(bytes, 3);
  assert.ok(read.ok);
  assert.deepEqual(read.value, entries);
  const refused = { ok: false, error: 'badBundle' };
  assert.deepEqual(readBundle(bytes, 2), refused);
  assert.deepEqual(readBundle(bytes, 4), refused);
  assert.deepEqual(readBundle(bytes.slice(0, -1), 3), refused);
  assert.deepEqual(readBundle(Uint8Array.of(0), 0), refused);
  assert.throws(() => writeBundle([new Uint8Array(longestEntry + 1)]), RangeError);
});
