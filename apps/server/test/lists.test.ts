// Lists of sales and meters: ordered on the server, page by page, by a range of days, and as files.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { meterPageSchema, salePageSchema, saleTotalsSchema, setUpSchema } from '@prewatt/api';
import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { partOfArchive } from './archive.ts';
import { createHarness, type Harness, startMs } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
let http: HttpHarness;
const visitors = new Map<string, Visitor>();
/** Amounts in the order in which they are bought, over three days. */
const amounts = [5_000n, 20_000n, 10_000n, 20_000n, 7_500n, 15_000n];

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  for (const role of ['operator', 'viewer'] as const) {
    const email = `${role}@lists.example`;
    const password = `a long password of ${role}`;
    await http.createOperator({ email, password, role, utilityId: h.utilityId });
    const visitor = new Visitor(http.app);
    await visitor.postJson('/api/auth/sign-in/email', { email, password });
    visitors.set(role, visitor);
  }
  const { meterPan: _, ...second } = await h.addConnection();
  for (const [nth, amount] of amounts.entries()) {
    h.clock.nowMs = startMs + Math.floor(nth / 2) * 86_400_000 + nth * 60_000;
    await buyAndPay(h, amount, `LIST-${nth}`, nth % 2 === 0 ? h.place : second);
  }
});
after(async () => {
  await http.close();
  await h.close();
});

const as = (role: string): Visitor => {
  const visitor = visitors.get(role);
  assert.ok(visitor !== undefined);
  return visitor;
};
const range = 'from=2026-11-24&to=2026-11-26';

async function salesBy(query: string) {
  const answer = await as('viewer').get(`/api/operator/sales?${query}`);
  assert.equal(answer.statusCode, 200, answer.body);
  return salePageSchema.parse(answer.json());
}

test('sales of several days come in the order that is asked for', async () => {
  const by = async (query: string) =>
    (await salesBy(`${range}&${query}`)).rows.map(({ amountMinor }) => BigInt(amountMinor));
  assert.deepEqual(await by('order=asc'), amounts);
  assert.deepEqual(await by(''), [...amounts].reverse());
  assert.deepEqual(
    await by('sort=amount&order=asc'),
    [...amounts].sort((a, b) => Number(a - b)),
  );
  const energy = (await salesBy(`${range}&sort=energy`)).rows.map((row) => Number(row.energyWh));
  assert.deepEqual(
    energy,
    [...energy].sort((a, b) => b - a),
  );
  const names = (await salesBy(`${range}&sort=connection&order=asc`)).rows;
  assert.equal(new Set(names.slice(0, 3).map(({ connectionName }) => connectionName)).size, 1);
  assert.equal((await salesBy('from=2026-11-25&to=2026-11-25')).rows.length, 2);
  assert.equal((await salesBy('from=2026-11-24')).rows.length, 2, 'one day alone is that day');
  assert.equal((await salesBy(`${range}&state=stuck`)).rows.length, 0);
  for (const wrong of ['from=2026-11-26&to=2026-11-24', 'from=2024-01-01&to=2026-11-24']) {
    const refused = await as('viewer').get(`/api/operator/sales?${wrong}`);
    assert.equal(refused.json().code, 'daysOutOfRange', refused.body);
  }
});

test('pages follow each other without a gap or a repeat, in every order', async () => {
  // As many rows as two pages and a bit, with many equal amounts.
  await sql`INSERT INTO prewatt.sales SELECT (jsonb_populate_record(s, jsonb_build_object(
      'id', uuidv7(), 'amount_minor', s.amount_minor + n % 3, 'request_id', NULL,
      'requested_at', s.requested_at + n * interval '1 second'))).*
    FROM prewatt.sales s, generate_series(1, 40) n`.execute(h.owner.directories);
  const everything = 41 * amounts.length;
  for (const sort of ['time', 'amount', 'energy', 'connection']) {
    for (const order of ['asc', 'desc']) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const at = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page = await salesBy(`${range}&sort=${sort}&order=${order}${at}`);
        seen.push(...page.rows.map(({ saleId }) => saleId));
        cursor = page.nextCursor;
      }
      assert.equal(seen.length, everything, `${sort} ${order}`);
      assert.equal(new Set(seen).size, everything, `${sort} ${order}`);
    }
  }
  const rows = (await salesBy(`${range}&cursor=nonsense&sort=amount`)).rows;
  assert.equal(rows.length, 100, 'a cursor that is none begins from the start');
});

