// Wallet mode on a real database: the change with its balance, use rated as readings come, readings
// that are late or wrong, supply by command within the rules, payments, statements and the proof.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { saleView } from '../src/edge/consumer/views.ts';
import { decideFinding, findingsOf } from '../src/metering/readings/index.ts';
import { loadConnection } from '../src/registry/connections/index.ts';
import { checkRule, rules } from '../src/reports/proof/index.ts';
import { askAndAllow, assertProof } from './correction-harness.ts';
import { newTestUuid, startMs, testUtility } from './harness.ts';
import { runJobs } from './jobs.ts';
import { addToAmounts } from './posted.ts';
import { startPurchase } from './purchases.ts';
import { createVendor } from './vendor-harness.ts';
import { halfHour, handedOver, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();
const { answer, ask, balance, commands, path, pay, read, saleOf, statement } = w;
const { toToken, toWallet, wallet, withRules } = w;

test('what the meter hands over becomes money, and a payment needs no token', async () => {
  await toWallet(10_000);
  const now = await wallet();
  assert.equal(now.creditMode, 'wallet');
  // Ten kWh of the first block, 1.65 each, and 15 % tax.
  assert.equal(now.wallet?.balanceMinor, '1897');
  assert.deepEqual(
    now.changes.map((each) => [each.state, each.energyWh, each.amountMinor]),
    [['done', '10000', '1897']],
  );
  const saleId = await pay(5_000n);
  assert.equal(await balance(), 6_897n);
  const sale = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx.selectFrom('sales').selectAll().where('id', '=', saleId).executeTakeFirstOrThrow(),
  );
  assert.deepEqual([sale.state, sale.energy_wh, sale.remainder_minor], ['delivered', 0n, 6_897n]);
  const view = await w.h.database.inUtility(w.h.utilityId, async (tx) => {
    const utility = await w.h.services.utilities.get(w.h.utilityId);
    const connection = await loadConnection(tx, w.home);
    assert.ok(connection !== null);
    const { nowMs } = w.h.clock;
    return saleView(tx, { ...w.h.services, utility, connection, saleId, nowMs });
  });
  assert.deepEqual(
    view?.steps.map((step) => [step.label, step.state]),
    [
      ['Paid', 'done'],
      ['In your balance', 'done'],
    ],
  );
  await assertProof(w.h);
});

test('use is rated as readings come, once, and the statement says what it was', async () => {
  await read(startMs, [100_000]);
  await toWallet();
  await pay(10_000n);
  await read(startMs + halfHour, [101_000, 102_000]);
  const first = await balance();
  const usedWh = BigInt((await wallet()).ratings[0]?.energyWh ?? '0');
  // What was used in the seconds before the change is not the wallet's.
  assert.ok(usedWh > 1_980n && usedWh < 2_000n, `${usedWh}`);
  // At 1.65, with the month's service charge of 25.00 and 15 % tax.
  assert.equal(first, 10_000n - ((usedWh * 165n + 2_500_000n) * 115n) / 100_000n);
  await w.h.services.upkeep();
  await read(startMs + halfHour, [101_000, 102_000]);
  assert.equal(await balance(), first, 'the same readings again change nothing');
  const { rows } = await statement();
  const used = rows.filter((row) => row.kind === 'use');
  assert.ok(used.length > 0);
  assert.match(used[0]?.text ?? '', /^Used 1.9 kWh on 24 Nov/);
  assert.ok((used[0]?.parts.length ?? 0) >= 3);
  await assertProof(w.h);
});

test('a reading that a person puts right is charged anew, with the reason on the statement', async () => {
  await read(startMs, [100_000]);
  await toWallet();
  await pay(90_000n);
  // A jump that stays is charged to nobody until somebody says what it is.
  await read(startMs + halfHour, [101_000, 200_000, 201_000, 202_000]);
  const before = await balance();
  w.h.clock.nowMs += 60_000;
  const [found] = await w.h.database.inUtility(w.h.utilityId, (tx) => findingsOf(tx, w.home));
  assert.ok(found !== undefined);
  const decided = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    decideFinding(tx, {
      place: w.home,
      readAtMs: Date.parse(found.readAt),
      finding: found.finding,
      decision: 'accepted',
      by: 'Ada',
      reason: 'Looked at on the spot',
      zone: testUtility.zone,
      nowMs: w.h.clock.nowMs,
    }),
  );
  assert.ok(decided.ok, JSON.stringify(decided));
  w.h.clock.nowMs += 21_000;
  await w.h.services.upkeep();
  assert.ok((await balance()) < before - 15_000n, `${await balance()} after ${before}`);
  const { rows } = await statement();
  assert.match(
    rows.find((row) => row.kind === 'reversal')?.text ?? '',
    /^Given back: use on 24 Nov.*corrected/,
  );
  assert.match(rows.findLast((row) => row.kind === 'use')?.text ?? '', /Charged again: /);
  assert.ok((await wallet()).ratings.some((each) => each.isReplaced));
  await assertProof(w.h);
});

