// Smart cards in the meter: loaded once, answered again, and refused when they are of another
// meter, put back to an earlier state, or changed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cardOutcomes,
  collectedPlaces,
  collectedReports,
  newCard,
  readReport,
  withCheckDigit,
  writePurchase,
} from '@prewatt/card';
import {
  availableMilliWhOf,
  type MeterInput,
  type MeterState,
  restoreMeter,
  serialiseMeter,
  step,
} from '../src/index.ts';
import {
  cardKey,
  config,
  firstTid,
  keyChangeSet,
  load,
  managementTokenOf,
  minuteMs,
  newMeter,
  noonMs,
  tokenOf,
} from './fixtures.ts';

const { meterPan } = config;
const blank = newCard({ kind: 'user', cardNumber: withCheckDigit('100000000000001') });
const bought = (count: number, ...tokens: readonly string[]) =>
  writePurchase(blank, { count, meterPan, tokens }, cardKey);

function put(state: MeterState, card: Uint8Array, more: Partial<MeterInput> = {}) {
  const { state: next, outputs } = step(state, { atMs: state.inputAtMs, card, ...more });
  assert.ok(outputs.card !== null);
  return { state: next, outputs, ...outputs.card };
}

function reportOn(image: Uint8Array | null) {
  assert.ok(image !== null);
  const report = readReport(image, cardKey);
  assert.ok(report.ok);
  return report.value;
}

test('a card’s token is entered, and the card carries the report back', () => {
  const { state, outputs, answer, image } = put(newMeter(), bought(1, tokenOf(10_000)));
  assert.equal(availableMilliWhOf(state), 10_000_000);
  assert.equal(outputs.mustStore, true);
  assert.equal(answer.kind, 'loaded');
  assert.ok(outputs.events.some((event) => event.code === 'token' && event.origin === 'card'));
  const report = reportOn(image);
  assert.deepEqual(report.outcomes, ['accepted']);
  assert.equal(report.available, 10_000n);
  assert.equal(report.atMs, noonMs);
  assert.ok(!report.flags.includes('switchOpen'));
});

test('put in again, it says what it loaded and credits nothing; the memory survives a restart', () => {
  const first = put(newMeter(), bought(1, tokenOf(10_000)));
  const restored = restoreMeter(serialiseMeter(first.state));
  assert.ok(restored.ok);
  const used = step(restored.value, load(restored.value, { w: 1_000, ms: 60 * minuteMs })).state;
  const again = put(used, first.image ?? blank);
  assert.deepEqual(again.answer, { kind: 'loadedBefore', outcomes: ['accepted'] });
  assert.equal(availableMilliWhOf(again.state), 9_000_000);
  assert.equal(reportOn(again.image).available, 9_000n);
  assert.equal(reportOn(again.image).sequence, 2);
});

test('a card that was put back to an earlier purchase is refused and not written', () => {
  const old = bought(1, tokenOf(10_000));
  const { state } = put(newMeter(), bought(2, tokenOf(10_000, firstTid + 1)));
  const { answer, image, outputs } = put(state, old);
  assert.deepEqual([answer, image], [{ kind: 'refused', reason: 'old' }, null]);
  assert.equal(outputs.events.length, 0);
});

test('a token that was typed before is used, and the card says so', () => {
  const token = tokenOf(10_000);
  const { state } = step(newMeter(), { atMs: noonMs, keypad: token });
  const { answer, image } = put(state, bought(1, token));
  assert.equal(answer.kind, 'loaded');
  assert.deepEqual(reportOn(image).outcomes, ['used']);
});

test('another meter’s card, a changed one and what is no card are refused by name', () => {
  const other = writePurchase(
    blank,
    { count: 1, meterPan: '600727000000000017', tokens: [] },
    cardKey,
  );
  const changed = bought(1, tokenOf(10_000));
  changed[50] = (changed[50] ?? 0) ^ 1;
  for (const [card, reason] of [
    [other, 'otherMeter'],
    [changed, 'unproved'],
    [new Uint8Array(256), 'noCard'],
    [new Uint8Array(3), 'size'],
  ] as const) {
    const { answer, image, state } = put(newMeter(), card);
    assert.deepEqual([answer, image], [{ kind: 'refused', reason }, null]);
    assert.equal(availableMilliWhOf(state), 0);
  }
});

test('a card without a purchase takes the report, so that a shop knows the meter’s credit', () => {
  const { answer, image } = put(newMeter(), blank);
  assert.equal(answer.kind, 'nothing');
  assert.deepEqual([reportOn(image).count, reportOn(image).outcomes], [0, []]);
});

test('a card changes the meter’s key and credits with the new one; its report has the old key', () => {
  const { set, credit } = keyChangeSet(10_000);
  const { state, image } = put(newMeter(), bought(1, ...set, credit));
  assert.equal(availableMilliWhOf(state), 10_000_000);
  assert.equal(reportOn(image).outcomes.length, 4);
  assert.ok(reportOn(image).outcomes.every((outcome) => outcome === 'accepted'));
  // Written with the key of before: the meter proves nothing by it any more.
  const { answer } = put(state, bought(2));
  assert.deepEqual(answer, { kind: 'refused', reason: 'unproved' });
});

test('a clear card takes credit away, and its report shows what is left', () => {
  const card = newCard({ kind: 'clear', cardNumber: withCheckDigit('300000000000001') });
  const { state } = step(newMeter(), { atMs: noonMs, keypad: tokenOf(10_000) });
  const clear = managementTokenOf({ kind: 'clearCredit', register: 'all' }, firstTid + 1);
  const { image } = put(
    state,
    writePurchase(card, { count: 1, meterPan, tokens: [clear] }, cardKey),
  );
  assert.equal(reportOn(image).available, 0n);
});

test('a check card collects a report that its own key proves', () => {
  const card = newCard({ kind: 'check', cardNumber: withCheckDigit('200000000000001') });
  const { answer, image } = put(newMeter(), card, { sensors: { ...quiet, magnet: true } });
  assert.equal(answer.kind, 'collected');
  assert.ok(image !== null);
  const read = collectedReports(image, () => cardKey);
  assert.ok(read.ok);
  assert.deepEqual(
    read.value.map(({ meterPan: pan, report }) => [pan, report?.flags.includes('magnet')]),
    [[meterPan, true]],
  );
  assert.equal(collectedPlaces, 4);
});

test('without mains the meter reads no card', () => {
  const card = bought(1, tokenOf(10_000));
  const { outputs } = step(newMeter(), { atMs: noonMs + 1, powerPresent: false, card });
  assert.equal(outputs.card, null);
  assert.equal(cardOutcomes[1], 'accepted');
});

const quiet = {
  coverOpen: false,
  terminalCoverOpen: false,
  magnet: false,
  neutralDisturbed: false,
  neutralDifferenceW: 0,
};
