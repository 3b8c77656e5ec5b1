import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, hourMs } from '@prewatt/quantities';
import { type Known, verdictOn, type Wish } from './meter-verdict.ts';

const nowMs = Date.UTC(2026, 10, 24, 8);
const comesMs = nowMs + 7 * dayMs;

const wish = (version: number, fromMs: number | null = null): Wish => ({
  ...{ digest: `v${version}`, fromMs, cannot: false },
  named: { id: 'homes', version },
});
const never: Known = {
  ...{ hasLink: true, digest: null, activatesAtMs: null, toldAtMs: null, heldDigest: null },
  ...{ stage: null, stageAtMs: null, refusal: null },
  ...{ said: { id: 'homes', version: 1 }, saidAtMs: nowMs },
};
const told = (version: number, over: Partial<Known> = {}): Known => ({
  ...never,
  ...{ digest: `v${version}`, activatesAtMs: nowMs - hourMs, toldAtMs: nowMs - hourMs },
  ...{ stage: 'done', stageAtMs: nowMs - hourMs },
  ...over,
});
const of = (known: Known, now: Wish | null, next: Wish | null = null) => {
  const verdict = verdictOn(known, { now, next, nowMs });
  return [verdict.now, verdict.next, verdict.tell];
};

test('the tariff for today goes first, what comes follows when the meter has that', () => {
  const next = wish(3, comesMs);
  assert.deepEqual(of(never, wish(2), next), ['told', 'waits', 'now']);
  const open = told(2, { stage: 'awaitingResult' });
  assert.deepEqual(of(open, wish(2), next), ['told', 'waits', null]);
  assert.deepEqual(of(told(2), wish(2), next), ['has', 'told', 'next']);
  const coming = told(3, { activatesAtMs: comesMs, heldDigest: 'v2' });
  assert.deepEqual(of(coming, wish(2), next), ['has', 'has', null]);
  const after = { ...coming, activatesAtMs: nowMs - hourMs };
  assert.deepEqual(of(after, wish(3)), ['has', null, null]);
});

test('one that was told nothing yet is believed', () => {
  assert.deepEqual(of(never, wish(1)), ['has', null, null]);
  assert.deepEqual(of(never, wish(1), wish(2, comesMs)), ['has', 'told', 'next']);
  const otherTariff = { ...never, said: { id: 'others', version: 1 } };
  assert.deepEqual(of(otherTariff, wish(1)), ['told', null, 'now']);
});

test('what went unheard is said again; a meter’s own no is not', () => {
  for (const stage of ['expired', 'cancelled', 'superseded'] as const) {
    assert.deepEqual(of(told(2, { stage }), wish(2)), ['told', null, 'now'], stage);
  }
  const late = told(2, { stage: 'refused', refusal: 'expired' });
  assert.deepEqual(of(late, wish(2)), ['told', null, 'now']);
  const no = told(2, { stage: 'refused', refusal: 'unsupported' });
  assert.deepEqual(of(no, wish(2)), ['refused', null, null]);
  assert.deepEqual(of(no, wish(3)), ['told', null, 'now'], 'another version is another word');
  const noToNext = { ...no, activatesAtMs: comesMs, heldDigest: 'v1' };
  assert.deepEqual(of(noToNext, wish(1), wish(2, comesMs)), ['has', 'refused', null]);
});

test('what is not to come any more is taken back by today’s', () => {
  const coming = told(2, { activatesAtMs: comesMs, heldDigest: 'v1' });
  assert.deepEqual(of(coming, wish(1)), ['has', null, 'now']);
  const takenBack = told(1, { heldDigest: 'v1', stage: 'queued' });
  assert.deepEqual(of(takenBack, wish(1)), ['has', null, null]);
  const unheard = told(1, { heldDigest: 'v1', stage: 'expired' });
  assert.deepEqual(of(unheard, wish(1)), ['has', null, 'now']);
  const later = wish(2, comesMs + dayMs);
  assert.deepEqual(of(coming, wish(1), later), ['has', 'told', 'next'], 'on another day');
});

test('a meter that names another tariff long after is told again, once a day', () => {
  const said = { id: 'homes', version: 1 };
  const atMs = nowMs - 2 * dayMs;
  const long = { stageAtMs: atMs, toldAtMs: atMs, activatesAtMs: atMs, said };
  assert.deepEqual(of(told(2, long), wish(2)), ['told', null, 'now']);
  const lately = { ...long, toldAtMs: nowMs - hourMs };
  assert.deepEqual(of(told(2, lately), wish(2)), ['has', null, null]);
  const before = { ...long, saidAtMs: nowMs - 2 * dayMs };
  assert.deepEqual(of(told(2, before), wish(2)), ['has', null, null]);
});

test('without a link nothing is sent, and what no meter can charge never is', () => {
  const away = { hasLink: false };
  assert.deepEqual(of({ ...never, ...away }, wish(2)), ['noLink', null, null]);
  const next = wish(3, comesMs);
  assert.deepEqual(of({ ...told(2), ...away }, wish(2), next), ['has', 'noLink', null]);
  assert.deepEqual(of({ ...never, ...away }, wish(2), next), ['noLink', 'noLink', null]);
  const never3 = { ...next, cannot: true };
  assert.deepEqual(of(told(2), wish(2), never3), ['has', 'cannot', null]);
  assert.deepEqual(of(never, { ...wish(2), cannot: true }, next), ['cannot', 'told', 'next']);
  assert.deepEqual(of(never, null), ['cannot', null, null]);
});
