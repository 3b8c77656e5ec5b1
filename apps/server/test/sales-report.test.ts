// The report on sales is the ledger: by day, month, vendor and tariff it says the same sums, those
// of the receipts and of the accounts, and each row is the sum of its transfers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reportTransferPageSchema, type SalesReportBy, salesReportSchema } from '@prewatt/api';
import { dayMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

const password = 'a password that is long enough';
const root = '/api/operator/reports/sales';
let h: Harness;
let http: HttpHarness;
let ada: Visitor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const email = 'ada@test.example';
  await http.createOperator({ email, password, role: 'operator' });
  ada = new Visitor(http.app);
  await ada.postJson('/api/auth/sign-in/email', { email, password });
  for (const [nth, amountMinor] of [5_000n, 12_345n, 20_000n].entries()) {
    await buyAndPay(h, amountMinor, `report-${nth}`);
    h.clock.nowMs += 20 * dayMs;
  }
});
after(async () => {
  await http.close();
  await h.close();
});

const days = 'from=2026-11-01&to=2027-02-28';
const report = async (by: SalesReportBy, range = days) =>
  salesReportSchema.parse((await ada.get(`${root}?${range}&by=${by}`)).json());

test('all four ways say the sums of the accounts and of the receipts', async () => {
  const { total } = await report('day');
  const ofAccounts = await h.database.inUtility(h.utilityId, (tx) =>
    sql<{ kind: string; sum: bigint }>`SELECT credit_kind AS kind, sum(amount_minor)::bigint AS sum
      FROM transfers WHERE credit_kind IN ('energySales', 'tax') GROUP BY 1`.execute(tx),
  );
  const sums = new Map(ofAccounts.rows.map(({ kind, sum }) => [kind, sum.toString()]));
  assert.equal(total.energyMinor, sums.get('energySales'));
  assert.equal(total.taxMinor, sums.get('tax'));
  const ofReceipts = await h.database.inUtility(h.utilityId, (tx) =>
    sql<{ sum: bigint }>`SELECT sum((line->>'amountMinor')::bigint)::bigint AS sum
      FROM sales, jsonb_array_elements(lines) AS line WHERE line->>'kind' = 'tax'`.execute(tx),
  );
  assert.equal(total.taxMinor, ofReceipts.rows[0]?.sum.toString());
  assert.equal(total.sales, 3);
  for (const by of ['month', 'vendor', 'tariff'] as const) {
    assert.deepEqual((await report(by)).total, total, by);
  }
  const months = (await report('month')).rows.map(({ key, sales }) => [key, sales]);
  assert.deepEqual(months, [
    ['2026-11', 1],
    ['2026-12', 1],
    ['2027-01', 1],
  ]);
  assert.equal((await report('day', 'from=2026-11-24&to=2026-11-24')).total.sales, 1);
});

test('a row is the sum of the transfers behind it', async () => {
  const [row] = (await report('month')).rows;
  const { rows } = reportTransferPageSchema.parse(
    (await ada.get(`${root}/transfers?${days}&by=month&key=${row?.key}`)).json(),
  );
  const sum = (what: string) =>
    rows
      .filter((each) => each.what === what)
      .reduce((all, { amountMinor }) => all + BigInt(amountMinor), 0n)
      .toString();
  assert.deepEqual([sum('energy'), sum('tax')], [row?.energyMinor, row?.taxMinor]);
  assert.ok(rows.every(({ saleId }) => saleId !== null));
});

test('the file has the rows and the total, and days the wrong way round are refused', async () => {
  const file = (await ada.get(`${root}/file?${days}&by=month`)).body;
  assert.match(file, /^month,sales,energy/);
  assert.equal(file.trim().split('\r\n').length, 5);
  const wrong = await ada.get(`${root}?from=2026-12-02&to=2026-12-01&by=day`);
  assert.equal(wrong.json().code, 'daysOutOfRange');
});
