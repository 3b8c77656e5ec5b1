// Use of a time in wallet mode that is known better after it has ended: charged or given back by
// new transfers, with the reason on the statement; owed as a debt or kept as prepaid money, and
// never a cut. On a real PostgreSQL.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMeter } from '../src/registry/connections/index.ts';
import { walletTimes } from '../src/workflows/wallet/index.ts';
import { askAndAllow, assertProof } from './correction-harness.ts';
import { meterPanOf, newTestUuid, startMs } from './harness.ts';
import { halfHour, handedOver, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();
const { ask, answer, balance, commands, path, pay, read, settle, statement } = w;
const { toToken, toWallet, wallet } = w;
const hour = 3_600_000;

const standing = async () => (await wallet()).ratings.filter((each) => !each.isReplaced);
const ratedWh = async () =>
  (await standing()).reduce((sum, each) => sum + BigInt(each.energyWh), 0n);
const chargedMinor = async () =>
  (await standing()).reduce((sum, each) => sum + BigInt(each.chargedMinor), 0n);
const prepaid = async () => {
  const row = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('connections')
      .select(['prepaid_minor', 'tariff_position'])
      .where('id', '=', w.home.connectionId)
      .executeTakeFirstOrThrow(),
  );
  return { minor: row.prepaid_minor, position: JSON.stringify(row.tariff_position) };
};
const debts = () =>
  w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('debts')
      .select(['id', 'outstanding_minor'])
      .where('connection_id', '=', w.home.connectionId)
      .execute(),
  );
const owed = async () => (await debts()).reduce((sum, each) => sum + each.outstanding_minor, 0n);

const decide = async (readAtMs: number, decision: string, finding = 'spike', meterPan?: string) => {
  const answered = await w.people.asker.postJson(`${path()}/readings/decide`, {
    readAt: new Date(readAtMs).toISOString(),
    ...{ finding, decision },
    reason: 'The meter was looked at',
    ...(meterPan === undefined ? {} : { meterPan }),
  });
  assert.equal(answered.statusCode, 200, answered.body);
  await settle();
};

/** In wallet mode from 08:00 to 10:00, with a register that jumped by 99 kWh at 09:00. */
const jumped = async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000, 200_000, 200_500, 201_000]);
  await toToken(201_000);
  assert.equal((await wallet()).creditMode, 'token');
};
const jumpAtMs = startMs + 2 * halfHour;

test('a jump that is found right after the change is owed, and given back when it was wrong', async () => {
  await jumped();
  const before = await prepaid();
  const cut = commands().filter((each) => each.action.kind === 'switchOpen').length;
  const charged = await chargedMinor();
  assert.equal(await ratedWh(), 2_000n);
  await decide(jumpAtMs, 'accepted');
  assert.equal(await ratedWh(), 101_000n);
  const more = (await chargedMinor()) - charged;
  assert.ok(more > 0n);
  const after = await prepaid();
  const taken = before.minor - after.minor;
  assert.ok(after.minor >= 0n, 'prepaid money is never below zero in token mode');
  assert.equal((await owed()) + taken, more, 'free money first, the rest is owed');
  assert.equal(after.position, before.position, 'the place in the price list stays');
  const { rows } = await statement();
  const texts = rows.map((row) => row.text).join('\n');
  assert.match(texts, /Charged again: A reading came late or was corrected/);
  assert.match(texts, /owed from now on/);
  assert.equal(commands().filter((each) => each.action.kind === 'switchOpen').length, cut);
  await assertProof(w.h);
  await decide(jumpAtMs, 'reopened');
  assert.equal(await ratedWh(), 2_000n);
  assert.equal(await owed(), 0n);
  assert.equal((await prepaid()).minor, before.minor);
  assert.match(
    (await statement()).rows.map((row) => row.text).join('\n'),
    /pays what was still owed/,
  );
  assert.equal((await debts()).length, 1, 'one debt, however often it moves');
  await assertProof(w.h);
});

test('what was repaid meanwhile is kept as money when the charge is taken back', async () => {
  await jumped();
  await decide(jumpAtMs, 'accepted');
  const first = await owed();
  const { energy_wh: bought } = await w.saleOf(await pay(4_000n));
  assert.ok((bought ?? 0n) > 0n, 'what is owed takes a share, and never all');
  const repaid = first - (await owed());
  assert.ok(repaid > 0n);
  const before = (await prepaid()).minor;
  await decide(jumpAtMs, 'reopened');
  assert.equal(await owed(), 0n);
  assert.ok((await prepaid()).minor >= before + repaid);
  await assertProof(w.h);
});