test('supply goes off by command when the money is used up, and on again with a payment', async () => {
  await read(startMs, [100_000]);
  await toWallet();
  await pay(3_000n);
  await read(startMs + halfHour, [101_000, 104_000]);
  assert.ok((await balance()) < 0n);
  const off = (await wallet()).wallet;
  assert.equal(off?.supply, 'off');
  assert.deepEqual([off?.order?.opens, off?.emergency, off?.reservedMinor], [true, null, '0']);
  await answer('switchOpen', { kind: 'switchOpen', loadSwitch: 'disconnected' });
  assert.equal((await wallet()).wallet?.order?.stage, 'done');
  const { offer, text } = await w.h.database.inUtility(w.h.utilityId, async (tx) => ({
    offer: await w.h.services.vending.price(tx, w.home, testUtility.minimumPurchaseMinor),
    text: await tx
      .selectFrom('messages')
      .select('text')
      .where('connection_id', '=', w.home.connectionId)
      .where('kind', '=', 'supplyOff')
      .executeTakeFirstOrThrow(),
  }));
  // What is owed comes first in the offer, and the text names what turns supply on.
  assert.equal(offer.ok && offer.value.purchase.quote.lines[0]?.code, 'walletOwed');
  assert.match(text.text, /Pay in at least ZAR \d+\.\d\d to turn it on again/);
  await pay(5_000n);
  assert.ok((await balance()) > 0n);
  await answer('switchClose', { kind: 'switchClose', loadSwitch: 'connected' });
  assert.equal((await wallet()).wallet?.supply, 'on');
  const switched = commands().flatMap(({ action }) =>
    action.kind.startsWith('switch') ? [action.kind] : [],
  );
  assert.deepEqual(switched, ['switchOpen', 'switchClose']);
  await assertProof(w.h);
});

test('money that runs low is told once a crossing', async () => {
  await read(startMs, [100_000]);
  await toWallet(20_000);
  const told = () =>
    w.h.database.inUtility(w.h.utilityId, (tx) =>
      tx
        .selectFrom('messages')
        .select('text')
        .where('bucket', '=', w.home.bucket)
        .where('connection_id', '=', w.home.connectionId)
        .where('kind', '=', 'creditLow')
        .execute(),
    );
  await pay(3_000n);
  assert.equal((await told()).length, 0);
  await read(startMs + halfHour, [118_000]);
  await read(startMs + 2 * halfHour, [118_100]);
  assert.equal((await told()).length, 1);
  assert.match((await told())[0]?.text ?? '', /is low: ZAR \d+\.\d\d left/);
});

test('a meter that refuses a cut for its own rules is asked again later, not forgotten', async () => {
  await read(startMs, [100_000]);
  await toWallet();
  await read(startMs + halfHour, [101_000]);
  await answer('switchOpen', { kind: 'refused', reason: 'protected' });
  const before = commands().filter((each) => each.action.kind === 'switchOpen').length;
  w.h.clock.nowMs += 6 * 60_000;
  await w.h.services.upkeep();
  await w.h.services.upkeep();
  const later = commands().filter((each) => each.action.kind === 'switchOpen').length;
  assert.equal(later, before + 1);
});

