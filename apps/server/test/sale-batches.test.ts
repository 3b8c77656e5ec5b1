import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accounts } from '@prewatt/ledger';
import { sql } from 'kysely';
import { openAccounts } from '../src/money/ledger/index.ts';
import { createHarness, type Harness, newTestUuid, succeeded } from './harness.ts';
import { assertVendorBooks, createVendor, ledgerFloat, vendorRow } from './vendor-harness.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());

const newRequestId = () => `request-${newTestUuid()}`;
const sell = (
  till: Parameters<Harness['services']['vendors']['selling']['sell']>[0],
  o: { requestId?: string; meterPan?: string; amountMinor?: bigint } = {},
) =>
  h.services.vendors.selling.sell(till, {
    requestId: newRequestId(),
    meterPan: h.meterPan,
    amountMinor: 5_000n,
    ...o,
  });

/** Opens a purchase through the provider and gives what settles it. */
async function purchase(place: Harness['place'], amountMinor: bigint, reference: string) {
  const quote = await h.services.vending.makeQuote(place, amountMinor);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const opened = await h.services.payments.startPurchase(place, {
    quoteId,
    requestId: `quote:${quoteId}`,
  });
  assert.ok(opened.ok);
  const checkout = opened.value.checkoutUrl.split('/').at(-1) ?? '';
  return () =>
    h.services.payments.notification(
      'sandbox',
      succeeded(checkout, amountMinor, reference),
      () => undefined,
    );
}

async function cachedIsLedger(): Promise<void> {
  const { rows } = await sql<{ bad: bigint }>`SELECT count(*) AS bad FROM prewatt.connections c
    WHERE c.prepaid_minor <> (SELECT coalesce(sum(CASE WHEN t.credit_kind = 'customerPrepaid'
        THEN t.amount_minor ELSE -t.amount_minor END), 0) FROM prewatt.transfers t
      WHERE (t.credit_kind = 'customerPrepaid' AND t.credit_subject_id = c.id)
        OR (t.debit_kind = 'customerPrepaid' AND t.debit_subject_id = c.id))`.execute(
    h.owner.directories,
  );
  assert.equal(rows[0]?.bad, 0n);
}

test('till and provider at once on one meter: each TID once, in order, and the books add up', async () => {
  const { till, vendorId } = await createVendor(h, 'Both ways');
  const { meterPan, ...place } = await h.addConnection({
    debts: [{ label: 'Arrears', outstandingMinor: 100_000n, rule: { share: '20' } }],
  });
  const settle: (() => Promise<unknown>)[] = [];
  for (let i = 0; i < 40; i++) settle.push(await purchase(place, 3_000n, `B-${i}`));
  const answers = await Promise.all([
    ...Array.from({ length: 160 }, () => sell(till, { meterPan, amountMinor: 3_210n })),
    ...settle.map((each) => each()),
  ]);
  for (const answer of answers) assert.ok((answer as { ok: boolean }).ok, JSON.stringify(answer));
  const { rows } = await sql<{ tokens: bigint; tids: bigint; bad: bigint; owed: bigint }>`
    SELECT count(*) AS tokens, count(DISTINCT tid) AS tids,
      count(*) FILTER (WHERE tid > (SELECT last_tid FROM prewatt.meters
        WHERE id = ${place.meterId}))
        AS bad, (SELECT outstanding_minor FROM prewatt.debts WHERE connection_id =
        ${place.connectionId}) AS owed
    FROM prewatt.tokens WHERE meter_id = ${place.meterId}`.execute(h.owner.directories);
  const [row] = rows;
  assert.deepEqual([row?.tokens, row?.tids, row?.bad], [200n, 200n, 0n]);
  assert.ok((row?.owed ?? 100_000n) < 100_000n);
  await assertVendorBooks(h, vendorId);
  await cachedIsLedger();
});

test('a refused sale does not spoil its neighbours in the batch', async () => {
  const one = await createVendor(h, 'Good neighbour');
  const two = await createVendor(h, 'Empty neighbour', { floatLimitMinor: 0n });
  const { meterPan } = await h.addConnection();
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) => {
      if (i % 4 === 1) return sell(two.till, { meterPan });
      if (i % 4 === 2) return sell(one.till, { meterPan: '600727999999999999' });
      if (i % 4 === 3) return sell(one.till, { meterPan, amountMinor: 99n });
      return sell(one.till, { meterPan });
    }),
  );
  const errors = ['', 'floatExceeded', 'unknownMeter', 'amountBelowMinimum'];
  for (const [i, each] of answers.entries()) {
    assert.equal(each.ok ? '' : each.error, errors[i % 4]);
  }
  assert.equal(await ledgerFloat(h, two.vendorId), 0n);
  await assertVendorBooks(h, one.vendorId);
  await cachedIsLedger();
});

