import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { createTariffs } from '../src/money/tariffs/index.ts';
import { createHarness, type Harness, newTestUuid, startMs, testUtility } from './harness.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());

/** The demonstration's tariff with other blocks, from a day on. */
const versionOf = (version: number, effectiveFrom: string, rates: readonly string[]) => ({
  ...demoTariff,
  version,
  effectiveFrom,
  energy: {
    label: 'Energy',
    schedules: [
      {
        code: 'domestic',
        blocks: ['50', '350', null].map((uptoKwh, i) => ({ uptoKwh, rate: rates[i] })),
      },
    ],
  },
  examples: [],
});

const saleRow = (saleId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('sales').selectAll().where('id', '=', saleId).executeTakeFirstOrThrow(),
  );

test('a version is in force from the first second of its day, and the month’s position goes on', async () => {
  const { meterPan: _, ...place } = await h.addConnection({});
  const secondId = await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, {
      name: 'Homes',
      document: versionOf(2, '2026-11-25', ['3.00', '4.50', '6.00']),
    }),
  );
  // A draft of the same tariff with an earlier day counts for nothing.
  await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .insertInto('tariffs')
      .values({
        id: newTestUuid(),
        utility_id: h.utilityId,
        name: 'Homes',
        version: 3,
        document: JSON.stringify(versionOf(3, '2026-11-20', ['9', '9', '9'])),
        state: 'draft',
        state_at: new Date(startMs),
        effective_from: '2026-11-20',
        created_at: new Date(startMs),
      })
      .execute(),
  );
  const first = await saleRow(await buyAndPay(h, 20_000n, 'T-1', place));
  assert.equal(first.energy_wh, 79_500n);
  assert.equal(first.tariff_version_id, h.tariffId);
  h.clock.nowMs = Date.parse('2026-11-24T23:59:59+02:00');
  const last = await saleRow(await buyAndPay(h, 10_000n, 'T-2', place));
  // 100.00 less VAT buys at 2.25: the second block, without a second service charge.
  assert.equal(last.energy_wh, 38_600n);
  h.clock.nowMs += 1000;
  const next = await saleRow(await buyAndPay(h, 10_000n, 'T-3', place));
  assert.equal(next.tariff_version_id, secondId);
  assert.equal(next.month_energy_before_wh, 118_100n);
  // Still in the second block and its month, now at 4.50: 86.95 / 4.50, and some prepaid money.
  assert.equal(next.energy_wh, 19_300n);
  const lines = next.lines as { code: string; energyWh: string | null }[];
  assert.deepEqual(
    lines.map((line) => line.code),
    ['energy', 'vat'],
  );
  h.clock.nowMs = startMs;
});

test('another tariff from a day on, with its parameters, is used from that day', async () => {
  const tariffs = createTariffs();
  const otherId = await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, {
      name: 'Pensioners',
      document: { ...versionOf(1, '2026-01-01', ['1', '2', '3']), id: 'pensioners' },
    }),
  );
  const connection = {
    tariffId: h.tariffId,
    tariffParameters: {},
    nextTariff: { from: '2026-12-01', tariffId: otherId, parameters: { class: 'pensioner' } },
  };
  const inForce = await h.database.inUtility(h.utilityId, (tx) =>
    tariffs.inForce(tx, [connection]),
  );
  assert.equal(inForce(connection, '2026-11-30')?.tariff.id, 'demo-domestic');
  const then = inForce(connection, '2026-12-01');
  assert.equal(then?.versionId, otherId);
  assert.deepEqual(then?.parameters, { class: 'pensioner' });
  assert.equal(inForce(connection, '2019-01-01'), null);
});

test('no utility sees a version of another', async () => {
  const tariffs = createTariffs();
  const connection = { tariffId: h.tariffId, tariffParameters: {}, nextTariff: null };
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Next door' });
  const own = await h.database.inUtility(h.utilityId, (tx) => tariffs.inForce(tx, [connection]));
  assert.equal(own(connection, '2026-11-24')?.versionId, h.tariffId);
  const theirs = await h.database.inUtility(otherId, (tx) => tariffs.inForce(tx, [connection]));
  assert.equal(theirs(connection, '2026-11-24'), null);
  assert.equal(
    await h.database.inUtility(otherId, (tx) => tariffs.documentOf(tx, h.tariffId)),
    null,
  );
});
