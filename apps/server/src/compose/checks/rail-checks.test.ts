// What a look at the rails finds, on providers that answer, refuse our keys, have another time, or
// are away. Nothing is asked for that moves money.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import type { Config } from '../config.ts';
import { notificationFindings, providerFindings } from './rail-checks.ts';

type Answer = { readonly status: number; readonly date?: string; readonly body?: string };

const momo = (baseUrl: string) => ({
  ...{ kind: 'momo', baseUrl, apiUser: 'user', apiKey: 'a-key-of-the-test' },
  ...{ subscriptionKey: 'a-subscription', targetEnvironment: 'sandbox', addresses: [] },
  callbackSecret: 'a-callback-secret-of-24-letters',
});
const paystack = (baseUrl: string) => ({
  ...{ kind: 'paystack', baseUrl, secretKey: 'sk_test_of_the_test' },
  ...{ email: 'pay@utility.example', production: false },
});

/** What is found of one provider that answers so, and what it was asked. */
async function lookAt(
  entry: (baseUrl: string) => object,
  answer: (request: IncomingMessage) => Answer,
) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { status, date, body = '{}' } = answer(request);
    if (date !== undefined) response.setHeader('date', date);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  try {
    return { ...(await found(entry(`http://127.0.0.1:${port}`))), asked };
  } finally {
    server.close();
  }
}

async function found(entry: object) {
  const config = {
    clocks: { real: { nowMs: Date.now } },
    secrets: { paymentProviders: [entry] },
  } as unknown as Config;
  const findings = await providerFindings(config);
  return {
    lines: findings.map(({ area, level, text }) => `${level} ${area}: ${text}`),
    advice: findings.map((each) => each.advice ?? '').join(),
  };
}

test('a provider that knows us is well, and is asked about a payment only', async () => {
  const { lines, asked } = await lookAt(paystack, () => ({ status: 404 }));
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^ok provider: .* takes our credentials$/);
  assert.ok(asked.length > 0 && asked.every((line) => line.startsWith('GET ')), asked.join());
});

test('refused keys are told from a provider that is away, with what to do', async () => {
  const refused = await lookAt(paystack, () => ({ status: 401 }));
  assert.match(refused.lines.join(), /^fault provider: .* refuses our credentials \(401\)$/);
  assert.match(refused.advice, /Compare its keys in the secrets file/);
  const signIn = await lookAt(momo, () => ({ status: 400 }));
  assert.match(signIn.lines.join(), /^fault provider: .* refuses our credentials \(400\)$/);
  const away = await found(paystack('http://127.0.0.1:1'));
  assert.match(away.lines.join(), /^fault provider: .* does not answer$/);
  assert.match(away.advice, /baseUrl/);
});

test('a clock that is not the provider’s is a fault', async () => {
  const date = new Date(Date.now() - 600_000).toUTCString();
  const { lines } = await lookAt(paystack, () => ({ status: 404, date }));
  assert.match(lines[1] ?? '', /^fault clocks: this machine’s clock is 10 minutes ahead of that/);
});

test('the address of notifications is judged by its form', () => {
  const at = (publicUrl: string, kind = 'paystack') => {
    const secrets = { paymentProviders: [{ kind }] } as unknown as Config['secrets'];
    return notificationFindings({ publicUrl, secrets }).map(({ level }) => level);
  };
  assert.deepEqual(at('https://power.example.org'), ['ok']);
  assert.deepEqual(at('https://power.example.org', 'daraja'), ['ok', 'ok', 'ok']);
  assert.deepEqual(at('https://power.example.org:8443'), ['warning']);
  assert.deepEqual(at('https://mpesa.example.org', 'daraja'), ['fault', 'fault', 'fault']);
  for (const url of ['http://power.example.org', 'https://10.1.2.3', 'https://localhost']) {
    assert.deepEqual(at(url), ['fault', 'ok'], url);
  }
  const callbackSecret = 'a-callback-secret-of-24-letters';
  const gateway = { kind: 'africasTalking', name: 'africas-talking', callbackSecret };
  const rails = {
    paymentProviders: [{ kind: 'daraja', callbackSecret }],
    messageGateways: [gateway],
  } as unknown as Config['secrets'];
  const config = { publicUrl: 'https://power.example.org', secrets: rails };
  const shownOf = (shows: boolean) => notificationFindings(config, shows).map(({ text }) => text);
  const ofDaraja = 'daraja: https://power.example.org/api/payments/daraja/notifications';
  const ofGateway = 'africas-talking: https://power.example.org/api/messages/africas-talking';
  assert.deepEqual(shownOf(false), [
    ...['confirmation', 'validation', 'PAYMENT'].map((end) => `${ofDaraja}/CALLBACKSECRET/${end}`),
    ...['reports', 'texts', 'ussd', 'ussd-end'].map((end) => `${ofGateway}/CALLBACKSECRET/${end}`),
  ]);
  assert.ok(shownOf(true).every((text) => text.includes(`/${callbackSecret}/`)));
  const none = { paymentProviders: [] } as unknown as Config['secrets'];
  assert.deepEqual(notificationFindings({ publicUrl: 'http://127.0.0.1:7070', secrets: none }), []);
});
