import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { maximumUnitsPerToken } from '@prewatt/sts/codec';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { statementOf, type Till } from '../src/money/vendors/index.ts';
import { operatorNamed } from './control-harness.ts';
import { createHarness, type Harness, meterDefaults, newTestUuid } from './harness.ts';
import {
  assertVendorBooks,
  countRows,
  createVendor,
  ledgerFloat,
  vendorRow,
} from './vendor-harness.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());

const teller = () => operatorNamed(h, `Teller ${newTestUuid()}`, 'operator');
const newRequestId = () => `request-${newTestUuid()}`;
const sell = (
  till: Till,
  o: { requestId?: string; meterPan?: string; amountMinor?: bigint } = {},
) =>
  h.services.vendors.selling.sell(till, {
    requestId: newRequestId(),
    meterPan: h.meterPan,
    amountMinor: 5_000n,
    ...o,
  });

function manage<T>(
  work: (
    managing: Harness['services']['vendors']['managing'],
    tx: Parameters<Parameters<Harness['database']['inUtility']>[1]>[0],
  ) => Promise<T>,
): Promise<T> {
  return h.database.inUtility(h.utilityId, (tx) => work(h.services.vendors.managing, tx));
}

test('a sale for cash gives a token, a receipt that adds up, a command and a message', async () => {
  const { till, vendorId } = await createVendor(h, 'Corner shop');
  const sold = await sell(till, { amountMinor: 9_999n });
  assert.ok(sold.ok, JSON.stringify(sold));
  const receipt = sold.value;
  const lines = receipt.lines.reduce((sum, line) => sum + BigInt(line.amountMinor), 0n);
  assert.equal(
    BigInt(receipt.amountMinor) + BigInt(receipt.broughtForwardMinor),
    lines + BigInt(receipt.remainderMinor),
  );
  assert.equal(receipt.commissionMinor, '149', '1.5 % of 9999, rounded down');
  assert.equal(receipt.tokens.length, 1);
  assert.match(receipt.tokens[0]?.token ?? '', /^\d{20}$/);
  assert.equal((await vendorRow(h, vendorId)).float_minor, -9_999n + 149n);
  await assertVendorBooks(h, vendorId);
  await h.services.upkeep();
  const sentTokens = h.sent.map(
    ({ message }) =>
      message.kind === 'command' && message.action.kind === 'deliverToken' && message.action.token,
  );
  assert.ok(sentTokens.includes(receipt.tokens[0]?.token ?? ''));
  const message = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('messages').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow(),
  );
  assert.match(message.text, /paid ZAR 99\.99/);
});

test('the same request twenty times at once is one sale with one answer', async () => {
  const { till, vendorId } = await createVendor(h, 'Twenty at once');
  const requestId = newRequestId();
  const answers = await Promise.all(Array.from({ length: 20 }, () => sell(till, { requestId })));
  const [first] = answers;
  assert.ok(first?.ok);
  for (const each of answers) assert.deepEqual(each, first);
  assert.deepEqual(await h.services.vendors.selling.receiptOf(till, requestId), first);
  assert.equal(await ledgerFloat(h, vendorId), -5_000n + 75n);
  const other = await h.addConnection();
  for (const different of [{ amountMinor: 5_001n }, { meterPan: other.meterPan }]) {
    assert.deepEqual(await sell(till, { requestId, ...different }), {
      ok: false,
      error: 'requestIdReused',
    });
  }
  await assertVendorBooks(h, vendorId);
});

test('two hundred sales of one meter at once get two hundred identifiers in order', async () => {
  const { till, vendorId } = await createVendor(h, 'Two hundred at once');
  const { meterPan, ...place } = await h.addConnection();
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => sell(till, { meterPan, amountMinor: 3_500n })),
  );
  assert.deepEqual(
    answers.filter((each) => !each.ok),
    [],
  );
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .select('tid')
      .where('meter_id', '=', place.meterId)
      .orderBy('tid')
      .execute(),
  );
  assert.equal(rows.length, 200);
  assert.equal(new Set(rows.map((row) => row.tid)).size, 200);
  const meter = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('meters').select('last_tid').where('id', '=', place.meterId).executeTakeFirst(),
  );
  assert.equal(meter?.last_tid, rows.at(-1)?.tid);
  const span = (rows.at(-1)?.tid ?? 0) - (rows[0]?.tid ?? 0);
  assert.ok(span <= 200, 'one after the other; a reserved minute may lie between');
  await assertVendorBooks(h, vendorId);
});

