// When a home is topped up by itself: every reason to wait, and the moment that has none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, hourMs } from '@prewatt/quantities';
import { mayTopUp, type TopUpMoment, type TopUpRule } from './due.ts';

/** A Tuesday, noon in Johannesburg. */
const noonMs = Date.UTC(2026, 10, 24, 10);
const rule: TopUpRule = {
  ...{ isOn: true, way: 'ask', phone: '+27825550101', daysAhead: 2 },
  ...{ amountMinor: 5_000n, mostAWeekMinor: 10_000n, pausedUntilMs: null, stopped: null },
};
const moment: TopUpMoment = {
  ...{ rule, nowMs: noonMs, zone: 'Africa/Johannesburg', quiet: null },
  ...{ endsAtMs: noonMs + dayMs, hasTokenToType: false, last: null, weekMinor: 0n },
  boughtAtMs: null,
};
const whyOf = (o: Partial<TopUpMoment>, r: Partial<TopUpRule> = {}) => {
  const due = mayTopUp({ ...moment, ...o, rule: { ...rule, ...r } });
  if (due.kind === 'now') return 'now';
  assert.ok(due.lookAtMs > (o.nowMs ?? noonMs), 'it is looked at later, never in a circle');
  return due.why;
};
const begun = (hoursAgo: number, outcome: 'paid' | 'notPaid' | null) => ({
  last: { begunAtMs: noonMs - hoursAgo * hourMs, outcome },
});

test('a home is topped up when its credit ends within the days that were chosen, and no sooner', () => {
  assert.equal(whyOf({}), 'now');
  assert.equal(whyOf({ endsAtMs: noonMs + 2 * dayMs + 1 }), 'notNear');
  assert.equal(whyOf({ endsAtMs: noonMs + 2 * dayMs }), 'now');
  assert.equal(whyOf({ endsAtMs: null }), 'unknown');
});

test('off, stopped, paused, open: nothing is asked for', () => {
  assert.equal(whyOf({}, { isOn: false }), 'off');
  assert.equal(whyOf({}, { stopped: { atMs: 0, reason: 'asked us to' } }), 'stopped');
  assert.equal(whyOf({}, { pausedUntilMs: noonMs + 1 }), 'paused');
  assert.equal(whyOf({}, { pausedUntilMs: noonMs }), 'now');
  assert.equal(whyOf(begun(200, null)), 'open');
});

test('what was not paid is followed by nothing for a day, what was paid for twelve hours', () => {
  assert.equal(whyOf(begun(23, 'notPaid')), 'lately');
  assert.equal(whyOf(begun(24, 'notPaid')), 'now');
  assert.equal(whyOf(begun(11, 'paid')), 'lately');
  assert.equal(whyOf(begun(12, 'paid')), 'now');
  assert.equal(whyOf({ boughtAtMs: noonMs - hourMs / 2 }), 'lately');
  assert.equal(whyOf({ hasTokenToType: true }), 'tokenWaits');
});

test('a week has its limit', () => {
  assert.equal(whyOf({ weekMinor: 5_000n }), 'now');
  assert.equal(whyOf({ weekMinor: 5_001n }), 'weekFull');
});

test('nobody is asked at night, nor in quiet hours', () => {
  const at = (hour: number) => ({
    nowMs: noonMs + (hour - 12) * hourMs,
    endsAtMs: noonMs + 12 * hourMs,
  });
  assert.deepEqual(
    [0, 6, 7, 20, 21, 23].map((hour) => whyOf(at(hour))),
    ['night', 'night', 'now', 'now', 'night', 'night'],
  );
  assert.equal(whyOf({ quiet: { fromMinute: 11 * 60, toMinute: 13 * 60 } }), 'night');
  const due = mayTopUp({ ...moment, ...at(22) });
  assert.deepEqual(due.kind === 'wait' && due.lookAtMs, noonMs + 19 * hourMs);
});
