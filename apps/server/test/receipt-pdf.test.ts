// The receipt that a customer saves: what stands in it, that a reader finds every letter, and that
// the same purchase gives the same bytes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noDocumentTexts, type Receipt, type SaleView } from '@prewatt/api';
import type { ReceiptContent } from '@prewatt/rails';
import type { Speech } from '@prewatt/web/consumer';
import { receiptPdf } from '../src/base/receipt-pdf.ts';
import { saleReceipt } from '../src/edge/consumer/sale-receipt.ts';
import { receiptContent } from '../src/money/vendors/index.ts';
import { readPdf } from './read-pdf.ts';

const atMs = Date.parse('2026-11-24T10:31:00Z');
const facts = { title: 'Receipt', author: 'Riverside Power', atMs };
const utility = {
  name: 'Riverside Power',
  documents: {
    ...{ legalName: 'Riverside Power (Pty) Ltd', taxNumber: '4010203040' },
    ...{ address: '1 Weir Road\nRiverside', receiptFooter: 'Faults: 0800 555 010' },
  },
  zone: 'Africa/Johannesburg',
  currency: { code: 'ZAR', scale: 2 },
};
const speechIn = (language: string): Speech => {
  const { zone, currency } = utility;
  return { language, zone, currency, hours: 24, moneyForm: 'sign' };
};
const sale: SaleView = {
  saleId: 'sale_019d0000-0000-7000-8000-000000000001',
  receiptPath: `/receipts/${'m'.repeat(43)}`,
  connection: { connectionId: 'connection_1', name: 'Home', meterPan: '600727000000000009' },
  state: 'issued',
  requestedAtMs: atMs,
  amountMinor: '10000',
  energyWh: '38400',
  creditMinor: null,
  ...{ recoveredEnergyWh: '0', recoveredMinor: '0', owing: null },
  lines: [
    { kind: 'tax', label: 'VAT 15 %', amountMinor: '1304', energyWh: null, explanation: '' },
    { kind: 'energy', label: 'Energy', amountMinor: '8890', energyWh: '38400', explanation: '' },
  ],
  remainderMinor: '6',
  broughtForwardMinor: '200',
  meterHasLink: true,
  providerReference: 'SBX-7K2M',
  reversedAtMs: null,
  moved: null,
  tokens: ['12345678901234567890'],
  steps: [],
  why: [],
  checkoutUrl: null,
  problem: null,
};

const from = { issuer: utility, speech: speechIn('en'), link: null };
const quiet = { ...from, issuer: { ...utility, documents: noDocumentTexts } };

/** "name: value" of each fact, and the other texts as they are. */
const rowsOf = (content: ReceiptContent): string[] =>
  content
    .flatMap((block) => {
      if (block.kind === 'rule') return [];
      if (block.kind === 'fact') return [`${block.name}: ${block.value}`];
      return [block.kind === 'token' ? `${block.name}: ${block.digits}` : block.text];
    })
    .map((row) => row.replaceAll('\u00a0', ' '));

const words = (text: string): string => text.replace(/\s+/g, ' ');

test('a receipt tells seller, meter, time, where the money went, and the token', async () => {
  const link = 'https://power.example/receipts/sale_019d0000-0000-7000-8000-000000000001';
  const content = saleReceipt(sale, { ...from, link });
  assert.deepEqual(rowsOf(content), [
    'Riverside Power',
    'Riverside Power (Pty) Ltd',
    '1 Weir Road',
    'Riverside',
    'Tax number 4010203040',
    'Receipt',
    'For: Home',
    'Meter number: 600727000000000009',
    'Time: Tue, 24 Nov 2026 12:31',
    'Payment number: SBX-7K2M',
    'Purchase number: sale_019d0000-0000-7000-8000-000000000001',
    'You pay: ZAR 100.00',
    'Kept from before: + ZAR 2.00',
    'VAT 15 %: ZAR 13.04',
    'Energy, 38.4 kWh: ZAR 88.90',
    'Kept for next time: ZAR 0.06',
    'Electricity: 38.4 kWh',
    'Token: 12345678901234567890',
    'Faults: 0800 555 010',
    link,
  ]);
  const read = readPdf(await receiptPdf(content, facts));
  assert.deepEqual([read.pages, read.title], [1, 'Receipt']);
  assert.match(words(read.text), /Electricity 38\.4 kWh Token 1234 5678 9012 3456 7890/);
});

