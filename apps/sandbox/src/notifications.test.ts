import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { signature } from './notifications.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import {
  lookUp,
  openCheckout,
  postForm,
  receiver,
  secrets,
  temporaryFolder,
  testConfig,
  testSandbox,
} from './test-world.ts';

async function decided(sandbox: Sandbox, notifyUrl: string, fields: Record<string, string>) {
  const { checkoutId } = (await openCheckout(sandbox, { notifyUrl })).json();
  const answer = await postForm(sandbox, `/pay/${checkoutId}/decision`, fields);
  return { checkoutId, answer };
}

const pageOf = async (sandbox: Sandbox, checkoutId: string) =>
  (await sandbox.app.inject(`/pay/${checkoutId}`)).body;

async function eventually(t: TestContext, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  t.diagnostic('waited two seconds');
  assert.fail('it never came to hold');
}

test('the signature is an HMAC over the time and the exact body', () => {
  const digest = createHmac('sha256', 'k').update('1700000000.{"a":1}').digest('hex');
  assert.equal(signature('k', 1_700_000_000, '{"a":1}'), `t=1700000000,v1=${digest}`);
});

test('an approval is told once, signed, with the money as it was asked for', async (t) => {
  const sandbox = testSandbox(t);
  const shop = await receiver(t);
  const { checkoutId } = await decided(sandbox, shop.url, { choice: 'approve' });
  await shop.hears(1);
  const [first] = shop.heard;
  assert.ok(first);
  const known = (await lookUp(sandbox)).json();
  assert.deepEqual(JSON.parse(first.body), {
    event: 'payment.succeeded',
    checkoutId,
    reference: 'payment-1',
    providerReference: known.providerReference,
    amountMinor: '12050',
    currency: { code: 'ZAR', scale: 2 },
    occurredAt: known.decidedAt,
  });
  const header = String(first.headers['x-sandbox-signature']);
  const t1 = Number(/^t=(\d+),/.exec(header)?.[1]);
  assert.equal(header, signature(secrets.sandboxWebhookSecret, t1, first.body));
  assert.ok(Math.abs(t1 - Date.now() / 1000) < 5);
});

test('a refusal is told as a failed payment', async (t) => {
  const sandbox = testSandbox(t);
  const shop = await receiver(t);
  await decided(sandbox, shop.url, { choice: 'refuse' });
  await shop.hears(1);
  assert.equal(JSON.parse(shop.heard[0]?.body ?? '').event, 'payment.failed');
});

test('three notifications say the same thing', async (t) => {
  const sandbox = testSandbox(t);
  const shop = await receiver(t);
  await decided(sandbox, shop.url, { choice: 'approveThrice' });
  await shop.hears(3);
  assert.equal(new Set(shop.heard.map((h) => h.body)).size, 1);
});

test('a lost notification is never sent, and asking finds the payment', async (t) => {
  const sandbox = testSandbox(t);
  const shop = await receiver(t);
  const { answer } = await decided(sandbox, shop.url, { choice: 'approveLost' });
  assert.equal(answer.statusCode, 303);
  await new Promise((done) => setTimeout(done, 60));
  assert.equal(shop.heard.length, 0);
  assert.equal((await lookUp(sandbox)).json().status, 'succeeded');
});

test('a notification is repeated until the shop says that it heard', async (t) => {
  const sandbox = testSandbox(t);
  const shop = await receiver(t, [500, 404, 302]);
  const { checkoutId } = await decided(sandbox, shop.url, { choice: 'approve' });
  await shop.hears(4);
  await eventually(t, async () => (await pageOf(sandbox, checkoutId)).includes('heard ('));
  const page = await pageOf(sandbox, checkoutId);
  assert.ok(page.includes('heard (HTTP 500, HTTP 404, HTTP 302, HTTP 200)'), page);
  await new Promise((done) => setTimeout(done, 60));
  assert.equal(shop.heard.length, 4);
});

test('a shop that stays silent is given up at last, and can be told again by hand', async (t) => {
  const sandbox = testSandbox(t);
  const { checkoutId } = await decided(sandbox, 'http://127.0.0.1:9/', { choice: 'approve' });
  await eventually(t, async () => (await pageOf(sandbox, checkoutId)).includes('given up ('));
  const again = await postForm(sandbox, `/provider/${checkoutId}/notify`, {});
  assert.equal(again.statusCode, 303);
  assert.ok((await pageOf(sandbox, checkoutId)).includes('Notification 2:'));
});

test('a later notification waits, and the page says so instead of going back at once', async (t) => {
  const sandbox = testSandbox(t);
  const shop = await receiver(t);
  const fields = { choice: 'approveLater', delaySeconds: '30' };
  const { checkoutId, answer } = await decided(sandbox, shop.url, fields);
  assert.equal(answer.headers.location, `/pay/${checkoutId}`);
  const page = await pageOf(sandbox, checkoutId);
  assert.match(page, /leaves in about (29|30) seconds/);
  assert.ok(page.includes('href="http://127.0.0.1:7070/sales/sale_1"'));
  assert.equal(shop.heard.length, 0);
});

test('notifications left waiting by a process that ended are sent by the next', async (t) => {
  const folder = temporaryFolder(t);
  const shop = await receiver(t);
  let nowMs = Date.now();
  const early = createSandbox({ config: testConfig(folder), realNowMs: () => nowMs });
  await decided(early, shop.url, { choice: 'approveLater', delaySeconds: '120' });
  await early.close();
  nowMs += 121_000;
  const late = createSandbox({ config: testConfig(folder), realNowMs: () => nowMs });
  t.after(() => late.close());
  await late.listen();
  await shop.hears(1);
  assert.equal(JSON.parse(shop.heard[0]?.body ?? '').event, 'payment.succeeded');
});
