// What banks, message centres and providers write beside their own documents, in forms that the
// case files do not have.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  readDarajaAnswer,
  readMomoAnswer,
  readMt940,
  readRazorpayEvent,
  readReceipt,
  readStripeAnswer,
} from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const answered = (call: string, httpStatus: number, body: object) => ({
  ...{ call, httpStatus, raw: bytes(JSON.stringify(body)) },
});

const statement = (lines: readonly string[], closing: string): Uint8Array =>
  bytes(
    [
      ...[':20:X', ':25:A1', ':28C:1/1', ':60F:C261128EUR0,00'],
      ...[...lines, `:62F:C261128EUR${closing}`, '-'],
    ].join('\r\n'),
  );
const paymentsOf = (lines: readonly string[], closing: string) => {
  const read = readMt940(statement(lines, closing));
  assert.ok(read.ok && read.value.balanced === true, JSON.stringify(read.ok ? '' : read.error));
  return read.value.payments;
};

test('MT940: words in place of a bank’s reference name no payment, and nor does a meter', () => {
  const line = (ref: string, day = '28') => [
    `:61:2611${day}11${day}C55,00NMSCNONREF//${ref}`,
    `:86:from 04229889888`,
  ];
  const idsOf = (ref: string, day?: string) => paymentsOf(line(ref, day), '55,00')[0]?.id;
  for (const ref of ['FNB APP PAYMENT', 'EFT', '04229889888']) {
    assert.notEqual(idsOf(ref), idsOf(ref, '27'), 'another day, another payment');
  }
  assert.equal(idsOf('8327000090031789'), '8327000090031789');
});

test('MT940: references and names from the text, where the line only points to it', () => {
  const [ing] = paymentsOf(
    [
      ':61:2611281128C55,00NTRFEREF//00000000001005',
      ':86:/EREF/E2E-77//CNTP/NL32INGB0000012345/INGBNL2A/J JANSEN///REMI/USTD//meter 04229889888/',
    ],
    '55,00',
  );
  assert.deepEqual(
    [ing?.endToEndId, ing?.payer, ing?.payerAccount, ing?.text],
    ['E2E-77', 'J JANSEN', 'NL32INGB0000012345', 'meter 04229889888'],
  );
  const [german] = paymentsOf(
    [
      ':61:2611281128CR55,00N051NONREF//B1',
      ':86:166?00GUTSCHRIFT?20EREF+E2E-1?21SVWZ+meter 0422988988?228?32MAX MUSTER?33MANN',
    ],
    '55,00',
  );
  assert.deepEqual([german?.endToEndId, german?.payer], ['E2E-1', 'MAX MUSTERMANN']);
});

test('MT940: a file that is indented as a whole is read; an indented line in free text is no line', () => {
  const entry = [':61:2611281128C55,00NTRFNONREF//B1', ':86:meter 04229889888'];
  const plain = paymentsOf(entry, '55,00');
  for (const space of ['  ', '\t', '        ']) {
    const whole = Buffer.from(statement(entry, '55,00')).toString().replace(/^/gm, space);
    const read = readMt940(bytes(whole));
    assert.ok(read.ok && read.value.balanced === true);
    assert.deepEqual(read.value.payments, plain);
  }
  const forged = [' :61:2611281128D99,00NTRFNONREF//B2', ' :61:2611281128C99,00NTRFNONREF//B3'];
  const payments = paymentsOf([...entry, ...forged], '55,00');
  assert.deepEqual(
    payments.map(({ id }) => id),
    ['B1'],
  );
});

test('SMPP: receipts with commas, quotes and dates as people write them', () => {
  const read = (text: string) =>
    readReceipt({ text, esmClass: 4, receiptedMessageId: null, messageState: null });
  const comma = read('id:7,sub:001,dlvrd:001,done date:2611291231,stat:DELIVRD,err:000,text:x');
  assert.deepEqual(
    [comma?.id, comma?.state, comma?.err, comma?.doneDate],
    ['7', 'delivered', '000', '2026-11-29T12:31'],
  );
  const quoted = read('id:"7" done date:"2026-11-29 12:31:05" stat:"UNDELIV" err:"12"');
  assert.deepEqual(
    [quoted?.id, quoted?.state, quoted?.err, quoted?.doneDate],
    ['7', 'failed', '12', '2026-11-29T12:31:05'],
  );
  assert.equal(read('id:7 done date:2026-11-29 12:31 stat:DELIVRD')?.doneDate, '2026-11-29T12:31');
});

test('MoMo: a request that was only just made is under way; a reason under its other name', () => {
  const said = (body: object) =>
    readMomoAnswer(answered('status', 200, { amount: '5000', currency: 'UGX', ...body }));
  for (const status of ['CREATED', 'ONGOING', 'DELAYED']) {
    assert.equal(said({ status }).outcome, 'pending');
  }
  const failed = said({ status: 'FAILED', errorReason: { code: 'EXPIRED' } });
  assert.deepEqual([failed.outcome, failed.reason], ['failed', 'expired']);
  assert.equal(said({ status: 'FAILED', reason: 'TRANSACTION_CANCELED' }).reason, 'cancelled');
});

test('Daraja: its gateway has a form of its own for too many requests and old tokens', () => {
  const said = (httpStatus: number, faultstring: string) =>
    readDarajaAnswer(answered('stk-push', httpStatus, { fault: { faultstring, detail: {} } }));
  const spike = said(503, 'Spike arrest violation. Allowed rate : 5ps');
  assert.deepEqual([spike.outcome, spike.action], ['unknown', 'back-off']);
  assert.equal(said(401, 'Invalid Access Token').action, 'renew-token');
  assert.deepEqual(
    [said(500, 'Internal').outcome, said(500, 'Internal').action],
    ['unknown', null],
  );
});

test('why a card or UPI payment failed, where they say so', () => {
  const error = { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' };
  assert.equal(
    readStripeAnswer(answered('create-intent', 402, { error })).reason,
    'insufficient-funds',
  );
  const entity = { id: 'pay_1', amount: 5000, currency: 'INR', error_reason: 'payment_cancelled' };
  const event = { event: 'payment.failed', payload: { payment: { entity } } };
  const read = readRazorpayEvent(bytes(JSON.stringify(event)));
  assert.ok(read.ok);
  assert.deepEqual([read.value.notice.outcome, read.value.notice.reason], ['failed', 'cancelled']);
});

test('a bank’s file in UTF-16 is read by its first two bytes, whichever comes first', () => {
  const text = new TextDecoder().decode(
    statement([':61:2611281128C55,00NTRFNONREF//B1', ':86:Zoë 04229889888'], '55,00'),
  );
  const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
  for (const raw of [little, Buffer.from(little).swap16()]) {
    const read = readMt940(raw);
    assert.ok(read.ok);
    assert.deepEqual(
      read.value.payments.map((each) => [each.id, each.text]),
      [['B1', 'Zoë 04229889888']],
    );
  }
});
