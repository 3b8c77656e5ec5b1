import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountClass, chargeClass, writeAttribute } from '@prewatt/dlms/classes';
import { err, ok } from '@prewatt/quantities';
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

/** What is asked of it, answered by `ask`. */
function setBy(ask: DlmsSession['ask']) {
  const session: DlmsSession = {
    ask,
    open: async () => err('noAnswer'),
    release: async () => undefined,
    takesLists: () => false,
  };
  const none = { power: null, clock: null, disconnector: null, limiter: null, gateway: null };
  const model: DlmsModel = {
    ...{ ...none, registers: [], credits: [], profile: null, securitySetup: null, calendar: null },
    specialDays: null,
    ...{ account: '0.0.19.0.0.255', charges: ['0.0.19.20.0.255'] },
  };
  const at = { session, model, offsetAt: () => 0, pause: async () => undefined };
  const task = { kind: 'setTariff', documentJson, activatesAtMs: 0, parameters: {} } as const;
  return setTariff(at, task);
}

test('a meter that falls silent before it has said its charges is asked again later', async () => {
  const done = await setBy(async () => err('noAnswer'));
  assert.deepEqual(done, { kind: 'failed', fault: 'noAnswer' });
});

const kWh = { currencyName: 'kWh', currencyScale: -3, currencyUnit: 'consumption' } as const;

const inKwh = [
  { classId: 113, index: 3, value: writeAttribute(chargeClass, 'chargeType', 'consumption') },
  { classId: 111, index: 10, value: writeAttribute(accountClass, 'currency', kWh) },
  { classId: 111, index: 5, value: writeAttribute(accountClass, 'availableCredit', 0) },
  { classId: 111, index: 6, value: writeAttribute(accountClass, 'amountToClear', 0) },
  { classId: 111, index: 8, value: writeAttribute(accountClass, 'aggregatedDebt', 0) },
];

test('what its account counts in is not changed while a table is not in the meter', async () => {
  const has = inKwh;
  const written: number[] = [];
  const done = await setBy(async (request) => {
    if (request.kind === 'set') {
      written.push(request.attribute.classId);
      return err('noAnswer');
    }
    assert.ok(request.kind === 'get');
    const { classId, attribute: index } = request.attribute;
    const found = has.find((each) => each.classId === classId && each.index === index);
    const result = found === undefined ? err('objectUndefined' as const) : ok(found.value);
    return ok({ kind: 'read', results: [result] });
  });
  assert.deepEqual(done, { kind: 'failed', fault: 'noAnswer' });
  assert.deepEqual(written, [113]);
});

test('kilowatt-hours that are in a meter are not made money by a tariff', async () => {
  const values = inKwh.map((each) =>
    each.index === 5
      ? { ...each, value: writeAttribute(accountClass, 'availableCredit', 5_000) }
      : each,
  );
  let writes = 0;
  const done = await setBy(async (request) => {
    if (request.kind !== 'get') {
      writes += 1;
      return ok({ kind: 'written', results: ['success'] });
    }
    const { classId, attribute: index } = request.attribute;
    const found = values.find((each) => each.classId === classId && each.index === index);
    const result = found === undefined ? err('objectUndefined' as const) : ok(found.value);
    return ok({ kind: 'read', results: [result] });
  });
  assert.deepEqual(done, { kind: 'refused', reason: 'range' });
  assert.equal(writes, 0);
});

test('a debt that a meter does not say is not taken for none', async () => {
  for (const denied of [5, 6, 8]) {
    let writes = 0;
    const done = await setBy(async (request) => {
      if (request.kind !== 'get') {
        writes += 1;
        return ok({ kind: 'written', results: ['success'] });
      }
      const { classId, attribute: index } = request.attribute;
      const found = inKwh.find((each) => each.classId === classId && each.index === index);
      const isDenied = found === undefined || (classId === 111 && index === denied);
      const result = isDenied ? err('readWriteDenied' as const) : ok(found.value);
      return ok({ kind: 'read', results: [result] });
    });
    assert.deepEqual(done, { kind: 'refused', reason: 'range' });
    assert.equal(writes, 0);
  }
});
