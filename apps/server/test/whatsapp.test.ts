// WhatsApp as Meta serves it: the template that is sent, what its errors mean, batches, and the
// question by which it makes sure that an address is ours. What all gateways do is in
// message-gateways.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify from 'fastify';
import {
  createGateways,
  gatewayConfigs,
  type Heard,
  type MessageGateway,
} from '../src/messaging/gateways/index.ts';
import { messageRoutes } from '../src/messaging/gateways/routes.ts';
import { publicUrl, signedByMeta, whatsappConfig, whatsappWebhook } from './gateway-worlds.ts';

type Call = { readonly url: string; readonly init: RequestInit | undefined };
type Answer = { readonly status: number; readonly body: unknown };

const { callbackSecret, phoneNumberId } = whatsappConfig;
const path = `/api/messages/whatsapp/${callbackSecret}/reports`;
const metadata = { phone_number_id: phoneNumberId, display_phone_number: '15550001111' };
const message = { id: 'message-1', to: '+254722000101', text: 'Two lines:\n  1234 5678\t9012' };

function world(answer: Answer): { readonly gateway: MessageGateway; readonly calls: Call[] } {
  const calls: Call[] = [];
  const fetchOf = async (url: unknown, init?: RequestInit) => {
    calls.push({ url: String(url), init });
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  };
  const [gateway] = createGateways([whatsappConfig], {
    ...{ publicUrl, chance: () => 0.5, fetch: fetchOf as typeof fetch },
  });
  assert.ok(gateway);
  return { gateway, calls };
}

const taken: Answer = { status: 200, body: { messages: [{ id: 'wamid.1' }] } };

function told(body: string, headers: Record<string, string> = signedByMeta(body)) {
  const { gateway } = world(taken);
  const rawBody = new TextEncoder().encode(body);
  const read = gateway.heard({
    ...{ door: 'reports', secret: callbackSecret, url: publicUrl + path, rawBody, headers },
  });
  return read.ok ? read.value : read.error;
}

test('a message is the approved template with the text on one line as its parameter', async () => {
  const { gateway, calls } = world(taken);
  assert.deepEqual(await gateway.send(message), { kind: 'accepted', gatewayIds: ['wamid.1'] });
  const [call] = calls;
  assert.equal(call?.url, `https://graph.example/v24.0/${phoneNumberId}/messages`);
  const headers = new Headers(call?.init?.headers);
  assert.equal(headers.get('authorization'), `Bearer ${whatsappConfig.accessToken}`);
  assert.deepEqual(JSON.parse(String(call?.init?.body)), {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: '254722000101',
    type: 'template',
    template: {
      name: 'prewatt_message',
      language: { code: 'en' },
      components: [
        { type: 'body', parameters: [{ type: 'text', text: 'Two lines: 1234 5678 9012' }] },
      ],
    },
  });
});

test('a sign-in code is not handed to Meta, and goes by the next gateway', async () => {
  const { gateway, calls } = world(taken);
  assert.equal((await gateway.send({ ...message, isCode: true })).kind, 'refused');
  assert.deepEqual(calls, []);
});

test('an error waits for the operator, waits for room, or is of this message alone', async () => {
  const cases = [
    [190, 401, 'later'],
    [132001, 404, 'later'],
    [132015, 400, 'later'],
    [131042, 400, 'later'],
    [130429, 400, 'later'],
    [80007, 400, 'later'],
    [131026, 400, 'refused'],
    [132005, 400, 'refused'],
    [131000, 500, 'unknown'],
    [131016, 503, 'unknown'],
  ] as const;
  for (const [code, status, kind] of cases) {
    const { gateway } = world({ status, body: { error: { message: 'x', code } } });
    assert.equal((await gateway.send(message)).kind, kind, String(code));
  }
  const { gateway } = world({ status: 400, body: { error: { code: 'constructor' } } });
  assert.equal((await gateway.send(message)).kind, 'refused');
});

