// Strangers and clumsy people at the HTTP doors: amounts, forms, identifiers, the operator's API.
// A clear refusal each time, nothing written, nothing told of our insides.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { deskScreen, newVisitor, phoneScreen } from '../support/browser.ts';
import { askForQuote, signIn } from '../support/customer.ts';
import { homeOf } from '../support/homes.ts';
import { operatorAtDesk } from '../support/operator.ts';
import { assertRefused, formSender, writesNothing } from '../support/refusals.ts';
import { town } from '../support/town.ts';

const homes = { customer: 5, neighbour: 6 } as const;
const script = '<script>alert(1)</script>';
const injections = ["' OR 1=1 --", "'; DROP TABLE prewatt.sales; --", script, '\0', '{{7*7}}'];
const badAmounts = [
  ...['', '0', '0.00', '-1', '1e9', '1,23,4', '12.345', 'NaN', 'Infinity', '0x10', '+5', '1 00'],
  ...['4.99', '5000.01', '99999999999999999999', '1234567890123456789A', '٥٠', 'ten'],
  ...injections,
];

test('a bad amount is refused on the page, and no offer is made', async () => {
  const demo = town.demo();
  const { phone } = await homeOf(demo, homes.customer);
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { page } = visitor;
  await signIn(page, demo, phone);
  await page.getByRole('link', { name: 'Buy electricity' }).click();
  const path = new URL(page.url()).pathname;
  const csrf = await csrfOf(page);
  const send = formSender(page.request, demo.urls.server);
  await writesNothing(demo, async () => {
    for (const amount of badAmounts) {
      const answer = await send(path, { csrf, amount });
      const body = await assertRefused(answer, [422], `amount ${JSON.stringify(amount)}`);
      assert.match(body, /role="alert"/, 'the page says what is wrong');
      assert.ok(!body.includes(script), 'what was typed is shown as text');
    }
  });
  await visitor.leave();
});

test('forms without our own value, and bodies of the wrong kind, are refused', async () => {
  const demo = town.demo();
  const { phone } = await homeOf(demo, homes.customer);
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { page } = visitor;
  await signIn(page, demo, phone);
  await askForQuote(page, demo, '10');
  const csrf = await csrfOf(page);
  const quote = new URL(page.url()).pathname;
  const { request } = page;
  const send = formSender(request, demo.urls.server);
  await page.getByRole('link', { name: 'Change the amount' }).click();
  const buy = new URL(page.url()).pathname;
  await writesNothing(demo, async () => {
    for (const forged of ['', 'x', '0'.repeat(64), `${csrf}0`]) {
      await assertRefused(await send(buy, { csrf: forged, amount: '10' }), [403], 'forged form');
      await assertRefused(await send(`${quote}/pay`, { csrf: forged }), [403], 'forged payment');
    }
    await assertRefused(await send(buy, { amount: '10' }), [403], 'no form value');
    const huge = { csrf, amount: '1'.repeat(100_000) };
    await assertRefused(await send(buy, huge), [413], 'a huge form');
    const url = `${demo.urls.server}${buy}`;
    const raw = (type: string, data: string) =>
      request.post(url, {
        headers: { 'content-type': type, accept: 'text/html' },
        // As bytes: text would be made into JSON on the way.
        data: Buffer.from(data),
      });
    await assertRefused(await raw('application/json', '{"csrf":'), [400], 'broken JSON');
    await assertRefused(await raw('application/json', '{"amount":1}'), [403], 'no form');
    const nested = JSON.stringify({ csrf, amount: { toString: 'x' }, __proto__: null });
    await assertRefused(await raw('application/json', nested), [422], 'nested amount');
    await assertRefused(await raw('text/xml', '<amount/>'), [415], 'XML');
    await assertRefused(await raw('application/json', '[1,2,3]'), [403], 'a list');
  });
  await visitor.leave();
});

