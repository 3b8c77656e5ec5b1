// What comes out of the printer, drawn by a small printer of the test's own, against stored
// pictures: one for each paper. A line that is wider than the paper fails.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { codePages } from './code-pages.ts';
import type { ReceiptContent } from './content.ts';
import { escpos, type Paper, paperColumns } from './escpos.ts';
import { footBlocks, type Issuer, issuerBlocks } from './issuer.ts';
import { qrSquares } from './qr.ts';

const issuer: Issuer = {
  name: 'Riverside Power',
  documents: {
    legalName: 'Riverside Power Company (Pty) Ltd',
    taxNumber: '4010203040',
    address: '1 Weir Road\nRiverside 1234',
    receiptFooter: 'Faults: call 0800 555 010, day and night.',
  },
};
const link = 'https://power.example/receipts/sale_019d0000-0000-7000-8000-000000000001';
const receipt: ReceiptContent = [
  ...issuerBlocks(issuer),
  { kind: 'line', text: 'Sold by Corner shop, Phone 1' },
  { kind: 'mark', text: 'COPY 2' },
  { kind: 'rule' },
  { kind: 'fact', name: 'Time', value: 'Tue 24 Nov 2026 12:31' },
  { kind: 'fact', name: 'Place', value: 'Plot 7, Zoë’s house behind the old mill' },
  { kind: 'fact', name: 'Meter', value: '600727000000000009' },
  { kind: 'fact', name: 'Sale', value: 'sale_019d0000-0000-7000-8000-000000000001' },
  { kind: 'rule' },
  { kind: 'fact', name: 'You pay', value: 'ZAR 120.50', bold: true },
  { kind: 'fact', name: 'VAT 15 %', value: 'ZAR 15.72' },
  { kind: 'rule' },
  { kind: 'token', name: 'New key of the meter, first', digits: '00000000000000000001' },
  { kind: 'token', name: '38.4 kWh', digits: '12345678901234567890' },
  ...footBlocks(issuer, link),
];

const drawn: Uint8Array[] = [];

/** Reads the commands and draws lines; what it does not know, it refuses. */
function print(bytes: Uint8Array, columns: number): string[] {
  const lines: string[] = [];
  let [line, wide, centre, page] = ['', 1, false, 0];
  for (let at = 0; at < bytes.length; at++) {
    const [byte = 0, next = 0, third = 0] = bytes.subarray(at);
    if (byte === 0x1b || byte === 0x1d) {
      const command = `${byte === 0x1b ? 'ESC' : 'GS'} ${String.fromCharCode(next)}`;
      if (command === 'ESC @') [wide, centre, page] = [1, false, 0];
      else if (command === 'ESC a') centre = third === 1;
      else if (command === 'ESC t') page = third;
      else if (command === 'GS v') {
        const [across = 0, , rows = 0, more = 0] = bytes.subarray(at + 4);
        const down = rows + 256 * more;
        lines.push(`[code of ${across * 8} by ${down} dots]`);
        drawn.push(bytes.subarray(at + 8, at + 8 + across * down));
        at += 6 + across * down;
      } else if (command === 'GS !') wide = (third >> 4) + 1;
      else if (command === 'ESC d') lines.push(...Array.from({ length: third }, () => ''));
      else if (command === 'GS V') lines.push('- cut -');
      else assert.equal(command, 'ESC E', 'a command that no test knows');
      at += command === 'ESC @' ? 1 : command === 'GS V' ? 3 : 2;
    } else if (byte === 0x0a) {
      assert.ok(line.length <= columns, `${line.length} columns: ${line}`);
      const before = centre ? ' '.repeat(Math.floor((columns - line.length) / 2)) : '';
      lines.push((before + line).trimEnd());
      line = '';
    } else {
      const upper = codePages.find(({ number }) => number === page)?.upper ?? '';
      const letter = byte < 0x80 ? String.fromCharCode(byte) : (upper[byte - 0x80] ?? '');
      assert.notEqual(letter, '');
      line += letter + ' '.repeat(wide - 1);
    }
  }
  return lines;
}

const picture = (paper: Paper): string =>
  readFileSync(new URL(`../../test/receipts/${paper}-mm.txt`, import.meta.url), 'utf8');

for (const paper of [58, 80] as const) {
  test(`a receipt on paper of ${paper} mm is as its picture, and no line is too wide`, () => {
    const { bytes, whole } = escpos(receipt, paper);
    assert.ok(whole);
    assert.equal(`${print(bytes, paperColumns[paper]).join('\n')}\n`, picture(paper));
  });
}

test('a page is taken that has all letters; where none has, accents go and it is said', () => {
  const line = (text: string) => escpos([{ kind: 'line', text }], 58);
  const drawn = (text: string) => print(line(text).bytes, 32)[0];
  for (const text of ['Zoë', 'Łódź', 'Привет', 'São Tomé – 5 €', 'Ærø ½']) {
    assert.equal(line(text).whole, true, text);
  }
  assert.equal(drawn('Łódź'), 'Łódź');
  assert.equal(drawn('Привет'), 'Привет');
  assert.equal(drawn('a – b … ₦5'), 'a - b ... NGN 5');
  assert.equal(line('Łódź Привет').whole, false);
  assert.equal(line('አዲስ').whole, false);
  assert.equal(drawn('ạ አ'), 'a ?');
});

test('each page has 128 places, and no control character is ever sent as a letter', () => {
  for (const { upper } of codePages) assert.equal(upper.length, 128);
  const { bytes } = escpos([{ kind: 'line', text: '\u001b\u001dV a\tb' }], 58);
  assert.equal(print(bytes, 32)[0], '??V a b');
});

test('the code of a receipt is drawn square by square, five dots each way', () => {
  drawn.length = 0;
  print(escpos([{ kind: 'qr', name: 'Genuine?', text: link }], 58).bytes, 32);
  const squares = qrSquares(link);
  const [picture = new Uint8Array()] = drawn;
  const across = picture.length / (squares.length * 5);
  const dot = (x: number, y: number) =>
    ((picture[y * across + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
  for (const [y, row] of squares.entries()) {
    for (const [x, dark] of row.entries()) {
      for (const [dx, dy] of [
        [0, 0],
        [4, 0],
        [0, 4],
        [4, 4],
      ] as const) {
        assert.equal(dot(x * 5 + dx, y * 5 + dy), dark, `${x} ${y}`);
      }
    }
  }
  assert.ok(across * 8 <= 384, 'fits the narrow paper');
});
