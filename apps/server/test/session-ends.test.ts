// Access ends when somebody ends it, by age, and with the phone number that it came from; so do
// open event streams.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const phone = '+27825550101';
const password = 'a long enough password';
const email = 'a@test.example';
let h: Harness;
let http: HttpHarness;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  await http.createOperator({ email, password, role: 'administrator' });
  await http.app.listen({ host: '127.0.0.1', port: 0 });
});
after(async () => {
  await http.close();
  await h.close();
});

async function operator(given = password): Promise<Visitor> {
  const visitor = new Visitor(http.app);
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password: given });
  assert.equal(answer.statusCode, 200, answer.body);
  return visitor;
}

async function customer(): Promise<Visitor> {
  const visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  const code = http.codes.at(-1)?.code ?? '';
  assert.equal((await visitor.post('/sign-in/code', { phone, code })).statusCode, 303);
  return visitor;
}

/** Whether this sign-in still opens its first page. */
const isIn = async (visitor: Visitor, path: string): Promise<boolean> =>
  (await visitor.get(path, 'application/json')).statusCode === 200;
const me = '/api/operator/me';
const home = () => `/connections/${idFromUuid('connection', h.place.connectionId)}`;

/** An open event stream, and when it ends. */
async function stream(visitor: Visitor, path: string) {
  const { port } = http.app.server.address() as AddressInfo;
  const asked = request({ port, path, headers: { cookie: visitor.cookieHeader() } });
  asked.end();
  const [answer] = await new Promise<[import('node:http').IncomingMessage]>((resolve) =>
    asked.once('response', (response) => resolve([response])),
  );
  assert.equal(answer.statusCode, 200);
  answer.resume();
  // Not the promise itself, which whoever awaits this would wait for.
  return { ended: new Promise<void>((resolve) => answer.once('close', resolve)) };
}

const age = (set: string) =>
  sql`UPDATE auth.session SET ${sql.raw(set)}`.execute(h.owner.directories);

test('an operator signs out everywhere: each session and its open stream ends', async () => {
  const [first, second] = [await operator(), await operator()];
  const { ended } = await stream(second, '/api/operator/live');
  const done = await first.postJson('/api/operator/me/sign-out-everywhere', {});
  assert.equal(done.statusCode, 204, done.body);
  await ended;
  assert.equal(await isIn(first, me), false);
  assert.equal(await isIn(second, me), false);
});

test('signing out ends the stream of this session alone', async () => {
  const [first, second] = [await operator(), await operator()];
  const { ended } = await stream(first, '/api/operator/live');
  assert.equal((await first.postJson('/api/auth/sign-out', {})).statusCode, 200);
  await ended;
  assert.equal(await isIn(second, me), true);
});

test('a customer signs out everywhere', async () => {
  const [first, second] = [await customer(), await customer()];
  const { ended } = await stream(second, `${home()}/live`);
  assert.equal((await first.post('/sign-out/everywhere', {})).headers.location, '/sign-in');
  await ended;
  assert.equal(await isIn(first, home()), false);
  assert.equal(await isIn(second, home()), false);
});

test('an operator changes the password with the old one, and other sessions end', async () => {
  const [here, there] = [await operator(), await operator()];
  const path = '/api/operator/me/password';
  const next = 'another long password';
  const wrong = await here.postJson(path, { current: 'not the password', next });
  assert.equal(wrong.statusCode, 422, wrong.body);
  assert.equal((await here.postJson(path, { current: password, next: 'short' })).statusCode, 400);
  const done = await here.postJson(path, { current: password, next });
  assert.equal(done.statusCode, 204, done.body);
  assert.equal(await isIn(here, me), true);
  assert.equal(await isIn(there, me), false);
  await operator(next);
  const back = await here.postJson(path, { current: next, next: password });
  assert.equal(back.statusCode, 204, back.body);
});

test('a stolen session does not let anybody guess the password', async () => {
  const here = await operator();
  const statuses: number[] = [];
  for (let i = 0; i < 7; i += 1) {
    const guess = { current: `guess number ${i}`, next: 'another long password' };
    statuses.push((await here.postJson('/api/operator/me/password', guess)).statusCode);
  }
  await sql`DELETE FROM auth.brakes`.execute(h.owner.directories);
  assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429, 429]);
});

test('sessions of operators end after twelve hours without use, and after seven days at most', async () => {
  const visitor = await operator();
  const { rows } = await sql<{ hours: number }>`SELECT
      extract(epoch FROM max("expiresAt") - now())::float8 / 3600 AS hours
    FROM auth.session`.execute(h.owner.directories);
  assert.ok((rows[0]?.hours ?? 99) <= 12);
  await age(
    `"expiresAt" = "expiresAt" - interval '11 hours', "createdAt" = now() - interval '2 days'`,
  );
  assert.equal(await isIn(visitor, me), true, 'used within the twelve hours');
  await age(`"expiresAt" = "expiresAt" - interval '11 hours'`);
  assert.equal(await isIn(visitor, me), true, 'use prolonged it');
  await age(`"expiresAt" = "expiresAt" - interval '12 hours 1 second'`);
  assert.equal(await isIn(visitor, me), false, 'not used');

  const old = await operator();
  await age(`"createdAt" = now() - interval '7 days' + interval '1 hour',
    "expiresAt" = now() + interval '10 minutes'`);
  assert.equal(await isIn(old, me), true);
  const { rows: olds } = await sql<{ days: number }>`SELECT
      extract(epoch FROM max("expiresAt" - "createdAt"))::float8 / 86400 AS days
    FROM auth.session`.execute(h.owner.directories);
  assert.ok(Math.abs((olds[0]?.days ?? 0) - 7) < 0.001, 'use prolonged it to seven days in all');
});

test('sessions of customers last thirty days and no longer, however they are used', async () => {
  const visitor = await customer();
  await age(`"createdAt" = now() - interval '29 days', "expiresAt" = now() + interval '1 day'`);
  assert.equal(await isIn(visitor, home()), true);
  const { rows } = await sql<{ days: number }>`SELECT
      extract(epoch FROM max("expiresAt") - now())::float8 / 86400 AS days
    FROM auth.session`.execute(h.owner.directories);
  assert.ok((rows[0]?.days ?? 99) <= 1);
});

test('a phone number that is taken from a home ends the sessions that it opened', async () => {
  const visitor = await customer();
  const ended = await stream(visitor, `${home()}/live`);
  await sql`DELETE FROM prewatt.phone_directory WHERE phone = ${phone}`.execute(
    h.owner.directories,
  );
  await http.hub.closeEnded();
  await ended.ended;
  const { rows } = await sql`SELECT FROM auth.session s JOIN auth."user" u ON u.id = s."userId"
    WHERE u."phoneNumber" = ${phone}`.execute(h.owner.directories);
  assert.deepEqual(rows, []);
});
