// Worked signatures of every scheme, by made-up secrets, and what must not pass.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8Bytes } from './base/bytes.ts';
import {
  isPublicAddress,
  signWebhook,
  stkPassword,
  verifyAirtelHash,
  verifyEmvCrc,
  verifyFlutterwave,
  verifyOrangeToken,
  verifyPaystack,
  verifyRazorpayReturn,
  verifyRazorpayWebhook,
  verifyStripe,
  verifyTwilio,
  verifyWebhook,
  verifyWhatsapp,
  webhookUrlFault,
} from './index.ts';

test('Paystack: hex HMAC-SHA512 of the raw body', () => {
  const raw = utf8Bytes(
    '{"event":"charge.success","data":{"id":5501,"reference":"PW-0001","amount":150000,"currency":"NGN"}}',
  );
  const signature =
    '8f7f0ac164fd985023e1b65aa250b2d1fd2eedfade369038aa08d730845b66ba1caf32a18254f103326132dc7a850de6845d9e0c0d20badf8aef87ce9180d6d7';
  const headers = { 'X-Paystack-Signature': signature };
  assert.deepEqual(verifyPaystack(raw, headers, 'sk_test_prewatt_1'), { ok: true, value: null });
  const wrong = { ok: false, error: 'wrong-signature' };
  assert.deepEqual(verifyPaystack(raw, headers, 'sk_test_prewatt_2'), wrong);
  assert.deepEqual(verifyPaystack(raw, headers, ''), { ok: false, error: 'no-secret' });
  assert.deepEqual(verifyPaystack(raw, {}, 'x'), { ok: false, error: 'no-signature' });
});

test('Flutterwave v4: base64 HMAC-SHA256; v3: the constant itself', () => {
  const raw = utf8Bytes(
    '{"type":"charge.completed","data":{"id":"chg_pw1","amount":1500,"currency":"NGN","status":"succeeded","reference":"PW-0001"}}',
  );
  const headers = { 'flutterwave-signature': '8asZqwU3muY6qS8HvRQd1AhPVOhSAyJlRkZGOKE5zjw=' };
  assert.equal(verifyFlutterwave(raw, headers, 'flw_hash_prewatt').ok, true);
  assert.equal(
    verifyFlutterwave(raw, { 'verif-hash': 'flw_hash_prewatt' }, 'flw_hash_prewatt').ok,
    true,
  );
  assert.equal(verifyFlutterwave(raw, { 'verif-hash': 'other' }, 'flw_hash_prewatt').ok, false);
  assert.deepEqual(verifyFlutterwave(raw, { 'verif-hash': '' }, ''), {
    ok: false,
    error: 'no-secret',
  });
});

test('Stripe: the time is bounded on both sides, v0 never passes, one of several v1 does', () => {
  const raw = utf8Bytes('{"id":"evt_pw1","object":"event","type":"checkout.session.completed"}');
  const mac = '9b338e7e8784b7709f9ce92662b00a99c8027ffa019df0a0739d5675df456292';
  const check = (header: string, nowSeconds: number) =>
    verifyStripe(
      raw,
      { 'stripe-signature': header },
      { secrets: ['old', 'whsec_prewatt_test'], nowSeconds, toleranceSeconds: 300 },
    );
  assert.equal(check(`t=1796040000,v1=${mac}`, 1796040300).ok, true);
  assert.equal(check(`t=1796040000,v1=00,v1=${mac}`, 1796039700).ok, true);
  assert.deepEqual(check(`t=1796040000,v1=${mac}`, 1796040301), { ok: false, error: 'too-old' });
  assert.deepEqual(check(`t=1796040000,v1=${mac}`, 1796039699), {
    ok: false,
    error: 'from-the-future',
  });
  assert.deepEqual(check(`t=1796040000,v0=${mac}`, 1796040000), {
    ok: false,
    error: 'no-signature',
  });
  assert.equal(check(`t=1796040000,t=1796040001,v1=${mac}`, 1796040000).ok, false);
});

test('Razorpay: webhook over the body, return over order and payment', () => {
  const raw = utf8Bytes('{"entity":"event","event":"payment.captured","payload":{}}');
  const headers = {
    'x-razorpay-signature': '30de448e17b16c63b3513c4c7f0548ec1340470a6fb6cc3a98f1737f9479b7a3',
  };
  assert.equal(verifyRazorpayWebhook(raw, headers, 'rzp_hook_prewatt').ok, true);
  const signature = 'aaf65dd22d81bc3c5a59275ba89de8048d6b3060823c3a3a523285278d1243f4';
  const back = { orderId: 'order_PW1', paymentId: 'pay_PW1', signature };
  assert.equal(verifyRazorpayReturn(back, 'rzp_key_secret').ok, true);
  assert.equal(verifyRazorpayReturn({ ...back, paymentId: 'pay_PW2' }, 'rzp_key_secret').ok, false);
});

test('Airtel: the characters of the transaction object, once, as they were sent', () => {
  const object =
    '{"id":"PW-0001","message":"Paid ZMW 50 to PREWATT","status_code":"TS","airtel_money_id":"MP261130.1200.L00001"}';
  const hash = '/vzzSM8+LxShtpA2zVHJcj03zFNdIIjJBi/vLNvsBEg=';
  const check = (text: string) => verifyAirtelHash(utf8Bytes(text), 'airtel_private_key_pw');
  assert.equal(check(`{"transaction":${object},"hash":"${hash}"}`).ok, true);
  assert.equal(check(`{ "hash" : "${hash}", "transaction" : ${object} }`).ok, true);
  // A second object under the same name would be the one that a parser reads.
  const forged = object.replace('TS', 'TF');
  assert.equal(
    check(`{"transaction":${object},"transaction":${forged},"hash":"${hash}"}`).ok,
    false,
  );
  assert.deepEqual(check(`{"transaction":${object}}`), { ok: false, error: 'no-signature' });
});

