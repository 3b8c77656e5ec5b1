// The encryption of web push against the example of RFC 8291, appendix A, and the proof of the
// sender as a push service checks it.

import assert from 'node:assert/strict';
import { createECDH, createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { encryptPush, isVapidPair, vapidHeader } from './encrypt.ts';

test('the example of the standard comes out to the byte', () => {
  const sent = encryptPush(
    'When I grow up, I want to be a watermelon',
    {
      p256dh:
        'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    },
    {
      random: () => Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
      ownKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
    },
  );
  assert.equal(
    sent.toString('base64url'),
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w' +
      'EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
});

test('the sender is proved to one origin, for twelve hours, by the key that browsers know', () => {
  const ecdh = createECDH('prime256v1');
  const point = ecdh.generateKeys();
  const publicKey = point.toString('base64url');
  const privateKey = Buffer.from(ecdh.getPrivateKey('hex').padStart(64, '0'), 'hex').toString(
    'base64url',
  );
  assert.ok(isVapidPair({ publicKey, privateKey }));
  assert.equal(
    isVapidPair({ publicKey, privateKey: Buffer.alloc(32, 9).toString('base64url') }),
    false,
  );
  const keys = { publicKey, privateKey, subject: 'mailto:help@u.test' };
  const header = vapidHeader(keys, { origin: 'https://push.test', nowMs: 1_796_040_000_000 });
  const [, head = '', claims = '', signature = '', k] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(header) ?? [];
  assert.equal(k, publicKey);
  assert.deepEqual(JSON.parse(Buffer.from(claims, 'base64url').toString()), {
    ...{ aud: 'https://push.test', exp: 1_796_040_000 + 43_200, sub: 'mailto:help@u.test' },
  });
  const x = point.subarray(1, 33).toString('base64url');
  const y = point.subarray(33).toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } });
  const signed = Buffer.from(`${head}.${claims}`);
  const bytes = Buffer.from(signature, 'base64url');
  assert.ok(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, bytes));
});
