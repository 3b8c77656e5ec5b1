// Who guesses passwords and codes, or has messages sent, is slowed down by person and by address,
// by all servers together; whoever it is about is not kept out.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { createBrakes } from '../src/registry/sign-in/brakes.ts';
import { createDoors } from '../src/registry/sign-in/doors.ts';
import { createHarness, type Harness, signInUrlOf } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const phone = '+27825550101';
const password = 'a long enough password';
let h: Harness;
let http: HttpHarness;
let pool: pg.Pool;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  pool = new pg.Pool({ connectionString: signInUrlOf(h.ownerUrl), max: 2 });
});
after(async () => {
  await pool.end();
  await http.close();
  await h.close();
});

const signIn = async (
  given: string,
  from: { app?: HttpHarness; email: string; address: string },
) => {
  const visitor = new Visitor((from.app ?? http).app, from.address);
  const body = { email: from.email, password: given };
  return (await visitor.postJson('/api/auth/sign-in/email', body)).statusCode;
};

/** As if all waits were over; counts stay. */
const waited = () =>
  sql`UPDATE auth.brakes SET next_at = now() WHERE next_at < forgotten_at`.execute(
    h.owner.directories,
  );

test('guesses on one account from many addresses and at two servers are few; its person gets in', async () => {
  const email = 'guessed@test.example';
  await http.createOperator({ email, password, role: 'administrator' });
  const second = await createHttpHarness(h);
  const usual = '10.2.0.1';
  assert.equal(await signIn(password, { email, address: usual }), 200);
  const statuses: number[] = [];
  for (let i = 0; i < 108; i += 1) {
    const from = { app: i % 2 === 0 ? http : second, email, address: `10.3.0.${i}` };
    statuses.push(await signIn(`guess ${i} is wrong`, from));
  }
  await second.close();
  assert.deepEqual(statuses.slice(0, 6), [401, 401, 401, 401, 401, 429]);
  assert.ok(statuses.slice(5).every((status) => status === 429));
  assert.equal(await signIn(password, { email, address: '10.3.0.200' }), 429, 'a stranger');
  assert.equal(await signIn(password, { email, address: usual }), 200, 'where they usually are');
});

test('each wrong password is dearer, and a day has some thirty of them', async () => {
  const doors = createDoors(createBrakes(pool));
  const waits: (number | null)[] = [];
  let tries = 0;
  // Someone who tries again as soon as they may, from ever another address.
  for (let waitedSeconds = 0; waitedSeconds < 86_400; tries += 1) {
    assert.equal(await doors.tryPassword('slow@test.example', `10.9.${tries}.1`), null);
    const wait = await doors.tryPassword('slow@test.example', `10.10.${tries}.1`);
    waits.push(wait);
    waitedSeconds += wait ?? 1;
    if (wait === null) tries += 1;
    await waited();
  }
  assert.deepEqual(waits.slice(2, 7), [30, 60, 120, 240, 480]);
  assert.ok(tries < 45, String(tries));
});

test('who tries many names from one address is stopped; who is known there is not', async () => {
  const doors = createDoors(createBrakes(pool));
  const office = '10.4.0.1';
  await doors.remember('colleague@test.example', office);
  let taken = 0;
  for (let i = 0; i < 40; i += 1) {
    if ((await doors.tryPassword(`name${i}@test.example`, office)) === null) taken += 1;
  }
  assert.equal(taken, 30);
  assert.equal(await doors.tryPassword('colleague@test.example', office), null);
  assert.equal(await doors.tryPassword('elsewhere@test.example', '10.4.0.2'), null);
});

test('a home with IPv6 is one client, however many of its addresses it uses', async () => {
  const doors = createDoors(createBrakes(pool));
  let taken = 0;
  for (let i = 0; i < 40; i += 1) {
    const address = `2001:db8:0:7::${i.toString(16)}`;
    if ((await doors.tryPassword(`six${i}@test.example`, address)) === null) taken += 1;
  }
  assert.equal(taken, 30);
  assert.equal(await doors.tryPassword('six@test.example', '2001:db8:0:8::1'), null);
});