test('Orange: the stored token, and nothing when none is stored', () => {
  const raw = utf8Bytes('{"status":"SUCCESS","notif_token":"nt-1","txnid":"x"}');
  assert.equal(verifyOrangeToken(raw, 'nt-1').ok, true);
  assert.equal(verifyOrangeToken(raw, 'nt-2').ok, false);
  assert.equal(verifyOrangeToken(raw, '').ok, false);
});

test('Twilio: the public URL and the sorted fields', () => {
  const request = {
    url: 'https://prewatt.example/sms/in?tenant=7',
    fields: {
      To: '+254711000222',
      From: '+254711000111',
      MessageSid: 'SM0001',
      Body: 'BAL 04229889888',
    },
    rawBody: null,
  };
  const headers = { 'X-Twilio-Signature': 'FWnkqMeUnzO+cVHNGIWefKF8t00=' };
  assert.equal(verifyTwilio(request, headers, 'twilio_token_pw').ok, true);
  const withPort = { ...request, url: 'https://prewatt.example:443/sms/in?tenant=7' };
  assert.equal(verifyTwilio(withPort, headers, 'twilio_token_pw').ok, true);
  const elsewhere = { ...request, url: 'https://prewatt.example:8443/sms/in?tenant=7' };
  assert.equal(verifyTwilio(elsewhere, headers, 'twilio_token_pw').ok, false);
});

test('WhatsApp: the prefix is part of the signature', () => {
  const raw = utf8Bytes('{"object":"whatsapp_business_account","entry":[]}');
  const mac = '3253d432ca5804a4ce3def2cd9588e42a2e553b1da9bb549da1dbaa7b6527b96';
  const check = (header: string) =>
    verifyWhatsapp(raw, { 'x-hub-signature-256': header }, 'meta_app_secret_pw');
  assert.equal(check(`sha256=${mac}`).ok, true);
  assert.equal(check(mac).ok, false);
});

test('our webhooks: the worked signature, its check, and a rotation', () => {
  const secret = 'whsec_cHJld2F0dC1zdGFuZGFyZC13ZWJob29rLWtleQ==';
  const body = utf8Bytes(
    '{"type":"vend.completed","timestamp":"2026-11-30T12:00:00Z","data":{"vendId":"v_1"}}',
  );
  const message = { id: 'msg_pw_1', timestampSeconds: 1796040000, body };
  const signed = signWebhook(message, [secret]);
  assert.ok(signed.ok);
  assert.equal(
    signed.value['webhook-signature'],
    'v1,7wv37crdxg/RFMjxwInwezZvyQdFucDHoS+dp99zIm0=',
  );
  const other = 'whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=';
  const both = signWebhook(message, [other, secret]);
  assert.ok(both.ok);
  const time = { nowSeconds: 1796040200, toleranceSeconds: 300 };
  assert.equal(verifyWebhook(body, both.value, { secrets: [secret], ...time }).ok, true);
  assert.equal(verifyWebhook(body, both.value, { secrets: [other], ...time }).ok, true);
  assert.deepEqual(signWebhook(message, ['whsec_short']), { ok: false, error: 'no-secret' });
});

test('addresses: only public ones over HTTPS, however they are written', () => {
  assert.equal(webhookUrlFault('https://hooks.example.com/v'), null);
  const bad = [
    'http://hooks.example.com/v',
    'https://localhost/v',
    'https://127.1/v',
    'https://0x7f000001/v',
    'https://2130706433/v',
    'https://[::1]/v',
    'https://[::ffff:10.0.0.1]/v',
    'https://[fd00::1]/v',
    'https://169.254.169.254/latest',
    'https://user:pass@hooks.example.com/v',
    'https://metadata.google.internal/',
    'https://intranet/v',
    'ftp://hooks.example.com/',
    'nonsense',
  ];
  for (const url of bad) assert.notEqual(webhookUrlFault(url), null, url);
  for (const address of [
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.1',
    '100.64.0.1',
    '0.0.0.0',
    'fe80::1',
    '::',
    '64:ff9b::a00:1',
    '2001:db8::1',
    'x',
    '1.2.3',
  ]) {
    assert.equal(isPublicAddress(address), false, address);
  }
  for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8']) {
    assert.equal(isPublicAddress(address), true, address);
  }
});

test('Daraja: the password of a push; Pix: the CRC of a code', () => {
  assert.equal(
    stkPassword('600987', 'prewattpasskey0001', '20261130120000'),
    'NjAwOTg3cHJld2F0dHBhc3NrZXkwMDAxMjAyNjExMzAxMjAwMDA=',
  );
  const code =
    '00020126330014BR.GOV.BCB.PIX0111123456789015204000053039865406100.005802BR5907PREWATT6008SALVADOR62070503PW163049FDE';
  assert.equal(verifyEmvCrc(code), true);
  assert.equal(verifyEmvCrc(code.replace('100.00', '100.01')), false);
});
