import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSandbox } from './sandbox.ts';
import {
  anchorMs,
  openCheckout,
  postForm,
  sendSms,
  temporaryFolder,
  testConfig,
  testSandbox,
} from './test-world.ts';

const token = '1234 5678 9012 3456 7890';

test('half a request holds no connection for ever', (t) => {
  const { server } = testSandbox(t).app;
  assert.deepEqual([server.headersTimeout, server.requestTimeout], [10_000, 30_000]);
});

test('an empty phone says what will arrive', async (t) => {
  const { app } = testSandbox(t);
  for (const url of ['/phone', '/phone/+27825550101']) {
    const page = await app.inject(url);
    assert.equal(page.statusCode, 200);
    assert.match(page.body, /Sign-in codes, tokens and low-credit warnings/);
  }
  assert.equal((await app.inject('/phone/nobody')).statusCode, 404);
});

test('a message is kept once per id and shown in demo time with a token that can be copied', async (t) => {
  const sandbox = createSandbox({
    config: testConfig(temporaryFolder(t)),
    realNowMs: () => anchorMs + 60_000,
  });
  t.after(() => sandbox.close());
  const message = { id: 'm1', to: '+27825550101', text: `Your token is ${token}.` };
  for (const text of [message.text, 'another text under the same id']) {
    const taken = await sendSms(sandbox, { ...message, text });
    assert.equal(taken.statusCode, 202);
    assert.deepEqual(taken.json(), { id: 'm1' });
  }
  const { body } = await sandbox.app.inject('/phone/+27825550101');
  assert.equal(body.split('class="bubble"').length - 1, 1);
  assert.ok(body.includes(`<span class="digits">${token}</span>`));
  assert.ok(body.includes('data-copy="12345678901234567890"'));
  // A real minute after 12:00 in Johannesburg, at sixty times: an hour later.
  assert.ok(body.includes('<time>13:00</time>'), body);
});

test('only the phone that a message went to shows it; the newest phone is first', async (t) => {
  const sandbox = testSandbox(t);
  await sendSms(sandbox, { id: 'a', to: '+27825550101', text: 'first' });
  await new Promise((done) => setTimeout(done, 5));
  await sendSms(sandbox, { id: 'b', to: '+27825550102', text: 'second' });
  const list = (await sandbox.app.inject('/phone')).body;
  assert.ok(list.indexOf('+27825550102') < list.indexOf('+27825550101'));
  const other = (await sandbox.app.inject('/phone/+27825550101')).body;
  assert.ok(other.includes('first') && !other.includes('second'));
});

test('bad messages are refused and not kept', async (t) => {
  const sandbox = testSandbox(t);
  const good = { id: 'x', to: '+27825550101', text: 'hello' };
  const bad = [
    { to: '0825550101' },
    { text: '' },
    { id: '' },
    { text: 'x'.repeat(2001) },
    { to: 5 },
  ];
  for (const change of bad) {
    assert.equal((await sendSms(sandbox, { ...good, ...change })).statusCode, 400);
  }
  assert.match((await sandbox.app.inject('/phone')).body, /No messages yet/);
});

test('what others wrote is text on the pages, never HTML', async (t) => {
  const sandbox = testSandbox(t);
  const attack = `"><script>alert(1)</script><img src=x onerror='alert(1)'>`;
  await sendSms(sandbox, { id: 'x', to: '+27825550101', text: `${attack} javascript:alert(1)` });
  const reference = '"><script>x</script>';
  const { checkoutId } = (await openCheckout(sandbox, { description: attack, reference })).json();
  for (const url of ['/phone', '/phone/+27825550101', '/provider', `/pay/${checkoutId}`]) {
    const { body } = await sandbox.app.inject(url);
    assert.doesNotMatch(body, /<img|<script>|href="javascript/i);
    assert.equal(body.split('<script').length, 2, url);
  }
});

test('addresses in a message become links', async (t) => {
  const sandbox = testSandbox(t);
  await sendSms(sandbox, { id: 'x', to: '+27825550101', text: 'See http://127.0.0.1/sales/1.' });
  const { body } = await sandbox.app.inject('/phone/+27825550101');
  assert.ok(body.includes('<a href="http://127.0.0.1/sales/1">http://127.0.0.1/sales/1</a>.'));
});

test('pages allow nothing foreign, and a payment page lets its form lead back to the shop', async (t) => {
  const sandbox = testSandbox(t);
  const { checkoutId } = (await openCheckout(sandbox)).json();
  const page = await sandbox.app.inject(`/pay/${checkoutId}`);
  const policy = String(page.headers['content-security-policy']);
  assert.match(policy, /default-src 'self'/);
  assert.match(policy, /form-action 'self' http:\/\/127\.0\.0\.1:7070$/);
  assert.doesNotMatch(page.body, / style=| on[a-z]+=/);
  for (const address of page.body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
    const asset = await sandbox.app.inject(address[1] ?? '');
    assert.equal(asset.statusCode, 200);
  }
});

test('a decision from another site is refused and decides nothing', async (t) => {
  const sandbox = testSandbox(t);
  const { checkoutId } = (await openCheckout(sandbox)).json();
  const url = `/pay/${checkoutId}/decision`;
  const foreign = await postForm(sandbox, url, { choice: 'approve' }, 'http://evil.example');
  assert.equal(foreign.statusCode, 403);
  const silent = await sandbox.app.inject({ method: 'POST', url, payload: { choice: 'approve' } });
  assert.equal(silent.statusCode, 403);
  const odd = await postForm(sandbox, url, { choice: 'steal' });
  assert.equal(odd.statusCode, 400);
  assert.match((await sandbox.app.inject('/provider')).body, /Not decided/);
});

test('the start page leads to the phone, the payments and the utility', async (t) => {
  const { body } = await testSandbox(t).app.inject('/');
  for (const href of ['/phone', '/provider', 'http://127.0.0.1:7070']) {
    assert.ok(body.includes(`href="${href}"`), href);
  }
});

test('unknown addresses answer plainly, as a page or as JSON', async (t) => {
  const { app } = testSandbox(t);
  assert.equal((await app.inject('/pay/co_none')).statusCode, 404);
  assert.equal((await app.inject('/nowhere')).statusCode, 404);
  const api = await app.inject('/provider/v1/nothing');
  assert.equal(api.json().error, 'not-found');
});

test('a phone page moves by itself when a message comes', async (t) => {
  const sandbox = testSandbox(t);
  const address = await sandbox.listen();
  const stop = new AbortController();
  t.after(() => stop.abort());
  const live = await fetch(`${address}/phone/+27825550101/live`, { signal: stop.signal });
  assert.equal(live.headers.get('content-type'), 'text/event-stream');
  await sendSms(sandbox, { id: 'x', to: '+27825550101', text: 'lights on' });
  let text = '';
  for await (const chunk of live.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.includes('lights on')) break;
  }
  assert.match(text, /event: fragment\ndata: \{"html":".*No messages yet/);
});