test('identifiers that are unknown, of others or no identifiers lead nowhere', async () => {
  const demo = town.demo();
  const { phone } = await homeOf(demo, homes.customer);
  const { connectionUuid } = await homeOf(demo, homes.neighbour);
  const theirs = await quoteOf(connectionUuid);
  const theirSale = await saleOf(connectionUuid);
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { page } = visitor;
  await signIn(page, demo, phone);
  await page.getByRole('link', { name: 'Buy electricity' }).click();
  const csrf = await csrfOf(page);
  const send = formSender(page.request, demo.urls.server);
  const neighbour = `connection_${connectionUuid}`;
  const odd = ['x', '1', `connection_${randomUUID()}`, ...injections, '%00', '%ff', '..%2f..'];
  const names = [
    neighbour,
    theirSale,
    theirs,
    ...odd.map((name) => (name.startsWith('%') ? name : encodeURIComponent(name))),
  ];
  await writesNothing(demo, async () => {
    for (const name of names) {
      for (const path of [
        `/connections/${name}`,
        `/connections/${name}/live`,
        `/sales/${name}`,
        `/quotes/${name}`,
      ]) {
        const answer = await page.request.get(`${demo.urls.server}${path}`, {
          headers: { accept: 'text/html' },
        });
        await assertRefused(answer, [400, 404], path);
      }
    }
    for (const path of [
      `/connections/${neighbour}/buy`,
      `/quotes/quote_${randomUUID()}/pay`,
      `/quotes/${theirs}/pay`,
    ]) {
      await assertRefused(await send(path, { csrf, amount: '10' }), [404], path);
    }
  });
  await visitor.leave();
});

test('sign-in takes telephone numbers and codes, and nothing else', async () => {
  const demo = town.demo();
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { page } = visitor;
  await page.goto(`${demo.urls.server}/sign-in`);
  const csrf = await csrfOf(page);
  const send = formSender(page.request, demo.urls.server);
  await writesNothing(demo, async () => {
    for (const phone of ['', '12', 'a'.repeat(200), '+27 82 555 01O1', ...injections]) {
      const body = await assertRefused(await send('/sign-in', { csrf, phone }), [422], phone);
      assert.ok(!body.includes(script));
    }
    const { phone } = await homeOf(demo, homes.customer);
    for (const code of ['', '1', '12345a', '1234567', ...injections]) {
      await assertRefused(await send('/sign-in/code', { csrf, phone, code }), [422], code);
    }
  });
  await visitor.leave();
});

test("the operator's API refuses strangers, and requests that make no sense", async () => {
  const demo = town.demo();
  const visitor = await newVisitor(town.browser(), { screen: deskScreen });
  const api = `${demo.urls.server}/api/operator`;
  const { connectionUuid } = await homeOf(demo, homes.customer);
  const mine = `${api}/connections/connection_${connectionUuid}`;
  const stranger = visitor.page.request;
  const operator = await operatorAtDesk(town.browser(), demo);
  const { request } = operator.page;
  await writesNothing(demo, async () => {
    for (const path of ['/me', '/overview', '/meters', '/sales', '/attention', '/live']) {
      await assertRefused(await stranger.get(`${api}${path}`), [401], path);
    }
    const data = { kind: 'readNow', requestId: 'not-signed-in' };
    await assertRefused(await stranger.post(`${mine}/commands`, { data }), [401], 'signed out');
    const senseless = [
      `${api}/meters?filter=all-of-them`,
      `${api}/meters?search=${'x'.repeat(500)}`,
      `${api}/sales?day=2026-13-45`,
      `${api}/sales?day=yesterday`,
      `${mine}/usage?days=-1`,
      `${mine}/usage?days=1e9`,
      `${mine}/usage?days=abc`,
    ];
    for (const url of senseless) await assertRefused(await request.get(url), [400], url);
    for (const text of [...injections, '%', '_', '\\', 'x'.repeat(90)]) {
      const found = await request.get(`${api}/meters`, { params: { search: text } });
      if (found.status() === 200) assert.deepEqual((await found.json()).rows, [], text);
      else await assertRefused(found, [400], `search ${JSON.stringify(text)}`);
    }
    for (const cursor of [...injections, '-'.repeat(36), encoded({ name: '\0', id: 'x' })]) {
      for (const list of ['/meters', '/sales', '/attention']) {
        const listed = await request.get(`${api}${list}`, { params: { cursor } });
        if (listed.status() !== 200) await assertRefused(listed, [400], `${list} ${cursor}`);
      }
    }
    const bodies: unknown[] = [null, [], 'readNow', 7, {}, { kind: 'openSwitch' }, { kind: 1 }];
    const more = [
      { kind: 'readNow', requestId: 1 },
      { kind: 'readNow', requestId: 'short' },
    ];
    const last = [{ kind: 'readNow', utilityId: randomUUID() }, { kind: ['readNow'] }];
    const texts = [...bodies, ...more, ...last].map((body) => JSON.stringify(body));
    for (const body of ['{"kind":', ...texts]) {
      const answer = await request.post(`${mine}/commands`, {
        headers: { 'content-type': 'application/json' },
        data: Buffer.from(body),
      });
      await assertRefused(answer, [400], body);
    }
    for (const sale of [`sale_${randomUUID()}`, 'x', encodeURIComponent(script), '%00']) {
      const retried = await request.post(`${api}/sales/${sale}/retry`, { data: {} });
      await assertRefused(retried, [400, 404], `retry of ${sale}`);
    }
  });
  await operator.leave();
  await visitor.leave();
});

