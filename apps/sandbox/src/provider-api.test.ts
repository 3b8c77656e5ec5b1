import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSandbox } from './sandbox.ts';
import {
  checkoutRequest,
  lookUp,
  openCheckout,
  postForm,
  temporaryFolder,
  testConfig,
  testSandbox,
} from './test-world.ts';

test('a checkout is opened once per reference, and the repeat gets the same one', async (t) => {
  const sandbox = testSandbox(t);
  const first = await openCheckout(sandbox);
  assert.equal(first.statusCode, 201);
  assert.equal(first.json().status, 'pending');
  assert.match(first.json().checkoutUrl, /\/pay\/co_[0-9a-f]{24}$/);
  const repeat = await openCheckout(sandbox);
  assert.equal(repeat.statusCode, 200);
  assert.deepEqual(repeat.json(), first.json());
});

test('the same reference with other money is refused and changes nothing', async (t) => {
  const sandbox = testSandbox(t);
  await openCheckout(sandbox);
  for (const change of [{ amountMinor: '1' }, { currency: { code: 'USD', scale: 2 } }]) {
    const refused = await openCheckout(sandbox, change);
    assert.equal(refused.statusCode, 409);
    assert.equal(refused.json().error, 'reference-conflict');
  }
  assert.equal((await lookUp(sandbox)).json().amountMinor, '12050');
});

test('a checkout can be asked for by reference before and after it is decided', async (t) => {
  const sandbox = testSandbox(t);
  const { checkoutId } = (await openCheckout(sandbox)).json();
  assert.deepEqual((await lookUp(sandbox)).json(), {
    checkoutId,
    reference: 'payment-1',
    status: 'pending',
    providerReference: null,
    amountMinor: '12050',
    currency: { code: 'ZAR', scale: 2 },
    card: null,
    decidedAt: null,
  });
  await postForm(sandbox, `/pay/${checkoutId}/decision`, { choice: 'approveLost' });
  const after = (await lookUp(sandbox)).json();
  assert.equal(after.status, 'succeeded');
  assert.match(after.providerReference, /^SBX-[0-9A-HJKMNP-TV-Z]{12}$/);
  assert.ok(Date.parse(after.decidedAt) > 0);
  assert.equal((await lookUp(sandbox, 'unheard-of')).statusCode, 404);
});

test('the first decision stands', async (t) => {
  const sandbox = testSandbox(t);
  const { checkoutId } = (await openCheckout(sandbox)).json();
  await postForm(sandbox, `/pay/${checkoutId}/decision`, { choice: 'refuse' });
  const before = (await lookUp(sandbox)).json();
  const again = await postForm(sandbox, `/pay/${checkoutId}/decision`, { choice: 'approve' });
  assert.equal(again.statusCode, 303);
  assert.equal(again.headers.location, checkoutRequest.returnUrl);
  assert.deepEqual((await lookUp(sandbox)).json(), before);
  assert.equal(before.status, 'failed');
});

test('callers without the key are refused', async (t) => {
  const sandbox = testSandbox(t);
  for (const authorization of ['', 'Bearer wrong', 'Basic provider-key-for-tests']) {
    for (const url of ['/provider/v1/checkouts', '/sms/v1/messages']) {
      const method = 'POST';
      const headers = { authorization };
      const payload = checkoutRequest;
      const refused = await sandbox.app.inject({ method, url, headers, payload });
      assert.equal(refused.statusCode, 401);
      assert.equal(refused.headers['www-authenticate'], 'Bearer');
    }
  }
});

test('bad checkouts are refused with the field, nothing is kept and no stack trace leaves', async (t) => {
  const sandbox = testSandbox(t);
  const bad: Record<string, unknown>[] = [
    { amountMinor: '0' },
    { amountMinor: '-5' },
    { amountMinor: 12050 },
    { amountMinor: '1e9' },
    { amountMinor: '12,5' },
    { currency: { code: 'zar', scale: 2 } },
    { currency: { code: 'ZAR', scale: 2.5 } },
    { reference: '' },
    { reference: 'with space' },
    { description: '' },
    { notifyUrl: 'javascript:alert(1)' },
    { returnUrl: 'file:///etc/passwd' },
  ];
  for (const change of bad) {
    const refused = await openCheckout(sandbox, change);
    const [field] = Object.keys(change);
    assert.equal(refused.statusCode, 400, JSON.stringify(change));
    assert.equal(refused.json().error, 'invalid');
    assert.ok(refused.json().message.includes(field), refused.body);
    assert.doesNotMatch(refused.body, /\bat .*\.ts:/);
  }
  assert.equal((await lookUp(sandbox)).statusCode, 404);
});

test('a body that is no JSON, or too large, is refused plainly', async (t) => {
  const { app } = testSandbox(t);
  const url = '/provider/v1/checkouts';
  const headers = { 'content-type': 'application/json' };
  const broken = await app.inject({ method: 'POST', url, headers, payload: '{"a":' });
  assert.equal(broken.statusCode, 400);
  const large = await app.inject({
    method: 'POST',
    url,
    headers,
    payload: `"${'x'.repeat(20_000)}"`,
  });
  assert.equal(large.statusCode, 413);
  assert.doesNotMatch(broken.body + large.body, /node_modules|\.ts:/);
});

test('checkouts, decisions and messages survive a restart', async (t) => {
  const folder = temporaryFolder(t);
  const before = createSandbox({ config: testConfig(folder) });
  const { checkoutId } = (await openCheckout(before)).json();
  await postForm(before, `/pay/${checkoutId}/decision`, { choice: 'approveLost' });
  const known = (await lookUp(before)).json();
  await before.close();
  const after = testSandbox(t, folder);
  assert.deepEqual((await lookUp(after)).json(), known);
  assert.equal((await openCheckout(after)).statusCode, 200);
});

test('health says ready', async (t) => {
  const { app } = testSandbox(t);
  const health = await app.inject('/health');
  assert.equal(health.statusCode, 200);
  assert.deepEqual(health.json(), { status: 'ready' });
});

test('a kept card pays at once, by its token, and another reference each time', async (t) => {
  const sandbox = testSandbox(t);
  const headers = { authorization: 'Bearer provider-key-for-tests' };
  const charge = (payload: object) =>
    sandbox.app.inject({ method: 'POST', url: '/provider/v1/charges', headers, payload });
  const { checkoutId } = (await openCheckout(sandbox, { keepsCard: true })).json();
  assert.equal((await lookUp(sandbox)).json().card, null, 'not before it is paid');
  await postForm(sandbox, `/pay/${checkoutId}/decision`, { choice: 'approve' });
  const { token } = (await lookUp(sandbox)).json().card;
  const paid = await charge({ ...checkoutRequest, reference: 'payment-2', card: token });
  assert.equal(paid.statusCode, 201, paid.body);
  assert.equal((await lookUp(sandbox, 'payment-2')).json().status, 'succeeded');
  assert.equal((await charge({ ...checkoutRequest, card: 'card_of_nobody' })).statusCode, 404);
  assert.equal(
    (await charge({ ...checkoutRequest, amountMinor: '1', card: token })).statusCode,
    409,
  );
});

test('a phone that is asked has the question with its link', async (t) => {
  const sandbox = testSandbox(t);
  const askedPhone = '+27825550101';
  await openCheckout(sandbox, { askedPhone });
  await openCheckout(sandbox, { askedPhone });
  const page = (await sandbox.app.inject({ method: 'GET', url: `/phone/${askedPhone}` })).body;
  assert.equal(page.match(/Sandbox Pay: .* asks for .* Answer: /g)?.length, 1);
});
