// Meters that count money, without a sale: free credit and free units, what an exchanged meter had
// left, and sales on a meter that was taken away.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AccountState } from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { sql } from 'kysely';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { assertAllLaws } from './control-harness.ts';
import { askAndAllow, createPeople, type People, salePath, saleRow } from './correction-harness.ts';
import { createHarness, type Harness, meterPanOf, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { runJobs } from './jobs.ts';
import { buyAndPay } from './purchases.ts';

type Home = MeterPlace & { readonly meterPan: string };

let h: Harness;
let http: HttpHarness;
let people: People;
let flat: string;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  flat = await tariff('Flat', { freeAllowance: { kwh: '50', countsInBlocks: true } });
});
after(async () => {
  await http.close();
  await h.close();
});

/** 2.00 a kilowatt-hour, whatever is used. */
const tariff = (name: string, over: object) =>
  h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, {
      name,
      document: {
        ...demoTariff,
        id: name.toLowerCase().replace(' ', '-'),
        ...{ charges: [], levies: [], examples: [] },
        energy: { schedules: [{ code: 'one', blocks: [{ uptoKwh: null, rate: '2.00' }] }] },
        ...over,
      },
    }),
  );

const money = (availableMicroMinor: bigint, creditedMicroMinor = 0n) => ({
  currency: { code: 'ZAR', scale: 2 },
  ...{ availableMicroMinor, creditedMicroMinor, chargedMicroMinor: 0n },
  ...{ clearedMicroMinor: creditedMicroMinor - availableMicroMinor, owedMicroMinor: 0n },
  tariff: { id: 'flat', version: 1 },
  perKwhMicroMinor: 200_000_000n,
});

/** A report: in money, or in energy. */
async function says(meterPan: string, what: Partial<AccountState>): Promise<void> {
  h.clock.nowMs += 60_000;
  await h.fromMeter(meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      ...{ availableEnergyWh: energyWh(0n), powerW: powerW(0n), importEnergyWh: energyWh(1_000n) },
      ...{ creditedEnergyWh: energyWh(0n), owedEnergyWh: energyWh(0n) },
      ...({ loadSwitch: 'connected', creditStatus: 'inCredit' } as const),
      ...what,
    },
  });
}

async function moneyHome(availableMicroMinor = 1_000_000n): Promise<Home> {
  const home = await h.addConnection({ tariffId: flat });
  await says(home.meterPan, { money: money(availableMicroMinor) });
  return home;
}

const grantsOf = (home: Home) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const grants = await tx
      .selectFrom('grants')
      .select(['id', 'kind', 'energy_wh', 'amount_minor', 'meter_id'])
      .where('connection_id', '=', home.connectionId)
      .orderBy('id')
      .execute();
    const tokens = await tx
      .selectFrom('tokens')
      .select(['grant_id', 'energy_wh', 'amount_e5'])
      .where('connection_id', '=', home.connectionId)
      .where('grant_id', 'is not', null)
      .orderBy('tid')
      .execute();
    return grants.map(({ id, ...grant }) => ({
      ...grant,
      tokens: tokens
        .filter((token) => token.grant_id === id)
        .map(({ energy_wh: wh, amount_e5: e5 }) => wh ?? e5),
    }));
  });

