import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err } from '@prewatt/quantities';
import type { DlmsModel } from './model.ts';
import type { DlmsSession } from './session.ts';
import { setTariff } from './set-tariff.ts';

const documentJson = JSON.stringify({
  ...{ schema: 'prewatt-tariff-1', id: 'a-test', version: 1, utility: 'A test', country: 'ZA' },
  ...{ customerClass: 'Homes', zone: 'Africa/Johannesburg', effectiveFrom: '2026-01-01' },
  currency: { code: 'ZAR', scale: 2 },
  energy: {
    repricing: 'purchase',
    schedules: [{ code: 'use', blocks: [{ uptoKwh: null, rate: '2.45' }] }],
  },
});

test('a meter that falls silent before it has said its charges is asked again later', async () => {
  const session: DlmsSession = {
    ask: async () => err('noAnswer'),
    open: async () => err('noAnswer'),
    release: async () => undefined,
    takesLists: () => false,
  };
  const none = { power: null, clock: null, disconnector: null, limiter: null, gateway: null };
  const model: DlmsModel = {
    ...{ ...none, registers: [], credits: [], profile: null, securitySetup: null, calendar: null },
    ...{ account: '0.0.19.0.0.255', charges: ['0.0.19.20.0.255'] },
  };
  const at = { session, model, offsetAt: () => 0, pause: async () => undefined };
  const task = { kind: 'setTariff', documentJson, activatesAtMs: 0, parameters: {} } as const;
  assert.deepEqual(await setTariff(at, task), { kind: 'failed', fault: 'noAnswer' });
});
