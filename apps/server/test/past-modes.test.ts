// The past that trials of rules and of tariffs go through where a home's credit changed hands in
// it: between meter and ledger, from one meter to the next, between money and energy. On a real
// PostgreSQL.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noProtection, type ReplayHome, replayHome } from '@prewatt/protection';
import type { AccountState } from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { pastOf } from '../src/metering/protection/replay-past.ts';
import { readRegister } from '../src/metering/readings/index.ts';
import { useWindows } from '../src/money/tariffs/past-use.ts';
import { topUpsBetween } from '../src/money/tokens/index.ts';
import { findMeter } from '../src/registry/connections/index.ts';
import { walletPast, walletTimes } from '../src/workflows/wallet/index.ts';
import { askAndAllow } from './correction-harness.ts';
import { meterPanOf, newTestUuid, startMs } from './harness.ts';
import { halfHour, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();
const { pay, read, toToken, toWallet, typed } = w;
const hour = 3_600_000;
const minute = 60_000;

const past = async () => {
  const home = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    pastOf(tx, {
      ...{ readRegister, topUpsBetween, walletPast },
      place: { ...w.home, utilityId: w.h.utilityId },
      past: { fromMs: startMs - hour, toMs: w.h.clock.nowMs, date: '2026-11-24' },
    }),
  );
  assert.ok(home !== null);
  return home;
};
const state = (availableWh: number, importWh: number, money?: AccountState['money']) =>
  w.h.fromMeter(w.home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: w.h.clock.nowMs,
      availableEnergyWh: energyWh(availableWh),
      powerW: powerW(0),
      importEnergyWh: energyWh(importWh),
      creditedEnergyWh: energyWh(0),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      owedEnergyWh: energyWh(0),
      ...(money === undefined ? {} : { money }),
    },
  });

/** All credit tokens of the home that its meters have not taken are typed. */
const typeWhatIsOpen = async () => {
  const open = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .selectAll()
      .where('connection_id', '=', w.home.connectionId)
      .where('state', '=', 'issued')
      .execute(),
  );
  for (const token of open) {
    await typed({ token, atMs: w.h.clock.nowMs, inCreditMode: false });
  }
  return open.reduce((sum, { energy_wh: wh }) => sum + Number(wh), 0);
};
const cutsOf = (home: ReplayHome) =>
  replayHome(noProtection, home, 'UTC')?.cuts.map((cut) => [
    Math.round((cut.fromMs - startMs) / minute),
    cut.untilMs === null ? null : Math.round((cut.untilMs - startMs) / minute),
  ]);

test('a replay goes through wallet mode by the wallet, also of a home that has left it since', async () => {
  await read(startMs, [100_000]);
  await pay(3_400n);
  const boughtWh = await typeWhatIsOpen();
  await read(startMs + halfHour, [101_000]);
  // It had 300 Wh at the start.
  await toWallet(300 + boughtWh - 1_000, { registerWh: 101_000 });
  await read(startMs + 2 * halfHour, [102_000, 103_000, 104_000]);
  await pay(2_000n);
  await read(startMs + 5 * halfHour, [105_000]);
  // The money runs out after about two kilowatt-hours, and comes back at 10:00.
  const cuts = [[92, 120]];
  const inWallet = await past();
  assert.equal(inWallet.openingWh, 300n);
  assert.deepEqual(cutsOf(inWallet), cuts);

  await toToken(105_000);
  const carriedWh = await typeWhatIsOpen();
  assert.ok(carriedWh > 0);
  await read(startMs + 6 * halfHour, [106_000]);
  await state(carriedWh - 1_000, 106_000);
  const back = await past();
  assert.equal(back.openingWh, 300n);
  assert.deepEqual(cutsOf(back), cuts);
  const [, atReturn] = back.shifts ?? [];
  assert.ok(Math.abs(Number(atReturn?.energyWh)) < 500, 'what went back is not credited again');
  assert.deepEqual(
    back.topUps.map(({ energyWh: wh }) => wh),
    inWallet.topUps.map(({ energyWh: wh }) => wh),
  );
});