test('free credit is money on the meter, at what a kilowatt-hour costs there', async () => {
  const home = await moneyHome();
  const asked = await askAndAllow(people, '/api/operator/grants', {
    kind: 'freeCredit',
    ...{ requestId: newTestUuid(), reason: 'For the hours without supply' },
    rows: [{ meterPan: home.meterPan, energyWh: '1000300' }],
  });
  assert.equal(asked.status, 202, JSON.stringify(asked));
  await runJobs(h);
  const [grant] = await grantsOf(home);
  // 1,000.3 kWh at 2.00: the coding knows no 2,000.60, so what is over is on tokens of its own.
  assert.deepEqual([grant?.energy_wh, grant?.amount_minor], [1_000_300n, 200_060n]);
  const carried = (grant?.tokens ?? []).map((e5) => (e5 ?? 0n) / 1_000n);
  assert.ok(carried.length > 1, String(carried));
  assert.equal(
    carried.reduce((sum, minor) => sum + minor, 0n),
    200_060n,
  );
  const { text } = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select('text')
      .where('connection_id', '=', home.connectionId)
      .executeTakeFirstOrThrow(),
  );
  assert.match(text, /1,?000\.3 kWh free of charge, ZAR 2,?000\.60 on your meter for Flat \d+\./);
  const url = `/api/operator/connections/connection_${home.connectionId}/grants`;
  const { rows } = (await people.viewer.get(url)).json();
  assert.deepEqual([rows[0].energyWh, rows[0].amountMinor], ['1000300', '200060']);
  await assertAllLaws(h);
});

test('free units of the month are the meter’s own, counted, and given by no token', async () => {
  const home = await moneyHome();
  const counts = await h.addConnection({ tariffId: flat });
  const utility = await h.services.utilities.get(h.utilityId);
  await h.services.grants.startFreeUnits(utility);
  await runJobs(h);
  const runs = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.grants.freeUnitRuns(tx, h.utilityId),
  );
  const [run] = runs.rows;
  assert.ok(run !== undefined && run.inMeter >= 1 && run.refused === 0, JSON.stringify(run));
  assert.deepEqual(await grantsOf(home), []);
  assert.deepEqual(
    (await grantsOf(counts)).map((grant) => [grant.kind, grant.energy_wh]),
    [['freeUnits', 50_000n]],
  );
  await assertAllLaws(h);
});

let meters = 500;
type Balance = { readonly from: string } & Readonly<Record<string, unknown>>;
/** Asks for another meter and has it allowed; the code of a refusal, or the new meter’s number. */
async function exchange(home: Home, counts: 'energy' | 'money', balance: Balance) {
  meters += 1;
  h.clock.nowMs += 60_000;
  const meterPan = meterPanOf(meters);
  const path = `/api/operator/connections/connection_${home.connectionId}/meter-exchange`;
  const done = await askAndAllow(people, path, {
    ...{ requestId: newTestUuid(), reason: 'The old one was struck by lightning' },
    oldMeterPan: home.meterPan,
    meter: {
      ...{ meterPan, encryptionAlgorithm: 'ea07', supplyGroupCode: '123456', tariffIndex: '01' },
      ...{ keyRevision: 1, counts, secretSha256: 'ab'.repeat(32) },
    },
    balance,
  });
  const facts = done.approval?.description.facts ?? [];
  return {
    ...{ code: done.code, meterPan, outcome: done.approval?.outcome as Record<string, string> },
    carried: facts.find(({ label }) => label === 'Carried over')?.value,
    failure: done.approval?.failure,
  };
}

const quoted = async (home: Home) => {
  const quote = await h.services.vending.makeQuote(home, 5_000n);
  assert.ok(quote.ok, JSON.stringify(quote));
  return h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('quotes')
      .select(['energy_wh', 'credit_minor'])
      .where('id', '=', quote.value.quoteId)
      .executeTakeFirstOrThrow(),
  );
};

test('an exchanged meter’s money goes over to one that counts money, to the minor unit', async () => {
  const home = await moneyHome(25_037_900_000n);
  const done = await exchange(home, 'money', { from: 'lastReading' });
  assert.equal(done.failure ?? null, null);
  assert.equal(done.outcome?.['carriedMinor'], '25037');
  const [grant] = await grantsOf(home);
  assert.deepEqual(
    [grant?.kind, grant?.energy_wh, grant?.amount_minor],
    ['replacement', null, 25_037n],
  );
  // Before its first report the new meter is what was said of it; its report takes the place.
  assert.deepEqual(await quoted(home), { energy_wh: 0n, credit_minor: 5_000n });
  await says(done.meterPan, { availableEnergyWh: energyWh(0n) });
  assert.deepEqual(await quoted(home), { energy_wh: 25_000n, credit_minor: null });
  await assertAllLaws(h);
});