test('a code is sent behind the answer: a gateway that hangs tells nobody who is a customer', async () => {
  let release = () => {};
  http.gateway.wait = new Promise<void>((resolve) => {
    release = resolve;
  });
  const sent = http.codes.length;
  const visitor = new Visitor(http.app, '10.5.0.1', { settles: false });
  await visitor.get('/sign-in');
  const known = await visitor.post('/sign-in', { phone });
  const unknown = await visitor.post('/sign-in', { phone: '+27820000000' });
  assert.deepEqual([known.statusCode, unknown.statusCode], [200, 200]);
  assert.equal(known.body.replaceAll(phone, ''), unknown.body.replaceAll('+27820000000', ''));
  assert.equal(http.codes.length, sent, 'the gateway has not answered');
  release();
  http.gateway.wait = null;
  await http.settled();
  assert.equal(http.codes.length, sent + 1);
});

test('one phone is sent a few codes in a row and a few more a day, whoever asks and from where', async () => {
  const doors = createDoors(createBrakes(pool));
  const asked = '+27825550177';
  const inARow: (number | null)[] = [];
  for (let i = 0; i < 8; i += 1) inARow.push(await doors.askCode(asked, `10.6.0.${i}`));
  assert.deepEqual(inARow.slice(0, 5), [null, null, null, null, null]);
  assert.ok(inARow.slice(5).every((wait) => wait !== null && wait > 30));
  let more = 0;
  for (let i = 0; i < 30; i += 1) {
    await waited();
    if ((await doors.askCode(asked, `10.7.0.${i}`)) === null) more += 1;
  }
  assert.equal(5 + more, 15);
});

test('a utility pays for so many unused codes an hour and no more; used ones do not count', async () => {
  const doors = createDoors(createBrakes(pool));
  const utilityId = '01890000-0000-7000-8000-000000000001';
  for (let i = 0; i < 200; i += 1) assert.equal(await doors.sendCode(utilityId, 10), null);
  assert.ok(Number(await doors.sendCode(utilityId, 10)) > 3_000);
  await doors.codeWasRight('+27825550178', '10.8.0.1', { utilityId, homes: 10 });
  assert.equal(await doors.sendCode(utilityId, 10), null);
});

test('each wrong code is dearer, and a day has twenty', async () => {
  const doors = createDoors(createBrakes(pool));
  const guessed = '+27825550179';
  const waits: (number | null)[] = [];
  let tries = 0;
  for (let i = 0; i < 60; i += 1) {
    if ((await doors.tryCode(guessed, `10.11.0.${i}`)) === null) {
      tries += 1;
      waits.push(await doors.tryCode(guessed, `10.12.0.${i}`));
    }
    await waited();
  }
  assert.ok(tries <= 20, String(tries));
  const dear = waits.filter((wait) => wait !== null);
  assert.deepEqual(dear.slice(0, 4), [10, 20, 40, 80]);
});

test('wrong codes at the page are answered with the time to wait', async () => {
  const visitor = new Visitor(http.app, '10.13.0.1');
  await visitor.get('/sign-in');
  const tried = { phone: '+27825550180', code: '000000' };
  const statuses: number[] = [];
  for (let i = 0; i < 5; i += 1)
    statuses.push((await visitor.post('/sign-in/code', tried)).statusCode);
  assert.deepEqual(statuses, [422, 422, 422, 429, 429]);
  const page = await visitor.post('/sign-in/code', tried);
  assert.match(page.body, /Too many wrong codes for this number\. Wait \d+ seconds/);
});

test('behind a proxy that is named each client counts alone; nobody else may say who they are', async () => {
  const proxied = await createHttpHarness(h, { trustedProxies: ['10.0.0.0/8'] });
  const left = async (remoteAddress: string, forwarded: string) => {
    const headers = { 'x-forwarded-for': forwarded, accept: 'text/html' };
    const answer = await proxied.app.inject({ url: '/sign-in', remoteAddress, headers });
    return Number(answer.headers['x-ratelimit-remaining']);
  };
  assert.equal(await left('10.0.0.1', '203.0.113.1'), await left('10.0.0.1', '203.0.113.2'));
  assert.equal(
    (await left('10.0.0.1', '198.51.100.9, 203.0.113.3')) - 1,
    await left('10.0.0.1', '198.51.100.8, 203.0.113.3'),
    'what the client itself wrote is not believed',
  );
  assert.equal(
    (await left('192.0.2.1', '203.0.113.4')) - 1,
    await left('192.0.2.1', '203.0.113.5'),
    'nobody named this proxy',
  );
  await proxied.close();
});
