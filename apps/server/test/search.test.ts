// The console's one search on a real database: each way to find something, for whom, within the
// utility, and that whoever looks for a phone is on record.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditLogPageSchema, type SearchAnswer, searchAnswerSchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

const password = 'a long enough password';
let h: Harness;
let http: HttpHarness;
let home: Awaited<ReturnType<Harness['addConnection']>>;
const visitors = new Map<string, Visitor>();
const as = (role: string): Visitor => {
  const visitor = visitors.get(role);
  assert.ok(visitor !== undefined);
  return visitor;
};

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  for (const role of ['administrator', 'viewer', 'technician'] as const) {
    const email = `${role}@test.example`;
    await http.createOperator({ email, password, role, name: `The ${role}` });
    const visitor = new Visitor(http.app, `10.20.1.${visitors.size + 1}`);
    const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
    assert.equal(answer.statusCode, 200, answer.body);
    visitors.set(role, visitor);
  }
  home = await h.addConnection();
  await sql`UPDATE prewatt.connections SET name = 'Plot 12B', customer_name = 'Thandiwe O''Moyo',
    address = '7 Acacia-Lane' WHERE id = ${home.connectionId}::uuid`.execute(h.owner.directories);
  await sql`UPDATE prewatt.phone_directory SET phone = '+27825557731'
    WHERE connection_id = ${home.connectionId}::uuid`.execute(h.owner.directories);
});
after(async () => {
  await http.close();
  await h.close();
});

async function found(text: string, role = 'viewer'): Promise<SearchAnswer> {
  const answer = await as(role).postJson('/api/operator/search', { text });
  assert.equal(answer.statusCode, 200, answer.body);
  return searchAnswerSchema.parse(answer.json());
}
const homesBy = async (text: string) =>
  (await found(text)).homes
    .filter(({ connectionId }) => connectionId === idFromUuid('connection', home.connectionId))
    .map(({ foundBy }) => foundBy);

test('a home is found by words of its name, customer and address, in any order, begun or whole', async () => {
  for (const text of [
    'plot 12b',
    '12B plot',
    'thand',
    'moyo thandi',
    "O'Moyo",
    'acacia lane',
    'Acacia-L',
  ]) {
    assert.deepEqual(await homesBy(text), ['words'], text);
  }
  assert.deepEqual(await homesBy('moyo nothere'), []);
  assert.deepEqual(await homesBy("''':*&|!"), []);
});

test('a home is found by the first, the middle and the last digits of its meter', async () => {
  const pan = home.meterPan;
  for (const text of [pan, pan.slice(0, 16), pan.slice(6), pan.slice(-5)]) {
    assert.deepEqual(await homesBy(text), ['meter'], text);
  }
  const id = idFromUuid('connection', home.connectionId);
  assert.deepEqual(await homesBy(id), ['identifier']);
});

test('a home is found by the phone of its customer as it is dialled; who looked is on record', async () => {
  const search = async () => {
    const answer = await as('administrator').get('/api/operator/acts?about=reads');
    const { rows } = auditLogPageSchema.parse(answer.json());
    return rows.filter(({ act }) => act === 'phoneSearched');
  };
  assert.deepEqual(await search(), []);
  for (const text of ['+27 82 555 7731', '082 555 7731', '825557731']) {
    assert.deepEqual(await homesBy(text), ['phone'], text);
  }
  // Six digits are too few to look for a person.
  assert.deepEqual(await homesBy('557731'), []);
  assert.deepEqual((await found('082 555 0000')).homes, []);
  const id = idFromUuid('connection', home.connectionId);
  assert.deepEqual(
    (await search()).map(({ by, subject, details }) => [by, subject, details['phone']]),
    [
      ['The viewer', 'phone …0000', '…0000'],
      ['The viewer', id, '…7731'],
    ],
  );
});

test('a sale is found by the last digits of its token, by the reference of its payment, by itself', async () => {
  const saleId = await buyAndPay(h, 5_000n, 'sndbx-98Kq7731');
  const { rows } = await sql<{ digits: string }>`SELECT digits FROM prewatt.tokens
    WHERE sale_id = ${saleId}::uuid`.execute(h.owner.directories);
  const [row] = rows;
  assert.ok(row !== undefined);
  const saleOf = async (text: string) =>
    (await found(text)).sales
      .filter((sale) => sale.saleId === idFromUuid('sale', saleId))
      .map(({ foundBy, tokenLastFour }) => [foundBy, tokenLastFour]);
  const lastFour = row.digits.slice(-4);
  const spaced = row.digits.replace(/(\d{4})(?=\d)/g, '$1 ');
  for (const text of [lastFour, row.digits, spaced]) {
    assert.deepEqual(await saleOf(text), [['token', lastFour]], text);
  }
  for (let count = 5; count < 20; count += 1) {
    const text = row.digits.slice(-count);
    assert.deepEqual(await saleOf(text), [], `${count} digits would tell the next one`);
    const asked = sql`SELECT * FROM prewatt.tokens_by_last_digits(${text}, 9)`;
    const { rows: none } = await h.database.inUtility(h.utilityId, (tx) => asked.execute(tx));
    assert.deepEqual(none, []);
  }
  assert.deepEqual(await saleOf('SNDBX-98kq'), [['reference', lastFour]]);
  assert.deepEqual(await saleOf(idFromUuid('sale', saleId)), [['identifier', lastFour]]);
  const answer = await found(row.digits);
  assert.ok(!JSON.stringify(answer).includes(row.digits), 'a token stays covered');
});

test('a technician, a stranger and another utility find nothing here', async () => {
  const refused = await as('technician').postJson('/api/operator/search', { text: 'plot' });
  assert.equal(refused.statusCode, 403);
  const stranger = new Visitor(http.app, '10.20.1.99');
  assert.equal((await stranger.postJson('/api/operator/search', { text: 'plot' })).statusCode, 401);
  const other = '01890000-0000-7000-8000-000000000001';
  const others = await h.database.inUtility(other, async (tx) => {
    const words = await sql`SELECT * FROM prewatt.homes_by_words('plot', 9)`.execute(tx);
    const pan = await sql`SELECT * FROM prewatt.homes_by_meter_digits(${home.meterPan}, 9)`.execute(
      tx,
    );
    const phone = await sql`SELECT * FROM prewatt.homes_by_phone_digits('825557731', 9)`.execute(
      tx,
    );
    return [...words.rows, ...pan.rows, ...phone.rows];
  });
  assert.deepEqual(others, []);
});
