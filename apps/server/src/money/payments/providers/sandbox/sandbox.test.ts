import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSandboxProvider } from './index.ts';

const secret = 'a webhook secret of 32 bytes or more';
const nowMs = Date.UTC(2026, 10, 24);
const clock = { nowMs: () => nowMs };
const clocks = { business: clock, real: clock, speed: 1 };
const body = JSON.stringify({
  event: 'payment.succeeded',
  checkoutId: 'co_1',
  reference: 'payment_00000000-0000-7000-8000-000000000000',
  providerReference: 'SBX-1',
  amountMinor: '5000',
  currency: { code: 'ZAR', scale: 2 },
});

const providerAt = (baseUrl: string) =>
  createSandboxProvider({ baseUrl, apiKey: 'key', webhookSecret: secret, clocks });
const provider = providerAt('http://127.0.0.1:1');

function sign(text: string, seconds = nowMs / 1000, by = secret): string {
  const mac = createHmac('sha256', by).update(`${seconds}.${text}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}
const read = (text: string, signature: string | undefined) =>
  provider.notification({
    rawBody: Buffer.from(text),
    header: (name) => (name === 'x-sandbox-signature' ? signature : undefined),
    path: [],
    address: '127.0.0.1',
  });

test('a signed notification is read', () => {
  assert.deepEqual(read(body, sign(body)), {
    ok: true,
    value: {
      kind: 'word',
      reference: 'payment_00000000-0000-7000-8000-000000000000',
      status: {
        status: 'succeeded',
        providerReference: 'SBX-1',
        receivedMinor: 5_000n,
        currencyCode: 'ZAR',
        currencyScale: 2,
      },
      told: {
        amountMinor: 5_000n,
        currencyCode: 'ZAR',
        providerReference: 'SBX-1',
        phoneEnd: null,
      },
    },
  });
});

test('a missing, foreign or stale signature is refused before the body is read', () => {
  const refused = (signature: string | undefined, error: string, text = body) =>
    assert.deepEqual(read(text, signature), { ok: false, error });
  refused(undefined, 'badSignature');
  refused('t=1,v1=00', 'badSignature');
  refused(sign(body, nowMs / 1000, 'another secret of thirty-two bytes'), 'badSignature');
  refused(sign(body), 'badSignature', `${body} `);
  refused(sign(body, nowMs / 1000 - 301), 'staleSignature');
  refused(sign(body, nowMs / 1000 + 301), 'staleSignature');
});

test('a signed body that is no notification is refused', () => {
  const bad = [
    'not json',
    '[]',
    body.replace('"5000"', '"-1"'),
    body.replace('"5000"', '5000'),
    body.replace('"SBX-1"', 'null'),
    body.replace('"5000"', '"0"'),
  ];
  for (const text of bad) {
    assert.deepEqual(read(text, sign(text)), { ok: false, error: 'malformed' }, text);
  }
});

test('no bytes and no header make the reader throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, header) => {
      const signed = sign(Buffer.from(bytes).toString('latin1'));
      for (const signature of [header, signed]) {
        const result = provider.notification({
          rawBody: Buffer.from(bytes),
          header: () => signature,
          path: [],
          address: '127.0.0.1',
        });
        assert.equal(typeof result.ok, 'boolean');
      }
    }),
  );
});

const asked = {
  reference: 'x',
  amountMinor: 1n,
  currencyCode: 'ZAR',
  providerRequest: null,
  ...{ hintedReference: null, askedForMs: 0 },
};

test('a provider that is down, slow to answer or talks nonsense is a refusal, not a crash', async () => {
  assert.deepEqual(await provider.askAgain(asked), { ok: false, error: 'unreachable' });
  let answer = { status: 500, text: '' };
  const server = createServer((_request, reply) => {
    reply.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const there = providerAt(`http://127.0.0.1:${port}`);
  try {
    assert.deepEqual(await there.askAgain(asked), { ok: false, error: 'unreachable' });
    answer = { status: 200, text: '{"status":"maybe"}' };
    assert.deepEqual(await there.askAgain(asked), { ok: false, error: 'refused' });
    answer = { status: 200, text: '<html>' };
    assert.deepEqual(await there.askAgain(asked), { ok: false, error: 'unreachable' });
    answer = { status: 404, text: '{}' };
    assert.deepEqual(await there.askAgain(asked), { ok: true, value: null });
  } finally {
    server.close();
  }
});
