import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usedToday } from './used-today.ts';

const hour = 3_600_000;
const midnightMs = Date.parse('2026-11-24T22:00:00Z');
const at = (hours: number, valueWh: number) => ({
  atMs: midnightMs + hours * hour,
  valueWh: BigInt(valueWh),
});
const nowMs = midnightMs + 10 * hour;
const ask = (o: Partial<Parameters<typeof usedToday>[0]>) =>
  usedToday({ midnightMs, nowMs, before: null, after: null, last: null, ...o });

test('a reading near midnight stands for it', () => {
  const found = ask({ before: at(-0.5, 1_000), after: at(0.5, 1_200), last: at(10, 5_000) });
  assert.deepEqual(found, { energyWh: 4_000n, sinceMs: null, isEstimated: false });
});

test('a silence over midnight is cut by time, and said to be about', () => {
  const found = ask({ before: at(-6, 1_000), after: at(2, 9_000), last: at(10, 12_000) });
  assert.deepEqual(found, { energyWh: 5_000n, sinceMs: null, isEstimated: true });
  const untilNow = ask({ before: at(-10, 0), last: at(10, 8_000) });
  assert.deepEqual(untilNow, { energyWh: 4_000n, sinceMs: null, isEstimated: true });
});

test('a meter that is new today counts from its first reading, and says since when', () => {
  const found = ask({ after: at(4, 700), last: at(10, 1_900) });
  assert.deepEqual(found, {
    energyWh: 1_200n,
    sinceMs: midnightMs + 4 * hour,
    isEstimated: false,
  });
  assert.equal(ask({ after: at(4, 700), last: at(4, 700) }), null, 'one reading says nothing yet');
});

test('a register that was set back counts from there', () => {
  const found = ask({ before: at(-0.5, 90_000), after: at(1, 10), last: at(10, 2_010) });
  assert.deepEqual(found, { energyWh: 2_000n, sinceMs: midnightMs + hour, isEstimated: false });
});

test('what was not heard since midnight is nothing at first and unknown later', () => {
  const last = at(-0.25, 5_000);
  const early = usedToday({
    ...{ midnightMs, nowMs: midnightMs + hour, before: at(-0.5, 4_900), after: null },
    last,
  });
  assert.equal(early?.energyWh, 0n);
  assert.equal(ask({ before: at(-0.5, 4_900), last }), null);
  assert.equal(ask({}), null);
});