test('fifty sales at once never take the float below its limit', async () => {
  const { till, vendorId } = await createVendor(h, 'Short float', {
    floatLimitMinor: 20_000n,
    commissionBasisPoints: 0,
  });
  const pans = [h.meterPan];
  for (let i = 0; i < 4; i++) pans.push((await h.addConnection()).meterPan);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => sell(till, { meterPan: pans[i % pans.length] ?? '' })),
  );
  assert.equal(answers.filter((each) => each.ok).length, 4);
  for (const each of answers) if (!each.ok) assert.equal(each.error, 'floatExceeded');
  assert.equal(await ledgerFloat(h, vendorId), -20_000n);
  await assertVendorBooks(h, vendorId);
});

test('a refused sale leaves nothing, and its request id may be used again', async () => {
  const { till, vendorId } = await createVendor(h, 'Empty float', { floatLimitMinor: 0n });
  const requestId = newRequestId();
  const rowsBefore = await countRows(h);
  assert.deepEqual(await sell(till, { requestId }), { ok: false, error: 'floatExceeded' });
  assert.deepEqual(await countRows(h), rowsBefore);
  const by = await teller();
  const paid = await manage((managing, tx) =>
    managing.recordDeposit(tx, vendorId, {
      requestId: 'deposit-1',
      amountMinor: 6_000n,
      reference: 'Slip 17',
      by,
      allowed: null,
    }),
  );
  assert.ok(paid.ok);
  assert.ok((await sell(till, { requestId })).ok);
  assert.equal((await vendorRow(h, vendorId)).float_minor, 6_000n - 5_000n + 75n);
  await assertVendorBooks(h, vendorId);
});

test('a deposit twenty times at once is recorded once', async () => {
  const { vendorId } = await createVendor(h, 'Depositor');
  const by = await teller();
  const bring = (amountMinor: bigint) =>
    manage((managing, tx) =>
      managing.recordDeposit(tx, vendorId, {
        requestId: 'deposit-x',
        amountMinor,
        reference: 'Slip 18',
        by,
        allowed: null,
      }),
    );
  const answers = await Promise.all(Array.from({ length: 20 }, () => bring(7_000n)));
  assert.equal(new Set(answers.map((each) => JSON.stringify(each))).size, 1);
  assert.equal(await ledgerFloat(h, vendorId), 7_000n);
  assert.deepEqual(await bring(7_001n), { ok: false, error: 'requestIdReused' });
  await assertVendorBooks(h, vendorId);
});

test('a vendor is blocked at once: nothing is sold after the block has answered', async () => {
  const { till, vendorId } = await createVendor(h, 'To be blocked');
  const selling = Array.from({ length: 30 }, () => sell(till));
  const blocked = await manage((managing, tx) => managing.block(tx, vendorId, 'Cash missing'));
  assert.ok(blocked.ok);
  const floatThen = await ledgerFloat(h, vendorId);
  const answers = await Promise.all(selling);
  for (const each of answers) if (!each.ok) assert.equal(each.error, 'vendorBlocked');
  // A fast machine may have sold all of them before the block.
  assert.equal(await ledgerFloat(h, vendorId), floatThen);
  assert.deepEqual(await sell(till), { ok: false, error: 'vendorBlocked' });
  await manage((managing, tx) => managing.block(tx, vendorId, null));
  assert.ok((await sell(till)).ok);
  await assertVendorBooks(h, vendorId);
});

test('the hour’s budget bounds tokens and energy, and begins anew', async () => {
  const tokens = await createVendor(h, 'Few tokens', { tokensPerHour: 3 });
  const answers = await Promise.all(Array.from({ length: 10 }, () => sell(tokens.till)));
  assert.equal(answers.filter((each) => each.ok).length, 3);
  for (const each of answers) if (!each.ok) assert.equal(each.error, 'budgetExceeded');
  h.clock.nowMs += 3_600_000;
  assert.ok((await sell(tokens.till)).ok);
  const energy = await createVendor(h, 'Little energy', { energyPerHourWh: 25_000n });
  assert.ok((await sell(energy.till)).ok);
  assert.deepEqual(await sell(energy.till), { ok: false, error: 'budgetExceeded' });
  await assertVendorBooks(h, energy.vendorId);
});

