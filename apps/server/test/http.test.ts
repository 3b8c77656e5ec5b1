import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  cardBridgeOrigin,
  commandPageSchema,
  eventPageSchema,
  type MeterPage,
  messagePageSchema,
  meterPageSchema,
  overviewSchema,
  problemSchema,
  routes,
  signInRoot,
  tokenPageSchema,
} from '@prewatt/api';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createHarness, type Harness, succeeded, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { readPdf } from './read-pdf.ts';

const phone = '+27825550101';
const password = 'a long enough password';
let h: Harness;
const bankAccount = { bank: 'Bank of Tests', holder: 'The Utility', account: 'KE1200034' };
let http: HttpHarness;
let home: string;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h, { bankAccount });
  home = `/connections/${idFromUuid('connection', h.place.connectionId)}`;
});
after(async () => {
  await http.close();
  await h.close();
});

async function signedIn(): Promise<Visitor> {
  const visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  const code = http.codes.at(-1)?.code ?? '';
  const answer = await visitor.post('/sign-in/code', { phone, code });
  assert.equal(answer.statusCode, 303, answer.body);
  return visitor;
}

async function operator(email: string): Promise<Visitor> {
  const visitor = new Visitor(http.app);
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200, answer.body);
  return visitor;
}

const rows = async () => {
  const answer = await sql`SELECT (SELECT count(*) FROM prewatt.sales) AS sales,
    (SELECT count(*) FROM prewatt.quotes) AS quotes,
    (SELECT count(*) FROM prewatt.payments) AS payments,
    (SELECT count(*) FROM prewatt.transfers) AS transfers`.execute(h.owner.directories);
  return answer.rows[0];
};

test('no client may take as long as it likes for its headers or its body', () => {
  const { server } = http.app;
  assert.deepEqual([server.headersTimeout, server.requestTimeout], [10_000, 600_000]);
  assert.ok(server.timeout > 0 && server.maxConnections > 0);
});

test('each route that is declared is served', () => {
  const declared = Object.values(routes)
    .flatMap((area) => Object.values(area))
    // What lies below is the sign-in library's own.
    .filter(({ path }) => !path.startsWith(`${signInRoot}/`))
    .flatMap(({ method, path }) => [method].flat().map((each) => ({ method: each, url: path })));
  assert.ok(declared.length > 150, `only ${declared.length} routes`);
  assert.deepEqual(
    declared.filter((route) => !http.app.hasRoute(route)),
    [],
  );
});

test('a customer signs in with the code, and a code works once', async () => {
  const visitor = await signedIn();
  const first = await visitor.get('/');
  assert.equal(first.headers.location, home);
  const page = await visitor.get(home);
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /Flat 1/);
  const again = new Visitor(http.app);
  await again.get('/sign-in');
  const used = await again.post('/sign-in/code', { phone, code: http.codes.at(-1)?.code ?? '' });
  assert.equal(used.statusCode, 422);
});

test('a customer may write the number as it is dialled at home', async () => {
  const visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  const asked = await visitor.post('/sign-in', { phone: '082 555 0101' });
  assert.equal(asked.statusCode, 200, asked.body);
  assert.deepEqual(http.codes.at(-1)?.phone, phone);
  const code = http.codes.at(-1)?.code ?? '';
  const answer = await visitor.post('/sign-in/code', { phone: '0825550101', code });
  assert.equal(answer.statusCode, 303, answer.body);
  const strange = await visitor.post('/sign-in', { phone: '0825' });
  assert.equal(strange.statusCode, 422);
});

test('an unknown phone is answered like a known one, and nothing is sent', async () => {
  const visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  const sent = http.codes.length;
  const known = await visitor.post('/sign-in', { phone });
  const unknown = await visitor.post('/sign-in', { phone: '+27820000000' });
  assert.equal(unknown.statusCode, known.statusCode);
  assert.equal(unknown.body.replaceAll('+27820000000', ''), known.body.replaceAll(phone, ''));
  assert.equal(http.codes.length, sent + 1);
});

