import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Integration } from '@prewatt/api';
import {
  deliveryLabel,
  deliveryText,
  endpointLabel,
  integrationLabel,
  lastUseOf,
} from './labels.ts';

const key = (o: Partial<Integration['keys'][number]>): Integration['keys'][number] => ({
  keyId: 'key_1',
  createdAt: '2026-11-24T08:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  state: 'opens',
  ...o,
});

test('an integration reads while one of its keys opens', () => {
  const text = (row: Parameters<typeof integrationLabel>[0]) => integrationLabel(row).text;
  const ended = key({ state: 'ended' });
  assert.equal(text({ revokedAt: null, keys: [ended, key({})] }), 'Reads');
  assert.equal(text({ revokedAt: null, keys: [ended] }), 'Its keys have ended');
  assert.equal(text({ revokedAt: '2026-11-24T08:00:00.000Z', keys: [ended] }), 'Revoked');
});

test('its last use is the latest of its keys', () => {
  const [early, late] = ['2026-11-24T08:00:00.000Z', '2026-11-25T08:00:00.000Z'];
  const keys = [key({ lastUsedAt: late }), key({ lastUsedAt: early }), key({})];
  assert.equal(lastUseOf({ keys }), late);
  assert.equal(lastUseOf({ keys: [key({})] }), null);
});

test('a delivery says how it stands and what the receiver answered', () => {
  const failed = { status: 503, fault: null, tookMs: 40, attempts: 2 };
  assert.equal(deliveryText(failed), '503 in 40 ms, attempt 2');
  const away = { status: null, fault: 'timeout' as const, tookMs: 15_000, attempts: 1 };
  assert.equal(deliveryText(away), 'no answer in time in 15000 ms, attempt 1');
  const fresh = { status: null, fault: null, tookMs: null, attempts: 0 };
  assert.equal(deliveryText(fresh), 'None yet');
  const texts = [
    deliveryLabel({ state: 'waiting', attempts: 0 }),
    deliveryLabel({ state: 'waiting', attempts: 1 }),
    deliveryLabel({ state: 'failed', attempts: 10 }),
    endpointLabel({ state: 'off', offReason: 'gone' }),
  ].map(({ text }) => text);
  assert.deepEqual(texts, [
    ...['Waiting', 'Tried again', 'Given up', 'Off: it answered 410, gone'],
  ]);
});