test('a receipt is in the language of its reader, in English where it has no letters for that', async () => {
  for (const language of ['en', 'fr', 'pt', 'es', 'sw', 'zu', 'id']) {
    const content = saleReceipt(sale, { ...from, speech: speechIn(language) });
    const { text } = readPdf(await receiptPdf(content, { ...facts, language }));
    assert.ok(!text.includes('\uFFFD'), `${language}: ${text}`);
    assert.equal(rowsOf(content).includes('You pay: ZAR 100.00'), language === 'en', language);
  }
  const portuguese = rowsOf(saleReceipt(sale, { ...from, speech: speechIn('pt') }));
  assert.deepEqual(portuguese.slice(4, 9), [
    'Número fiscal 4010203040',
    'Recibo',
    'Para: Home',
    'Número do contador: 600727000000000009',
    'Hora: ter., 24 de nov. de 2026 12:31',
  ]);
  for (const language of ['ar', 'hi', 'am']) {
    const rows = rowsOf(saleReceipt(sale, { ...from, speech: speechIn(language) }));
    assert.ok(rows.includes('You pay: ZAR 100.00'), language);
  }
});

test('what is paid into a wallet has balances and no token; many tokens have their order', () => {
  const wallet = {
    ...sale,
    state: 'delivered' as const,
    energyWh: '0',
    tokens: [],
    lines: [],
    broughtForwardMinor: '-1500',
    remainderMinor: '8500',
  };
  assert.deepEqual(rowsOf(saleReceipt(wallet, quiet)).slice(-3), [
    'You pay: ZAR 100.00',
    'Owed before: ZAR 15.00',
    'Balance after: ZAR 85.00',
  ]);
  const owing = {
    owedMinor: '9216',
    isOff: true,
    leastMinor: '9500',
    anHour: { powerW: '5000', minor: '948' },
  };
  const short = { ...wallet, broughtForwardMinor: '-19216', remainderMinor: '-9216', owing };
  assert.deepEqual(rowsOf(saleReceipt(short, quiet)).slice(-2), [
    'Owed after: ZAR 92.16',
    'Supply stays off. Pay in at least ZAR 95.00 to have it on again. An hour at 5.00 kW costs ZAR 9.48.',
  ]);
  const kept = { ...short, owing: { ...owing, isOff: false, leastMinor: null } };
  assert.equal(rowsOf(saleReceipt(kept, quiet)).at(-1), 'Owed after: ZAR 92.16');
  const tokens = ['11111111111111111111', '22222222222222222222'];
  const moved = { direction: 'from', meterPan: '600727000000000017' } as const;
  const rows = rowsOf(saleReceipt({ ...sale, tokens, moved, creditMinor: '8890' }, quiet));
  assert.ok(rows.includes('Moved here from meter 600727000000000017.'));
  assert.deepEqual(rows.slice(-4), [
    'On the meter: ZAR 88.90',
    'Type them in this order.',
    'Token 1: 11111111111111111111',
    'Token 2: 22222222222222222222',
  ]);
});

const tillReceipt: Receipt = {
  ...{ saleId: sale.saleId, requestId: 'till-1', shiftId: 'shift_1', commissionMinor: '0' },
  ...{ soldAt: new Date(atMs).toISOString(), meterPan: '600727000000000009' },
  ...{ connectionName: 'Home', amountMinor: '3000', broughtForwardMinor: '0', lines: [] },
  ...{ energyWh: '0', creditMinor: '3000', recoveredEnergyWh: '0', recoveredMinor: '1500' },
  ...{ remainderMinor: '0', keyChangeTokens: [], liftTokens: [], reversedAt: null, moved: null },
  tokens: [{ token: '12345678901234567890', energyWh: '0', creditMinor: '3000' }],
};

