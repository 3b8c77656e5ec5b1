// What comes late in wallet mode: tokens typed after the handover, answers after the expiry, use
// up to a change that was reported after it. Nothing paid is lost, no use is charged twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk, parseId, uuidOf, zonedAt } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { sql } from 'kysely';
import { overviewOf } from '../src/edge/operators/meters.ts';
import { saleDetail, salePage } from '../src/edge/operators/sales.ts';
import { assertProof, refuseAsOld, tokensOf, typeAll } from './correction-harness.ts';
import { startMs, testUtility } from './harness.ts';
import { halfHour, handedOver, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();
const { answer, ask, balance, commands, pay, read, settle, statement, toWallet, typed, wallet } = w;
const minute = 60_000;

/** A paid sale whose tokens the meter refused by wire, so that they are on paper alone. */
const onPaper = async () => {
  const saleId = await pay(5_000n);
  await refuseAsOld(w.h, w.home, saleId);
  const [token] = await tokensOf(w.h, saleId);
  assert.ok(token !== undefined);
  const { remainder_minor: keptMinor } = await w.saleOf(saleId);
  return { saleId, token, energyWh: token.energy_wh ?? 0n, keptMinor: keptMinor ?? 0n };
};

/** What it cost: the first block, with its tax. */
const worthOf = (energyWh: bigint): bigint => (energyWh * 165n * 115n) / 100_000n;

test('a token typed after the handover becomes money at the price of the handover, once', async () => {
  const { saleId, energyWh } = await onPaper();
  await toWallet(10_000);
  const before = await balance();
  w.h.clock.nowMs += 10 * minute;
  await typeAll(w.h, w.home, saleId);
  await w.h.services.upkeep();
  // In proportion to what the ten kWh came to, each part rounded up.
  const [change] = (await wallet()).changes;
  assert.equal(change?.energyWh, '10000');
  const rows = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('transfers')
      .select(['reason', 'amount_minor'])
      .where('connection_id', '=', w.home.connectionId)
      .where('mode_change_id', 'is not', null)
      .execute(),
  );
  const of = (reason: string) =>
    rows.reduce((sum, row) => (row.reason === reason ? sum + row.amount_minor : sum), 0n);
  const share = (minor: bigint) => (minor * energyWh + 9_999n) / 10_000n;
  assert.equal(of('lateTokenEnergy'), share(of('carriedEnergy')));
  assert.equal(of('lateTokenTax'), share(of('carriedTax')));
  assert.equal(await balance(), before + of('lateTokenEnergy') + of('lateTokenTax'));
  assert.ok((await balance()) > before);
  const { rows: told } = await statement();
  const kwh = `${energyWh / 1000n}.${(energyWh / 100n) % 10n}`;
  assert.ok(
    told.some((row) => row.text.startsWith(`A token of ${kwh}`) && /as money/.test(row.text)),
    JSON.stringify(told.map((row) => row.text)),
  );
  const once = await balance();
  await typeAll(w.h, w.home, saleId);
  await w.h.services.upkeep();
  assert.equal(await balance(), once, 'the same event again changes nothing');
  await assertProof(w.h);
});

test('a token that is taken while the answer to the change is on its way is not lost', async () => {
  const { token, energyWh, keptMinor } = await onPaper();
  await ask('wallet');
  await w.h.services.upkeep();
  const changedAtMs = w.h.clock.nowMs;
  w.h.clock.nowMs += 5 * minute;
  const event = await typed({ token, atMs: changedAtMs + minute, inCreditMode: true });
  const held = () =>
    w.h.database.inUtility(w.h.utilityId, (tx) =>
      tx
        .selectFrom('late_tokens')
        .select(['state', 'amount_minor'])
        .where('connection_id', '=', w.home.connectionId)
        .execute(),
    );
  assert.deepEqual(await held(), [{ state: 'waiting', amount_minor: null }]);
  await answer('setPaymentMode', handedOver(0), changedAtMs);
  await w.h.services.upkeep();
  const worth = worthOf(energyWh);
  assert.equal(await balance(), keptMinor + worth);
  assert.deepEqual(await held(), [{ state: 'carried', amount_minor: worth }]);
  await typed({ token, atMs: 0, inCreditMode: true, again: event });
  assert.equal(await balance(), keptMinor + worth);
  await assertProof(w.h);
});

test('a token that the meter took before it handed over is in what it handed over', async () => {
  const { token, energyWh, keptMinor } = await onPaper();
  await ask('wallet');
  await w.h.services.upkeep();
  await typed({ token, atMs: w.h.clock.nowMs, inCreditMode: false });
  w.h.clock.nowMs += minute;
  await answer('setPaymentMode', handedOver(Number(energyWh)));
  await w.h.services.upkeep();
  assert.equal(await balance(), keptMinor + worthOf(energyWh));
});

