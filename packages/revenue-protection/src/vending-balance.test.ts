import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AreaVending,
  vendingBalanceOf,
  vendingStates,
  vendingText,
} from './vending-balance.ts';

const area = (homes: number, soldKwh: number, o: Partial<AreaVending> = {}): AreaVending => ({
  ...{ homes, soldWh: BigInt(soldKwh) * 1000n, readHomes: 0, readSoldWh: 0n, readCountedWh: 0n },
  ...o,
});
const peers = [area(10, 3000), area(20, 7000), area(10, 4000), area(12, 4800)];

test('what homes bought is held against the middle of like areas', () => {
  const usual = vendingBalanceOf(area(10, 3500), peers);
  // Averages of 300, 350, 400 and 400 kWh.
  assert.deepEqual(usual, { state: 'asPeers', perHomeWh: 350_000n, peersPerHomeWh: 375_000n });
  assert.equal(vendingBalanceOf(area(10, 2250), peers).state, 'asPeers');
  assert.equal(vendingBalanceOf(area(10, 2249), peers).state, 'buysLess');
});

test('meters that counted more than was bought are told, also without peers', () => {
  const used = { readHomes: 9, readSoldWh: 3_000_000n, readCountedWh: 3_600_001n };
  assert.equal(vendingBalanceOf(area(10, 3300, used), []).state, 'usesMore');
  assert.equal(
    vendingBalanceOf(area(10, 3300, { ...used, readCountedWh: 3_600_000n }), peers).state,
    'asPeers',
  );
  assert.equal(vendingBalanceOf(area(10, 3300, { ...used, readHomes: 4 }), peers).state, 'asPeers');
});

test('too few homes or areas say nothing, and nothing is divided by zero', () => {
  assert.deepEqual(vendingBalanceOf(area(0, 0), peers), {
    ...{ state: 'tooFewHomes', perHomeWh: null, peersPerHomeWh: 375_000n },
  });
  assert.equal(vendingBalanceOf(area(4, 10), peers).state, 'tooFewHomes');
  assert.equal(vendingBalanceOf(area(10, 10), peers.slice(2)).state, 'noPeers');
  assert.equal(vendingBalanceOf(area(10, 10), [...peers.slice(2), area(4, 900)]).state, 'noPeers');
  const none = [area(9, 0), area(9, 0), area(9, 0)];
  assert.equal(vendingBalanceOf(area(10, 0), none).state, 'asPeers');
  assert.ok(vendingStates.every((state) => vendingText[state].endsWith('.')));
});
