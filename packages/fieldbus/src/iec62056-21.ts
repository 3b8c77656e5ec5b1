// The messages of IEC 62056-21 (modes A to C): identification, acknowledgement, data sets and
// blocks with a check character. Text in seven bits; a block ends where its check character says
// so.

import { err, ok, type Result } from '@prewatt/quantities';
import { appendBounded, ascii, concat, fromAscii } from './bytes.ts';
import type { Receiver } from './line.ts';

export const ack = 0x06;
const soh = 0x01;
const stx = 0x02;
const etx = 0x03;
const longestBlock = 16_384;
const longestLine = 256;

export type Identification = {
  /** Three letters of the maker. */
  readonly maker: string;
  /** The character that names a speed; `:` and others of makers name none. */
  readonly speed: string;
  readonly device: string;
};

/** `command`: P0, R1, B0 and so on; absent in an answer with data alone. */
export type Block = { readonly command: string | null; readonly text: string };

/**
 * One entry of a meter: `1.8.0(000123.45*kWh)`, or `1-0:1.8.0*03(000119.80*kWh)` for a value of
 * before.
 */
export type DataSet = {
  readonly address: string;
  readonly values: readonly { readonly value: string; readonly unit: string | null }[];
};

/** Speeds of mode B by their character: the meter changes to it without being asked. */
export const speedsOfModeB: Readonly<Record<string, number>> = {
  ...{ A: 600, B: 1200, C: 2400, D: 4800, E: 9600, F: 19_200 },
};

/** Speeds of mode C by their character. */
export const speeds: Readonly<Record<string, number>> = {
  ...{ '0': 300, '1': 600, '2': 1200, '3': 2400, '4': 4800, '5': 9600, '6': 19_200 },
};

/** Asks the meter with this address to say who it is; '' asks the only one. */
export const requestMessage = (address: string): Uint8Array => ascii(`/?${address}!\r\n`);

/** `mode` 0: the readout follows; 1: programming. */
export const acknowledgeMessage = (speed: string, mode: '0' | '1'): Uint8Array =>
  concat(Uint8Array.of(ack), ascii(`0${speed}${mode}\r\n`));

export function parseIdentification(line: string): Identification | null {
  const found = /^\/([A-Za-z]{3})([\x21-\x7e])([\x20-\x7e]{0,64})$/.exec(line);
  if (found === null) return null;
  const [, maker = '', speed = '', device = ''] = found;
  return { maker, speed, device };
}

export const identificationText = ({ maker, speed, device }: Identification): string =>
  `/${maker}${speed}${device}`;

/** A command to the meter, or an answer of it, with its check character. */
export function encodeBlock({ command, text }: Block): Uint8Array {
  const body =
    command === null
      ? concat(Uint8Array.of(stx), ascii(text), Uint8Array.of(etx))
      : concat(
          Uint8Array.of(soh),
          ascii(command),
          text === '' ? new Uint8Array() : concat(Uint8Array.of(stx), ascii(text)),
          Uint8Array.of(etx),
        );
  return concat(body, Uint8Array.of(checkOf(body)));
}

/** A block whose check character is right, among noise. Each byte is looked at once. */
export function blockReceiver(): Receiver<Block> {
  let held: Uint8Array = new Uint8Array();
  return {
    push: (bytes) => {
      held = appendBounded(held, bytes, longestBlock);
      for (;;) {
        const end = held.indexOf(etx);
        if (end < 0 || end + 1 >= held.length) return null;
        const block = blockEndingAt(held, end);
        held = held.subarray(end + 1);
        if (block !== null) return block;
      }
    },
  };
}

/** The line that begins with `first` and ends with a line feed, without both ends of line. */
export function lineReceiver(first: string): Receiver<string> {
  let held: Uint8Array = new Uint8Array();
  return {
    push: (bytes) => {
      held = appendBounded(held, bytes, longestLine * 2);
      for (;;) {
        const feed = held.indexOf(0x0a);
        if (feed < 0) return null;
        const line = fromAscii(held.subarray(0, feed)).replace(/\r$/, '');
        held = held.subarray(feed + 1);
        const from = line.lastIndexOf(first);
        if (from >= 0) return line.slice(from);
      }
    },
  };
}

/** The single character of an acknowledgement. */
export const ackReceiver = (): Receiver<true> => ({
  push: (bytes) => (bytes.includes(ack) ? true : null),
});

/** The entries of a readout or of an answer, several in a line. What follows `!` is not read. */
export function parseDataSets(text: string): Result<readonly DataSet[], 'syntax'> {
  const sets: DataSet[] = [];
  const end = text.indexOf('!');
  const lines = (end < 0 ? text : text.slice(0, end)).split(/[\r\n]+/);
  const entry = /([^()/!]{0,64})((?:\([^()]{0,512}\))+)/y;
  for (const line of lines) {
    let at = 0;
    while (at < line.length) {
      entry.lastIndex = at;
      const found = entry.exec(line);
      if (found === null) return err('syntax');
      const [all, address = '', values = ''] = found;
      sets.push({ address, values: values.slice(1, -1).split(')(').map(parseValue) });
      at += all.length;
    }
  }
  return ok(sets);
}

export const dataSetText = ({ address, values }: DataSet): string =>
  `${address}${values.map(({ value, unit }) => `(${value}${unit === null ? '' : `*${unit}`})`).join('')}`;

function parseValue(text: string): DataSet['values'][number] {
  const star = text.indexOf('*');
  return star < 0
    ? { value: text, unit: null }
    : { value: text.slice(0, star), unit: text.slice(star + 1) };
}

/** The block whose ETX stands at `end`: it begins at the last start there is before. */
function blockEndingAt(bytes: Uint8Array, end: number): Block | null {
  const text = bytes.lastIndexOf(stx, end);
  const command = bytes.lastIndexOf(soh, end);
  const hasCommand = command >= 0 && (text < 0 || text === command + 3 || text < command);
  const start = hasCommand ? command : text;
  if (start < 0 || checkOf(bytes.subarray(start, end + 1)) !== bytes[end + 1]) return null;
  if (!hasCommand) return { command: null, text: fromAscii(bytes.subarray(start + 1, end)) };
  const name = fromAscii(bytes.subarray(start + 1, Math.min(start + 3, end)));
  const hasText = text === start + 3;
  if (!hasText && end !== start + 1 + name.length) return null;
  return { command: name, text: hasText ? fromAscii(bytes.subarray(text + 1, end)) : '' };
}

/** All bytes after the first, up to and with ETX, by exclusive or. */
const checkOf = (block: Uint8Array): number =>
  block.subarray(1).reduce((check, byte) => check ^ byte, 0);
