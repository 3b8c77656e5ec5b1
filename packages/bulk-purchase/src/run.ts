// A bulk purchase: every line looked at, then every line bought once, and the file of tokens.

import type { Receipt } from '@prewatt/api';
import { type Currency, formatKwh, ok, type Result } from '@prewatt/quantities';
import { type BulkLine, checkLine, faultWords, type GoodLine } from './file.ts';
import type { BulkFailure, BulkTill } from './till.ts';

export type Looked = {
  readonly line: BulkLine;
  /** Null for a line that would be bought; else the code of what is in its way. */
  readonly fault: string | null;
  /** The same in words for a person. */
  readonly words: string | null;
  readonly good: { readonly line: GoodLine; readonly meterPan: string } | null;
  readonly energyWh: string | null;
};

export type Rehearsal = {
  readonly lines: readonly Looked[];
  readonly fine: number;
  readonly amountMinor: bigint;
  readonly energyWh: bigint;
  /** What the vendor may still spend, and whether that is enough. */
  readonly availableMinor: bigint;
  readonly enough: boolean;
};

/** Writes nothing. Ends early only when the server cannot be asked. */
export async function rehearse<F extends BulkFailure>(
  till: BulkTill<F>,
  lines: readonly BulkLine[],
  o: { readonly currency: Currency; readonly tell: (done: number) => void },
): Promise<Result<Rehearsal, F>> {
  const me = await till.me();
  if (!me.ok) return me;
  const seen = new Set<string>();
  const looked: Looked[] = [];
  for (const line of lines) {
    const one = await look(till, line, { currency: o.currency, seen });
    if (!one.ok) return one;
    looked.push(one.value);
    o.tell(looked.length);
  }
  const good = looked.filter(({ fault }) => fault === null);
  const sum = (of: (each: Looked) => bigint) => good.reduce((all, each) => all + of(each), 0n);
  const amountMinor = sum(({ good: line }) => line?.line.amountMinor ?? 0n);
  const availableMinor = BigInt(me.value.availableMinor);
  return ok({
    ...{ lines: looked, fine: good.length, amountMinor, availableMinor },
    energyWh: sum(({ energyWh }) => BigInt(energyWh ?? '0')),
    enough: availableMinor >= amountMinor,
  });
}

const blockedWords = 'No electricity is sold for this meter at present.';
const ofTheWay = new Set(['unreachable', 'unavailable', 'keyRefused', 'answer', 'vendorBlocked']);

async function look<F extends BulkFailure>(
  till: BulkTill<F>,
  line: BulkLine,
  o: { readonly currency: Currency; readonly seen: Set<string> },
): Promise<Result<Looked, F>> {
  const bad = (fault: string, words: string): Result<Looked, F> =>
    ok({ line, fault, words, good: null, energyWh: null });
  const checked = checkLine(line, o);
  if (!checked.ok) return bad(checked.error, faultWords[checked.error]);
  const known = await till.look(checked.value);
  if (!known.ok) {
    const { code, message } = known.error;
    return ofTheWay.has(code) ? known : bad(code, message);
  }
  if (known.value === 'blocked') return bad('meterBlocked', blockedWords);
  const { meterPan, quote } = known.value;
  const good = { line: checked.value, meterPan };
  return ok({ line, fault: null, words: null, good, energyWh: quote.energyWh });
}

export type Bought = {
  readonly line: BulkLine;
  readonly outcome: 'bought' | 'refused' | 'notYet';
  readonly code: string;
  /** Why it was not bought, for a person; empty when it was. */
  readonly words: string;
  readonly receipt: Receipt | null;
};

/** After these nothing more can be bought now: the rest waits for the next call. */
const ends = new Set([
  ...ofTheWay,
  ...['floatExceeded', 'budgetExceeded', 'noOpenShift', 'tooManyRequests', 'internal'],
]);

/** Each line in its turn; a line that was bought before gets its first receipt. */
export async function buyAll<F extends BulkFailure>(
  till: BulkTill<F>,
  { lines }: Pick<Rehearsal, 'lines'>,
  tell: (done: number) => void,
): Promise<{ readonly lines: readonly Bought[]; readonly stopped: F | null }> {
  const bought: Bought[] = [];
  let stopped: F | null = null;
  for (const { line, fault, words, good } of lines) {
    if (good === null) {
      bought.push({
        line,
        outcome: 'refused',
        code: fault ?? '',
        words: words ?? '',
        receipt: null,
      });
      continue;
    }
    if (stopped !== null) {
      bought.push({ line, outcome: 'notYet', ...whyOf(stopped) });
      continue;
    }
    const done = await till.buy(good.line, good.meterPan);
    if (!done.ok && ends.has(done.error.code)) stopped = done.error;
    if (done.ok) {
      bought.push({ line, outcome: 'bought', code: '', words: '', receipt: done.value });
    } else {
      bought.push({ line, outcome: stopped === null ? 'refused' : 'notYet', ...whyOf(done.error) });
    }
    tell(bought.length);
  }
  return { lines: bought, stopped };
}

const whyOf = ({ code, message }: BulkFailure) => ({ code, words: message, receipt: null });

/** Rows of an earlier result of the same lines, in their order. */
export type EarlierRows = readonly string[];

const heading = rowOf(['reference', 'meter', 'amount', 'outcome', 'why', 'sale', 'kWh', 'tokens']);

/**
 * CSV: the lines as they came, what became of each, and the tokens in the order of typing. A line
 * that was bought before keeps its earlier row where this call has no receipt for it: it did not
 * come as far, or the meter was blocked or exchanged since.
 */
export function resultFile(lines: readonly Bought[], earlier: EarlierRows = []): string {
  const rows = lines.map(({ line, outcome, code, receipt }, nth) => {
    const before = earlier[nth];
    if (outcome !== 'bought' && before?.startsWith(`${beginOf(line)},bought,`)) return before;
    return rowOf([
      ...[line.reference, line.meter, line.amount, outcome, code],
      ...(receipt === null ? ['', '', ''] : [receipt.saleId, kwh(receipt), tokensOf(receipt)]),
    ]);
  });
  return [heading, ...rows].map((row) => `${row}\r\n`).join('');
}

/** The result of lines of which none is bought yet. */
export const emptyResult = (lines: readonly BulkLine[]): string =>
  resultFile(
    lines.map((line) => ({ line, outcome: 'notYet', code: '', words: '', receipt: null })),
  );

/** The rows of a result file of these very lines; null for any other file. */
export function earlierRows(text: string, lines: readonly BulkLine[]): EarlierRows | null {
  const [first, ...rows] = text.split('\r\n');
  const end = rows.pop();
  const isOfThese =
    first === heading &&
    end === '' &&
    rows.length === lines.length &&
    lines.every((line, nth) => rows[nth]?.startsWith(`${beginOf(line)},`));
  return isOfThese ? rows : null;
}

const beginOf = ({ reference, meter, amount }: BulkLine): string =>
  rowOf([reference, meter, amount]);

function rowOf(cells: readonly string[]): string {
  return cells.map(cell).join(',');
}

const kwh = (receipt: Receipt): string => formatKwh(BigInt(receipt.energyWh));

const tokensOf = (receipt: Receipt): string =>
  [
    ...receipt.keyChangeTokens,
    ...receipt.liftTokens,
    ...receipt.tokens.map(({ token }) => token),
  ].join(' ');

/** No text that a spreadsheet runs, and quoted where it has to be. */
function cell(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
