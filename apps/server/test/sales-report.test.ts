// Reports on money are the ledger: by whatever rows they say the same sums, those of the receipts
// and of the accounts, and each row is the sum of what it opens.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type CollectionsBy,
  collectionsSchema,
  collectionTransferPageSchema,
  type GivenBy,
  givenGrantPageSchema,
  givenReportSchema,
  reportTransferPageSchema,
  type SalesReportBy,
  salesReportSchema,
  unclaimedPageSchema,
  unclaimedReportSchema,
} from '@prewatt/api';
import { dayMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createNewUuid, systemRandom } from '../src/base/ids.ts';
import { addOpeningBalance } from '../src/workflows/onboarding/index.ts';
import { partOfArchive } from './archive.ts';
import {
  askAndAllow,
  creditsOf,
  refuseAsOld,
  reportCredited,
  salePath,
} from './correction-harness.ts';
import { createHarness, type Harness, succeeded } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { runJobs } from './jobs.ts';
import { buyAndPay } from './purchases.ts';
import { beginPurchase, notify } from './unallocated-seed.ts';

const password = 'a password that is long enough';
const root = '/api/operator/reports/sales';
let h: Harness;
let http: HttpHarness;
let ada: Visitor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  ada = await signedIn('ada', 'operator');
  for (const [nth, amountMinor] of [5_000n, 12_345n, 20_000n].entries()) {
    await buyAndPay(h, amountMinor, `report-${nth}`);
    h.clock.nowMs += 20 * dayMs;
  }
});
after(async () => {
  await http.close();
  await h.close();
});

async function signedIn(name: string, role: 'operator' | 'administrator'): Promise<Visitor> {
  const email = `${name}@test.example`;
  await http.createOperator({ email, password, name, role });
  const visitor = new Visitor(http.app);
  await visitor.postJson('/api/auth/sign-in/email', { email, password });
  return visitor;
}

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

const reports = '/api/operator/reports';
const collected = async (by: CollectionsBy, range = days) =>
  collectionsSchema.parse((await ada.get(`${reports}/collections?${range}&by=${by}`)).json());
const because = 'A test of the reports needs it so.';

/** Paid twice, sold in vain and paid back, given, and brought in for a home without a customer. */
async function moveMoney(): Promise<void> {
  const people = { asker: ada, allower: await signedIn('bea', 'administrator'), viewer: ada };
  const empty = await h.addConnection({ customer: null });
  const deps = {
    newUuid: createNewUuid({ nowMs: Date.now }, systemRandom),
    nowMs: () => h.clock.nowMs,
  };
  const brought = await h.database.inUtility(h.utilityId, (tx) =>
    addOpeningBalance(deps, tx, { place: empty, amountMinor: 7_700n }),
  );
  assert.ok(brought.ok);
  const place = await h.addConnection();
  const vain = await buyAndPay(h, 9_000n, 'report-vain', place);
  await refuseAsOld(h, place, vain);
  await reportCredited(h, place.meterPan, 0n);
  const reversal = { requestId: 'report-reversal', reason: because, moneyGoes: 'payer' };
  const reversed = await askAndAllow(people, `${salePath(vain)}/reversal`, reversal);
  assert.equal(reversed.approval?.state, 'done', JSON.stringify(reversed));
  const twice = await beginPurchase(h, 4_000n);
  for (const name of ['report-once', 'report-twice']) {
    await notify(h, succeeded(twice.reference, 4_000n, name));
  }
  const given = await askAndAllow(people, '/api/operator/grants', {
    ...{ kind: 'freeCredit', requestId: 'report-grants', reason: because },
    rows: [{ meterPan: place.meterPan, energyWh: '12000' }],
  });
  assert.equal(given.status, 202, JSON.stringify(given));
  await runJobs(h);
}