test('the balance becomes a token when the connection goes back to token mode', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000);
  await read(startMs + halfHour, [101_000]);
  const left = await balance();
  await toToken(101_010);
  const now = await wallet();
  assert.equal(now.creditMode, 'token');
  // Ten watt-hours more, that were used up to the change: 1.65 of energy and 0.25 of tax.
  assert.equal(BigInt(now.changes[0]?.amountMinor ?? 0), left - 1n);
  const token = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .selectAll()
      .where('bucket', '=', w.home.bucket)
      .where('connection_id', '=', w.home.connectionId)
      .executeTakeFirstOrThrow(),
  );
  assert.ok((token.energy_wh ?? 0n) > 20_000n);
  await assertProof(w.h);
  // It is no wallet any more, so it may not be overdrawn.
  const overdraw = (byMinor: number) =>
    sql
      .raw(
        addToAmounts(
          'energy',
          byMinor,
          `sale_id IS NOT NULL AND connection_id = '${w.home.connectionId}'`,
        ),
      )
      .execute(w.h.owner.directories);
  await overdraw(1_000_000);
  const rule = rules.find(({ name }) => name === 'notOverdrawn');
  assert.ok(rule !== undefined);
  const range = { fromBucket: 0, toBucket: 1023, nowMs: w.h.clock.nowMs };
  const { findings } = await checkRule(w.h.owner.directories, rule, range);
  await overdraw(-1_000_000);
  assert.deepEqual(
    findings.map((each) => each.connectionId),
    [w.home.connectionId],
  );
});

test('a balance that becomes a token is no purchase: arrears get nothing, and nobody paid', async () => {
  await read(startMs, [100_000]);
  await toWallet(50_000);
  await read(startMs + halfHour, [101_000]);
  const charged = await w.people.asker.postJson(`${path()}/debts`, {
    requestId: newTestUuid(),
    ...{
      label: 'Old account',
      amountMinor: '20000',
      rule: { share: '20' },
      reason: 'Bills of the old account',
    },
  });
  assert.equal(charged.statusCode, 201, charged.body);
  await toToken(101_010);
  const { saleId, message } = await w.h.database.inUtility(w.h.utilityId, async (tx) => {
    const of = (table: 'sales' | 'messages') =>
      tx.selectFrom(table).where('connection_id', '=', w.home.connectionId);
    const sale = await of('sales').select('id').executeTakeFirstOrThrow();
    const texts = await of('messages').select('text').execute();
    return { saleId: sale.id, message: texts.map(({ text }) => text).join('\n') };
  });
  const sale = await saleOf(saleId);
  const lines = sale.lines as readonly { readonly kind: string }[];
  assert.deepEqual(
    lines.filter(({ kind }) => kind === 'debt'),
    [],
  );
  assert.match(
    message,
    /counts its credit again. Your balance of ZAR [\d.]+ is [\d.]+ kWh\. Token/,
  );
  assert.equal(commands().filter(({ action }) => action.kind === 'setPaymentMode').length, 2);
});

test('a change is asked for once, by those who may, and not while a token is under way', async () => {
  const body = { requestId: newTestUuid(), toMode: 'wallet', reason: 'The customer asked for it' };
  const refused = await w.people.viewer.postJson(`${path()}/credit-mode`, body);
  assert.equal(refused.statusCode, 403);
  const first = await w.people.asker.postJson(`${path()}/credit-mode`, body);
  const again = await w.people.asker.postJson(`${path()}/credit-mode`, body);
  assert.deepEqual([first.statusCode, again.statusCode], [202, 202]);
  assert.equal(first.json().approvalId, again.json().approvalId);
  const other = await w.people.asker.postJson(`${path()}/credit-mode`, {
    ...body,
    reason: 'Another reason than before',
  });
  assert.equal(other.json().code, 'requestIdReused');
  await pay(5_000n);
  const late = await ask('wallet');
  assert.equal(late.code, 'tokensUnderWay');
});

test('a meter that refuses the change leaves everything as it was, and says so', async () => {
  await ask('wallet');
  await answer('setPaymentMode', { kind: 'refused', reason: 'unsupported' });
  const now = await wallet();
  assert.equal(now.creditMode, 'token');
  assert.equal(now.changes[0]?.state, 'failed');
  assert.match(now.changes[0]?.problem ?? '', /unsupported/);
});