test('a late reading that changes no use changes no money', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000]);
  w.h.clock.nowMs += hour;
  await toToken(104_000);
  const before = await prepaid();
  const charged = await chargedMinor();
  const count = (await wallet()).ratings.length;
  await read(startMs + 2 * halfHour, [102_500]);
  await settle();
  assert.equal((await wallet()).ratings.length, count);
  assert.deepEqual([await chargedMinor(), (await prepaid()).minor], [charged, before.minor]);
  await assertProof(w.h);
});

test('readings that a silent meter had kept correct the use up to its register as read there', async () => {
  await read(startMs, [100_000]);
  await toWallet(80_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000]);
  w.h.clock.nowMs += 6 * hour;
  const readAtMs = w.h.clock.nowMs;
  const siteReading = { importEnergyWh: '113000', readAt: new Date(readAtMs).toISOString() };
  await ask('token', { siteReading });
  await settle();
  assert.equal(await ratedWh(), 13_000n);
  // Its own words come a day later, and are another 13 kWh over the hours, and more since.
  w.h.clock.nowMs += 24 * hour;
  await read(startMs + 2 * halfHour, [110_000, 111_000]);
  await read(readAtMs + halfHour, [113_700]);
  await settle();
  assert.equal(await ratedWh(), 13_000n, 'nothing of what came after the register');
  await assertProof(w.h);
});

test('what an exchanged meter is found to have measured goes to the wallet that went on', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000, 200_000, 200_500, 201_000]);
  await pay(20_000n);
  const old = w.home.meterPan;
  const meterPan = meterPanOf(96_001);
  const done = await askAndAllow(w.people, `${path()}/meter-exchange`, {
    requestId: newTestUuid(),
    reason: 'The old meter is worn out',
    oldMeterPan: old,
    meter: {
      ...{ meterPan, encryptionAlgorithm: 'ea07', supplyGroupCode: '123456' },
      ...{ tariffIndex: '01', keyRevision: 1, secretSha256: 'ab'.repeat(32) },
    },
    balance: { from: 'stated', energyWh: '0', creditedWh: null },
    finalImportEnergyWh: '201000',
    startImportEnergyWh: '0',
  });
  assert.equal(done.approval?.state, 'done', JSON.stringify(done));
  const place = await findMeter(w.h.database, meterPan);
  assert.ok(place !== null);
  w.home = { ...w.home, ...place, meterPan };
  await settle();
  await answer('setPaymentMode', handedOver(0, { registerWh: 0 }));
  const before = await balance();
  await decide(jumpAtMs, 'accepted', 'spike', old);
  const after = await balance();
  assert.ok(after < before, `${after} after ${before}`);
  assert.equal(await owed(), 0n, 'a wallet is charged itself');
  assert.equal(await ratedWh(), 101_000n);
  await assertProof(w.h);
});

test('an earlier time in wallet mode is put right while the home is in wallet mode again', async () => {
  await jumped();
  w.h.clock.nowMs += hour;
  await w.h.services.upkeep();
  const tokens = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .select(['tid', 'energy_wh', 'digits'])
      .where('connection_id', '=', w.home.connectionId)
      .where('kind', '=', 'credit')
      .execute(),
  );
  for (const token of tokens) {
    await w.typed({ token, atMs: w.h.clock.nowMs, inCreditMode: false });
  }
  await toWallet(10_000, { registerWh: 203_000 });
  await read(w.h.clock.nowMs + halfHour, [204_000]);
  await settle();
  const before = await balance();
  const rated = await ratedWh();
  await decide(jumpAtMs, 'accepted');
  assert.equal(await ratedWh(), rated + 99_000n);
  assert.ok((await balance()) < before);
  assert.equal(await owed(), 0n);
  await assertProof(w.h);
});

test('for trials over the past, a home’s time in wallet mode ends with the mode', async () => {
  await read(startMs, [100_000]);
  await toWallet();
  await read(startMs + halfHour, [101_000]);
  const timesOf = () =>
    w.h.database.inUtility(w.h.utilityId, (tx) =>
      walletTimes(tx, [w.home], { fromMs: startMs - 24 * hour, toMs: w.h.clock.nowMs }),
    );
  const [during, ...others] = await timesOf();
  assert.deepEqual(others, []);
  assert.ok(during !== undefined && during.fromMs >= startMs, JSON.stringify(during));
  assert.equal(during.toMs, w.h.clock.nowMs);
  await toToken(101_000);
  w.h.clock.nowMs += 24 * hour;
  const [ended, ...more] = await timesOf();
  assert.deepEqual([more.length, ended?.fromMs], [0, during.fromMs]);
  assert.ok(ended !== undefined && ended.toMs < w.h.clock.nowMs - (24 * hour) / 2);
});
