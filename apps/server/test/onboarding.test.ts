import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { sql } from 'kysely';
import { createConnection, type NewConnection } from '../src/workflows/onboarding/index.ts';
import {
  createHarness,
  type Harness,
  meterDefaults,
  meterPanOf,
  newTestUuid,
  testUtility,
} from './harness.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());

const good = (meterPan: string): NewConnection => ({
  name: 'Flat',
  address: '1 Test Street',
  customer: { name: 'A Customer', phone: '+27825550123' },
  tariffId: h.tariffId,
  meter: { ...meterDefaults, meterPan },
  debts: [{ label: 'Old account', outstandingMinor: 1_000n, rule: { share: '20' } }],
});

const create = (connection: NewConnection, utilityId = h.utilityId) =>
  h.database.inUtility(utilityId, (tx) =>
    createConnection({ newUuid: newTestUuid, nowMs: () => h.clock.nowMs }, tx, {
      utilityId,
      connection,
    }),
  );

const rows = async (): Promise<unknown> =>
  (
    await sql`SELECT (SELECT count(*) FROM prewatt.connections) AS connections,
      (SELECT count(*) FROM prewatt.meters) AS meters,
      (SELECT count(*) FROM prewatt.meter_directory) AS numbers,
      (SELECT count(*) FROM prewatt.phone_directory) AS phones,
      (SELECT count(*) FROM prewatt.debts) AS debts,
      (SELECT count(*) FROM prewatt.transfers) AS transfers`.execute(h.owner.directories)
  ).rows;

test('a connection is made once for a meter number, and a repeat finds it', async () => {
  const made = await create(good(meterPanOf(50)));
  assert.ok(made.ok);
  assert.equal(made.value.outcome, 'created');
  const before = await rows();
  const spaced = { name: 'A Customer', phone: '+27 82 555-0123' };
  const again = await create({ ...good(meterPanOf(50)), customer: spaced });
  assert.deepEqual(again, { ok: true, value: { place: made.value.place, outcome: 'unchanged' } });
  const { meter } = good(meterPanOf(50));
  const unsaid = await create({ ...good(meterPanOf(50)), meter: { ...meter, mqttSecret: null } });
  assert.equal(unsaid.ok ? unsaid.value.outcome : unsaid.error, 'unchanged');
  assert.deepEqual(await rows(), before);
});

test('at once, ten registrations of one meter make one connection', async () => {
  const made = await Promise.all(Array.from({ length: 10 }, () => create(good(meterPanOf(51)))));
  const outcomes = made.map((each) => (each.ok ? each.value.outcome : each.error));
  assert.equal(outcomes.filter((each) => each === 'created').length, 1);
  assert.equal(outcomes.filter((each) => each === 'unchanged').length, 9);
});

test('what is refused is refused by name, and writes nothing', async () => {
  const before = await rows();
  const base = good(meterPanOf(50));
  const fresh = good(meterPanOf(52));
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other' });
  const otherTariff = await h.database.inUtility(otherId, (tx) =>
    h.onboarding.createTariff(tx, otherId, { name: 'Theirs', document: demoTariff }),
  );
  const refusals: [NewConnection, string][] = [
    [
      { ...fresh, meter: { ...fresh.meter, meterPan: `${meterPanOf(52).slice(0, 17)}x` } },
      'panCharacter',
    ],
    [{ ...fresh, name: ' ' }, 'nameEmpty'],
    [{ ...fresh, customer: { name: 'x', phone: '825550123' } }, 'phoneFormat'],
    [{ ...fresh, meter: { ...fresh.meter, supplyGroupCode: '12' } }, 'supplyGroupFormat'],
    [{ ...fresh, meter: { ...fresh.meter, tariffIndex: '1' } }, 'tariffIndexFormat'],
    [{ ...fresh, meter: { ...fresh.meter, keyRevision: 0 } }, 'keyRevisionRange'],
    [
      { ...fresh, debts: [{ label: 'x', outstandingMinor: 5n, rule: { half: true } }] },
      'debtRuleFormat',
    ],
    [
      { ...fresh, debts: [{ label: 'x', outstandingMinor: 0n, rule: { share: '5' } }] },
      'amountNotPositive',
    ],
    [{ ...base, address: '2 Test Street' }, 'meterExists'],
    [{ ...base, customer: null }, 'meterExists'],
    [{ ...base, meter: { ...base.meter, mqttSecret: 'another secret' } }, 'meterExists'],
    [{ ...fresh, tariffId: otherTariff }, 'tariffUnknown'],
    [{ ...fresh, tariffId: newTestUuid() }, 'tariffUnknown'],
  ];
  for (const [connection, code] of refusals) {
    assert.deepEqual(await create(connection), { ok: false, error: code });
  }
  const theirs = { ...base, tariffId: otherTariff };
  const unusable = { ok: false, error: 'meterNumberUnusable' };
  assert.deepEqual(await create(theirs, otherId), unusable);
  assert.deepEqual(await rows(), before);
});

test('no secret opens the link of a meter that has none', async () => {
  const { meter } = good(meterPanOf(53));
  const made = await create({ ...good(meterPanOf(53)), meter: { ...meter, mqttSecret: null } });
  assert.ok(made.ok);
  const { rows: found } = await sql<{ secret_hash: Buffer }>`
    SELECT secret_hash FROM prewatt.meters WHERE meter_pan = ${meterPanOf(53)}`.execute(
    h.owner.directories,
  );
  assert.deepEqual(found[0]?.secret_hash, Buffer.alloc(32));
});