test('wrong codes run out', async () => {
  const visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  const right = http.codes.at(-1)?.code ?? '';
  const wrong = right === '000000' ? '111111' : '000000';
  const release = () => sql`DELETE FROM auth.brakes`.execute(h.owner.directories);
  for (let i = 0; i < 6; i++) {
    await visitor.post('/sign-in/code', { phone, code: wrong });
    // As if each wait were over.
    await release();
  }
  const late = await visitor.post('/sign-in/code', { phone, code: right });
  assert.equal(late.statusCode, 422, 'the right code after too many wrong ones');
  await release();
});

test('a form without its anti-forgery value is refused and writes nothing', async () => {
  const visitor = await signedIn();
  const before = await rows();
  for (const csrf of ['', 'f'.repeat(64), 'x']) {
    const answer = await visitor.post(`${home}/buy`, { amount: '50', csrf });
    assert.equal(answer.statusCode, 403);
  }
  // Nor is it one that somebody planted with a cookie, or that was made for another session.
  const planted = visitor.cookies.get('prewatt-7070.form') ?? '';
  const stranger = new Visitor(http.app);
  stranger.cookies.set('prewatt-7070.form', planted);
  for (const csrf of [planted, await stranger.formValue()]) {
    const answer = await visitor.post(`${home}/buy`, { amount: '50', csrf });
    assert.equal(answer.statusCode, 403);
  }
  assert.deepEqual(await rows(), before);
});

test('amounts that nobody can mean are refused in words, and write nothing', async () => {
  const visitor = await signedIn();
  const before = await rows();
  const bad = [
    '0',
    '-1',
    '1e9',
    '1,23,4',
    '',
    'NaN',
    '0.99',
    '999999999',
    '1.005',
    "1'; --",
    '<b>5</b>',
  ];
  for (const amount of bad) {
    const answer = await visitor.post(`${home}/buy`, { amount });
    assert.equal(answer.statusCode, 422, amount);
    assert.match(answer.body, /role="alert"|class="problem/, amount);
    assert.ok(!answer.body.includes('<b>5</b>'));
  }
  assert.deepEqual(await rows(), before);
});

test('buying: quote, payment, token on the page; pressing pay twice is one sale', async () => {
  const visitor = await signedIn();
  const quoted = await visitor.post(`${home}/buy`, { amount: '50' });
  assert.equal(quoted.statusCode, 303);
  const quoteUrl = String(quoted.headers.location);
  assert.match((await visitor.get(quoteUrl)).body, /VAT/);
  const paid = await visitor.post(`${quoteUrl}/pay`, {});
  const twice = await visitor.post(`${quoteUrl}/pay`, {});
  assert.equal(paid.headers.location, twice.headers.location);
  const reference = String(paid.headers.location).split('/').at(-1) ?? '';
  // Whoever comes back from paying has the provider asked, however seldom that was due by now.
  const open = () =>
    h.database.inUtility(h.utilityId, (tx) =>
      tx.selectFrom('payments').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow(),
    );
  await sql`UPDATE prewatt.payments SET next_check_at = next_check_at + interval '1 year'
    WHERE id = ${(await open()).id}::uuid`.execute(h.owner.directories);
  const waits = await visitor.get(`/sales/${idFromUuid('sale', (await open()).sale_id ?? '')}`);
  assert.match(waits.body, /Waiting for word of your payment/);
  const receiptPath = `/sales/${idFromUuid('sale', (await open()).sale_id ?? '')}/receipt.pdf`;
  assert.equal((await visitor.get(receiptPath)).statusCode, 404, 'nothing is paid yet');
  const link = h.services.receiptLinks.pathOf((await open()).sale_id ?? '');
  assert.ok(waits.body.includes(`href="${link}"`));
  const shared = (await new Visitor(http.app).get(link)).body;
  assert.match(shared, /Waiting for word of your payment[\s\S]*No electricity was bought by this/);
  assert.doesNotMatch(shared, /genuine/);
  assert.ok(((await open()).next_check_at ?? 0) <= h.clock.nowMs + 5_000);
  const notified = await http.app.inject({
    method: 'POST',
    url: '/api/payments/sandbox/notifications',
    payload: succeeded(reference, 5_000n, 'SBX-1'),
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(notified.statusCode, 200, notified.body);
  assert.equal(notified.headers['cache-control'], 'no-store');
  assert.equal(notified.headers['x-content-type-options'], 'nosniff');
  const sale = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('sales').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow(),
  );
  const page = await visitor.get(`/sales/${idFromUuid('sale', sale.id)}`);
  const [token] = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('tokens').select('digits').where('sale_id', '=', sale.id).execute(),
  );
  const plain = page.body.replaceAll(/<[^>]+>|\s/g, '');
  assert.ok(token !== undefined && plain.includes(token.digits));
  assert.ok(page.body.includes(`href="${receiptPath}"`));
  const receipt = await visitor.get(receiptPath);
  assert.equal(receipt.headers['content-type'], 'application/pdf');
  assert.equal(receipt.headers['cache-control'], 'no-store');
  assert.ok(readPdf(receipt.rawPayload).text.replaceAll(/\s/g, '').includes(token.digits));
  assert.ok(receipt.rawPayload.equals((await visitor.get(receiptPath)).rawPayload));
});

test('where bank transfers are taken, the page of buying says where to and with which text', async () => {
  const page = await (await signedIn()).get(`${home}/buy`);
  for (const text of [...Object.values(bankAccount), h.meterPan.slice(6, 17)]) {
    assert.ok(page.body.includes(text), text);
  }
});

test('an offer that was bought leads to its purchase, one that is too old cannot be paid', async () => {
  const visitor = await signedIn();
  const offer = async () =>
    String((await visitor.post(`${home}/buy`, { amount: '20' })).headers.location);
  const bought = await offer();
  await visitor.post(`${bought}/pay`, {});
  assert.match(String((await visitor.get(bought)).headers.location), /^\/sales\/sale_/);
  const old = await offer();
  h.clock.nowMs += 16 * 60_000;
  const page = await visitor.get(old);
  assert.match(page.body, /This offer has expired/);
  assert.ok(!page.body.includes('/pay"'), 'nothing to press');
  assert.equal((await visitor.post(`${old}/pay`, {})).statusCode, 409);
});

test('what is owed from protected hours is told before paying', async () => {
  const visitor = await signedIn();
  await h.fromMeter(h.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(0),
      importEnergyWh: energyWh(3_200),
      creditedEnergyWh: energyWh(0),
      loadSwitch: 'disconnected',
      creditStatus: 'outOfCredit',
      owedEnergyWh: energyWh(3_200),
    },
  });
  assert.match((await visitor.get(`${home}/buy`)).body, /You owe <b>3\.2\skWh<\/b>/);
  const quote = await visitor.post(`${home}/buy`, { amount: '100' });
  const page = await visitor.get(String(quote.headers.location));
  assert.match(page.body, /the meter takes <b>3\.2\skWh<\/b> of it for what was used/);
});

