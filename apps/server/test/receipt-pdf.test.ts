// The receipt that a customer saves: what stands in it, that a reader finds every letter, and that
// the same purchase gives the same bytes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SaleView } from '@prewatt/api';
import type { ReceiptContent } from '@prewatt/rails';
import { receiptPdf } from '../src/base/receipt-pdf.ts';
import { saleReceipt } from '../src/edge/consumer/sale-receipt.ts';
import { readPdf } from './read-pdf.ts';

const atMs = Date.parse('2026-11-24T10:31:00Z');
const facts = { title: 'Receipt', author: 'Riverside Power', atMs };
const utility = {
  name: 'Riverside Power',
  zone: 'Africa/Johannesburg',
  currency: { code: 'ZAR', scale: 2 },
};
const sale: SaleView = {
  saleId: 'sale_019d0000-0000-7000-8000-000000000001',
  connection: { connectionId: 'connection_1', name: 'Home', meterPan: '600727000000000009' },
  state: 'issued',
  requestedAtMs: atMs,
  amountMinor: '10000',
  energyWh: '38400',
  creditMinor: null,
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

/** "name: value" of each fact, and the other texts as they are. */
const rowsOf = (content: ReceiptContent): string[] =>
  content.flatMap((block) => {
    if (block.kind === 'rule') return [];
    if (block.kind === 'fact') return [`${block.name}: ${block.value}`];
    return [block.kind === 'token' ? `${block.name}: ${block.digits}` : block.text];
  });

const words = (text: string): string => text.replace(/\s+/g, ' ');

test('a receipt tells seller, meter, time, where the money went, and the token', async () => {
  const content = saleReceipt(sale, utility);
  assert.deepEqual(rowsOf(content), [
    'Riverside Power',
    'Receipt',
    'For: Home',
    'Meter number: 600727000000000009',
    'Time: Tue, 24 Nov 2026 12:31',
    'Payment number: SBX-7K2M',
    'Purchase number: sale_019d0000-0000-7000-8000-000000000001',
    'You pay: ZAR 100.00',
    'Kept from before: + ZAR 2.00',
    'VAT 15 %: − ZAR 13.04',
    'Energy, 38.4 kWh: ZAR 88.90',
    'Kept for next time: ZAR 0.06',
    'Electricity: 38.4 kWh',
    'Token: 12345678901234567890',
  ]);
  const read = readPdf(await receiptPdf(content, facts));
  assert.deepEqual([read.pages, read.title], [1, 'Receipt']);
  assert.match(words(read.text), /Electricity 38\.4 kWh Token 1234 5678 9012 3456 7890/);
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
  assert.deepEqual(rowsOf(saleReceipt(wallet, utility)).slice(-3), [
    'You pay: ZAR 100.00',
    'Owed before: ZAR 15.00',
    'Balance after: ZAR 85.00',
  ]);
  const tokens = ['11111111111111111111', '22222222222222222222'];
  const moved = { direction: 'from', meterPan: '600727000000000017' } as const;
  const rows = rowsOf(saleReceipt({ ...sale, tokens, moved, creditMinor: '8890' }, utility));
  assert.ok(rows.includes('Moved here from meter 600727000000000017'));
  assert.deepEqual(rows.slice(-4), [
    'On the meter: ZAR 88.90',
    'Type all 2 tokens, in this order.',
    'Token 1: 11111111111111111111',
    'Token 2: 22222222222222222222',
  ]);
});

test('the same receipt is the same bytes, whenever it is drawn', async () => {
  const content = saleReceipt(sale, utility);
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