test('an amount above one token gives several tokens on one receipt, delivered with the last', async () => {
  const { till, vendorId } = await createVendor(h, 'Wholesaler', {
    energyPerHourWh: 10n ** 14n,
  });
  const tariffId = await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, {
      name: 'Nearly free',
      document: {
        ...demoTariff,
        energy: {
          label: 'Energy',
          schedules: [{ code: 'x', blocks: [{ uptoKwh: null, rate: '0.001', label: 'Energy' }] }],
        },
        charges: [],
        examples: [],
      },
    }),
  );
  const { meterPan, ...place } = await h.addConnection({ tariffId });
  const quote = await h.services.vendors.selling.quote(till, { meterPan, amountMinor: 500_000n });
  const sold = await sell(till, { meterPan, amountMinor: 500_000n });
  assert.ok(sold.ok && quote.ok, JSON.stringify([sold, quote]));
  assert.equal(sold.value.tokens.length, 3);
  assert.equal(quote.value.tokens, 3);
  assert.equal(quote.value.energyWh, sold.value.energyWh);
  const total = sold.value.tokens.reduce((sum, each) => sum + BigInt(each.energyWh), 0n);
  assert.equal(total.toString(), sold.value.energyWh);
  assert.equal(BigInt(sold.value.tokens[0]?.energyWh ?? 0), maximumUnitsPerToken * 100n);
  const state = () =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const sale = await tx
        .selectFrom('sales')
        .select(['id', 'state'])
        .where('bucket', '=', place.bucket)
        .where('meter_id', '=', place.meterId)
        .executeTakeFirstOrThrow();
      return sale.state;
    });
  const tokens = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('tokens').selectAll().where('meter_id', '=', place.meterId).execute(),
  );
  for (const [i, token] of tokens.entries()) {
    assert.equal(await state(), 'issued');
    await h.fromMeter(meterPan, {
      kind: 'events',
      sequence: i + 1,
      events: [
        {
          sequence: i + 1,
          atMs: h.clock.nowMs,
          code: 'token',
          origin: 'keypad',
          lastFour: token.digits.slice(-4),
          outcome: {
            result: 'accepted',
            effect: 'credit',
            tid: token.tid,
            creditedEnergyWh: token.energy_wh as never,
          },
        },
      ],
    });
  }
  assert.equal(await state(), 'delivered');
  await assertVendorBooks(h, vendorId);
});

test('a shift’s totals are the ledger’s; a close counts once, and ends selling', async () => {
  const { till, vendorId, shiftId } = await createVendor(h, 'Shift worker');
  const { shifts } = h.services.vendors;
  assert.deepEqual(await shifts.open(till), { ok: false, error: 'shiftAlreadyOpen' });
  for (const amountMinor of [5_000n, 3_333n, 10_001n])
    assert.ok((await sell(till, { amountMinor })).ok);
  const selling = Array.from({ length: 10 }, () => sell(till));
  const closed = await shifts.close(till, { shiftId, countedMinor: 20_000n });
  assert.ok(closed.ok);
  const answers = await Promise.all(selling);
  const { expectedMinor, differenceMinor, commissionMinor } = closed.value;
  assert.equal(await ledgerFloat(h, vendorId), BigInt(commissionMinor) - BigInt(expectedMinor));
  assert.equal(BigInt(differenceMinor ?? 0), 20_000n - BigInt(expectedMinor));
  for (const each of answers) if (!each.ok) assert.equal(each.error, 'noOpenShift');
  const inShift = 3 + answers.filter((each) => each.ok).length;
  assert.equal(closed.value.sales, inShift);
  assert.deepEqual(await shifts.close(till, { shiftId, countedMinor: 20_000n }), closed);
  assert.deepEqual(await shifts.close(till, { shiftId, countedMinor: 1n }), {
    ok: false,
    error: 'shiftClosed',
  });
  assert.deepEqual(await sell(till), { ok: false, error: 'noOpenShift' });
  await assertVendorBooks(h, vendorId);
});

