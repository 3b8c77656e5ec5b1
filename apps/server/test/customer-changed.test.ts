// Another phone for a home: it sees and buys at once, the old one no more, both are told, and the
// audit log says who did it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const password = 'a long enough password';
const oldPhone = '+27825550101';
const newPhone = '+27825550199';

let h: Harness;
let http: HttpHarness;
let operator: Visitor;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  await http.createOperator({ email: 'operator@test.example', password, role: 'operator' });
  await http.createOperator({ email: 'viewer@test.example', password, role: 'viewer' });
  operator = await signedIn('operator@test.example');
});
after(async () => {
  await http.close();
  await h.close();
});

async function signedIn(email: string): Promise<Visitor> {
  const visitor = new Visitor(http.app);
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200, answer.body);
  return visitor;
}

const connectionId = () => idFromUuid('connection', h.place.connectionId);
const page = () => `/connections/${connectionId()}`;
const route = () => `/api/operator/connections/${connectionId()}/customer`;
const change = (phone: string, by = operator) =>
  by.postJson(route(), { name: 'The next tenant', phone, reason: 'Moved in on the 1st' });

async function customer(phone: string): Promise<Visitor> {
  const visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  const code = http.codes.at(-1)?.code ?? '';
  await visitor.post('/sign-in/code', { phone, code });
  return visitor;
}
const told = async () =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('messages')
      .select(['phone', 'text'])
      .where('kind', '=', 'customerChanged')
      .orderBy('phone')
      .execute(),
  );

test('the old phone is out at once and the new one is in; both are told, once', async () => {
  const before = await customer(oldPhone);
  assert.equal((await before.get(page())).statusCode, 200);

  const answer = await change('082 555 0199');
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual(answer.json(), { name: 'The next tenant', phone: newPhone });
  assert.equal((await before.get(page())).statusCode, 303, 'signed out');
  const next = await customer(newPhone);
  assert.equal((await next.get(page())).statusCode, 200);
  const messages = await told();
  assert.deepEqual(
    messages.map((message) => message.phone),
    [oldPhone, newPhone],
  );
  assert.match(messages[0]?.text ?? '', /sees and buys no more/);

  assert.equal((await change(newPhone)).statusCode, 200);
  assert.equal((await told()).length, 2, 'the same again tells nobody');
  const log = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('operator_acts').select('details').where('act', '=', 'customerChanged').execute(),
  );
  assert.equal(log.length, 1);
  assert.deepEqual(log[0]?.details, {
    name: 'Flat 1',
    reason: 'Moved in on the 1st',
    customer: 'another name',
    phone: '…101 to …199',
  });
});

test('no phone, and nobody who may not act, changes a customer', async () => {
  const refused = await change('12');
  assert.equal(refused.statusCode, 422);
  assert.equal(refused.json().code, 'phoneFormat');
  const viewer = await signedIn('viewer@test.example');
  assert.equal((await change(oldPhone, viewer)).statusCode, 403);
});