test('a replay goes on over an exchange of the meter: what was left in the old one is not bought', async () => {
  await read(startMs, [100_000, 101_000]);
  const meterPan = meterPanOf(97_001);
  const exchanged = await askAndAllow(w.people, `${w.path()}/meter-exchange`, {
    requestId: newTestUuid(),
    reason: 'Its display is broken',
    oldMeterPan: w.home.meterPan,
    meter: {
      ...{ meterPan, encryptionAlgorithm: 'ea07', supplyGroupCode: '123456', tariffIndex: '01' },
      ...{ keyRevision: 1, secretSha256: 'ab'.repeat(32) },
    },
    balance: { from: 'stated', energyWh: '2000', creditedWh: null },
  });
  assert.equal(exchanged.approval?.state, 'done', JSON.stringify(exchanged));
  const place = await findMeter(w.h.database, meterPan);
  assert.ok(place !== null);
  w.home = { ...w.home, ...place, meterPan };
  assert.equal(await typeWhatIsOpen(), 2_000);
  await read(startMs + 2 * halfHour, [50, 1_050]);
  await state(1_000, 1_050);
  const home = await past();
  assert.deepEqual([home.openingWh, home.topUps], [3_000n, []]);
  assert.equal(
    home.use.reduce((sum, { energyWh: wh }) => sum + wh, 0n),
    2_000n,
  );
});

const money: AccountState['money'] = {
  currency: { code: 'ZAR', scale: 2 },
  ...{ availableMicroMinor: 0n, creditedMicroMinor: 0n, chargedMicroMinor: 0n },
  ...{ clearedMicroMinor: 0n, owedMicroMinor: 0n, perKwhMicroMinor: 250_000_000n },
  tariff: { id: 'demo', version: 1 },
};
/** Kind, and minutes from and to, of the times whose measured use a back-test prices. */
const windows = () =>
  w.h.database.inUtility(w.h.utilityId, async (tx) => {
    const time = { fromAtMs: startMs, toAtMs: w.h.clock.nowMs };
    const own = (await useWindows(tx, [w.home], { ...time, walletTimes })).get(w.home.connectionId);
    return (own ?? []).map(({ kind, fromMs, toMs }) => [
      kind,
      ...[fromMs, toMs].map((atMs) => Math.round((atMs - startMs) / minute)),
    ]);
  });
const paidInMoney = (saleId: string) =>
  sql`UPDATE prewatt.sales SET credit_minor = amount_minor, energy_wh = 0
    WHERE id = ${saleId}::uuid`.execute(w.h.owner.directories);

test('a back-test prices use of a wallet once, and of a meter for as long as it counted money', async () => {
  await read(startMs, [100_000]);
  await paidInMoney(await pay(3_400n));
  await typeWhatIsOpen();
  await read(startMs + halfHour, [101_000]);
  await state(0, 101_000, money);
  assert.deepEqual(await windows(), [['moneyMeter', 0, 30]]);
  await toWallet(5_000, { registerWh: 101_000 });
  await read(startMs + 2 * halfHour, [102_000]);
  assert.deepEqual(await windows(), [
    ['moneyMeter', 0, 30],
    ['wallet', 30, 60],
  ]);
  // Its balance goes back as energy: from then on purchases tell all.
  await state(0, 102_000);
  await toToken(102_000);
  await typeWhatIsOpen();
  await read(startMs + 4 * halfHour, [103_000]);
  const untilMinutes = Math.round((w.h.clock.nowMs - startMs) / minute);
  assert.deepEqual(
    (await windows()).map(([kind]) => kind),
    ['moneyMeter', 'wallet'],
  );
  await state(0, 103_000, money);
  const [, , last] = await windows();
  assert.deepEqual([last?.[0], last?.[2]], ['moneyMeter', untilMinutes]);
});
