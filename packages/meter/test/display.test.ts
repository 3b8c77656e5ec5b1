// What a person at the meter reads: pages by short code, pages of test tokens, words of states.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayOf, pageCodes, pageOf, step } from '../src/index.ts';
import { firstTid, hourMs, newMeter, noonMs, testTokenOf, tokenOf, typed } from './fixtures.ts';
import { run } from './run.ts';

const lived = () =>
  run(newMeter(), [
    typed(tokenOf(12_300)),
    { atMs: noonMs + hourMs, demandMilliWh: 2_345_000, demandW: 2345 },
  ]).state;

test('each page has its short code, and shows one line for a while', () => {
  const shown = (code: string) => {
    const state = run(lived(), [typed(code, noonMs + hourMs)]).state;
    return displayOf(state, state.atMs)
      .pages.map(({ value }) => value)
      .join();
  };
  assert.deepEqual(
    ['801', '802', '803', '804', '806', '815', '816', '817', '818', '821'].map(shown),
    [
      '9.95 kWh',
      '2.34 kWh',
      '0 W',
      'none',
      '0.00 kWh',
      '600727000000000009',
      'SGC 123456, TI 07, KRN 1, KT 2',
      '2026-11-18 13:00',
      'none',
      '12.30 kWh',
    ],
  );
  const state = run(lived(), [typed('802', noonMs + hourMs)]).state;
  assert.deepEqual(displayOf(state, state.atMs + hourMs).pages, [], 'and then no more');
});

test('the display shows one thing: a page ends a refusal, a refusal ends a page', () => {
  const refused = run(lived(), [typed('123', noonMs + hourMs)]).state;
  assert.match(displayOf(refused, refused.atMs).token?.text ?? '', /check the 20 digits/);
  const asked = run(refused, [typed('802', noonMs + hourMs + 1000)]).state;
  assert.equal(displayOf(asked, asked.atMs).token, null);
  assert.equal(displayOf(asked, asked.atMs).pages.length, 1);
  const again = run(asked, [typed('124', noonMs + hourMs + 2000)]).state;
  assert.notEqual(displayOf(again, again.atMs).token, null);
  assert.deepEqual(displayOf(again, again.atMs).pages, []);
});

test('every page can be shown in every state', () => {
  const states = [newMeter(), lived(), newMeter({ phases: 3, vulnerable: true })];
  for (const state of states) {
    for (const code of pageCodes) {
      const page = pageOf(state, code);
      assert.ok(page !== null && page.value !== '' && !page.value.includes('undefined'), code);
    }
  }
  assert.equal(pageOf(newMeter(), '800'), null);
});

test('a short code is no guess: it does not lead to the lock-out, nor into the log', () => {
  const codes = Array.from({ length: 20 }, () => typed('802'));
  const { state, events } = run(newMeter(), codes);
  assert.deepEqual(events, []);
  assert.equal(displayOf(state, noonMs).lockoutMs, 0);
  const { outputs } = step(state, typed('802'));
  assert.equal(outputs.keypadOutcome, null);
});

test('test tokens show what they test', () => {
  const labels = (tests: readonly number[] | 'all') => {
    const state = run(lived(), [typed(testTokenOf(tests), noonMs + hourMs)]).state;
    return displayOf(state, state.atMs).pages.map(({ code }) => code);
  };
  assert.deepEqual(labels([3]), ['802']);
  assert.deepEqual(labels([4, 7, 8]), ['816', '804', '818']);
  assert.ok(labels('all').length > 8);
});

test('the status says how credit stands and what keeps supply off', () => {
  const statuses = [
    newMeter(),
    run(newMeter(), [typed(tokenOf(1_000))]).state,
    run(newMeter(), [typed(tokenOf(4_000))]).state,
    run(newMeter(), [typed(tokenOf(9_000))]).state,
    run(newMeter(), [typed(tokenOf(9_000)), typed('898')]).state,
    run(newMeter({ reconnection: 'manual' }), [typed(tokenOf(9_000, firstTid))]).state,
  ].map((state) => displayOf(state, noonMs).statusText);
  assert.deepEqual(statuses, [
    'No credit: supply is off',
    'Very low credit',
    'Low credit',
    'In credit',
    'Supply is off: switched off here (899 switches on)',
    'Press the button to switch supply on',
  ]);
});
