// A receipt as ESC/POS, for paper of 58 mm (32 columns) and 80 mm (48): what nearly every receipt
// printer understands. Commands by Epson's reference: ESC @ starts, ESC a aligns, ESC E is bold,
// GS ! sizes, ESC t takes a code page, ESC d feeds, GS v draws dots,
// GS V cuts.

import { bytesOn, type CodePage, codePages, pageFor, plainText } from './code-pages.ts';
import type { ReceiptBlock, ReceiptContent } from './content.ts';
import { qrDots } from './qr.ts';

export const paperColumns = { 58: 32, 80: 48 } as const;
export type Paper = keyof typeof paperColumns;

export type Printed = {
  readonly bytes: Uint8Array;
  /** Whether every letter is on the page that was taken; else accents are lost, or letters. */
  readonly whole: boolean;
};

const esc = 0x1b;
const gs = 0x1d;
const centred = [esc, 0x61, 1];
const left = [esc, 0x61, 0];
const bold = [esc, 0x45, 1];
const light = [esc, 0x45, 0];
const large = [gs, 0x21, 0x11];
const tall = [gs, 0x21, 0x01];
const normal = [gs, 0x21, 0x00];
const newLine = 0x0a;
/** Beyond the blade, and cut but for one point. */
const cut = [esc, 0x64, 4, gs, 0x56, 0x42, 0x00];

export function escpos(content: ReceiptContent, paper: Paper): Printed {
  const columns = paperColumns[paper];
  const letters = plainText(content.flatMap(textsOf).join(''));
  const page = pageFor(letters);
  const taken: CodePage = page ?? (codePages[1] as CodePage);
  const line = (text: string): number[] => [...bytesOn(taken, text), newLine];
  const bytes = [
    ...[esc, 0x40],
    ...[esc, 0x74, taken.number],
    ...content.flatMap((block) => blockBytes(block, { columns, line })),
    ...cut,
  ];
  return { bytes: Uint8Array.from(bytes), whole: page !== null };
}

function textsOf(block: ReceiptBlock): string[] {
  switch (block.kind) {
    case 'fact':
      return [block.name, block.value];
    case 'token':
    case 'qr':
      return [block.name];
    case 'rule':
      return [];
    default:
      return [block.text];
  }
}

type Press = { readonly columns: number; readonly line: (text: string) => number[] };

function blockBytes(block: ReceiptBlock, press: Press): number[] {
  const { columns, line } = press;
  const all = (texts: readonly string[]) => texts.flatMap(line);
  switch (block.kind) {
    case 'title':
      return [...centred, ...bold, ...tall, ...all(wrapped(block.text, columns))].concat(
        ...[normal, light, left],
      );
    case 'line':
      return all(wrapped(block.text, columns));
    case 'fact':
      return [
        ...(block.bold === true ? bold : []),
        ...all(factLines(block, columns)),
        ...(block.bold === true ? light : []),
      ];
    case 'rule':
      return line('-'.repeat(columns));
    case 'mark':
      return [...centred, ...bold, ...all(wrapped(`*** ${block.text} ***`, columns))].concat(
        ...[light, left],
      );
    case 'token':
      return [...centred, ...all(wrapped(block.name, columns)), ...bold, ...large].concat(
        ...[all(tokenLines(block.digits, columns / 2)), normal, light, left],
      );
    case 'qr':
      return [...centred, ...all(wrapped(block.name, columns)), ...picture(block.text), ...left];
  }
}

/** As dots (GS v 0): printers without codes of their own draw it, too. */
function picture(link: string): number[] {
  const { widthBytes, heightDots, bytes } = qrDots(link);
  const sizes = [widthBytes, heightDots].flatMap((each) => [each & 0xff, each >> 8]);
  return [gs, 0x76, 0x30, 0, ...sizes, ...bytes, newLine];
}

/** Words on lines of so many columns; a word that is longer is broken. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plainText(text).split(/\s+/).filter(Boolean)) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length <= columns) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (rest.length > columns) {
      lines.push(rest.slice(0, columns));
      rest = rest.slice(columns);
    }
    line = rest;
  }
  return line === '' ? lines : [...lines, line];
}

/** On one line where both fit; else the value stands on lines of its own, at the right. */
function factLines({ name, value }: { name: string; value: string }, columns: number): string[] {
  const [first, second] = [plainText(name), plainText(value)];
  if (first.length + 1 + second.length <= columns) {
    return [first + second.padStart(columns - first.length)];
  }
  return [
    ...wrapped(first, columns),
    ...wrapped(second, columns).map((each) => each.padStart(columns)),
  ];
}

/** Whole groups of four on lines of so many (wide) columns. */
function tokenLines(digits: string, columns: number): string[] {
  return wrapped(digits.replace(/(.{4})(?=.)/g, '$1 '), columns);
}
