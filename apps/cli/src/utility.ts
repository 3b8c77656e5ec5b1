// The utility of whoever is signed in, as commands speak of it: its money, and its own clock. Every
// amount and moment that a command prints for people goes through here.

import { type AddressInput, type AnsweringRoute, type AnswerOf, consoleApi } from '@prewatt/api';
import { type Currency, err, formatMoney, ok, parseAmount, type Result } from '@prewatt/quantities';
import type { Failure, Options } from './command.ts';
import type { HttpClient } from './http-client.ts';

export type Utility = {
  readonly currency: Currency;
  readonly zone: string;
  /** "ZAR 12.50" of minor units as JSON carries them. */
  readonly money: (amountMinor: string) => string;
  /** "2026-11-29 14:05" on the utility's clock. */
  readonly when: (instant: string) => string;
  /** The same of the server’s clock; says so where the utility’s runs faster, as in the demo. */
  readonly realWhen: (instant: string) => string;
};

export async function utilityOf(client: HttpClient): Promise<Result<Utility, Failure>> {
  const me = await client.call(consoleApi.me);
  if (!me.ok) return me;
  const { currency, zone } = me.value.utility;
  const real = me.value.clockSpeed === 1 ? '' : ' (real time)';
  return ok({
    currency,
    zone,
    money: (amountMinor) => formatMoney(BigInt(amountMinor), currency),
    when: (instant) => whenIn(zone, instant),
    realWhen: (instant) => `${whenIn(zone, instant)}${real}`,
  });
}

export function whenIn(zone: string, instant: string): string {
  const at = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDateTime();
  return at.toString({ smallestUnit: 'minute', roundingMode: 'floor' }).replace('T', ' ');
}

const isSpanPart = (text: string | undefined): boolean =>
  text === undefined || /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text);

/** What to write instead, when --from or --to is no day; null when both will do. */
export const spanFault = (given: {
  readonly from: string | undefined;
  readonly to: string | undefined;
}): string | null =>
  isSpanPart(given.from) && isSpanPart(given.to) ? null : 'write --from and --to as 2026-11-01';

/** The instants of --from and --to: days of the utility (both included), or instants. */
export function spanOf(
  zone: string,
  given: { readonly from: string | undefined; readonly to: string | undefined },
): { readonly from?: string; readonly to?: string } {
  const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).toInstant().toString();
  const instant = (text: string, addDays: number): string => {
    if (!isDay(text)) return text;
    try {
      return startOf(Temporal.PlainDate.from(text).add({ days: addDays }));
    } catch {
      // No day of the calendar: the server says so.
      return text;
    }
  };
  return {
    ...(given.from === undefined ? {} : { from: instant(given.from, 0) }),
    ...(given.to === undefined ? {} : { to: instant(given.to, 1) }),
  };
}

type Page<Row> = { readonly rows: readonly Row[]; readonly nextCursor: string | null };

type RowOf<R extends AnsweringRoute> =
  AnswerOf<R> extends { readonly rows: readonly (infer Row)[] } ? Row : never;

/**
 * All rows of a list that a route gives page by page, or at least `atLeast` of them. `input` has
 * the route's parameters and its query.
 */
export async function allRows<R extends AnsweringRoute>(
  client: HttpClient,
  route: R,
  o: { readonly input?: AddressInput<R>; readonly atLeast?: number } = {},
): Promise<Result<readonly RowOf<R>[], Failure>> {
  const { query, ...params } = (o.input ?? {}) as { readonly query?: object };
  const rows: RowOf<R>[] = [];
  let cursor: string | null = null;
  do {
    const input = { ...params, query: { ...query, cursor } };
    const answer = await client.call(route, input as never);
    if (!answer.ok) return answer;
    const page = answer.value as Page<RowOf<R>>;
    rows.push(...page.rows);
    cursor = page.nextCursor;
  } while (cursor !== null && rows.length < (o.atLeast ?? Number.POSITIVE_INFINITY));
  return ok(rows);
}

/** An option's amount as a person writes it, in minor units as JSON carries them. */
export function amountOf(
  { currency }: Pick<Utility, 'currency'>,
  options: Options,
  option = 'amount',
): Result<string, Failure> {
  const text = options.text(option) ?? '';
  const amount = parseAmount(text, currency);
  if (amount.ok) return ok(amount.value.toString());
  const { code, scale } = currency;
  const like = `of ${code} with up to ${scale} decimals`;
  const message = `--${option}: "${text}" is no amount ${scale === 0 ? `of ${code}, in whole units` : like}`;
  return err({ exitCode: 2, code: 'amount', message });
}
