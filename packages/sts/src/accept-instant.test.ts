// The instant handed in with a token: what is no time is refused before anything is decided, and no
// time makes a state that cannot be restored.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { enter, expectOk, keyFilled, stateWith } from '../test/fixtures.ts';
import { restoreAcceptanceState } from './accept.ts';
import { issueKeyChangeTokens } from './issue.ts';

const [section1] = expectOk(
  issueKeyChangeTokens({
    heldKey: keyFilled(1),
    heldKeyType: 2,
    next: {
      decoderKey: keyFilled(2),
      supplyGroupCode: '201457',
      tariffIndex: '01',
      keyRevision: 2,
      keyType: 2,
      keyExpiry: 255,
    },
    tokenCount: 2,
    rollover: false,
  }),
).tokens;

describe('the instant of a token', () => {
  it('that is no whole number from 1970 on throws, and the state stands', () => {
    const state = stateWith();
    const before = JSON.stringify(state);
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, 8.64e15 + 1, '5', null, undefined];
    for (const nowMs of odd) {
      for (const digits of [section1 ?? '', 'x']) {
        const request = { nowMs: nowMs as number, origin: 'keypad' } as const;
        assert.throws(() => enter(state, digits, request), RangeError, String(nowMs));
      }
    }
    assert.equal(JSON.stringify(state), before);
  });

  it('never makes a state that is not restored', () => {
    for (const nowMs of [0, 1, Date.UTC(2026, 0, 1), 8.64e15]) {
      let state = enter(stateWith(), section1 ?? '', { nowMs }).state;
      for (let count = 0; count < 20; count += 1) {
        state = enter(state, '0', { nowMs, origin: 'keypad' }).state;
        const restored = restoreAcceptanceState(JSON.parse(JSON.stringify(state)));
        assert.deepEqual(expectOk(restored), state);
      }
    }
  });
});