test('money becomes energy, and energy money, at the price on the meter', async () => {
  const toEnergy = await moneyHome(10_190_000_000n);
  const became = await exchange(toEnergy, 'energy', { from: 'lastReading' });
  assert.equal(became.outcome?.['carriedWh'], '50900');
  assert.deepEqual((await grantsOf(toEnergy))[0]?.tokens, [50_900n]);
  const toMoney = await h.addConnection({ tariffId: flat });
  const stated = { from: 'stated', energyWh: '12345', creditedWh: null };
  const other = await exchange(toMoney, 'money', stated);
  assert.equal(other.outcome?.['carriedMinor'], '2469');
  assert.equal((await grantsOf(toMoney)).at(-1)?.amount_minor, 2_469n);
  await assertAllLaws(h);
  const cheaper = sql`UPDATE prewatt.meter_exchanges SET per_kwh_micro_minor = per_kwh_micro_minor * 2
    WHERE connection_id = ${toEnergy.connectionId}::uuid`;
  await assert.rejects(cheaper.execute(h.owner.directories), /meter_exchanges_carried/);
});

test('what is left is stated in the unit of the old meter', async () => {
  const home = await moneyHome();
  const inEnergy = { from: 'stated', energyWh: '12345', creditedWh: null };
  assert.equal((await exchange(home, 'money', inEnergy)).code, 'balanceUnit');
  const unknown = await exchange(home, 'energy', { ...inEnergy, energyWh: '0' });
  assert.equal(unknown.outcome?.['balanceMinor'], '0');
  const energy = await h.addConnection({ tariffId: flat });
  const inMoney = { from: 'statedMoney', amountMinor: '100', creditedMinor: null };
  assert.equal((await exchange(energy, 'energy', inMoney)).code, 'balanceUnit');
  const parts = { when: { monthTotal: { overKwh: '50' } }, per: 'purchase', amount: '1.00' };
  const tariffId = await tariff('Of both', {
    charges: [{ code: 'sale', label: 'Fee of the purchase', ...parts }],
  });
  const unfit = await h.addConnection({ tariffId });
  assert.equal((await exchange(unfit, 'money', inEnergy)).code, 'tariffNotForMeter');
});

test('a sale of money on a meter that was taken away is undone by what its display showed', async () => {
  const reverse = (saleId: string, register: object = {}) =>
    askAndAllow(people, `${salePath(saleId)}/reversal`, {
      ...{ requestId: newTestUuid(), reason: 'Bought after it was taken away' },
      moneyGoes: 'prepaid',
      ...register,
    });
  const sellAndTakeAway = async (id: string) => {
    const home = await moneyHome();
    const saleId = await buyAndPay(h, 20_000n, id, home);
    // What was read before the second person's approval proves nothing of what came after it.
    const left = { from: 'statedMoney', amountMinor: '100', creditedMinor: '0' };
    assert.equal((await exchange(home, 'money', left)).outcome?.['carriedMinor'], '100');
    return saleId;
  };
  const took = await sellAndTakeAway('taken-1');
  assert.equal((await reverse(took, { creditedMinor: '20000' })).code, 'meterRegisterUnknown');
  const unread = await sellAndTakeAway('taken-2');
  assert.equal((await reverse(unread)).code, 'meterRegisterUnknown');
  const note = await askAndAllow(people, `${salePath(unread)}/credit-note`, {
    ...{ requestId: newTestUuid(), reason: 'The meter cannot be read any more' },
    amountMinor: '20000',
  });
  assert.equal(note.approval?.state, 'done', JSON.stringify(note));
  const none = await sellAndTakeAway('taken-3');
  const undone = await reverse(none, { creditedMinor: '0' });
  assert.equal((undone.approval?.outcome as { proof: string } | null)?.proof, 'meterRetired');
  assert.equal((await saleRow(h, none)).state, 'reversed');
  await assertAllLaws(h);
});
