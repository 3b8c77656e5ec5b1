import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accounts } from '@prewatt/ledger';
import { idFromUuid } from '@prewatt/quantities';
import fc from 'fast-check';
import { accountBalance } from '../src/money/ledger/index.ts';
import { loadConnection, type MeterPlace } from '../src/registry/connections/index.ts';
import { periodOf, statementOf } from '../src/reports/statements/index.ts';
import { moveSale } from '../src/workflows/corrections/credit.ts';
import { addOpeningBalance } from '../src/workflows/onboarding/index.ts';
import { seedApproval } from './approval-seed.ts';
import { createHarness, type Harness, newTestUuid, startMs } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';
import { countRows, createVendor, type TestVendor } from './vendor-harness.ts';

const dayMs = 86_400_000;
const operator = { email: 'op@test.example', password: 'correct horse battery', role: 'viewer' };

let h: Harness;
let http: HttpHarness;
let vendor: TestVendor;
let reader: Visitor;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  vendor = await createVendor(h, 'Corner shop');
  await http.createOperator(operator as never);
  reader = new Visitor(http.app, '127.0.0.9');
  const { email, password } = operator;
  const signedIn = await reader.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(signedIn.statusCode, 200, signedIn.body);
});
after(async () => {
  await http.close();
  await h.close();
});

let sequence = 0;
const acts = {
  provider: (place: MeterPlace, amountMinor: bigint) => {
    sequence += 1;
    return buyAndPay(h, amountMinor, `R-${sequence}`, place);
  },
  till: async (place: MeterPlace & { meterPan: string }, amountMinor: bigint) => {
    sequence += 1;
    const request = { requestId: `till-sale-${sequence}`, meterPan: place.meterPan, amountMinor };
    const sold = await h.services.vendors.selling.sell(vendor.till, request);
    assert.ok(sold.ok, JSON.stringify(sold));
  },
};

/** All of a period, in pages of `pageSize`, and what it must reconcile with. */
async function readAll(place: MeterPlace, o: { from: string; to: string; pageSize: number }) {
  const utility = await h.services.utilities.get(h.utilityId);
  const period = periodOf({ ...o, zone: utility.zone, nowMs: h.clock.nowMs });
  assert.ok(period !== null);
  return h.database.inUtility(h.utilityId, async (tx) => {
    const connection = await loadConnection(tx, place);
    assert.ok(connection !== null);
    const base = { utility, connection, period, pageSize: o.pageSize };
    const first = await statementOf(tx, { ...base, cursor: null });
    const rows = [...first.rows];
    for (let cursor = first.nextCursor; cursor !== null; ) {
      const page = await statementOf(tx, { ...base, cursor });
      rows.push(...page.rows);
      cursor = page.nextCursor;
    }
    const prepaid = await accountBalance(tx, place, accounts.customerPrepaid(place));
    let owed = 0n;
    for (const debt of first.debts) {
      const { debtId } = debt;
      const account = accounts.customerDebt(debtId.slice('debt_'.length));
      const balance = await accountBalance(tx, place, account);
      // A period that ended earlier closed with what was owed then.
      if (o.to === day(h.clock.nowMs)) assert.equal(debt.closingMinor, balance.toString());
      owed += balance;
    }
    return { ...first, rows, prepaid, owed };
  });
}

