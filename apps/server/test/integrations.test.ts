// Keys of integrations over HTTP: made once, open what their scopes say, rotate with an overlap,
// end at once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { integrationMadeSchema, integrationPageSchema, problemSchema } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const password = 'a long enough password';
const root = '/api/operator';
let h: Harness;
let http: HttpHarness;
let administrator: Visitor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const email = 'administrator@test.example';
  await http.createOperator({ email, password, role: 'administrator', name: 'Ada' });
  administrator = new Visitor(http.app);
  const answer = await administrator.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200, answer.body);
});
after(async () => {
  await http.close();
  await h.close();
});

const ask = (key: string, path: string, method: 'GET' | 'POST' = 'GET') =>
  http.app.inject({
    method,
    url: `${root}/${path}`,
    headers: { authorization: `Bearer ${key}` },
    ...(method === 'POST' ? { payload: {} } : {}),
  });
const codeOf = (answer: { body: string }) => problemSchema.parse(JSON.parse(answer.body)).code;

async function make(o: { name: string; scopes: string[]; requestsPerMinute?: number }) {
  const body = { requestId: `make ${o.name}`.replaceAll(' ', '-'), ...o };
  const answer = await administrator.postJson(`${root}/integrations`, body);
  assert.equal(answer.statusCode, 200, answer.body);
  return { ...integrationMadeSchema.parse(answer.json()), body };
}
const listed = async () =>
  integrationPageSchema.parse((await administrator.get(`${root}/integrations`)).json()).rows;

test('a key opens the routes of its scopes and no other, and changes nothing', async () => {
  const { key, integration } = await make({ name: 'Billing', scopes: ['sales:read'] });
  assert.equal((await ask(key, 'sales')).statusCode, 200);
  const home = `connections/${idFromUuid('connection', h.place.connectionId)}`;
  assert.equal((await ask(key, `${home}/sales`)).statusCode, 200);
  for (const path of [home, 'vendors', 'keys', 'integrations', 'me', 'live', 'nowhere']) {
    const answer = await ask(key, path);
    assert.equal(answer.statusCode, path === 'nowhere' ? 404 : 403, path);
  }
  assert.equal(codeOf(await ask(key, `${home}/block`, 'POST')), 'forbidden');
  const bodies = [undefined, 'a=b', '{"requestId":"x"}', '{'];
  for (const payload of bodies) {
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/csv']) {
      const answer = await http.app.inject({
        ...{ method: 'POST', url: `${root}/grants`, payload: payload ?? '' },
        headers: { authorization: `Bearer ${key}`, 'content-type': type },
      });
      assert.equal(answer.statusCode, 403, `${type} ${payload} ${answer.body}`);
      assert.match(
        problemSchema.parse(answer.json()).detail,
        /^The key of an integration only reads/,
      );
    }
  }
  assert.equal(integration.createdBy, 'Ada');
  const [row] = await listed();
  assert.equal(row?.keys[0]?.lastUsedAt, new Date(h.clock.nowMs).toISOString());
});

test('what a key read of a home, and what it was refused, stands in the audit log', async () => {
  const { rows } = (await administrator.get(`${root}/acts?who=Integration`)).json();
  assert.ok(rows.some((row: { act: string }) => row.act === 'refused'));
  const { rows: reads } = (await administrator.get(`${root}/acts?about=reads`)).json();
  assert.deepEqual(
    reads.map((row: { by: string; subject: string }) => [row.by, row.subject]),
    [['Integration Billing', idFromUuid('connection', h.place.connectionId)]],
  );
  const made = (await administrator.get(`${root}/acts?about=integrations`)).json().rows;
  assert.deepEqual(made[0].details, { name: 'Billing', scopes: 'sales:read' });
});

