import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accounts } from '@prewatt/ledger';
import { idFromUuid } from '@prewatt/quantities';
import { readToken } from '@prewatt/sts/codec';
import { deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import { sql } from 'kysely';
import { accountBalance } from '../src/money/ledger/index.ts';
import {
  createHarness,
  type Harness,
  meterDefaults,
  succeeded,
  vendingKeyBytes,
} from './harness.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());

async function buy(amountMinor: bigint, place = h.place) {
  const quote = await h.services.vending.makeQuote(place, amountMinor);
  assert.ok(quote.ok, JSON.stringify(quote));
  const started = await h.services.payments.startPurchase(place, {
    quoteId: quote.value.quoteId,
    requestId: `quote:${quote.value.quoteId}`,
  });
  assert.ok(started.ok, JSON.stringify(started));
  const reference = started.value.checkoutUrl.split('/').at(-1) ?? '';
  return { ...started.value, quoteId: quote.value.quoteId, reference };
}

const notify = (body: Buffer) => h.services.payments.notification('sandbox', body, () => undefined);

const saleRow = (saleId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('sales').selectAll().where('id', '=', saleId).executeTakeFirstOrThrow(),
  );
const tokensOf = (saleId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('tokens').selectAll().where('sale_id', '=', saleId).orderBy('tid').execute(),
  );

/** Law 1 and 2 over everything in the database. */
async function assertBooks(): Promise<void> {
  const { rows } = await sql<{ bad: bigint }>`
    SELECT count(*) AS bad FROM prewatt.sales s
    LEFT JOIN prewatt.payments p ON p.bucket = s.bucket AND p.sale_id = s.id
    WHERE s.state IN ('issued', 'delivered') AND p.received_minor + s.brought_forward_minor <>
      s.remainder_minor + (SELECT sum((line->>'amountMinor')::bigint)
      FROM jsonb_array_elements(s.lines) line)`.execute(h.owner.directories);
  assert.equal(rows[0]?.bad, 0n);
  const ledger = await sql<{ off: bigint }>`
    SELECT count(*) AS off FROM prewatt.sales s WHERE s.state IN ('issued', 'delivered') AND
      (SELECT coalesce(sum(amount_minor), 0) FROM prewatt.transfers t WHERE t.bucket = s.bucket
        AND t.sale_id = s.id AND t.debit_kind = 'customerPrepaid') <>
      (SELECT sum((line->>'amountMinor')::bigint) FROM jsonb_array_elements(s.lines) line)`.execute(
    h.owner.directories,
  );
  assert.equal(ledger.rows[0]?.off, 0n);
}

test('a paid quote becomes one token that the meter’s key reads back', async () => {
  const sale = await buy(10_000n);
  const taken = await notify(succeeded(sale.reference, 10_000n, 'P-1'));
  assert.deepEqual(taken, { ok: true, value: undefined });
  const row = await saleRow(sale.saleId);
  assert.equal(row.state, 'issued');
  const [token, ...more] = await tokensOf(sale.saleId);
  assert.ok(token !== undefined && more.length === 0);
  const vendingKey = vendingKeyFromBytes(vendingKeyBytes);
  assert.ok(vendingKey.ok);
  const key = deriveDecoderKey(vendingKey.value, {
    dkga: 'dkga02',
    ea: 'ea07',
    meterPan: h.meterPan,
    supplyGroupCode: '123456',
    tariffIndex: '01',
    keyRevision: 1,
    keyType: 2,
    baseDate: 14,
  });
  assert.ok(key.ok);
  const read = readToken(key.value, token.digits);
  assert.ok(read.ok && read.value.kind === 'credit');
  assert.equal(read.value.units * 100n, row.energy_wh);
  assert.equal(read.value.tid, token.tid);
  await assertBooks();
  await h.services.upkeep();
  const command = h.sent.find((each) => each.message.kind === 'command');
  assert.deepEqual(command?.message.kind === 'command' && command.message.action, {
    kind: 'deliverToken',
    token: token.digits,
  });
});

test('the same notification twenty times at once makes one token and one payment', async () => {
  const sale = await buy(5_000n);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => notify(succeeded(sale.reference, 5_000n, 'P-2'))),
  );
  for (const answer of answers) assert.deepEqual(answer, { ok: true, value: undefined });
  assert.equal((await tokensOf(sale.saleId)).length, 1);
  await assertBooks();
});

test('the same purchase twenty times at once opens one sale', async () => {
  const quote = await h.services.vending.makeQuote(h.place, 2_000n);
  assert.ok(quote.ok);
  const request = { quoteId: quote.value.quoteId, requestId: 'same-request' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => h.services.payments.startPurchase(h.place, request)),
  );
  const sales = new Set(answers.map((answer) => (answer.ok ? answer.value.saleId : answer.error)));
  assert.equal(sales.size, 1, [...sales].join());
  const other = await h.services.vending.makeQuote(h.place, 3_000n);
  assert.ok(other.ok);
  assert.deepEqual(
    await h.services.payments.startPurchase(h.place, { ...request, quoteId: other.value.quoteId }),
    { ok: false, error: 'requestIdReused' },
  );
});