test('whatever happened, opening plus entries are closing, and closing is the ledger’s balance', async () => {
  const act = fc.record({
    kind: fc.constantFrom('provider' as const, 'till' as const),
    amountMinor: fc.bigInt(2_000n, 90_000n),
    waitMs: fc.integer({ min: 0, max: 3 * dayMs }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      async (history, owing, pageSize) => {
        const debts = owing
          ? [{ label: 'Old meter', outstandingMinor: 33_333n, rule: { share: '25' } }]
          : [];
        const place = await h.addConnection({ debts });
        const from = day(h.clock.nowMs);
        const opened = await h.database.inUtility(h.utilityId, (tx) =>
          addOpeningBalance({ newUuid: newTestUuid, nowMs: () => h.clock.nowMs }, tx, {
            place,
            amountMinor: 77n,
          }),
        );
        assert.ok(opened.ok);
        for (const { kind, amountMinor, waitMs } of history) {
          h.clock.nowMs += waitMs;
          await acts[kind](place, amountMinor);
        }
        const to = day(h.clock.nowMs);
        const whole = await readAll(place, { from, to, pageSize });
        assert.equal(whole.closingPrepaidMinor, whole.prepaid.toString());
        assert.equal(whole.closingOwedMinor, whole.owed.toString());
        let prepaid = BigInt(whole.openingPrepaidMinor);
        let owed = BigInt(whole.openingOwedMinor);
        assert.deepEqual([prepaid, owed], [0n, 0n]);
        for (const row of whole.rows) {
          prepaid += BigInt(row.prepaidChangeMinor);
          owed += BigInt(row.owedChangeMinor);
          assert.equal(row.prepaidAfterMinor, prepaid.toString());
          assert.equal(row.owedAfterMinor, owed.toString());
          assert.ok(prepaid >= 0n && owed >= 0n, 'money is there before it is spent');
          if (row.kind !== 'purchase') continue;
          const parts = row.parts.reduce((sum, part) => sum + BigInt(part.amountMinor), 0n);
          assert.equal(parts, -BigInt(row.prepaidChangeMinor));
        }
        assert.equal(whole.closingPrepaidMinor, prepaid.toString());
        assert.equal(whole.rows.filter((row) => row.kind === 'purchase').length, history.length);
        // The same time in two periods: the first one's closing is the second one's opening.
        const middle = day(startMs + Math.floor((h.clock.nowMs - startMs) / 2));
        if (middle <= from || middle >= to) return;
        const early = await readAll(place, { from, to: middle, pageSize: 50 });
        const late = await readAll(place, { from: dayAfter(middle), to, pageSize: 50 });
        assert.equal(early.closingPrepaidMinor, late.openingPrepaidMinor);
        assert.equal(early.closingOwedMinor, late.openingOwedMinor);
        assert.equal(early.rows.length + late.rows.length, whole.rows.length);
      },
    ),
    { numRuns: 8 },
  );
});

const day = (atMs: number): string =>
  Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO('Africa/Johannesburg')
    .toPlainDate()
    .toString();
const dayAfter = (date: string): string =>
  Temporal.PlainDate.from(date).add({ days: 1 }).toString();

test('an operator reads it as JSON and as CSV; a period that ends before it begins is refused', async () => {
  const place = await h.addConnection();
  await acts.till(place, 5_000n);
  const path = `/api/operator/connections/${idFromUuid('connection', place.connectionId)}`;
  const json = await reader.get(`${path}/statement`);
  assert.equal(json.statusCode, 200, json.body);
  const statement = json.json();
  assert.deepEqual(
    statement.rows.map((row: { kind: string; text: string }) => [row.kind, row.text]).slice(0, 1),
    [['payment', 'Paid in cash at Corner shop.']],
  );
  const csv = await reader.get(`${path}/statement.csv`);
  const lines = csv.body.trim().split('\r\n');
  assert.equal(lines.length, 3 + statement.rows.length);
  assert.match(lines[1] ?? '', /,opening,/);
  assert.match(lines.at(-1) ?? '', /,closing,/);
  assert.equal(
    (await reader.get(`${path}/statement?from=2026-12-02&to=2026-12-01`)).statusCode,
    400,
  );
  assert.equal((await reader.get(`${path}/statement?from=then`)).statusCode, 400);
});

test('a trial quote says what an amount buys, and leaves no row behind', async () => {
  const place = await h.addConnection();
  const path = `/api/operator/connections/${idFromUuid('connection', place.connectionId)}`;
  const before = await countRows(h);
  const tried = await reader.get(`${path}/trial-quote?amountMinor=10000`);
  assert.equal(tried.statusCode, 200, tried.body);
  const { lines, remainderMinor, broughtForwardMinor, energyWh } = tried.json();
  assert.ok(BigInt(energyWh) > 0n);
  const spent = lines.reduce(
    (sum: bigint, line: { amountMinor: string }) => sum + BigInt(line.amountMinor),
    BigInt(remainderMinor),
  );
  assert.equal(spent, 10_000n + BigInt(broughtForwardMinor));
  const tooMuch = await reader.get(`${path}/trial-quote?amountMinor=99999999`);
  assert.deepEqual([tooMuch.statusCode, tooMuch.json().code], [409, 'amountAboveMaximum']);
  assert.deepEqual(await countRows(h), before);
});

test('a customer reads the month’s statement and tries an amount, without scripts and in 30 kB', async () => {
  const phone = '+27825550177';
  const place = await h.addConnection({ customer: { name: 'Thandi', phone } });
  for (let i = 0; i < 30; i += 1) await acts.till(place, 2_000n + BigInt(i));
  const visitor = new Visitor(http.app, '127.0.0.7');
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  const code = http.codes.find((each) => each.phone === phone)?.code ?? '';
  await visitor.post('/sign-in/code', { phone, code });
  const path = `/connections/${idFromUuid('connection', place.connectionId)}`;
  const page = await visitor.get(`${path}/statement`);
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /Paid in cash at Corner shop/);
  assert.match(page.body, /More of this month/);
  let weight = Buffer.byteLength(page.body);
  for (const [, asset = ''] of page.body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
    weight += Buffer.byteLength((await visitor.get(asset)).body);
  }
  assert.ok(weight <= 30_000, `${weight} bytes`);
  const rest = await visitor.get(`${path}/statement?cursor=40`);
  assert.match(rest.body, /<b>After:<\/b>/);
  const noMonth = await visitor.get(`${path}/statement?month=2026-13`);
  assert.equal(noMonth.statusCode, 400);
  assert.match(noMonth.body, /Write the month like 2026-11/);
  const before = await countRows(h);
  assert.match((await visitor.get(`${path}/price?amount=100`)).body, /Where your money goes/);
  assert.equal((await visitor.get(`${path}/price?amount=lots`)).statusCode, 422);
  assert.deepEqual(await countRows(h), before);
  const stranger = await h.addConnection({ customer: { name: 'Other', phone: '+27825550178' } });
  const foreign = `/connections/${idFromUuid('connection', stranger.connectionId)}/statement`;
  assert.equal((await visitor.get(foreign)).statusCode, 404);
});

test('a sale that was moved reads as money that came and was spent, however slow the clock', async () => {
  const [from, to] = [await h.addConnection(), await h.addConnection()];
  const saleId = await buyAndPay(h, 20_000n, 'R-moved', from);
  const nowMs = () => {
    h.clock.nowMs += 3_000;
    return h.clock.nowMs;
  };
  const deps = { ...h.services, newUuid: newTestUuid, nowMs };
  const reason = 'Bought for the wrong meter.';
  const asked = { saleId, requestId: 'move-0001', reason, by: 'creditNote' } as const;
  const who = await seedApproval(h, {
    ...{ kind: 'moveSale', reason },
    payload: { ...asked, toConnectionId: to.connectionId },
  });
  const order = { ...asked, from, to, who, stated: null };
  const moved = await h.database.inUtility(h.utilityId, (tx) => moveSale(tx, deps, order));
  assert.ok(moved.ok);
  const today = day(h.clock.nowMs);
  const { rows } = await readAll(to, { from: today, to: today, pageSize: 50 });
  assert.deepEqual(
    rows.map((row) => row.kind),
    ['creditNote', 'purchase'],
  );
  assert.equal(rows[0]?.at, rows[1]?.at);
});