test('what is not mine is not there', async () => {
  const stranger = await h.addConnection({
    customer: { name: 'Another', phone: '+27825550102' },
  });
  const visitor = await signedIn();
  const id = idFromUuid('connection', stranger.connectionId);
  for (const url of [
    `/connections/${id}`,
    `/connections/${id}/buy`,
    `/connections/${id}/purchases`,
    `/connections/${id}/live`,
    '/connections/connection_nonsense',
    '/sales/sale_00000000-0000-7000-8000-000000000000',
    '/quotes/quote_00000000-0000-7000-8000-000000000000',
  ]) {
    assert.equal((await visitor.get(url)).statusCode, 404, url);
  }
  const signedOut = new Visitor(http.app);
  assert.equal((await signedOut.get(home)).statusCode, 303);
  assert.equal((await signedOut.get(home, 'application/json')).statusCode, 401);
});

test('operators: wrong password, rows, roles, and another utility’s connection', async () => {
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other' });
  await http.createOperator({ email: 'a@test.example', password, role: 'administrator' });
  await http.createOperator({ email: 'v@test.example', password, role: 'viewer' });
  await http.createOperator({
    email: 'o@test.example',
    password,
    role: 'operator',
    utilityId: otherId,
  });
  const wrong = await new Visitor(http.app).postJson('/api/auth/sign-in/email', {
    email: 'a@test.example',
    password: 'not the password',
  });
  assert.equal(wrong.statusCode, 401);

  const admin = await operator('a@test.example');
  const meters = meterPageSchema.parse((await admin.get('/api/operator/meters')).json());
  assert.equal(meters.rows.length, 2);
  overviewSchema.parse((await admin.get('/api/operator/overview')).json());
  const detail = `/api/operator${home}`;
  for (const part of ['', '/usage', '/sales', '/tokens', '/events', '/commands', '/messages']) {
    assert.equal((await admin.get(detail + part)).statusCode, 200, part);
  }
  const read = await admin.postJson(`${detail}/commands`, {
    kind: 'readNow',
    requestId: 'read-once',
  });
  const again = await admin.postJson(`${detail}/commands`, {
    kind: 'readNow',
    requestId: 'read-once',
  });
  assert.equal(read.statusCode, 202, read.body);
  assert.equal(read.json().commandId, again.json().commandId);

  const forged = await http.app.inject({
    method: 'POST',
    url: `${detail}/commands`,
    headers: { cookie: admin.cookieHeader(), origin: 'https://evil.example' },
    payload: { kind: 'readNow' },
  });
  assert.equal(forged.statusCode, 403);

  const viewer = await operator('v@test.example');
  assert.equal((await viewer.get('/api/operator/meters')).statusCode, 200);
  assert.equal((await viewer.postJson(`${detail}/commands`, { kind: 'readNow' })).statusCode, 403);

  const other = await operator('o@test.example');
  assert.equal((await other.get(detail)).statusCode, 404);
  const theirs: MeterPage = (await other.get('/api/operator/meters')).json();
  assert.deepEqual(theirs.rows, []);
  assert.equal((await new Visitor(http.app).get('/api/operator/me')).statusCode, 401);
});