test('a meter that answers after the change was given up has made it all the same', async () => {
  await read(startMs, [100_000]);
  await ask('wallet');
  await w.h.services.upkeep();
  const changedAtMs = w.h.clock.nowMs;
  w.h.clock.nowMs += 73 * 60 * minute;
  await settle();
  assert.equal((await wallet()).changes[0]?.state, 'failed');
  await answer('setPaymentMode', handedOver(10_000, { registerWh: 100_010 }), changedAtMs);
  await settle();
  const now = await wallet();
  assert.deepEqual([now.creditMode, now.changes[0]?.state], ['wallet', 'done']);
  assert.equal(now.changes[0]?.amountMinor, '1897');
  await assertProof(w.h);
});

test('use between the meter’s change and its late answer is the wallet’s', async () => {
  await read(startMs, [100_000]);
  await ask('wallet');
  await w.h.services.upkeep();
  const changedAtMs = startMs + 10 * minute;
  w.h.clock.nowMs = changedAtMs;
  await read(startMs + halfHour, [101_000, 102_000]);
  await answer('setPaymentMode', handedOver(50_000, { registerWh: 100_300 }), changedAtMs);
  await settle();
  const { ratings } = await wallet();
  const rated = ratings.reduce((sum, each) => sum + BigInt(each.energyWh), 0n);
  assert.equal(rated, 1_700n, 'from the register at the change to the newest reading');
  await assertProof(w.h);
});

test('use up to the change back is rated by the register at the change, to the watt-hour', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000]);
  await ask('token');
  await w.h.services.upkeep();
  const changedAtMs = startMs + halfHour + 10 * minute;
  // The next reading is here before the answer: it is charged, and given back beyond the change.
  await read(startMs + 2 * halfHour, [102_000]);
  await settle();
  const tooMuch = await balance();
  await answer('setPaymentMode', handedOver(0, { registerWh: 101_400 }), changedAtMs);
  await settle();
  await settle();
  const now = await wallet();
  assert.equal(now.creditMode, 'token');
  const standing = now.ratings.filter((each) => !each.isReplaced);
  const rated = standing.reduce((sum, each) => sum + BigInt(each.energyWh), 0n);
  assert.equal(rated, 1_400n);
  const left = BigInt(now.changes[0]?.amountMinor ?? 0);
  assert.ok(left > tooMuch, `${left} after ${tooMuch}`);
  // The money was paid before: it is a token now, and no sale of today.
  const utility = await w.h.services.utilities.get(w.h.utilityId);
  const [page, overview] = await w.h.database.inUtility(utility.id, async (tx) => [
    await salePage(tx, utility, { connectionId: w.home.connectionId, cursor: null }),
    await overviewOf(tx, utility, w.h.clock.nowMs),
  ]);
  const [carried] = page.rows;
  assert.ok(carried?.carried === true && BigInt(carried.amountMinor) > 0n);
  const all = await w.h.database.inUtility(utility.id, (tx) =>
    salePage(tx, utility, { cursor: null }),
  );
  const paid = all.rows.filter(
    (row) => ['issued', 'delivered'].includes(row.state) && !row.carried,
  );
  assert.equal(overview.today.sales, paid.length);
  const detail = await w.h.database.inUtility(utility.id, (tx) =>
    saleDetail(tx, utility, uuidOf(expectOk(parseId('sale', carried.saleId), 'sale'))),
  );
  assert.match(detail?.timeline[0]?.text ?? '', /became a token/);
  assert.ok(!detail?.timeline.some(({ text }) => text === 'Payment received'));
  await assertProof(w.h);
});

test('a change back waits for a reading that reaches it, and asks the meter for one', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000]);
  await ask('token');
  const readings = () => commands().filter((each) => each.action.kind === 'readNow').length;
  await answer('setPaymentMode', handedOver(0));
  const before = readings();
  await settle();
  assert.equal((await wallet()).creditMode, 'wallet');
  await settle();
  assert.equal(readings(), before + 1);
  await read(startMs + 2 * halfHour, [102_000]);
  await settle();
  const now = await wallet();
  assert.equal(now.creditMode, 'token');
  const rated = now.ratings.reduce((sum, each) => sum + BigInt(each.energyWh), 0n);
  assert.ok(rated > 1_000n && rated < 1_100n, `a part of the half-hour: ${rated}`);
  await assertProof(w.h);
});