test('only a key with homes:read is shown the names of customers, and finds homes by them', async () => {
  const home = idFromUuid('connection', h.place.connectionId);
  await sql`UPDATE prewatt.connections SET customer_name = 'Nomsa Dlamini',
    customer_phone = '+27820000001' WHERE id = ${h.place.connectionId}::uuid`.execute(
    h.owner.directories,
  );
  const scopes = ['meters:read', 'money:read'];
  const { key: without } = await make({ name: 'Map without people', scopes });
  const { key: with_ } = await make({ name: 'Map', scopes: [...scopes, 'homes:read'] });
  const said = async (key: string, path: string) => (await ask(key, path)).body;
  for (const path of ['meters', `connections/${home}/statement`]) {
    assert.match(await said(with_, path), /Nomsa Dlamini/, path);
    const body = await said(without, path);
    assert.match(body, /"customerName":null/, path);
    assert.doesNotMatch(body, /Nomsa/, path);
  }
  const found = async (key: string) =>
    JSON.parse(await said(key, 'meters?search=dlamini')).rows.length;
  assert.deepEqual([await found(with_), await found(without)], [1, 0]);
});

test('a key is shown once, whoever asks again; a name is taken once', async () => {
  const { body } = await make({ name: 'Chart of homes', scopes: ['meters:read', 'homes:read'] });
  const again = await administrator.postJson(`${root}/integrations`, body);
  assert.equal(codeOf(again), 'keyShownBefore');
  const other = await administrator.postJson(`${root}/integrations`, { ...body, name: 'Chart' });
  assert.equal(codeOf(other), 'requestIdReused');
  const taken = { ...body, requestId: 'another-request' };
  const refused = await administrator.postJson(`${root}/integrations`, taken);
  assert.equal(codeOf(refused), 'nameTaken');
});

test('after a rotation both keys open until the overlap ends; an end is an end', async () => {
  const { key, integration } = await make({ name: 'Rotated', scopes: ['tariffs:read'] });
  const path = `${root}/integrations/${integration.integrationId}`;
  const body = { requestId: 'rotate-it-once', overlapHours: 2, expiresInDays: 1 };
  const rotated = integrationMadeSchema.parse(
    (await administrator.postJson(`${path}/rotate`, body)).json(),
  );
  const opens = async () => [
    (await ask(key, 'tariffs')).statusCode,
    (await ask(rotated.key, 'tariffs')).statusCode,
  ];
  assert.deepEqual(await opens(), [200, 200]);
  h.clock.nowMs += 2 * 3_600_000;
  assert.deepEqual(await opens(), [401, 200]);
  h.clock.nowMs += 22 * 3_600_000;
  assert.deepEqual(await opens(), [401, 401]);
});

test('revoked, a key opens nothing any more, and no other is made for it', async () => {
  const { key, integration } = await make({ name: 'Gone', scopes: ['tariffs:read'] });
  const path = `${root}/integrations/${integration.integrationId}`;
  const done = await administrator.postJson(`${path}/revoke`, { reason: 'The contract ended' });
  assert.equal(done.json().keys[0].state, 'ended');
  assert.equal(codeOf(await ask(key, 'tariffs')), 'keyRefused');
  const body = { requestId: 'rotate-the-gone' };
  assert.equal(codeOf(await administrator.postJson(`${path}/rotate`, body)), 'integrationRevoked');
  const again = await administrator.postJson(`${path}/revoke`, { reason: 'Said twice' });
  assert.equal(again.json().revokedReason, 'The contract ended');
});

test('what is no key, or another secret, is refused; too many requests are, too', async () => {
  const { key } = await make({ name: 'Busy', scopes: ['tariffs:read'], requestsPerMinute: 2 });
  const forged = `${key.slice(0, -4)}0000`;
  assert.equal(codeOf(await ask(forged, 'tariffs')), 'keyRefused');
  assert.equal(codeOf(await ask('pwi_nothing', 'tariffs')), 'keyRefused');
  const answers = [];
  for (let i = 0; i < 3; i += 1) answers.push((await ask(key, 'tariffs')).statusCode);
  assert.deepEqual(answers, [200, 200, 429]);
  await sql`UPDATE prewatt.use_count_directory SET from_at = from_at - interval '1 minute'`.execute(
    h.owner.directories,
  );
  assert.equal((await ask(key, 'tariffs')).statusCode, 200);
});
