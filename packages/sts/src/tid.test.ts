import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type BaseDate,
  instantFromTid,
  isReservedTid,
  maximumTid,
  nextTid,
  reservedTidOfDay,
  tidFromInstant,
} from './tid.ts';

const at = (text: string): number => Date.parse(text);
const refusal = (error: string) => ({ ok: false, error });
const value = (tid: number) => ({ ok: true, value: tid });

describe('token identifiers', () => {
  it('count minutes from each base date', () => {
    assert.deepEqual(tidFromInstant(at('2020-01-01T08:00Z'), 93), value(14_200_320));
    assert.deepEqual(tidFromInstant(at('2020-01-01T08:00:59.999Z'), 14), value(3_155_520));
    assert.deepEqual(tidFromInstant(at('2035-01-01T00:00Z'), 35), value(0));
  });

  it('leave the minute 00:01 of each day out', () => {
    assert.deepEqual(tidFromInstant(at('2026-07-29T00:01Z'), 14), value(6_612_482));
    assert.deepEqual(tidFromInstant(at('2026-07-29T00:01:59Z'), 14), value(6_612_482));
    assert.deepEqual(tidFromInstant(at('2026-07-29T00:00:59Z'), 14), value(6_612_480));
    assert.equal(isReservedTid(6_612_481), true);
    assert.equal(isReservedTid(6_612_480), false);
    assert.deepEqual(reservedTidOfDay(at('2026-07-29T17:30Z'), 14), value(6_612_481));
  });

  it('end with the 24 bits of each base date', () => {
    for (const [last, base] of [
      ['2024-11-24T20:15Z', 93],
      ['2045-11-24T20:15Z', 14],
      ['2066-11-24T20:15Z', 35],
    ] as const) {
      assert.deepEqual(tidFromInstant(at(last), base), value(maximumTid));
      assert.deepEqual(tidFromInstant(at(last) + 60_000, base), refusal('afterBaseDate'));
    }
  });

  it('are refused before the base date, for unknown base dates and for no instant', () => {
    assert.deepEqual(tidFromInstant(at('2013-12-31T23:59:59Z'), 14), refusal('beforeBaseDate'));
    assert.deepEqual(tidFromInstant(0, 15 as BaseDate), refusal('baseDateUnknown'));
    assert.deepEqual(tidFromInstant(Number.NaN, 14), refusal('instantInvalid'));
    assert.deepEqual(tidFromInstant(0.5, 14), refusal('instantInvalid'));
    assert.deepEqual(reservedTidOfDay(Number.NaN, 14), refusal('instantInvalid'));
    assert.deepEqual(instantFromTid(0, 15 as BaseDate), refusal('baseDateUnknown'));
    for (const tid of [-1, 0.5, maximumTid + 1]) {
      assert.deepEqual(instantFromTid(tid, 14), refusal('tidRange'));
    }
  });

  it('go back to the minute in which they begin', () => {
    assert.deepEqual(instantFromTid(3_155_520, 14), value(at('2020-01-01T08:00Z')));
    assert.deepEqual(instantFromTid(maximumTid, 93), value(at('2024-11-24T20:15Z')));
    assert.deepEqual(instantFromTid(0, 35), value(at('2035-01-01T00:00Z')));
  });
});

describe('the next TID of a meter', () => {
  const nowMs = at('2026-07-29T10:00Z');
  const now = 6_613_080;

  it('is now when the last one lies behind, and the last plus one otherwise', () => {
    assert.deepEqual(nextTid({ nowMs, baseDate: 14, lastTid: null }), value(now));
    assert.deepEqual(nextTid({ nowMs, baseDate: 14, lastTid: now - 1 }), value(now));
    assert.deepEqual(nextTid({ nowMs, baseDate: 14, lastTid: now }), value(now + 1));
    assert.deepEqual(nextTid({ nowMs, baseDate: 14, lastTid: now + 500 }), value(now + 501));
  });

  it('steps over the reserved minute', () => {
    assert.deepEqual(nextTid({ nowMs, baseDate: 14, lastTid: 6_613_920 }), value(6_613_922));
  });

  it('is refused when the base date is used up or the last TID is none', () => {
    const end = at('2045-11-24T20:15Z');
    assert.deepEqual(
      nextTid({ nowMs: end, baseDate: 14, lastTid: maximumTid - 1 }),
      value(maximumTid),
    );
    assert.deepEqual(
      nextTid({ nowMs: end, baseDate: 14, lastTid: maximumTid }),
      refusal('afterBaseDate'),
    );
    for (const lastTid of [-1, 0.5, maximumTid + 1]) {
      assert.deepEqual(nextTid({ nowMs, baseDate: 14, lastTid }), refusal('tidRange'));
    }
    assert.deepEqual(nextTid({ nowMs: 0, baseDate: 14, lastTid: 5 }), refusal('beforeBaseDate'));
  });

  it('never repeats, never goes back and is never reserved, however the clock jumps', () => {
    const start = at('2014-01-01T00:00Z');
    fc.assert(
      fc.property(fc.array(fc.nat(2_000_000_000), { maxLength: 60 }), (clock) => {
        let lastTid: number | null = null;
        for (const offset of clock) {
          const tid = nextTid({ nowMs: start + offset, baseDate: 14, lastTid });
          assert.ok(tid.ok);
          assert.ok(lastTid === null || tid.value > lastTid);
          assert.ok(!isReservedTid(tid.value));
          assert.ok(tid.value >= Math.floor(offset / 60_000));
          lastTid = tid.value;
        }
      }),
    );
  });
});
