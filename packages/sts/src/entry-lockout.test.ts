import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isLockedAt,
  type Lockout,
  lockoutRemainingMs,
  noLockout,
  withWrongEntry,
} from './entry-lockout.ts';

describe('the lock-out of keypad entries', () => {
  it('grows from 10 seconds by doubling to 1280 seconds', () => {
    let lockout: Lockout = noLockout;
    const locks: number[] = [];
    for (let i = 0; i < 30; i += 1) {
      lockout = withWrongEntry(lockout, 0);
      locks.push(lockoutRemainingMs(lockout, 0) / 1000);
    }
    assert.deepEqual(locks.slice(0, 11), [0, 0, 10, 20, 40, 80, 160, 320, 640, 1280, 1280]);
    assert.equal(locks[29], 1280);
    assert.equal(lockout.wrongEntries, 30);
  });

  it('runs from the wrong entry and ends on time', () => {
    const lockout = withWrongEntry({ wrongEntries: 2, lockedUntilMs: 0 }, 5_000);
    assert.deepEqual(lockout, { wrongEntries: 3, lockedUntilMs: 15_000 });
    assert.equal(lockoutRemainingMs(lockout, 6_000), 9_000);
    assert.equal(isLockedAt(lockout, 14_999), true);
    assert.equal(isLockedAt(lockout, 15_000), false);
    assert.equal(lockoutRemainingMs(lockout, 99_000), 0);
  });

  it('never lasts longer than its own length when the clock is set back', () => {
    const lockout = withWrongEntry({ wrongEntries: 2, lockedUntilMs: 0 }, 10_000_000_000);
    assert.equal(lockoutRemainingMs(lockout, 0), 10_000);
  });

  it('does not lock before the third wrong entry', () => {
    assert.deepEqual(withWrongEntry(noLockout, 5_000), { wrongEntries: 1, lockedUntilMs: 0 });
    assert.equal(isLockedAt(noLockout, 0), false);
    assert.equal(isLockedAt({ wrongEntries: 2, lockedUntilMs: 99 }, 0), false);
  });
});