for (const end of ['done', 'refused'] as const) {
  test(`nothing is sold while a meter is asked for its credit, and what is paid goes on (${end})`, async () => {
    const open = await startPurchase(w.h, 5_000n, w.home);
    const vendor = await createVendor(w.h, `Shop ${end}`);
    await ask('wallet');
    const atTill = await w.h.services.vendors.selling.sell(vendor.till, {
      requestId: newTestUuid(),
      meterPan: w.home.meterPan,
      amountMinor: 5_000n,
    });
    assert.deepEqual(atTill, { ok: false, error: 'creditModeChanging' });
    const quote = await w.h.services.vending.makeQuote(w.home, 5_000n);
    assert.deepEqual(quote, { ok: false, error: 'creditModeChanging' });
    await open.pay(`held-${end}`);
    const held = await saleOf(open.saleId);
    assert.deepEqual([held.state, held.stuck_reason], ['stuck', 'creditModeChanging']);
    await w.h.services.upkeep();
    assert.equal((await saleOf(open.saleId)).state, 'stuck');
    await answer(
      'setPaymentMode',
      end === 'done' ? handedOver(0) : { kind: 'refused', reason: 'unsupported' },
    );
    const after = await saleOf(open.saleId);
    assert.equal(after.state, end === 'done' ? 'delivered' : 'issued');
    if (end === 'done') assert.equal(await balance(), 5_000n);
    await assertProof(w.h);
  });
}

test('a meter that does not answer the change is sold tokens after ten minutes, as before it', async () => {
  const open = await startPurchase(w.h, 5_000n, w.home);
  await ask('wallet');
  await open.pay('held-unanswered');
  assert.equal((await saleOf(open.saleId)).state, 'stuck');
  w.h.clock.nowMs += 11 * 60_000;
  await w.h.services.upkeep();
  assert.equal((await saleOf(open.saleId)).state, 'issued');
  assert.ok((await w.h.services.vending.makeQuote(w.home, 5_000n)).ok);
  // It hands over what it has; the token comes after that, and becomes money.
  await answer('setPaymentMode', handedOver(0));
  assert.equal((await wallet()).creditMode, 'wallet');
  const { digits, tid, energy_wh } = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .selectAll()
      .where('connection_id', '=', w.home.connectionId)
      .executeTakeFirstOrThrow(),
  );
  const atMs = w.h.clock.nowMs;
  await w.typed({ token: { digits, tid, energy_wh }, atMs, inCreditMode: true });
  await w.h.services.upkeep();
  assert.ok((await balance()) > 0n);
  await assertProof(w.h);
});

test('a balance below zero does not keep a home in wallet mode: it becomes a debt', async () => {
  await read(startMs, [100_000]);
  await toWallet();
  await read(startMs + halfHour, [101_000, 102_000]);
  assert.ok((await balance()) < 0n);
  const asked = await ask('token');
  assert.equal(asked.approval?.state, 'done', JSON.stringify(asked));
});

const supply = async () => (await wallet()).wallet?.supply;
const opened = () => commands().filter((each) => each.action.kind === 'switchOpen').length;

test('in the days of grace after the conversion supply stays, as far as the rules lend', async () => {
  const graceAfterConversion = { days: 30, workingDaysOnly: false, owedLimitWh: '3000' };
  await withRules({ version: 2, graceAfterConversion }, async () => {
    const convertedAt = new Date(startMs - 86_400_000);
    await sql`UPDATE prewatt.connections SET converted_at = ${convertedAt}
      WHERE id = ${w.home.connectionId}::uuid`.execute(w.h.owner.directories);
    // The service charge of the month, so that use alone is what is owed.
    await read(startMs, [100_000]);
    await toWallet();
    await pay(2_900n);
    await read(startMs + halfHour, [101_000]);
    assert.ok((await balance()) < 0n);
    assert.equal(await supply(), 'protected');
    assert.equal(opened(), 0);
    await read(startMs + 2 * halfHour, [106_000]);
    assert.equal(await supply(), 'off');
  });
});

for (const [limitWh, evening] of [
  ['3000', 'off'],
  ['90000', 'protected'],
] as const) {
  test(`what has ended is ${evening} in the evening, where rules lend up to ${limitWh} Wh`, async () => {
    const friendlyHours = [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '18:00', to: '08:00' }];
    await withRules({ version: 2, friendlyHours, protectedOwedLimitWh: limitWh }, async () => {
      await read(startMs, [100_000]);
      await toWallet();
      await pay(2_900n);
      await read(startMs + halfHour, [101_000, 108_000]);
      assert.equal(await supply(), 'off');
      w.h.clock.nowMs = Date.UTC(2026, 10, 24, 16, 30);
      await w.h.services.upkeep();
      await w.h.services.upkeep();
      assert.equal(await supply(), evening);
    });
  });
}