test('where the meter takes of a token, receipts show what is on it and what the token has', () => {
  const owed = { ...sale, creditMinor: '3000', energyWh: '0', recoveredMinor: '1500' };
  assert.deepEqual(rowsOf(saleReceipt(owed, quiet)).slice(-3, -1), [
    'On the meter: ZAR 15.00',
    'The token has ZAR 30.00; the meter takes ZAR 15.00 of it for what was used while supply was kept on without credit.',
  ]);
  const energy = { ...sale, recoveredEnergyWh: '8400' };
  assert.ok(rowsOf(saleReceipt(energy, quiet)).includes('On the meter: 30.0 kWh'));
  const shop = { utility, vendorName: 'Shop', till: 'Till 1', copy: null, link: null };
  const paidIn = {
    ...{ ...tillReceipt, amountMinor: '2000', creditMinor: null, tokens: [], lines: [] },
    ...{ broughtForwardMinor: '-11216', remainderMinor: '-9216', recoveredMinor: '0' },
  };
  const short = rowsOf(receiptContent(paidIn, shop)).join('\n');
  assert.match(short, /Owed before: ZAR 112\.16\n.*Owed after: ZAR 92\.16/);
  assert.match(
    short,
    /too little\. Supply stays off, or goes off soon, until you pay more than ZAR 92\.16/,
  );
  assert.doesNotMatch(short, /You get|Kept|: -/);
  const enough = rowsOf(receiptContent({ ...paidIn, remainderMinor: '500' }, shop)).join('\n');
  assert.match(enough, /Balance after: ZAR 5\.00\nPaid into the balance/);
  assert.doesNotMatch(enough, /too little/);
  const rows = rowsOf(receiptContent(tillReceipt, shop));
  assert.deepEqual(rows.slice(rows.indexOf('You get: ZAR 15.00')).slice(0, 4), [
    'You get: ZAR 15.00',
    'The token has: ZAR 30.00',
    'The meter takes: ZAR 15.00',
    'The meter takes it for what was used without credit.',
  ]);
});

test('the same receipt is the same bytes, whenever it is drawn', async () => {
  const content = saleReceipt(sale, { ...from, link: 'https://power.example/receipts/sale_1' });
  const first = await receiptPdf(content, facts);
  assert.ok(first.equals(await receiptPdf(content, facts)));
  assert.ok(first.toString('latin1').includes('(D:20261124103100Z)'));
});

test('letters of names and signs of money are drawn; one that the font lacks is a box', async () => {
  const drawn = async (text: string) =>
    readPdf(await receiptPdf([{ kind: 'line', text }], facts)).text.trim();
  for (const text of [
    'Zoë São Łódź Ærø Çelik Đặng Ñ ß',
    'Ẹ̀kọ́ ọ̀gbẹ́ni ŋ ɛ ɔ Ɔ Ɖ ƒ ɣ',
    'Ɓ Ɗ Ƙ ƴ',
    'Привет Ελλάδα',
    '₦ ₵ ₹ € £ ₱ − – “5” ’',
  ]) {
    assert.equal((await drawn(text)).normalize('NFC'), text.normalize('NFC'));
  }
  assert.equal(await drawn('አ'), '\uFFFD');
});

test('long names are broken, and what does not fit on a page goes on with the next', async () => {
  const long = 'A very long name of a place behind the old mill '.repeat(6).trim();
  const many = Array.from(
    { length: 40 },
    (_, nth) => ({ kind: 'fact', name: `Fee ${nth} ${long}`, value: `ZAR ${nth}.00` }) as const,
  );
  const read = readPdf(await receiptPdf(many, facts));
  assert.ok(read.pages > 1);
  for (const { value } of many) assert.ok(words(read.text).includes(value), value);
});