test('use that cannot be rated holds the change back, with the reason', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  const position = (json: string) =>
    sql`UPDATE prewatt.connections SET tariff_position = ${json}::jsonb
      WHERE id = ${w.home.connectionId}::uuid`.execute(w.h.owner.directories);
  await ask('token');
  await w.h.services.upkeep();
  const { rows } = await sql<{ was: string }>`SELECT tariff_position::text AS was
    FROM prewatt.connections WHERE id = ${w.home.connectionId}::uuid`.execute(
    w.h.owner.directories,
  );
  await position('{}');
  await answer('setPaymentMode', handedOver(0, { registerWh: 101_000 }));
  await settle();
  await settle();
  const now = await wallet();
  assert.equal(now.creditMode, 'wallet');
  const change = now.changes.find((each) => each.toMode === 'token');
  assert.match(change?.problem ?? '', /position of the tariff cannot be read/);
  await position(rows[0]?.was ?? '{}');
  await read(startMs + halfHour, [101_200]);
  await settle();
  assert.equal((await wallet()).creditMode, 'token');
});

test('what a meter held in money is the wallet’s', async () => {
  await ask('wallet');
  await answer('setPaymentMode', {
    ...(handedOver(0) as Extract<Parameters<typeof answer>[1], { kind: 'setPaymentMode' }>),
    handedOverMicroMinor: 12_340_000_000n,
    owedMicroMinor: 340_000_000n,
  });
  assert.equal(await balance(), 12_000n);
  await assertProof(w.h);
});

for (const [n, counting] of [{ months: 2 }, { days: 30 }].entries()) {
  test(`energy is worth what it cost in the tariff’s own period (${Object.keys(counting)})`, async () => {
    const document = {
      ...demoTariff,
      id: `counts-${n}`,
      counting,
      energy: {
        schedules: [
          {
            code: 'homes',
            blocks: [
              { uptoKwh: '10', rate: '1.00' },
              { uptoKwh: null, rate: '3.00' },
            ],
          },
        ],
      },
      charges: [],
      levies: [],
      examples: [],
    };
    const tariffId = await w.h.database.inUtility(w.h.utilityId, (tx) =>
      w.h.onboarding.createTariff(tx, w.h.utilityId, { name: `Counts ${n}`, document }),
    );
    w.home = await w.h.addConnection({ tariffId });
    const saleId = await pay(1_000n);
    const [token] = await tokensOf(w.h, saleId);
    assert.ok(token !== undefined);
    await refuseAsOld(w.h, w.home, saleId);
    await typed({ token, atMs: w.h.clock.nowMs, inCreditMode: false });
    await toWallet(8_000);
    assert.equal(await balance(), 800n, 'eight of the ten kWh, at the first block’s price');
    await assertProof(w.h);
  });
}

test('a reading that has just come late and waits to be charged anew breaks no law', async () => {
  const midnight = Temporal.Instant.fromEpochMilliseconds(startMs)
    .toZonedDateTimeISO(testUtility.zone)
    .add({ days: 1 })
    .startOfDay().epochMilliseconds;
  await read(midnight - 2 * halfHour, [100_000]);
  await toWallet();
  await pay(9_000n);
  await read(midnight + halfHour, [101_000]);
  const before = (await wallet()).ratings.map((each) => each.energyWh);
  assert.equal(before.length, 2, 'midnight has no reading, and ends a row');
  await w.late(midnight, 100_100);
  await assertProof(w.h);
  w.h.clock.nowMs += 21_000;
  await w.h.services.upkeep();
  const after = (await wallet()).ratings.filter((each) => !each.isReplaced);
  assert.notDeepEqual(
    after.map((each) => each.energyWh),
    before,
  );
  await assertProof(w.h);
});

test('text, statement and console say the instant at which the meter changed, not when that was heard', async () => {
  await w.read(startMs, [100_000]);
  await w.ask('wallet');
  const changedAtMs = w.h.clock.nowMs + 5 * 60_000;
  w.h.clock.nowMs += 2 * 3_600_000;
  await w.answer('setPaymentMode', handedOver(20_000), changedAtMs);
  const { zone } = await w.h.services.utilities.get(w.h.utilityId);
  const clock = zonedAt(changedAtMs, zone).toPlainTime().toString().slice(0, 5);
  const { rows } = await sql<{ text: string }>`SELECT text FROM prewatt.messages
    WHERE connection_id = ${w.home.connectionId}::uuid AND kind = 'walletBegins'`.execute(
    w.h.owner.directories,
  );
  const text = rows[0]?.text ?? '';
  assert.ok(text.includes(`, ${clock}, with ZAR `), `${clock} in ${text}`);
  const carried = (await w.statement()).rows.find(({ kind }) => kind === 'carried');
  assert.ok(carried?.text.includes(`, ${clock}: 20.0 kWh that were left`), carried?.text ?? '');
  const { changes }: { changes: { madeAt: string }[] } = (
    await w.people.viewer.get(`${w.path()}/wallet`)
  ).json();
  assert.equal(Date.parse(changes[0]?.madeAt ?? ''), changedAtMs);
});