test('nobody signs up, and broken sign-ins are refused', async () => {
  const demo = town.demo();
  const visitor = await newVisitor(town.browser(), { screen: deskScreen });
  const { request } = visitor.page;
  const auth = `${demo.urls.server}/api/auth`;
  const origin = { origin: demo.urls.server };
  const data = { email: 'x@example.org', password: 'a-long-password', name: 'x' };
  await writesNothing(demo, async () => {
    for (const path of ['sign-up/email', 'phone-number/verify', 'update-user', 'list-sessions']) {
      await assertRefused(
        await request.post(`${auth}/${path}`, { data, headers: origin }),
        [404],
        path,
      );
    }
    const url = `${auth}/sign-in/email`;
    for (const body of ['{', '[]', '{"email":1,"password":2}', '{"email":"x","password":"y"}']) {
      const headers = { ...origin, 'content-type': 'application/json' };
      const answer = await request.post(url, { headers, data: Buffer.from(body) });
      await assertRefused(answer, [400, 401, 422], body);
    }
    const elsewhere = { origin: 'http://elsewhere.example' };
    await assertRefused(
      await request.post(url, { data, headers: elsewhere }),
      [401, 403],
      'origin',
    );
  });
  await visitor.leave();
});

/** The newest sale of a connection. */
async function saleOf(connectionUuid: string): Promise<string> {
  const { rows } = await town
    .demo()
    .sql((owner) =>
      owner.query<{ id: string }>(
        'SELECT id FROM prewatt.sales WHERE connection_id = $1 ORDER BY id DESC LIMIT 1',
        [connectionUuid],
      ),
    );
  assert.ok(rows[0], 'the neighbour has bought');
  return `sale_${rows[0].id}`;
}

/** The newest quote of a connection. */
async function quoteOf(connectionUuid: string): Promise<string> {
  const { rows } = await town
    .demo()
    .sql((owner) =>
      owner.query<{ id: string }>(
        'SELECT id FROM prewatt.quotes WHERE connection_id = $1 ORDER BY id DESC LIMIT 1',
        [connectionUuid],
      ),
    );
  assert.ok(rows[0], 'the neighbour was offered something');
  return `quote_${rows[0].id}`;
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function csrfOf(page: Page): Promise<string> {
  const value = await page.locator('input[name=csrf]').first().getAttribute('value');
  assert.match(value ?? '', /^[0-9a-f]{64}$/);
  return value ?? '';
}