test('collections are the accounts of customers: each transfer in one part of one row', async () => {
  await moveMoney();
  const { rows, total } = await collected('day');
  assert.equal(total.leftMinor, (await creditsOf(h, 'customerPrepaid')).toString());
  const ofAccounts = await h.database.inUtility(h.utilityId, (tx) =>
    sql<{ sum: bigint }>`SELECT sum(amount_minor)::bigint AS sum FROM transfers
      WHERE credit_kind = 'customerPrepaid' AND debit_kind = 'providerClearing'`.execute(tx),
  );
  assert.equal(total.collectedMinor, ofAccounts.rows[0]?.sum.toString());
  assert.equal(total.soldMinor, (await report('day')).total.totalMinor);
  assert.deepEqual([total.paidBackMinor, total.givenMinor], ['9000', '7700']);
  assert.equal(total.paidBackMinor, (await creditsOf(h, 'refundsDue')).toString());
  for (const by of ['month', 'channel'] as const) {
    assert.deepEqual((await collected(by)).total, total, by);
  }
  assert.ok((await collected('channel')).rows.some(({ key }) => key === 'sandbox'));
  const row = rows.find(({ paidBackMinor }) => paidBackMinor !== '0');
  const behind = async (part: string) => {
    const asked = `${days}&by=day&key=${row?.key}&part=${part}`;
    const page = collectionTransferPageSchema.parse(
      (await ada.get(`${reports}/collections/transfers?${asked}`)).json(),
    );
    return page.rows.reduce((sum, each) => sum + BigInt(each.amountMinor), 0n).toString();
  };
  assert.equal(await behind('collected'), row?.collectedMinor);
  assert.equal(await behind('sold'), row?.soldMinor);
  assert.equal(await behind('paidBack'), row?.paidBackMinor);
});

test('what was given without a sale is in one row by whatever it is asked', async () => {
  const given = async (by: GivenBy) =>
    givenReportSchema.parse((await ada.get(`${reports}/given?${days}&by=${by}`)).json());
  const { rows, total } = await given('month');
  assert.deepEqual([total.homes, total.grants, total.energyWh], [1, 1, '12000']);
  assert.equal(total.amountMinor, (-(await creditsOf(h, 'creditNotes'))).toString());
  for (const by of ['kind', 'tariff'] as const) assert.deepEqual((await given(by)).total, total);
  const list = givenGrantPageSchema.parse(
    (await ada.get(`${reports}/given/list?${days}&by=month&key=${rows[0]?.key}`)).json(),
  );
  assert.deepEqual(
    list.rows.map(({ kind, energyWh }) => [kind, energyWh]),
    [['freeCredit', '12000']],
  );
});

test('unclaimed money is what providers hold, what is due to payers, and balances of nobody', async () => {
  h.clock.nowMs += 91 * dayMs;
  const { rows, total } = unclaimedReportSchema.parse(
    (await ada.get(`${reports}/unclaimed`)).json(),
  );
  assert.deepEqual(
    rows.map((row) => [row.kind, row.items, row.amountMinor]),
    [
      ['unallocated', 1, '4000'],
      ['refundsDue', 1, (await creditsOf(h, 'refundsDue')).toString()],
      ['balances', 1, '7700'],
    ],
  );
  assert.equal(total.overdueMinor, total.amountMinor);
  for (const { kind, amountMinor } of rows) {
    const list = unclaimedPageSchema.parse(
      (await ada.get(`${reports}/unclaimed/list?kind=${kind}`)).json(),
    );
    const [item] = list.rows;
    assert.deepEqual([list.rows.length, item?.amountMinor], [1, amountMinor], kind);
  }
});

test('a report is taken out as a workbook, too, in which money is a number', async () => {
  const asked = `${reports}/collections/file?${days}&by=month`;
  const text = (await ada.get(asked)).body.trim().split('\r\n');
  assert.equal(text.length, (await collected('month')).rows.length + 2);
  const book = await ada.get(`${asked}&as=xlsx`);
  assert.match(String(book.headers['content-type']), /spreadsheetml/);
  assert.match(String(book.headers['content-disposition']), /collections-by-month\.xlsx/);
  const sheet = partOfArchive(book.rawPayload, 'xl/worksheets/sheet1.xml');
  const { total } = await collected('month');
  assert.ok(sheet.includes(`<v>${Number(total.collectedMinor) / 100}</v>`), sheet.slice(-600));
});
