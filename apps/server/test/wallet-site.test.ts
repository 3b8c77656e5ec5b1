// A wallet's meter that is silent goes back to token mode by its register as it was read there: use
// is charged up to it, the balance becomes a token, and what is missing is owed, not waited for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProof, tokensOf } from './correction-harness.ts';
import { newTestUuid, startMs } from './harness.ts';
import { halfHour, handedOver, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();
const { answer, ask, balance, commands, path, pay, read, settle, statement } = w;
const { toToken, toWallet, typed, wallet } = w;
const hour = 3_600_000;

/** In wallet mode, heard last at 10:30 with a register of 101 kWh, then silent. */
const silentHome = async (handedOverWh = 50_000) => {
  await read(startMs, [100_000]);
  await toWallet(handedOverWh, { registerWh: 100_000 });
  await read(startMs + halfHour, [101_000]);
};
const reading = (importEnergyWh: number, more: object = {}) => ({
  siteReading: {
    importEnergyWh: String(importEnergyWh),
    readAt: new Date(w.h.clock.nowMs).toISOString(),
    ...more,
  },
});
const refusal = async (importEnergyWh: number, more: object = {}) => {
  const answered = await w.people.asker.postJson(`${path()}/credit-mode`, {
    requestId: newTestUuid(),
    toMode: 'token',
    reason: 'Its link is broken',
    ...reading(importEnergyWh, more),
  });
  return { status: answered.statusCode, ...answered.json() };
};
const ratedWh = async () =>
  (await wallet()).ratings.reduce(
    (sum, each) => sum + (each.isReplaced ? 0n : BigInt(each.energyWh)),
    0n,
  );
const debts = () =>
  w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('debts')
      .select(['label', 'outstanding_minor'])
      .where('connection_id', '=', w.home.connectionId)
      .execute(),
  );
const prepaid = async () => {
  const { prepaid_minor: minor } = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('connections')
      .select('prepaid_minor')
      .where('id', '=', w.home.connectionId)
      .executeTakeFirstOrThrow(),
  );
  return minor;
};

test('a silent meter goes back to token mode by the register that was read there', async () => {
  await silentHome();
  await pay(20_000n);
  await ask('token');
  w.h.clock.nowMs += 30 * hour;
  await settle();
  const before = await balance();
  const asked = await ask('token', reading(131_000));
  assert.equal(asked.approval?.state, 'done', JSON.stringify(asked));
  const facts = asked.approval?.description.facts
    .map(({ label, value }) => `${label}: ${value}`)
    .join('\n');
  assert.match(facts ?? '', /Register, as read at the meter: 131\.0 kWh, /);
  assert.doesNotMatch(facts ?? '', /Cannot be done/);
  await settle();
  const now = await wallet();
  assert.equal(now.creditMode, 'token');
  assert.equal(await ratedWh(), 31_000n, 'up to the register, and no further');
  const [bySite, byWire] = now.changes;
  assert.equal(bySite?.state, 'done');
  assert.equal(bySite?.siteReading?.importEnergyWh, '131000');
  assert.match(byWire?.problem ?? '', /its register was read there instead/);
  const left = BigInt(bySite?.amountMinor ?? 0);
  assert.ok(left > 0n && left < before, `${left} of ${before}`);
  const sale = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('sales')
      .select(['id', 'amount_minor', 'state'])
      .where('connection_id', '=', w.home.connectionId)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow(),
  );
  assert.deepEqual([sale.amount_minor, sale.state], [left, 'issued']);
  assert.equal((await tokensOf(w.h, sale.id)).length, 1, 'the balance as a token');
  await assertProof(w.h);
});

test('the same request again is the first one, and no second change is made', async () => {
  await silentHome();
  w.h.clock.nowMs += 5 * hour;
  const same = { requestId: newTestUuid(), ...reading(103_000) };
  await ask('token', same);
  await settle();
  const again = await w.people.asker.postJson(`${path()}/credit-mode`, {
    toMode: 'token',
    reason: 'The customer asked for it',
    ...same,
  });
  assert.equal(again.statusCode, 202, again.body);
  await settle();
  assert.equal((await wallet()).changes.filter((each) => each.toMode === 'token').length, 1);
  assert.equal(await ratedWh(), 3_000n);
});