test('the sums and the file are of the whole range, and the file is on record', async () => {
  const answer = await as('viewer').get(`/api/operator/sales/totals?${range}`);
  const totals = saleTotalsSchema.parse(answer.json());
  const file = await as('operator').get(`/api/operator/sales/file?${range}`, 'text/csv');
  assert.equal(file.statusCode, 200, file.body);
  const lines: Record<string, string>[] = parse(file.body, { columns: true });
  assert.equal(lines.length, 41 * amounts.length);
  const sold = lines.filter(({ state }) => state === 'issued' || state === 'delivered');
  const minor = sold.reduce((sum, line) => sum + Math.round(Number(line.amount) * 100), 0);
  assert.deepEqual(
    [totals.sales, totals.connections, Number(totals.amountMinor)],
    [sold.length, 2, minor],
  );
  const book = await as('operator').get(`/api/operator/sales/file?${range}&as=xlsx`);
  assert.match(String(book.headers['content-disposition']), /sales\.xlsx/);
  const sheet = partOfArchive(book.rawPayload, 'xl/worksheets/sheet1.xml');
  assert.equal(sheet.match(/<row /g)?.length, 1 + lines.length);
  assert.ok(sheet.includes(`<v>${Number(lines[0]?.amount)}</v>`), 'money is a number');
  const refused = await as('viewer').get(`/api/operator/sales/file?${range}`, 'text/csv');
  assert.equal(refused.statusCode, 403);
  const { rows } = await sql<{ subject: string; details: { from: string; as: string } }>`
    SELECT subject, details FROM prewatt.operator_acts WHERE act = 'exported'`.execute(
    h.owner.directories,
  );
  assert.deepEqual(
    rows.map(({ subject, details }) => [subject, details.from, details.as]),
    [
      ['saleList', '2026-11-24', 'csv'],
      ['saleList', '2026-11-24', 'xlsx'],
    ],
  );
});

test('the set-up is read from what is there', async () => {
  const stepsOf = async (role: string) => {
    const answer = await as(role).get('/api/operator/set-up');
    const { steps, isComplete } = setUpSchema.parse(answer.json());
    return [isComplete, steps.filter(({ isDone }) => !isDone).map(({ step }) => step)];
  };
  // It sells; but nobody could allow what an administrator asks for.
  assert.deepEqual(await stepsOf('viewer'), [false, ['people']]);
  for (const role of ['first', 'second']) {
    const person = { email: `${role}@lists.example`, password: `a long password of ${role}` };
    await http.createOperator({ ...person, role: 'administrator', utilityId: h.utilityId });
  }
  assert.deepEqual(await stepsOf('operator'), [true, []]);
});

test('meters are ordered by each column, both ways, and leave as a file', async () => {
  for (let more = 0; more < 3; more += 1) await h.addConnection();
  const list = async (query: string) => {
    const answer = await as('viewer').get(`/api/operator/meters?${query}`);
    assert.equal(answer.statusCode, 200, answer.body);
    return meterPageSchema.parse(answer.json()).rows;
  };
  const named = (await list('')).map(({ connectionName }) => connectionName);
  assert.deepEqual(
    (await list('order=desc')).map(({ connectionName }) => connectionName),
    [...named].reverse(),
  );
  const pans = (await list('sort=meter')).map(({ meterPan }) => meterPan);
  assert.deepEqual(pans, [...pans].sort());
  for (const sort of ['credit', 'power', 'contact']) {
    assert.equal((await list(`sort=${sort}&order=desc`)).length, named.length, sort);
  }
  const file = await as('operator').get('/api/operator/meters/file', 'text/csv');
  const lines: Record<string, string>[] = parse(file.body, { columns: true });
  assert.deepEqual(
    lines.map((line) => line.connection_name),
    named,
  );
  const formula = '=HYPERLINK("x")';
  await sql`UPDATE prewatt.connections SET customer_name = ${formula}`.execute(h.owner.directories);
  const again = await as('operator').get('/api/operator/meters/file', 'text/csv');
  const [first]: Record<string, string>[] = parse(again.body, { columns: true });
  assert.equal(first?.customer_name, `'${formula}`, 'no spreadsheet runs it');
  const book = await as('operator').get('/api/operator/meters/file?as=xlsx');
  const sheet = partOfArchive(book.rawPayload, 'xl/worksheets/sheet1.xml');
  assert.equal(sheet.match(/<row /g)?.length, 1 + named.length);
  assert.doesNotMatch(sheet, /<f>/, 'what looks like a formula is text');
  const refused = await as('viewer').get('/api/operator/meters/file', 'text/csv');
  assert.equal(refused.statusCode, 403);
});