test('a balance for which no token can be made stays prepaid, and the change says why', async () => {
  await toWallet(50_000);
  await sql`UPDATE prewatt.meters SET supply_group_code = '999999'
    WHERE id = ${w.home.meterId}::uuid`.execute(w.h.owner.directories);
  const left = await balance();
  await toToken(100_000);
  const change = (await wallet()).changes.find((each) => each.toMode === 'token');
  assert.equal(change?.state, 'done');
  assert.match(change?.problem ?? '', /stays prepaid: No vending key is loaded/);
  assert.equal(await balance(), left);
});

test('a balance below the smallest purchase stays prepaid, and the change says so', async () => {
  await toWallet(500);
  const left = await balance();
  assert.ok(left > 0n && left < testUtility.minimumPurchaseMinor, String(left));
  await toToken(100_000);
  const change = (await wallet()).changes.find((each) => each.toMode === 'token');
  assert.equal(change?.state, 'done');
  assert.match(change?.problem ?? '', /stays prepaid: it is less than the smallest purchase/);
  assert.equal(await balance(), left);
});

test('emergency credit is used up before supply goes off', async () => {
  await withRules({ emergencyCreditWh: '4000' }, async () => {
    await read(startMs, [100_000]);
    await toWallet();
    await pay(2_900n);
    await read(startMs + halfHour, [102_000]);
    assert.ok((await balance()) < 0n);
    assert.deepEqual([await supply(), opened()], ['emergency', 0]);
    const lent = async () => (await wallet()).wallet?.emergency;
    // Four kWh of the first block, 1.65 each, and 15 % tax.
    const owed = String(-(await balance()));
    assert.deepEqual(await lent(), { limitMinor: '759', usedMinor: owed });
    await read(startMs + 2 * halfHour, [108_000]);
    assert.equal(await supply(), 'off');
    assert.deepEqual(await lent(), { limitMinor: '759', usedMinor: '759' });
  });
});

test('the mode of a meter is not set past the change of credit mode, which keeps its credit', async () => {
  const set = async (balance: 'keep' | 'handOver') => {
    const sent = await w.people.allower.postJson(`${path()}/commands`, {
      kind: 'setPaymentMode',
      paymentMode: balance === 'keep' ? 'prepayment' : 'credit',
      creditUnit: 'energy',
      balance,
      requestId: newTestUuid(),
      reason: 'A test asks for it',
    });
    return sent.json().code;
  };
  assert.equal(await set('handOver'), 'ofCreditMode');
  await ask('wallet');
  assert.equal(await set('keep'), 'creditModeChanging');
  await answer('setPaymentMode', handedOver(0));
  assert.equal(await set('keep'), 'ofWallet');
  assert.equal(await set('handOver'), 'ofWallet');
  const asked = commands().filter((each) => each.action.kind === 'setPaymentMode');
  assert.equal(asked.length, 1, 'only the change itself reached the meter');
});

test('free credit of a wallet is money at the price now, told and on the statement', async () => {
  await toWallet();
  const before = await balance();
  const body = {
    kind: 'freeCredit',
    requestId: newTestUuid(),
    reason: 'Two days without supply after the storm.',
    rows: [{ meterPan: w.home.meterPan, energyWh: '10000' }],
  };
  const asked = await askAndAllow(w.people, '/api/operator/grants', body);
  assert.equal(asked.approval?.state, 'done', JSON.stringify(asked));
  await runJobs(w.h);
  const grant = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('grants')
      .selectAll()
      .where('connection_id', '=', w.home.connectionId)
      .executeTakeFirstOrThrow(),
  );
  // Ten kWh of the first block, 1.65 each, and 15 % tax.
  assert.deepEqual([grant.state, grant.amount_minor], ['accepted', 1_897n]);
  assert.equal(await balance(), before + 1_897n);
  const rows = (await statement()).rows.filter((row) => row.kind === 'creditNote');
  assert.deepEqual(
    rows.map((row) => [row.text, row.prepaidChangeMinor]),
    [
      [
        'Free credit of 10.0 kWh, as money at the price of that day. ' +
          'Two days without supply after the storm.',
        '1897',
      ],
    ],
  );
  const { text } = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select('text')
      .where('fact_key', '=', `grant:${grant.id}`)
      .executeTakeFirstOrThrow(),
  );
  assert.match(text, /10.0 kWh free of charge for .*, ZAR 18.97 in your balance\./);
  await assertProof(w.h);
});
