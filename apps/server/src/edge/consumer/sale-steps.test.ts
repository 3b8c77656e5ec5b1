// What the steps of a purchase tick, and with which time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { voiceOf } from '@prewatt/web/consumer';
import { stepsOf } from './sale-steps.ts';

type Ask = Parameters<typeof stepsOf>[0];

const voice = voiceOf({
  ...{ language: 'en', zone: 'UTC', hours: 24, moneyForm: 'sign' },
  currency: { code: 'ZAR', scale: 2 },
} as Parameters<typeof voiceOf>[0]);
const sale = { state: 'delivered', paid_at: 1, issued_at: 2, request_id: 'a' } as Ask['sale'];
const accepted = { state: 'accepted', state_at: 9, refusal: null } as const;

const stepsFrom = (o: Pick<Ask, 'token' | 'sentAtMs'>) =>
  stepsOf({ sale, isWallet: false, voice, ...o }).map(({ label, state, atMs }) => [
    label,
    state,
    atMs,
  ]);

test('a token that the head-end brought was sent, then accepted', () => {
  const steps = stepsFrom({ token: { ...accepted, origin: 'remote' }, sentAtMs: 5 });
  assert.deepEqual(steps.slice(2), [
    ['Sent to your meter', 'done', 5],
    ['Accepted by your meter', 'done', 9],
  ]);
});

test('a token that was typed is not said to have been sent, though it was on its way', () => {
  for (const sentAtMs of [null, 5]) {
    const steps = stepsFrom({ token: { ...accepted, origin: 'keypad' }, sentAtMs });
    assert.deepEqual(steps.slice(2), [['Accepted by your meter', 'done', 9]]);
  }
});