test('sales of one meter at once get different identifiers in order', async () => {
  const sales = await Promise.all(Array.from({ length: 30 }, () => buy(1_000n)));
  await Promise.all(
    sales.map((sale, i) => notify(succeeded(sale.reference, 1_000n, `P-many-${i}`))),
  );
  const tids = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('tokens')
      .select('tid')
      .where('meter_id', '=', h.place.meterId)
      .orderBy('issued_at')
      .orderBy('tid')
      .execute(),
  );
  assert.equal(new Set(tids.map((row) => row.tid)).size, tids.length);
  await assertBooks();
});

test('a delivered token ends the sale, and a repeated or late answer changes nothing', async () => {
  const sale = await buy(4_000n);
  await notify(succeeded(sale.reference, 4_000n, 'P-3'));
  await h.services.upkeep();
  const [token] = await tokensOf(sale.saleId);
  const command = h.sent
    .map((each) => each.message)
    .find(
      (m) =>
        m.kind === 'command' &&
        m.action.kind === 'deliverToken' &&
        m.action.token === token?.digits,
    );
  assert.ok(command?.kind === 'command' && token !== undefined);
  const result = {
    kind: 'commandResult' as const,
    sequence: 1,
    commandId: command.commandId,
    completedAtMs: h.clock.nowMs,
    result: {
      kind: 'deliverToken' as const,
      outcome: {
        result: 'accepted' as const,
        effect: 'credit' as const,
        tid: token.tid,
        creditedEnergyWh: token.energy_wh as never,
      },
    },
  };
  await h.fromMeter(h.meterPan, result);
  assert.equal((await saleRow(sale.saleId)).state, 'delivered');
  await h.fromMeter(h.meterPan, {
    ...result,
    sequence: 2,
    result: { kind: 'deliverToken', outcome: { result: 'refused', refusal: 'crc', tid: null } },
  });
  assert.equal((await saleRow(sale.saleId)).state, 'delivered');
  const acknowledged = h.sent.filter((each) => each.message.kind === 'acknowledge');
  assert.deepEqual(
    acknowledged.map((each) => each.message.kind === 'acknowledge' && each.message.sequence),
    [1, 2],
  );
});