test('what happened to a connection is read page by page, each row once', async () => {
  await http.createOperator({ email: 'pages@test.example', password, role: 'viewer' });
  const visitor = await operator('pages@test.example');
  const { connectionId, bucket, meterId } = h.place;
  const path = `/api/operator/connections/${idFromUuid('connection', connectionId)}`;
  const own = [h.utilityId, connectionId, bucket];
  const db = h.owner.directories;
  await sql`INSERT INTO prewatt.messages (id, utility_id, connection_id, bucket, kind, phone, text,
      state, fact_key, created_at, state_at)
    SELECT uuidv7(), ${own[0]}::uuid, ${own[1]}::uuid, ${own[2]}::smallint, 'lowCredit',
      '+27825550101', 'Message ' || n, 'sent', 'page-' || n, now(), now()
    FROM generate_series(1, 250) n`.execute(db);
  await sql`INSERT INTO prewatt.meter_events (utility_id, connection_id, bucket, meter_id, sequence,
      at, code, detail, received_at)
    SELECT ${own[0]}::uuid, ${own[1]}::uuid, ${own[2]}::smallint, ${meterId}::uuid, 5000 + n,
      timestamptz '2026-01-01T00:00:00Z' + n / 60 * interval '1 second', 'powerOn', '{}', now()
    FROM generate_series(1, 250) n`.execute(db);
  const pages = {
    messages: messagePageSchema,
    events: eventPageSchema,
    tokens: tokenPageSchema,
    commands: commandPageSchema,
  };
  const counts: Record<string, number> = {};
  for (const [list, schema] of Object.entries(pages)) {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const page = schema.parse((await visitor.get(`${path}/${list}${query}`)).json());
      assert.ok(page.rows.length <= 100 && (page.nextCursor === null || page.rows.length > 0));
      seen.push(...page.rows.map((row) => JSON.stringify(row)));
      cursor = page.nextCursor;
    } while (cursor !== null);
    counts[list] = seen.length;
    if (list === 'messages') assert.equal(new Set(seen).size, seen.length);
  }
  const { rows } = await sql<{
    messages: bigint;
    events: bigint;
    tokens: bigint;
    commands: bigint;
  }>`
    SELECT (SELECT count(*) FROM prewatt.messages WHERE connection_id = ${connectionId}::uuid)
        AS messages,
      (SELECT count(*) FROM prewatt.meter_events WHERE connection_id = ${connectionId}::uuid)
        AS events,
      (SELECT count(*) FROM prewatt.tokens WHERE connection_id = ${connectionId}::uuid) AS tokens,
      (SELECT count(*) FROM prewatt.commands WHERE connection_id = ${connectionId}::uuid)
        AS commands`.execute(db);
  for (const [list, count] of Object.entries(rows[0] ?? {})) {
    assert.equal(counts[list], Number(count), list);
  }
});