test('a batch is read whole: states and texts of our number, whatever stands between them', () => {
  const texts = [
    { from: '254722000101', id: 'wamid.a', type: 'text', text: { body: 'Salio – €' } },
    { from: '254722000101', id: 'wamid.b', type: 'image', image: { id: '1' } },
  ];
  const statuses = [
    { id: 'wamid.1', status: 'sent' },
    { id: 'wamid.1', status: 'read' },
    { id: 'wamid.2', status: 'failed', errors: [{ code: 131047 }] },
  ];
  const others = { metadata: { ...metadata, phone_number_id: '999999' }, messages: texts };
  const heard = told(
    whatsappWebhook(others, { metadata, statuses }, { metadata, messages: texts }, { event: 'x' }),
  );
  assert.ok(typeof heard !== 'string', String(heard));
  const shown = heard.map((each) =>
    each.kind === 'report' ? [each.gatewayIds[0], each.outcome, each.reason] : each,
  );
  assert.deepEqual(shown, [
    ['wamid.1', 'pending', null],
    ['wamid.1', 'delivered', null],
    ['wamid.2', 'failed', 'outside-window'],
    { kind: 'text', id: 'wamid.a', from: '+254722000101', text: 'Salio – €' },
  ]);
});

test('the signature is over the bytes as they came', () => {
  const body = whatsappWebhook({ metadata, messages: [] });
  assert.deepEqual(told(body), []);
  assert.equal(told(body, {}), 'badSignature');
  assert.equal(told(`${body} `, signedByMeta(body)), 'badSignature');
  assert.equal(told('{}'), 'malformed');
});

test('at the door: the question is answered with the secret alone, and a long batch is heard', async () => {
  const { gateway } = world(taken);
  const heard: Heard[] = [];
  const app = fastify();
  const hear = async (_: string, each: Heard) => {
    heard.push(each);
    return null;
  };
  app.register(messageRoutes({ gateways: [gateway], publicUrl, hear }));
  const ask = (at: string, token: string, mode = 'subscribe') =>
    app.inject({
      url: at,
      query: { 'hub.mode': mode, 'hub.challenge': '1158201444', 'hub.verify_token': token },
    });
  const answered = await ask(path, callbackSecret);
  assert.deepEqual([answered.statusCode, answered.body], [200, '1158201444']);
  assert.match(String(answered.headers['content-type']), /^text\/plain/);
  const elsewhere = path.replace(callbackSecret, 'x'.repeat(30));
  for (const refused of [
    await ask(path, 'another'),
    await ask(elsewhere, callbackSecret),
    await ask(path, callbackSecret, 'unsubscribe'),
    await ask(path.replace('reports', 'ussd'), callbackSecret),
  ]) {
    assert.notEqual(refused.statusCode, 200);
    assert.doesNotMatch(refused.body, /1158201444/);
  }
  const statuses = Array.from({ length: 1_000 }, (_, nth) => ({
    ...{ id: `wamid.${nth}`, status: 'delivered', recipient_id: '254722000101' },
  }));
  const payload = whatsappWebhook({ metadata, statuses });
  assert.ok(payload.length > 65_536);
  const headers = { 'content-type': 'application/json', ...signedByMeta(payload) };
  const posted = await app.inject({ method: 'POST', url: path, headers, payload });
  assert.deepEqual([posted.statusCode, posted.body, heard.length], [200, '', 1_000]);
  await app.close();
});

test('its settings are strict, and sign-in codes need another gateway beside it', () => {
  const http = { kind: 'http', url: 'https://sms.example/send', callbackSecret };
  assert.equal(gatewayConfigs.safeParse([whatsappConfig, http]).success, true);
  const alone = gatewayConfigs.safeParse([whatsappConfig]);
  assert.match(alone.error?.issues[0]?.message ?? '', /sign-in codes/);
  for (const wrong of [
    { apiVersion: '24' },
    { phoneNumberId: '+254722000101' },
    { template: { name: 'Two words', language: 'en' } },
    { template: { name: 'prewatt_message', language: 'English' } },
    { from: '22345' },
  ]) {
    const parsed = gatewayConfigs.safeParse([{ ...whatsappConfig, ...wrong }, http]);
    assert.equal(parsed.success, false, JSON.stringify(wrong));
  }
});