test('a token typed by hand delivers the sale before the wire does', async () => {
  const sale = await buy(4_000n);
  await notify(succeeded(sale.reference, 4_000n, 'P-4'));
  const [token] = await tokensOf(sale.saleId);
  assert.ok(token !== undefined);
  await h.fromMeter(h.meterPan, {
    kind: 'events',
    sequence: 3,
    events: [
      {
        sequence: 1,
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
  assert.equal((await saleRow(sale.saleId)).state, 'delivered');
  assert.equal((await tokensOf(sale.saleId))[0]?.origin, 'keypad');
});

test('"used" by wire proves nothing; the keypad\'s report of the digits, though later, does', async () => {
  const sale = await buy(4_000n);
  await notify(succeeded(sale.reference, 4_000n, 'P-4b'));
  await h.services.upkeep();
  const [token] = await tokensOf(sale.saleId);
  const command = h.sent
    .map(({ message }) => message)
    .find(
      (message) =>
        message.kind === 'command' &&
        message.action.kind === 'deliverToken' &&
        message.action.token === token?.digits,
    );
  assert.ok(token !== undefined && command?.kind === 'command');
  const typedAtMs = h.clock.nowMs - 60_000;
  await h.fromMeter(h.meterPan, {
    kind: 'commandResult',
    sequence: 4,
    commandId: command.commandId,
    completedAtMs: h.clock.nowMs,
    result: {
      kind: 'deliverToken',
      outcome: { result: 'refused', refusal: 'used', tid: token.tid },
    },
  });
  const waiting = await saleRow(sale.saleId);
  assert.deepEqual([waiting.state, waiting.stuck_reason], ['stuck', 'tokenUsedUnproved']);
  await h.fromMeter(h.meterPan, {
    kind: 'events',
    sequence: 5,
    events: [
      {
        sequence: 2,
        atMs: typedAtMs,
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
  assert.equal((await saleRow(sale.saleId)).state, 'delivered');
  const [after] = await tokensOf(sale.saleId);
  assert.equal(after?.origin, 'keypad');
  assert.equal(after?.state_at, typedAtMs);
});

test('a refused payment closes the sale, and money that comes later still buys', async () => {
  const sale = await buy(3_000n);
  h.provider.statuses.set(sale.reference, { status: 'failed' });
  h.clock.nowMs += 6_000;
  await h.services.upkeep();
  assert.equal((await saleRow(sale.saleId)).state, 'paymentRefused');
  await notify(succeeded(sale.reference, 3_000n, 'P-5'));
  assert.equal((await saleRow(sale.saleId)).state, 'issued');
});

test('a sale that nobody paid for a day is closed, and money that comes later still buys', async () => {
  const place = await h.addConnection();
  const sale = await buy(3_000n, place);
  h.clock.nowMs += 23 * 3_600_000;
  await h.services.upkeep();
  assert.equal((await saleRow(sale.saleId)).state, 'awaitingPayment');
  h.clock.nowMs += 3_600_000;
  await h.services.upkeep();
  assert.equal((await saleRow(sale.saleId)).state, 'paymentExpired');
  await notify(succeeded(sale.reference, 3_000n, 'P-late'));
  assert.equal((await saleRow(sale.saleId)).state, 'issued');
  await assertBooks();
});

test('a lost notification is found by asking', async () => {
  const sale = await buy(3_000n);
  h.provider.statuses.set(sale.reference, {
    status: 'succeeded',
    providerReference: 'P-6',
    receivedMinor: 3_000n,
    currencyCode: 'ZAR',
  });
  h.clock.nowMs += 6_000;
  await h.services.upkeep();
  assert.equal((await saleRow(sale.saleId)).state, 'issued');
});

test('money of this currency in other minor units is another currency', async () => {
  const sale = await buy(3_000n);
  h.provider.statuses.set(sale.reference, {
    status: 'succeeded',
    providerReference: 'P-scale',
    receivedMinor: 3_000n,
    currencyCode: 'ZAR',
    currencyScale: 3,
  });
  h.clock.nowMs += 6_000;
  await h.services.upkeep();
  assert.equal((await saleRow(sale.saleId)).state, 'awaitingPayment');
});

test('another amount than asked for is stuck until an operator retries; others cannot spend it', async () => {
  const place = await h.addConnection();
  const sale = await buy(3_000n, place);
  await notify(succeeded(sale.reference, 2_500n, 'P-7'));
  assert.deepEqual(
    [(await saleRow(sale.saleId)).state, (await saleRow(sale.saleId)).stuck_reason],
    ['stuck', 'amountMismatch'],
  );
  const quote = await h.services.vending.makeQuote(place, 1_000n);
  assert.ok(quote.ok);
  const offered = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('quotes')
      .selectAll()
      .where('id', '=', quote.value.quoteId)
      .executeTakeFirstOrThrow(),
  );
  assert.equal(offered.brought_forward_minor, 0n);
  assert.deepEqual(await h.services.vending.retry(place, sale.saleId), {
    ok: true,
    value: undefined,
  });
  assert.equal((await saleRow(sale.saleId)).state, 'issued');
  assert.deepEqual(await h.services.vending.retry(place, sale.saleId), {
    ok: false,
    error: 'notRetryable',
  });
  await assertBooks();
});

test('a provider reference pays once', async () => {
  const sale = await buy(3_000n);
  assert.ok((await notify(succeeded(sale.reference, 3_000n, 'P-7'))).ok);
  assert.equal((await saleRow(sale.saleId)).state, 'awaitingPayment');
});

test('a sale without a vending key is stuck with its reason, and nothing is lost', async () => {
  const place = await h.addConnection({ meter: { ...meterDefaults, supplyGroupCode: '999999' } });
  const sale = await buy(3_000n, place);
  await notify(succeeded(sale.reference, 3_000n, 'P-8'));
  const row = await saleRow(sale.saleId);
  assert.deepEqual([row.state, row.stuck_reason], ['stuck', 'vendingKeyMissing']);
  assert.equal((await tokensOf(sale.saleId)).length, 0);
  const prepaid = await h.database.inUtility(h.utilityId, (tx) =>
    accountBalance(tx, place, accounts.customerPrepaid(place)),
  );
  assert.equal(prepaid, 3_000n);
});

test('refusals write nothing', async () => {
  const unknown = { ...h.place, connectionId: '00000000-0000-7000-8000-000000000000' };
  assert.deepEqual(await h.services.vending.makeQuote(unknown, 1_000n), {
    ok: false,
    error: 'unknownConnection',
  });
  assert.deepEqual(await h.services.vending.makeQuote(h.place, 99n), {
    ok: false,
    error: 'amountBelowMinimum',
  });
  assert.deepEqual(await h.services.vending.makeQuote(h.place, 10n ** 9n), {
    ok: false,
    error: 'amountAboveMaximum',
  });
  assert.deepEqual(
    await h.services.payments.startPurchase(h.place, {
      quoteId: '00000000-0000-7000-8000-000000000000',
      requestId: 'nothing-there',
    }),
    { ok: false, error: 'unknownQuote' },
  );
  const before = await countRows();
  assert.deepEqual(await notify(Buffer.from('{}')), { ok: false, error: 'badSignature' });
  assert.deepEqual(
    await notify(
      succeeded(idFromUuid('payment', '00000000-0000-7000-8000-000000000000'), 5n, 'P-9'),
    ),
    { ok: false, error: 'unknownPayment' },
  );
  assert.deepEqual(await countRows(), before);
});

async function countRows() {
  const { rows } = await sql`SELECT (SELECT count(*) FROM prewatt.transfers) AS transfers,
    (SELECT count(*) FROM prewatt.sales) AS sales,
    (SELECT count(*) FROM prewatt.tokens) AS tokens`.execute(h.owner.directories);
  return rows;
}