test('malformed requests end as problems without a stack', async () => {
  const admin = await operator('a@test.example');
  const detail = `/api/operator${home}`;
  const answers = [
    await admin.postJson(`${detail}/commands`, '{not json'),
    await admin.postJson(`${detail}/commands`, { kind: 'explode' }),
    await admin.postJson(`${detail}/commands`, { kind: 'readNow', requestId: 5 }),
    await admin.postJson(`${detail}/commands`, 'x'.repeat(100_000)),
    await admin.get('/api/operator/sales?day=yesterday'),
    await admin.get(`/api/operator/meters?filter=all&search=${'x'.repeat(200)}`),
    await admin.get('/api/operator/connections/connection_1/usage'),
    await admin.get('/api/nothing-here'),
    await admin.postJson('/api/payments/paypal/notifications', {}),
    await admin.postJson('/api/payments/sandbox/notifications', { signed: false }),
  ];
  for (const answer of answers) {
    assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, `${answer.statusCode}`);
    problemSchema.parse(answer.json());
    assert.ok(!/at .*\.ts|node_modules|Error:/.test(answer.body), answer.body);
  }
});

test('search finds by name and by number, with its special characters meant literally', async () => {
  const admin = await operator('a@test.example');
  const count = async (search: string) =>
    meterPageSchema.parse(
      (await admin.get(`/api/operator/meters?search=${encodeURIComponent(search)}`)).json(),
    ).rows.length;
  assert.equal(await count('flat 1'), 1);
  assert.equal(await count(h.meterPan.replace(/(\d{6})/, '$1 ')), 1);
  assert.equal(await count('%'), 0);
  assert.equal(await count("'"), 0);
});

test('health is 503 before ready, and so is everything else', async () => {
  http.health.ready = false;
  const health = await http.app.inject({ url: '/health' });
  assert.deepEqual([health.statusCode, health.json()], [503, { status: 'starting' }]);
  assert.equal((await http.app.inject({ url: '/sign-in' })).statusCode, 503);
  http.health.ready = true;
  const up = await http.app.inject({ url: '/health' });
  assert.deepEqual([up.statusCode, up.json()], [200, { status: 'ready' }]);
});

test('pages forbid scripts and styles from elsewhere', async () => {
  const answer = await http.app.inject({ url: '/sign-in' });
  const policy = String(answer.headers['content-security-policy']);
  assert.match(policy, /default-src 'self'/);
  assert.ok(!/script-src|unsafe-eval/.test(policy));
  assert.match(policy, /frame-ancestors 'none'/);
  const { headers } = await http.app.inject({ url: '/health' });
  assert.match(String(headers['content-security-policy']), /^default-src 'none';frame-ancestors/);
});

test('the reader of a shop is reached from the pages of a till alone', async () => {
  const reaches = async (url: string): Promise<boolean> => {
    const { headers } = await http.app.inject({ url });
    return String(headers['content-security-policy']).includes(cardBridgeOrigin);
  };
  assert.equal(await reaches('/till'), true);
  for (const url of ['/sign-in', '/operator', '/tillage']) assert.equal(await reaches(url), false);
});

test('a script may sign in as often as it likes; wrong passwords end it', async () => {
  const email = 'script@test.example';
  await http.createOperator({ email, password, role: 'viewer' });
  const statusOf = async (given: string, address: string) => {
    const visitor = new Visitor(http.app, address);
    const body = { email, password: given };
    return (await visitor.postJson('/api/auth/sign-in/email', body)).statusCode;
  };
  for (let i = 0; i < 12; i++) assert.equal(await statusOf(password, '10.1.0.1'), 200);
  for (let i = 0; i < 5; i++) assert.equal(await statusOf('not the password', '10.1.0.2'), 401);
  assert.equal(await statusOf('not the password', '10.1.0.2'), 429);
  assert.equal(await statusOf(password, '10.1.0.2'), 429);
});

test('a flood at the sign-in door is slowed down', async () => {
  const visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  const codes: number[] = [];
  for (let i = 0; i < 70; i++)
    codes.push((await visitor.post('/sign-in', { phone: 'x' })).statusCode);
  assert.ok(codes.includes(429));
});
