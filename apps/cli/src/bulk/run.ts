// A bulk purchase: every line looked at, then every line bought once, and the file of tokens.

import type { Receipt } from '@prewatt/api';
import { type Currency, err, formatKwh, ok, type Result } from '@prewatt/quantities';
import type { Failure } from '../command.ts';
import { type BulkLine, checkLine, type GoodLine } from './file.ts';
import type { BulkTill } from './till.ts';

export type Looked = {
  readonly line: BulkLine;
  /** Null for a line that would be bought; else the code of what is in its way. */
  readonly fault: string | null;
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
export async function rehearse(
  till: BulkTill,
  lines: readonly BulkLine[],
  o: { readonly currency: Currency; readonly tell: (done: number) => void },
): Promise<Result<Rehearsal, Failure>> {
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

const ofTheWay = new Set(['unreachable', 'unavailable', 'keyRefused', 'answer', 'vendorBlocked']);

async function look(
  till: BulkTill,
  line: BulkLine,
  o: { readonly currency: Currency; readonly seen: Set<string> },
): Promise<Result<Looked, Failure>> {
  const bad = (fault: string): Result<Looked, Failure> =>
    ok({ line, fault, good: null, energyWh: null });
  const checked = checkLine(line, o);
  if (!checked.ok) return bad(checked.error);
  const known = await till.look(checked.value);
  if (!known.ok) {
    return ofTheWay.has(known.error.code) ? known : bad(known.error.code);
  }
  const { meterPan, quote } = known.value;
  const good = { line: checked.value, meterPan };
  return ok({ line, fault: null, good, energyWh: quote.energyWh });
}

export type Bought = {
  readonly line: BulkLine;
  readonly outcome: 'bought' | 'refused' | 'notYet';
  readonly code: string;
  readonly receipt: Receipt | null;
};

/** After these nothing more can be bought now: the rest waits for the next call. */
const ends = new Set([
  ...ofTheWay,
  ...['floatExceeded', 'budgetExceeded', 'noOpenShift', 'tooManyRequests', 'internal'],
]);

/** Each line in its turn; a line that was bought before gets its first receipt. */
export async function buyAll(
  till: BulkTill,
  { lines }: Pick<Rehearsal, 'lines'>,
  tell: (done: number) => void,
): Promise<{ readonly lines: readonly Bought[]; readonly stopped: Failure | null }> {
  const bought: Bought[] = [];
  let stopped: Failure | null = null;
  for (const { line, fault, good } of lines) {
    if (good === null) {
      bought.push({ line, outcome: 'refused', code: fault ?? '', receipt: null });
      continue;
    }
    if (stopped !== null) {
      bought.push({ line, outcome: 'notYet', code: stopped.code, receipt: null });
      continue;
    }
    const done = await till.buy(good.line, good.meterPan);
    if (done.ok) bought.push({ line, outcome: 'bought', code: '', receipt: done.value });
    else if (ends.has(done.error.code)) {
      stopped = done.error;
      bought.push({ line, outcome: 'notYet', code: stopped.code, receipt: null });
    } else bought.push({ line, outcome: 'refused', code: done.error.code, receipt: null });
    tell(bought.length);
  }
  return { lines: bought, stopped };
}

/** CSV: the lines as they came, what became of each, and the tokens in the order of typing. */
export function resultFile(lines: readonly Bought[]): string {
  const rows = lines.map(({ line, outcome, code, receipt }) => [
    ...[line.reference, line.meter, line.amount, outcome, code],
    ...(receipt === null ? ['', '', ''] : [receipt.saleId, kwh(receipt), tokensOf(receipt)]),
  ]);
  const heading = ['reference', 'meter', 'amount', 'outcome', 'why', 'sale', 'kWh', 'tokens'];
  return [heading, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
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

export const noKey = (): Result<never, Failure> =>
  err({
    exitCode: 1,
    code: 'credentials',
    message: 'no key of a till',
    advice: 'Set PREWATT_TILL_KEY to a key of the vendor who pays (pwv_…).',
  });
