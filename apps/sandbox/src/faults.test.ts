// The fault that a developer chooses meets the next approval, once, and outlives the process.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sandbox } from './sandbox.ts';
import {
  lookUp,
  openCheckout,
  postForm,
  receiver,
  temporaryFolder,
  testSandbox,
} from './test-world.ts';

const choose = (sandbox: Sandbox, fields: Record<string, string>) =>
  postForm(sandbox, '/provider/faults', fields);

async function approve(sandbox: Sandbox, reference: string, notifyUrl: string) {
  const opened = await openCheckout(sandbox, { reference, notifyUrl });
  const { checkoutId } = opened.json();
  const before = (await sandbox.app.inject(`/pay/${checkoutId}`)).body;
  const answer = await postForm(sandbox, `/pay/${checkoutId}/decision`, { choice: 'approve' });
  const after = (await sandbox.app.inject(`/pay/${checkoutId}`)).body;
  return { checkoutId, before, answer, after, known: (await lookUp(sandbox, reference)).json() };
}

test('a wrong amount is told and answered, once; the payment after it goes well', async (t) => {
  const sandbox = testSandbox(t);
  const shop = await receiver(t);
  assert.equal((await choose(sandbox, { fault: 'approveHalf' })).statusCode, 303);
  const page = (await sandbox.app.inject('/provider/faults')).body;
  assert.match(page, /Next payment: Wrong amount/);
  const half = await approve(sandbox, 'payment-1', shop.url);
  assert.match(half.before, /Approve meets the chosen fault: Wrong amount/);
  assert.match(half.after, /60\.25 is taken, which is not what the shop asked for/);
  assert.deepEqual([half.known.status, half.known.amountMinor], ['succeeded', '6025']);
  await shop.hears(1);
  assert.equal(JSON.parse(shop.heard[0]?.body ?? '').amountMinor, '6025');
  const whole = await approve(sandbox, 'payment-2', shop.url);
  assert.doesNotMatch(whole.before, /chosen fault/);
  assert.equal(whole.known.amountMinor, '12050');
});

test('the same request for a payment with a wrong amount is the same payment', async (t) => {
  const sandbox = testSandbox(t);
  const { url } = await receiver(t);
  await choose(sandbox, { fault: 'approveHalf' });
  await approve(sandbox, 'payment-1', url);
  assert.equal((await openCheckout(sandbox, { notifyUrl: url })).statusCode, 200);
});

test('the smallest amount is taken wrongly as well, and never as nothing', async (t) => {
  const sandbox = testSandbox(t);
  const shop = await receiver(t);
  const opened = await openCheckout(sandbox, { amountMinor: '1', notifyUrl: shop.url });
  const url = `/pay/${opened.json().checkoutId}/decision`;
  await postForm(sandbox, url, { choice: 'approveHalf' });
  assert.equal((await lookUp(sandbox)).json().amountMinor, '2');
});

test('refused, silent, repeated and late', async (t) => {
  const sandbox = testSandbox(t);
  const shop = await receiver(t);
  await choose(sandbox, { fault: 'refuse' });
  assert.equal((await approve(sandbox, 'payment-1', shop.url)).known.status, 'failed');
  await shop.hears(1);
  await choose(sandbox, { fault: 'approveThrice' });
  await approve(sandbox, 'payment-2', shop.url);
  await shop.hears(4);
  await choose(sandbox, { fault: 'approveLost' });
  assert.match((await approve(sandbox, 'payment-3', shop.url)).after, /the shop is not told/);
  await choose(sandbox, { fault: 'approveLater', delaySeconds: '30' });
  const late = await approve(sandbox, 'payment-4', shop.url);
  assert.equal(late.answer.headers.location, `/pay/${late.checkoutId}`);
  assert.match(late.before, /Late, after 30 seconds/);
  assert.match(late.after, /leaves in about (29|30) seconds/);
  assert.equal(shop.heard.length, 4);
});

test('what was chosen is there after a restart, and is used up after another', async (t) => {
  const folder = temporaryFolder(t);
  const shop = await receiver(t);
  const first = testSandbox(t, folder);
  await choose(first, { fault: 'refuse' });
  await first.close();
  const second = testSandbox(t, folder);
  assert.equal((await approve(second, 'payment-1', shop.url)).known.status, 'failed');
  await second.close();
  const third = testSandbox(t, folder);
  assert.equal((await approve(third, 'payment-2', shop.url)).known.status, 'succeeded');
});

test('a choice can be taken back; others and what is no fault choose nothing', async (t) => {
  const sandbox = testSandbox(t);
  await choose(sandbox, { fault: 'refuse' });
  await choose(sandbox, { fault: 'none' });
  const foreign = { fault: 'refuse' };
  const url = '/provider/faults';
  assert.equal((await postForm(sandbox, url, foreign, 'http://evil.example')).statusCode, 403);
  assert.equal((await choose(sandbox, { fault: 'approve' })).statusCode, 400);
  assert.match((await sandbox.app.inject(url)).body, /Next payment: goes well/);
});