test('two servers at once: one sale for one request id, and the float’s limit holds', async () => {
  const { till, vendorId } = await createVendor(h, 'Two servers', {
    floatLimitMinor: 50_000n,
    commissionBasisPoints: 0,
  });
  const other = h.secondServices();
  const pans: string[] = [];
  for (let i = 0; i < 6; i++) pans.push((await h.addConnection()).meterPan);
  const requests = Array.from({ length: 15 }, (_, i) => ({
    requestId: newRequestId(),
    meterPan: pans[i % pans.length] ?? '',
    amountMinor: 5_000n,
  }));
  const [here, there] = await Promise.all([
    Promise.all(requests.map((request) => h.services.vendors.selling.sell(till, request))),
    Promise.all(requests.map((request) => other.vendors.selling.sell(till, request))),
  ]);
  let sold = 0;
  for (const [i, mine] of here.entries()) {
    const theirs = there[i];
    if (mine.ok && theirs?.ok) assert.deepEqual(mine, theirs);
    if (mine.ok || theirs?.ok) sold += 1;
  }
  assert.equal(sold, 10);
  assert.equal((await vendorRow(h, vendorId)).float_minor, -50_000n);
  await assertVendorBooks(h, vendorId);
});

test('the same request id for two meters at once on two servers is one sale', async () => {
  const { till, vendorId } = await createVendor(h, 'Two meters');
  const other = h.secondServices();
  const [one, two] = [await h.addConnection(), await h.addConnection()];
  const requestId = newRequestId();
  const answers = await Promise.all([
    sell(till, { requestId, meterPan: one.meterPan }),
    other.vendors.selling.sell(till, {
      requestId,
      meterPan: two.meterPan,
      amountMinor: 5_000n,
    }),
  ]);
  assert.deepEqual(answers.map((each) => (each.ok ? 'sold' : each.error)).sort(), [
    'requestIdReused',
    'sold',
  ]);
  await assertVendorBooks(h, vendorId);
});

/** Until so many transactions wait for a lock; false when the batch was done before. */
async function waitersFor(count: number, isLost: () => boolean): Promise<boolean> {
  for (;;) {
    if (isLost()) return false;
    const { rows } = await sql`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
      AND datname = current_database()`.execute(h.owner.directories);
    if (rows.length >= count) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a batch that is done again opens accounts before it locks vendors, as every batch does', async () => {
  // Which of the two PostgreSQL wakes first is its own affair.
  for (let tries = 1; tries <= 8; tries += 1) if (await doneAgainBeside(tries)) return;
  assert.fail('the batch that was done again never waited for the other one');
});

/** Whether the batch that was done again met the other one. */
async function doneAgainBeside(tries: number): Promise<boolean> {
  const name = `New in town ${tries}`;
  const { till, vendorId } = await createVendor(h, name, { commissionBasisPoints: 0 });
  const { meterPan, ...place } = await h.addConnection();
  const of = { utilityId: h.utilityId, vendorId };
  const own = [accounts.vendorFloat(of), accounts.vendorCommission(of)];
  let isAnswered = false;
  const isLost = () => isAnswered;
  let selling: ReturnType<typeof sell> | undefined;
  let other: Promise<boolean> | undefined;
  await h.owner.directories.transaction().execute(async (tx) => {
    const share = { commission_basis_points: 100 };
    await tx.updateTable('vendors').set(share).where('id', '=', vendorId).execute();
    selling = sell(till, { meterPan });
    selling.finally(() => {
      isAnswered = true;
    });
    assert.ok(await waitersFor(1, isLost), 'the batch did not wait');
    // Another batch of the vendor: it has opened the same accounts, and the lock is still free.
    other = h.database.inUtility(h.utilityId, async (second) => {
      await openAccounts(second, place, own, h.clock.nowMs);
      if (!(await waitersFor(1, isLost))) return false;
      await second
        .selectFrom('vendors')
        .select('id')
        .where('id', '=', vendorId)
        .forNoKeyUpdate()
        .noWait()
        .execute();
      return true;
    });
    assert.ok(await waitersFor(2, isLost), 'the batch did not wait');
  });
  const isMet = await other;
  const sold = await selling;
  assert.equal(sold?.ok && sold.value.commissionMinor, '50');
  await assertVendorBooks(h, vendorId);
  return isMet === true;
}

