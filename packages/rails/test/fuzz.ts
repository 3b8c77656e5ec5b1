// Strangers' bytes for every parser: real messages of the case files, cut, doubled, swapped and
// sprinkled with what parsers trip over. Used by the tests and by the soak.

import { readdirSync, readFileSync } from 'node:fs';
import { bytesFromHex, utf8Bytes } from '../src/base/bytes.ts';
import { parseJson } from '../src/base/json.ts';
import { memberText } from '../src/base/json-slice.ts';
import { parseXml } from '../src/base/xml.ts';
import { checkCases } from '../src/cases/index.ts';
import * as rails from '../src/index.ts';
import { readReceipt } from '../src/smpp/index.ts';
import type { Random } from './random.ts';

const folder = new URL('./vectors/', import.meta.url);
type Seed = { readonly kind: string; readonly rail: string; readonly bytes: Uint8Array };

/** The bytes of every case, by rail. */
export const seeds: readonly Seed[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => {
    const file = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    return file.cases.flatMap(
      (one: { kind: string; rail: string; input: Record<string, unknown> }) =>
        bytesOf(one.input).map((bytes) => ({ kind: one.kind, rail: one.rail, bytes })),
    );
  });

function bytesOf(input: Record<string, unknown>): Uint8Array[] {
  const { body, text, xml, raw, sequence, concurrent, pdus, bytesBase64 } = input;
  const texts = [text, xml, raw, ...(Array.isArray(concurrent) ? concurrent : [])];
  const listed = Array.isArray(sequence) ? sequence : [];
  return [
    ...texts.flatMap((each) => (typeof each === 'string' ? [utf8Bytes(each)] : [])),
    ...(body === undefined
      ? []
      : [utf8Bytes(typeof body === 'string' ? body : JSON.stringify(body))]),
    ...listed.map((each) =>
      utf8Bytes(typeof each === 'string' ? each : JSON.stringify(each.body ?? each)),
    ),
    ...(Array.isArray(pdus) ? pdus.flatMap((hex) => bytesFromHex(hex) ?? []) : []),
    ...(typeof bytesBase64 === 'string'
      ? [Uint8Array.from(atob(bytesBase64), (c) => c.charCodeAt(0))]
      : []),
  ];
}

const nasty = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    '\u0000',
    ',',
    ':',
    'null',
    '1e999',
    '-0',
    '1e400',
    '﻿',
    '\\ud800',
  ],
  ...[
    '<',
    '>',
    '&',
    '&#0;',
    '&amp;',
    '<![CDATA[',
    '<!DOCTYPE',
    '<?xml?>',
    'xmlns:a="',
    '/>',
    ']]>',
  ],
  ...[
    ':61:',
    ':86:',
    ':62F:',
    '?20',
    '\r\n',
    '//',
    '99999999999999999999',
    '0',
    '.',
    '*',
    '=',
    '%zz',
  ],
  ...['id:', 'stat:', 'text:', 'é', '٣', '\u202e', '__proto__', 'constructor', 'toString'],
].map(utf8Bytes);

