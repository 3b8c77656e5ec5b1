import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Integration } from '@prewatt/api';
import { integrationLabel, lastUseOf } from './labels.ts';

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