test('a register that cannot be is refused with what is known, one that is much is asked about', async () => {
  await silentHome();
  w.h.clock.nowMs += 5 * hour;
  const below = await refusal(100_900);
  assert.equal(below.code, 'siteReadingBelow');
  assert.match(below.detail, /The register was 101\.0 kWh on 24 Nov 2026, /);
  const high = await refusal(101_000 + 6 * 69_000);
  assert.equal(high.code, 'siteReadingTooHigh');
  const much = await refusal(141_000);
  assert.equal(much.code, 'siteReadingUnlikely');
  assert.match(
    much.detail,
    /That is 40\.0 kWh since 101\.0 kWh on .*, 19\d\.\d kWh a day; no whole/,
  );
  const early = { readAt: new Date(startMs + halfHour - 60_000).toISOString() };
  assert.equal((await refusal(102_000, early)).code, 'siteReadingOld');
  const ahead = { readAt: new Date(w.h.clock.nowMs + hour).toISOString() };
  assert.equal((await refusal(102_000, ahead)).code, 'siteReadingAhead');
  const intoWallet = await w.people.asker.postJson(`${path()}/credit-mode`, {
    requestId: newTestUuid(),
    toMode: 'wallet',
    reason: 'The customer asked for it',
    ...reading(102_000),
  });
  assert.equal(intoWallet.statusCode, 400, intoWallet.body);
  assert.equal((await wallet()).changes.length, 1, 'nothing has been changed');
  await pay(20_000n);
  const asked = await ask('token', reading(141_000, { confirmed: true }));
  assert.equal(asked.approval?.state, 'done', JSON.stringify(asked));
  await settle();
  assert.equal(await ratedWh(), 41_000n);
  await assertProof(w.h);
});

test('what the balance does not cover is owed, and the next purchase gives energy all the same', async () => {
  await silentHome(1_000);
  w.h.clock.nowMs += 20 * hour;
  await ask('token', reading(121_000));
  await settle();
  assert.equal((await wallet()).creditMode, 'token');
  assert.equal(await prepaid(), 0n);
  const [debt, ...others] = await debts();
  assert.deepEqual(others, []);
  assert.equal(debt?.label, 'Use up to the change to token mode');
  const owed = debt?.outstanding_minor ?? 0n;
  assert.ok(owed > 0n);
  const { rows } = await statement();
  const told = rows.find((row) => /did not cover/.test(row.text));
  assert.equal(told?.owedChangeMinor, owed.toString(), JSON.stringify(rows));
  assert.equal(told?.prepaidChangeMinor, owed.toString());
  const { energy_wh: bought } = await w.saleOf(await pay(1_000n));
  assert.ok((bought ?? 0n) > 0n, 'a quarter of it at most goes to what is owed');
  const [later] = await debts();
  const repaid = owed - (later?.outstanding_minor ?? 0n);
  assert.ok(repaid > 0n && repaid <= 250n, `${repaid}`);
  await assertProof(w.h);
});

test('by wire, too, use up to the change that is not covered is owed and not waited for', async () => {
  await silentHome(27_000);
  await ask('token');
  await read(startMs + 2 * halfHour, [121_000]);
  await settle();
  assert.ok((await balance()) < 0n);
  await answer('setPaymentMode', handedOver(0, { registerWh: 121_000 }));
  await settle();
  await settle();
  assert.equal((await wallet()).creditMode, 'token');
  assert.equal(await prepaid(), 0n);
  assert.ok(((await debts())[0]?.outstanding_minor ?? 0n) > 0n);
  await assertProof(w.h);
});

test('a meter that was left in credit mode keeps what is typed: it is not money besides', async () => {
  await silentHome();
  await pay(20_000n);
  w.h.clock.nowMs += 5 * hour;
  await ask('token', reading(103_000));
  await settle();
  const [token] = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .select(['tid', 'energy_wh', 'digits'])
      .where('connection_id', '=', w.home.connectionId)
      .where('kind', '=', 'credit')
      .execute(),
  );
  assert.ok(token !== undefined);
  const before = await prepaid();
  w.h.clock.nowMs += hour;
  await typed({ token, atMs: w.h.clock.nowMs, inCreditMode: true });
  await settle();
  assert.equal(await prepaid(), before);
  // Heard again, the meter is told to count its credit and to keep it.
  const told = commands().findLast((each) => each.action.kind === 'setPaymentMode');
  assert.deepEqual(told?.action, {
    kind: 'setPaymentMode',
    paymentMode: 'prepayment',
    creditUnit: 'energy',
    balance: 'keep',
  });
  await answer('setPaymentMode', handedOver(0, { registerWh: 104_000 }));
  await settle();
  assert.equal(await prepaid(), before);
  assert.equal((await wallet()).creditMode, 'token');
  await assertProof(w.h);
});

test('a home may go to wallet mode again afterwards, from where the meter then stands', async () => {
  await silentHome();
  w.h.clock.nowMs += 5 * hour;
  await ask('token', reading(103_000));
  await settle();
  await answer('setPaymentMode', handedOver(0, { registerWh: 103_000 }));
  await settle();
  const [sale] = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('sales')
      .select('id')
      .where('connection_id', '=', w.home.connectionId)
      .where('state', '=', 'issued')
      .execute(),
  );
  if (sale !== undefined) {
    const [token] = await tokensOf(w.h, sale.id);
    assert.ok(token !== undefined);
    await typed({ token, atMs: w.h.clock.nowMs, inCreditMode: false });
  }
  w.h.clock.nowMs += hour;
  await toWallet(5_000, { registerWh: 110_000 });
  await read(w.h.clock.nowMs + halfHour, [111_000]);
  await settle();
  assert.equal(await ratedWh(), 4_000n, 'three up to the register, one since');
  await toToken(111_500);
  assert.equal((await wallet()).creditMode, 'token');
  await assertProof(w.h);
});
