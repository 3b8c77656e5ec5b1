// Prices of a document raised or lowered by a share, each kept to the decimals that it is written
// with.

import { err, ok } from '@prewatt/quantities';
import type { Read } from '../../../text/entries.ts';
import { isObject, type Json, listAt, type Path, valueAt, withValue } from './json.ts';

export type Price = {
  readonly path: Path;
  /** "Energy, block 2: 2.2500" */
  readonly label: string;
  readonly value: string;
};

const plain = /^(\d{1,12})(?:\.(\d{1,12}))?$/;

/** Prices that stand as plain numbers, as the document has them: of energy, of charges, a kWh. */
export function pricesOf(document: Json): readonly Price[] {
  const found: Price[] = [];
  const take = (path: Path, name: string): void => {
    const value = valueAt(document, path);
    if (typeof value === 'string' && plain.test(value) && !/^0*\.?0*$/.test(value)) {
      found.push({ path, label: name, value });
    }
  };
  const schedules = listAt(document, ['energy', 'schedules']);
  schedules.forEach((schedule, s) => {
    const of = schedules.length === 1 ? '' : `${wordOf(schedule, `list ${s + 1}`)}, `;
    listAt(schedule, ['blocks']).forEach((block, b) => {
      const path = ['energy', 'schedules', s, 'blocks', b];
      take([...path, 'rate'], `${of}block ${b + 1}`);
      const rates = valueAt(block, ['rates']);
      for (const period of isObject(rates) ? Object.keys(rates) : []) {
        take([...path, 'rates', period], `${of}block ${b + 1}, ${period}`);
      }
    });
  });
  listAt(document, ['charges']).forEach((charge, c) => {
    const name = wordOf(charge, `charge ${c + 1}`);
    take(['charges', c, 'amount'], name);
    listAt(charge, ['variants']).forEach((_, v) => {
      take(['charges', c, 'variants', v, 'amount'], `${name}, case ${v + 1}`);
    });
  });
  listAt(document, ['levies']).forEach((levy, l) => {
    take(['levies', l, 'perKwh'], `${wordOf(levy, `levy ${l + 1}`)}, a kWh`);
  });
  return found;
}

const wordOf = (part: Json, otherwise: string): string => {
  const word = valueAt(part, ['label']) ?? valueAt(part, ['code']);
  return typeof word === 'string' && word !== '' ? word : otherwise;
};

/** Hundredths of a per cent: "5" -> 500, "-2.5" -> -250. */
export function readShare(text: string): Read<bigint> {
  const match = /^([+\-−]?)\s*(\d{1,3})(?:\.(\d{1,2}))?\s*%?$/.exec(text.trim());
  const size = match === null ? 0n : BigInt(`${match[2]}${(match[3] ?? '').padEnd(2, '0')}`);
  const share = match?.[1] === '' || match?.[1] === '+' ? size : -size;
  if (size === 0n) return err('Write per cent, such as 5 or 2.5; -3 lowers.');
  return share < -10_000n ? err('Nothing can be lowered by more than 100 %.') : ok(share);
}

/** "2.2500" raised by 500 hundredths of a per cent -> "2.3625"; half a last digit goes up. */
export function raised(value: string, share: bigint): string {
  const [, above = '0', below = ''] = plain.exec(value) ?? [];
  const units = BigInt(above + below) * (10_000n + share);
  const rounded = ((units + 5_000n) / 10_000n).toString().padStart(below.length + 1, '0');
  const cut = rounded.length - below.length;
  return below === '' ? rounded : `${rounded.slice(0, cut)}.${rounded.slice(cut)}`;
}

export const withRaised = (document: Json, prices: readonly Price[], share: bigint): Json =>
  prices.reduce((at, { path, value }) => withValue(at, path, raised(value, share)), document);