/** Holds the vendor's lock until a batch that is written waits for it, and changes the vendor. */
async function changedBeneath(vendorId: string, to: object, begin: () => Promise<unknown>[]) {
  const waiting: Promise<unknown>[] = [];
  await h.owner.directories.transaction().execute(async (tx) => {
    await tx.updateTable('vendors').set(to).where('id', '=', vendorId).execute();
    waiting.push(...begin());
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    void Promise.all(waiting).then(done, done);
    for (;;) {
      assert.ok(!isDone, 'the batch did not wait for the vendor');
      const { rows } = await sql`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
        AND datname = current_database() AND query LIKE '%UPDATE OF v%'`.execute(
        h.owner.directories,
      );
      if (rows.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  return Promise.all(waiting);
}

test('what changes while a written batch waits for its vendor’s lock counts', async () => {
  const one = await createVendor(h, 'Shrinking', { commissionBasisPoints: 0 });
  const two = await createVendor(h, 'Steady neighbour', { commissionBasisPoints: 0 });
  const rowsOf = async (vendorId: string) => [
    (await vendorRow(h, vendorId)).float_minor,
    await ledgerFloat(h, vendorId),
  ];
  const begin = () => [
    ...Array.from({ length: 4 }, () => sell(one.till)),
    ...Array.from({ length: 4 }, () => sell(two.till)),
  ];
  const answers = await changedBeneath(one.vendorId, { float_limit_minor: 10_000n }, begin);
  const said = (answers as Awaited<ReturnType<typeof sell>>[]).map((each) =>
    each.ok ? 'sold' : each.error,
  );
  const [sold, refused] = ['sold', 'floatExceeded'];
  assert.deepEqual(said, [sold, sold, refused, refused, sold, sold, sold, sold]);
  assert.deepEqual(await rowsOf(one.vendorId), [-10_000n, -10_000n]);
  assert.deepEqual(await rowsOf(two.vendorId), [-20_000n, -20_000n]);
  await assertVendorBooks(h, one.vendorId);
  const blocked = await changedBeneath(two.vendorId, { blocked_reason: 'Lost' }, () => [
    sell(two.till),
  ]);
  assert.deepEqual(blocked, [{ ok: false, error: 'vendorBlocked' }]);
  assert.deepEqual(await rowsOf(two.vendorId), [-20_000n, -20_000n], 'nothing is left of it');
  await cachedIsLedger();
});

test('a key that was taken back sells nothing, not even under a sign-in from before', async () => {
  const { till, vendorId } = await createVendor(h, 'Lost till');
  assert.ok((await sell(till)).ok);
  const selling = Array.from({ length: 10 }, () => sell(till));
  const revoked = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.vendors.managing.revokeKey(tx, vendorId, till.keyId),
  );
  assert.ok(revoked.ok);
  const floatThen = await ledgerFloat(h, vendorId);
  for (const each of await Promise.all(selling))
    if (!each.ok) assert.equal(each.error, 'keyRefused');
  assert.equal(await ledgerFloat(h, vendorId), floatThen);
  assert.deepEqual(await sell(till), { ok: false, error: 'keyRefused' });
});

test('a connection that breaks under a batch costs nobody an answer, and sells once', async () => {
  const { till, vendorId } = await createVendor(h, 'Bad line');
  const pans: string[] = [];
  for (let i = 0; i < 10; i++) pans.push((await h.addConnection()).meterPan);
  const selling = pans.flatMap((meterPan) =>
    Array.from({ length: 6 }, () => sell(till, { meterPan })),
  );
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
        AND application_name = 'prewatt'`.execute(h.owner.directories);
  }
  const answers = await Promise.all(selling);
  for (const each of answers) assert.ok(each.ok, JSON.stringify(each));
  const sales = new Set(answers.map((each) => each.ok && each.value.saleId));
  assert.equal(sales.size, 60);
  assert.equal(await ledgerFloat(h, vendorId), -60n * (5_000n - 75n));
  await assertVendorBooks(h, vendorId);
});
