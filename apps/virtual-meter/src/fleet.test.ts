import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areLinked } from './fleet.ts';
import type { LinkState } from './mqtt-link.ts';

const states = (count: Partial<Record<LinkState, number>>): LinkState[] =>
  Object.entries(count).flatMap(([state, n]) => Array(n).fill(state));

test('meters that were taken away and are refused do not keep a fleet from being ready', () => {
  assert.equal(areLinked(states({ up: 37, refused: 3 })), true);
  assert.equal(areLinked(states({ up: 20, refused: 20 })), true);
  assert.equal(areLinked(states({ up: 37, down: 3 })), false);
  assert.equal(areLinked(states({ up: 38, down: 2 })), true);
});

test('a fleet without a link that is up is ready only when every cable is pulled', () => {
  assert.equal(areLinked(states({ refused: 40 })), false);
  assert.equal(areLinked(states({ down: 1 })), false);
  assert.equal(areLinked(states({ unplugged: 40 })), true);
});