/** Bytes made of a seed, or of chance alone. */
export function mangled(random: Random, own: readonly Uint8Array[]): Uint8Array {
  if (random.below(20) === 0) {
    return Uint8Array.from({ length: random.below(80) }, () => random.below(256));
  }
  let bytes = own[random.below(own.length)] ?? new Uint8Array();
  for (let turn = random.below(4) + 1; turn > 0; turn -= 1) {
    const at = random.below(bytes.length + 1);
    const after = Math.min(bytes.length, at + random.below(12));
    const odd = nasty[random.below(nasty.length)] ?? new Uint8Array();
    const choice = random.below(6);
    if (choice === 0) bytes = joined(bytes.subarray(0, at), bytes.subarray(after));
    else if (choice === 1) bytes = joined(bytes.subarray(0, at), odd, bytes.subarray(at));
    else if (choice === 2) bytes = joined(bytes.subarray(0, after), bytes.subarray(at));
    else if (choice === 3)
      bytes = joined(
        bytes.subarray(0, at),
        Uint8Array.of(random.below(256)),
        bytes.subarray(at + 1),
      );
    else if (choice === 4) bytes = bytes.subarray(0, at);
    else bytes = joined(bytes.subarray(0, at), odd, bytes.subarray(after));
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const text = new TextDecoder();
const answered = (read: (answered: rails.Answered) => unknown, calls: readonly string[]) => {
  let turn = 0;
  return (raw: Uint8Array) => {
    turn += 1;
    const call = calls[turn % calls.length] ?? '';
    return read({
      call,
      httpStatus: [200, 201, 400, 401, 404, 409, 429, 500, 502][turn % 9] ?? 200,
      raw,
    });
  };
};
const headers = {
  'x-signature': 'x',
  'stripe-signature': 't=1,v1=00',
  'webhook-signature': 'v1,x',
};
const jsonMap = { senders: ['M-PESA'], templates: rails.mozambiqueTemplates };
const serverContext: rails.ServerContext = {
  certificateEan: '6001234000017',
  currency: 'ZAR',
  minMinor: 1000n,
  maxMinor: null,
  creditMinor: 100_000n,
  meterOf: () => ({ blocked: false, sgc: null, krn: null, ti: null }),
  earlier: () => null,
};
const sent: rails.SentRequest = {
  operation: 'creditVend',
  msgID: { dateTime: '20261129180400', uniqueNumber: '4003' },
  msno: '14339800360',
  amount: '90.00',
  currency: 'ZAR',
  original: null,
};

export type Target = {
  readonly name: string;
  /** Rails whose cases make its seeds. */
  readonly rails: readonly string[];
  readonly parse: (bytes: Uint8Array) => unknown;
};

/** Every function of the package that reads what a stranger sent. */
export const targets: readonly Target[] = [
  { name: 'parseJson', rails: ['paystack', 'stripe'], parse: (raw) => parseJson(raw) },
  {
    name: 'memberText',
    rails: ['airtel'],
    parse: (raw) => memberText(text.decode(raw), 'transaction'),
  },
  { name: 'parseXml', rails: ['camt', 'xmlvend'], parse: (raw) => parseXml(text.decode(raw)) },
  { name: 'readStkCallback', rails: ['mpesa-daraja'], parse: rails.readStkCallback },
  { name: 'readC2b', rails: ['mpesa-daraja'], parse: rails.readC2b },
  {
    name: 'readResult',
    rails: ['mpesa-daraja'],
    parse: (raw) => rails.readResult(raw, 'transaction-status'),
  },
  { name: 'readPullAnswer', rails: ['mpesa-daraja'], parse: rails.readPullAnswer },
  {
    name: 'readDarajaAnswer',
    rails: ['mpesa-daraja'],
    parse: answered(rails.readDarajaAnswer, ['stk-query', 'stk-push']),
  },
  {
    name: 'readVodacomAnswer',
    rails: ['vodacom-mz'],
    parse: answered(rails.readVodacomAnswer, ['query', 'c2b']),
  },
  { name: 'readMomoStatus', rails: ['mtn-momo'], parse: rails.readMomoStatus },
  {
    name: 'readMomoAnswer',
    rails: ['mtn-momo'],
    parse: answered(rails.readMomoAnswer, ['status', 'requesttopay', 'refund']),
  },
  {
    name: 'readAirtelCallback',
    rails: ['airtel'],
    parse: (raw) => [rails.verifyAirtelHash(raw, 'k'), rails.readAirtelCallback(raw)],
  },
  {
    name: 'readAirtelAnswer',
    rails: ['airtel'],
    parse: answered(rails.readAirtelAnswer, ['enquiry', 'payments', 'refund']),
  },
  {
    name: 'readOrange',
    rails: ['orange-money'],
    parse: (raw) => [rails.verifyOrangeToken(raw, 'k'), rails.readOrangeNotification(raw)],
  },
  {
    name: 'readOrangeAnswer',
    rails: ['orange-money'],
    parse: answered(rails.readOrangeAnswer, ['transactionstatus', 'webpayment']),
  },
  { name: 'readPaystackEvent', rails: ['paystack'], parse: rails.readPaystackEvent },
  {
    name: 'readPaystackAnswer',
    rails: ['paystack'],
    parse: answered(rails.readPaystackAnswer, ['verify', 'charge', 'refund']),
  },
  { name: 'readFlutterwaveEvent', rails: ['flutterwave'], parse: rails.readFlutterwaveEvent },
  {
    name: 'readFlutterwaveAnswer',
    rails: ['flutterwave'],
    parse: answered(rails.readFlutterwaveAnswer, ['verify', 'charges', 'refund']),
  },
  { name: 'readStripeEvent', rails: ['stripe'], parse: rails.readStripeEvent },
  {
    name: 'readStripeAnswer',
    rails: ['stripe'],
    parse: answered(rails.readStripeAnswer, ['checkout-session', 'payment-intent', 'refund']),
  },
  { name: 'readRazorpayEvent', rails: ['razorpay'], parse: rails.readRazorpayEvent },
  {
    name: 'readRazorpayAnswer',
    rails: ['razorpay'],
    parse: answered(rails.readRazorpayAnswer, ['payment', 'order', 'refund']),
  },
  {
    name: 'readPixNotification',
    rails: ['pix'],
    parse: (raw) => rails.readPixNotification(raw, true),
  },
  {
    name: 'readPixAnswer',
    rails: ['pix'],
    parse: answered(rails.readPixAnswer, ['cob', 'pix', 'devolucao']),
  },
  { name: 'verifyEmvCrc', rails: ['pix'], parse: (raw) => rails.verifyEmvCrc(text.decode(raw)) },
  { name: 'readCamt', rails: ['camt'], parse: rails.readCamt },
  { name: 'readMt940', rails: ['mt940'], parse: rails.readMt940 },
  {
    name: 'readBankCsv',
    rails: ['mt940'],
    parse: (raw) => rails.readBankCsv(raw, rails.mpesaPortalMapping),
  },
  {
    name: 'readAt',
    rails: ['africastalking'],
    parse: (raw) => [
      rails.readAtReport(raw),
      rails.readAtInbound(raw),
      rails.readAtUssd(raw),
      rails.readAtSent(raw),
    ],
  },
  {
    name: 'readTwilio',
    rails: ['twilio'],
    parse: (raw) => [rails.readTwilioReport(raw), rails.readTwilioInbound(raw)],
  },
  {
    name: 'verifyTwilio',
    rails: ['twilio'],
    parse: (raw) =>
      rails.verifyTwilio(
        { url: text.decode(raw), fields: {}, rawBody: raw },
        { 'x-twilio-signature': 'x' },
        't',
      ),
  },
  { name: 'readWhatsapp', rails: ['whatsapp'], parse: (raw) => rails.readWhatsapp(raw) },
  { name: 'readWhatsappSent', rails: ['whatsapp'], parse: rails.readWhatsappSent },
  {
    name: 'readGatewayReport',
    rails: ['africastalking'],
    parse: (raw) => rails.readGatewayReport(rails.kannelReport, raw),
  },
  {
    name: 'readMoneySms',
    rails: ['money-sms'],
    parse: (raw) => rails.readMoneySms({ sender: 'M-PESA', text: text.decode(raw) }, jsonMap),
  },
  {
    name: 'readCommand',
    rails: ['africastalking', 'money-sms'],
    parse: (raw) => rails.readCommand(text.decode(raw)),
  },
  { name: 'readDeliverSm', rails: ['smpp'], parse: rails.readDeliverSm },
  {
    name: 'readReceipt',
    rails: ['smpp'],
    parse: (raw) =>
      readReceipt({
        text: text.decode(raw),
        esmClass: 4,
        receiptedMessageId: null,
        messageState: null,
      }),
  },
  {
    name: 'segmentText',
    rails: ['smpp'],
    parse: (raw) => [rails.segmentText(text.decode(raw)), rails.fittedToGsm(text.decode(raw))],
  },
  {
    name: 'verifyStripe',
    rails: ['stripe'],
    parse: (raw) =>
      rails.verifyStripe(
        raw,
        { 'stripe-signature': text.decode(raw.subarray(0, 40)) },
        { secrets: ['s'], nowSeconds: 1, toleranceSeconds: 300 },
      ),
  },
  {
    name: 'verifyWebhook',
    rails: ['standard-webhooks'],
    parse: (raw) =>
      rails.verifyWebhook(
        raw,
        { ...headers, 'webhook-id': 'a', 'webhook-timestamp': text.decode(raw.subarray(0, 10)) },
        {
          secrets: ['whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA='],
          nowSeconds: 1,
          toleranceSeconds: 300,
        },
      ),
  },
  {
    name: 'webhookUrlFault',
    rails: ['standard-webhooks'],
    parse: (raw) => [
      rails.webhookUrlFault(text.decode(raw)),
      rails.isPublicAddress(text.decode(raw)),
    ],
  },
  { name: 'readVtpass', rails: ['vtpass'], parse: answered(rails.readVtpass, ['pay']) },
  {
    name: 'readPrepaidPlus',
    rails: ['prepaidplus'],
    parse: answered(rails.readPrepaidPlus, ['creditvend', 'advice']),
  },
  {
    name: 'readElectrum',
    rails: ['electrum'],
    parse: answered(rails.readElectrum, ['tokenPurchases', 'trial']),
  },
  { name: 'readYaka', rails: ['xmlvend'], parse: answered(rails.readYaka, ['pay']) },
  { name: 'readStron', rails: ['vtpass'], parse: answered(rails.readStron, ['pay']) },
  {
    name: 'readXmlvendAnswer',
    rails: ['xmlvend'],
    parse: (raw) => rails.readXmlvendAnswer(sent, { httpStatus: 200, raw }),
  },
  {
    name: 'decideXmlvend',
    rails: ['xmlvend'],
    parse: (raw) => rails.decideXmlvend(raw, serverContext),
  },
  {
    name: 'readXmlvendRequest',
    rails: ['xmlvend'],
    parse: (raw) => [rails.readXmlvendRequest(raw), rails.readEnvelope(text.decode(raw))],
  },
  {
    name: 'readPdu',
    rails: ['smpp'],
    parse: (raw) => [rails.readPdu(raw), rails.createPduFramer()(raw), rails.readSubmitSm(raw)],
  },
  { name: 'readEmv', rails: ['pix'], parse: (raw) => rails.readEmv(text.decode(raw)) },
  { name: 'readAtUssdEnd', rails: ['africastalking'], parse: rails.readAtUssdEnd },
  {
    name: 'metersInText',
    rails: ['money-sms', 'camt'],
    parse: (raw) => [rails.metersInText(text.decode(raw)), rails.e164(text.decode(raw))],
  },
  {
    name: 'readPaidOut',
    rails: ['paystack', 'stripe', 'razorpay', 'flutterwave'],
    parse: (raw) => [
      rails.readPayoutIds(raw),
      rails.readStripeBalance(raw, 'po_1'),
      rails.readPaystackPaidOut(raw, '1'),
      rails.readRazorpayPaidOut(raw),
      rails.readRazorpaySettlement(raw),
      rails.readFlutterwaveSettlements(raw),
      rails.readFlutterwavePaidOut(raw, '1'),
    ],
  },
  { name: 'checkCases', rails: ['paystack'], parse: (raw) => checkCases(text.decode(raw)) },
];

/** Runs one parser on `count` inputs; throws with the seed that it threw on. */
export function fuzz(target: Target, o: { readonly count: number; readonly random: Random }): void {
  const own = seeds.filter(({ rail }) => target.rails.includes(rail)).map(({ bytes }) => bytes);
  if (own.length === 0) throw new Error(`${target.name}: no seeds`);
  for (let turn = 0; turn < o.count; turn += 1) {
    const bytes = mangled(o.random, own);
    try {
      target.parse(bytes);
    } catch (error) {
      throw new Error(`${target.name} threw on ${JSON.stringify(text.decode(bytes))}`, {
        cause: error,
      });
    }
  }
}