test('a statement’s rows lead from opening to closing, page by page', async () => {
  const { till, vendorId } = await createVendor(h, 'Bookkeeper');
  const fromMs = h.clock.nowMs + 60_000;
  assert.ok((await sell(till)).ok);
  h.clock.nowMs = fromMs;
  for (let i = 0; i < 60; i++) assert.ok((await sell(till, { amountMinor: 4_000n })).ok);
  const period = { fromMs, toMs: null };
  const rows: bigint[] = [];
  let cursor: string | null = null;
  let sums: string[] = [];
  do {
    const page: Awaited<ReturnType<typeof statementOf>> = await h.database.inUtility(
      h.utilityId,
      (tx) => statementOf(tx, till, { ...period, cursor }),
    );
    rows.push(...page.rows.map((row) => BigInt(row.amountMinor)));
    sums = [page.openingMinor, page.closingMinor];
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert.equal(rows.length, 120);
  assert.equal(sums[0], (-5_000n + 75n).toString());
  const moved = rows.reduce((sum, each) => sum + each, 0n);
  assert.equal(BigInt(sums[0] ?? 0) + moved, BigInt(sums[1] ?? 0));
  assert.equal(BigInt(sums[1] ?? 0), await ledgerFloat(h, vendorId));
});

test('a blocked meter, an unusable one and a stranger’s are refused by name', async () => {
  const { till } = await createVendor(h, 'Refuser');
  const blocked = await h.addConnection();
  await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .updateTable('connections')
      .set({ blocked_reason: 'Tampered' })
      .where('bucket', '=', blocked.bucket)
      .where('id', '=', blocked.connectionId)
      .execute(),
  );
  const keyless = await h.addConnection({ meter: { ...meterDefaults, supplyGroupCode: '999999' } });
  const rowsBefore = await countRows(h);
  const refusals: [string, bigint, string][] = [
    [blocked.meterPan, 5_000n, 'meterBlocked'],
    [keyless.meterPan, 5_000n, 'vendingKeyMissing'],
    ['600727999999999999', 5_000n, 'unknownMeter'],
    [h.meterPan, 99n, 'amountBelowMinimum'],
    [h.meterPan, 1_000_001n, 'amountAboveMaximum'],
  ];
  for (const [meterPan, amountMinor, error] of refusals) {
    assert.deepEqual(await sell(till, { meterPan, amountMinor }), { ok: false, error });
  }
  assert.deepEqual(await countRows(h), rowsBefore);
  assert.deepEqual(await h.services.vending.makeQuote(blocked, 5_000n), {
    ok: false,
    error: 'meterBlocked',
  });
});

test('a quote is a trial that writes nothing, and what the sale then gives', async () => {
  const { till } = await createVendor(h, 'Trial');
  const { meterPan } = await h.addConnection();
  const rowsBefore = await countRows(h);
  const quote = await h.services.vendors.selling.quote(till, { meterPan, amountMinor: 5_000n });
  assert.deepEqual(await countRows(h), rowsBefore);
  const sold = await sell(till, { meterPan });
  assert.ok(quote.ok && sold.ok);
  const { energyWh, creditMinor, lines, remainderMinor, commissionMinor } = sold.value;
  const { tokens: _, broughtForwardMinor: __, amountMinor: ___, ...offered } = quote.value;
  assert.deepEqual(offered, {
    ...{ energyWh, creditMinor, lines, remainderMinor, commissionMinor },
    ...{ recoveredEnergyWh: '0', recoveredMinor: '0' },
  });
});

test('a copy is counted and marked; another vendor cannot print it', async () => {
  const one = await createVendor(h, 'Printer');
  const two = await createVendor(h, 'Stranger');
  const sold = await sell(one.till);
  assert.ok(sold.ok);
  const saleId = sold.value.saleId.slice('sale_'.length);
  for (const copy of [1, 2]) {
    assert.deepEqual(await h.services.vendors.selling.reprint(one.till, saleId), {
      ok: true,
      value: { ...sold.value, copy },
    });
  }
  const refused = { ok: false, error: 'unknownSale' };
  assert.deepEqual(await h.services.vendors.selling.reprint(two.till, saleId), refused);
  assert.deepEqual(
    await h.services.vendors.selling.receiptOf(two.till, sold.value.requestId),
    refused,
  );
  assert.equal(idFromUuid('sale', saleId), sold.value.saleId);
});
