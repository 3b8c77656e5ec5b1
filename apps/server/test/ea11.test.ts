// Meters with encryption algorithm 11 (MISTY1) through the server: a sale, a change of key by the
// next sale and by a campaign, and an exchange for one of them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { campaignSchema } from '@prewatt/api';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { assertAllLaws, testMeter } from './control-harness.ts';
import { askAndAllow, createPeople, type People } from './correction-harness.ts';
import {
  createHarness,
  type Harness,
  meterDefaults,
  meterPanOf,
  newTestUuid,
  testVendingKey,
} from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { runJobs } from './jobs.ts';
import { buyAndPay } from './purchases.ts';

const bytesOf = (byte: number) => Uint8Array.from({ length: 20 }, (_, i) => (byte + i * 7) & 255);
const group = '200011';
const first = { ...testVendingKey, supplyGroupCode: group, dkga: 'dkga04', bytes: bytesOf(3) };
const factory = { ea: 'ea11', dkga: 'dkga04', bytes: bytesOf(3), supplyGroupCode: group } as const;
const meter = { ...meterDefaults, encryptionAlgorithm: 'ea11', supplyGroupCode: group } as const;
/** Four for EA11, whatever changes. */
const wholeSet = ['keyChangePart', 'keyChangePart', 'keyChangePart', 'keyChanged'];
let h: Harness;
let http: HttpHarness;
let people: People;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  await h.database.inUtility(h.utilityId, async (tx) => {
    for (const more of [{}, { keyRevision: 2, bytes: bytesOf(90) }]) {
      await h.onboarding.loadVendingKey(tx, h.utilityId, { ...first, ...more } as never);
    }
  });
});
after(async () => {
  await http.close();
  await h.close();
});

const home = async () => {
  const place = await h.addConnection({ meter });
  return { ...place, meter: testMeter(h, place.meterPan, factory) };
};
const report = (meterPan: string) =>
  h.fromMeter(meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(12_300n),
      powerW: powerW(0n),
      importEnergyWh: energyWh(0n),
      creditedEnergyWh: energyWh(0n),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      owedEnergyWh: energyWh(0n),
    },
  });
const revisionOf = async (meterId: string) => {
  const row = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('meters').select('key_revision').where('id', '=', meterId).executeTakeFirst(),
  );
  return row?.key_revision;
};
let payments = 0;
const buy = (place: Awaited<ReturnType<typeof home>>) => {
  payments += 1;
  return buyAndPay(h, 6_000n, `EA11-${payments}`, place);
};

test('a sale is taken by wire, and once', async () => {
  const place = await home();
  const saleId = await buy(place);
  assert.deepEqual(await place.meter.answer(), ['credit']);
  const [token] = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('tokens').select(['digits', 'state']).where('sale_id', '=', saleId).execute(),
  );
  assert.equal(token?.state, 'accepted');
  assert.equal(await place.meter.type(token?.digits ?? ''), 'used');
  await assertAllLaws(h);
});

test('a campaign takes it to another key: by its next sale, or by wire', async () => {
  const [selling, linked] = [await home(), await home()];
  await report(linked.meterPan);
  const started = await people.allower.postJson('/api/operator/campaigns', {
    requestId: newTestUuid(),
    name: 'To revision 2',
    reason: 'the first revision is old',
    from: { supplyGroupCode: group, keyRevision: 1 },
    to: { supplyGroupCode: group, keyRevision: 2 },
  });
  const { campaignId } = campaignSchema.parse(started.json());
  await buy(selling);
  await people.allower.postJson(`/api/operator/campaigns/${campaignId}/deliver`, {});
  await runJobs(h);
  for (const place of [selling, linked]) {
    assert.equal(await revisionOf(place.meterId), 1);
    assert.deepEqual(await place.meter.answer(), wholeSet);
    assert.equal(await revisionOf(place.meterId), 2);
  }
  assert.deepEqual(await selling.meter.answer(), ['credit'], 'under the new key');
  await buy(linked);
  assert.deepEqual(await linked.meter.answer(), ['credit']);
  await assertAllLaws(h);
});

test('a section typed at the keypad and three by wire make a whole set', async () => {
  const place = await home();
  await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .updateTable('meters')
      .set({
        wanted_supply_group_code: group,
        wanted_tariff_index: '01',
        wanted_key_revision: 2,
      })
      .where('id', '=', place.meterId)
      .execute(),
  );
  const saleId = await buy(place);
  const tokens = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .select(['digits', 'section'])
      .where('sale_id', '=', saleId)
      .where('kind', '=', 'keyChange')
      .orderBy('section')
      .execute(),
  );
  assert.deepEqual(
    tokens.map(({ section }) => section),
    [1, 2, 3, 4],
  );
  assert.equal(await place.meter.type(tokens[3]?.digits ?? ''), 'keyChangePart');
  const said = await place.meter.answer();
  assert.ok(said.includes('keyChanged'), said.join(' '));
  assert.equal(await revisionOf(place.meterId), 2);
  await assertAllLaws(h);
});

test('a meter of algorithm 7 is exchanged for one of algorithm 11, with what was left', async () => {
  const place = await h.addConnection();
  await report(place.meterPan);
  const meterPan = meterPanOf(70_011);
  const connection = `/api/operator/connections/${idFromUuid('connection', place.connectionId)}`;
  const { approval } = await askAndAllow(people, `${connection}/meter-exchange`, {
    requestId: newTestUuid(),
    reason: 'The display of the old meter is broken.',
    oldMeterPan: place.meterPan,
    meter: {
      ...{ meterPan, encryptionAlgorithm: 'ea11', supplyGroupCode: group, tariffIndex: '01' },
      ...{ keyRevision: 1, secretSha256: null },
    },
    balance: { from: 'lastReading' },
  });
  assert.equal(approval?.state, 'done', JSON.stringify(approval?.failure));
  assert.equal((approval?.outcome as { carriedWh: string } | null)?.carriedWh, '12300');
  const [token] = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .innerJoin('meters', 'meters.id', 'tokens.meter_id')
      .select(['tokens.digits', 'tokens.energy_wh'])
      .where('meters.meter_pan', '=', meterPan)
      .execute(),
  );
  assert.equal(token?.energy_wh, 12_300n);
  assert.equal(await testMeter(h, meterPan, factory).type(token?.digits ?? ''), 'credit');
  await assertAllLaws(h);
});
