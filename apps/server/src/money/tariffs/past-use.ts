// The measured use of homes that pay as they use, for back-tests: of wallets, and of meters that
// count money. By day, and within a day where one of the two tariffs changes its period.

import { zonedAt } from '@prewatt/quantities';
import { periodAt, type Tariff, type UsageInterval } from '@prewatt/tariff';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { type UseSpan, validSpans } from '../../metering/readings/index.ts';
import { startOfDayMs } from './calendar.ts';

export type UseOf = 'wallet' | 'moneyMeter';
/** Time in which a home's use was in no purchase of energy. */
export type UseWindow = {
  readonly connectionId: string;
  readonly bucket: number;
  readonly meterId: string;
  readonly kind: UseOf;
  readonly fromMs: number;
  readonly toMs: number;
};

type Homes = readonly { readonly bucket: number; readonly connectionId: string }[];
type Time = { readonly fromAtMs: number; readonly toAtMs: number };

/** When the ledger held the credit of these homes; handed in, since wallets stand above. */
export type WalletTimes = (
  tx: Tx,
  homes: Homes,
  time: { readonly fromMs: number; readonly toMs: number },
) => Promise<readonly Omit<UseWindow, 'kind'>[]>;

/**
 * Of each home, in order of time. A meter counts money between a purchase of energy and the next,
 * where money was bought between them, or where it counts money still; not while a wallet does.
 */
export async function useWindows(
  tx: Tx,
  homes: Homes,
  o: Time & { readonly walletTimes: WalletTimes },
): Promise<ReadonlyMap<string, readonly UseWindow[]>> {
  const wallets = await o.walletTimes(tx, homes, { fromMs: o.fromAtMs, toMs: o.toAtMs });
  const inMoney = (await moneyMeterTimes(tx, homes, o)).flatMap((each) => without(wallets, each));
  const all: UseWindow[] = [
    ...wallets.map((each) => ({ ...each, kind: 'wallet' as const })),
    // Each once, however often money was bought in it.
    ...new Map(inMoney.map((each) => [`${each.meterId} ${each.fromMs}`, each])).values(),
  ];
  all.sort((a, b) => a.fromMs - b.fromMs);
  return Map.groupBy(all, ({ connectionId }) => connectionId);
}

type Span = Pick<UseWindow, 'connectionId' | 'fromMs' | 'toMs'>;

/** A time, and an instant in it at which the meter counted money. */
type MoneyWindow = UseWindow & { readonly atMs: number };

/** The part of a window around its instant that is outside of the others of its home. */
function without(others: readonly Span[], window: MoneyWindow): readonly UseWindow[] {
  const { atMs, ...whole } = window;
  const own = others.filter(({ connectionId }) => connectionId === window.connectionId);
  const fromMs = Math.max(
    whole.fromMs,
    ...own.filter((other) => other.toMs <= atMs).map((other) => other.toMs),
  );
  const toMs = Math.min(
    whole.toMs,
    ...own.filter((other) => other.fromMs >= atMs).map((other) => other.fromMs),
  );
  const isInOther = own.some((other) => other.fromMs < atMs && other.toMs > atMs);
  return isInOther || fromMs >= toMs ? [] : [{ ...whole, fromMs, toMs }];
}

async function moneyMeterTimes(tx: Tx, homes: Homes, o: Time): Promise<readonly MoneyWindow[]> {
  const buckets = homes.map((each) => each.bucket);
  const ids = homes.map((each) => each.connectionId);
  const [from, to] = [instant(o.fromAtMs), instant(o.toAtMs)];
  const { rows } = await sql<MoneyWindow>`
    SELECT m.bucket, m.connection_id AS "connectionId", m.id AS "meterId",
      'moneyMeter' AS kind, counts.at AS "atMs",
      greatest(m.created_at, bought.before, ${from}) AS "fromMs",
      least(m.retired_at, bought.next, ${to}) AS "toMs"
    FROM unnest(${buckets}::smallint[], ${ids}::uuid[]) AS h (bucket, id)
    JOIN meters m ON m.bucket = h.bucket AND m.connection_id = h.id
    CROSS JOIN LATERAL (
      SELECT least(m.retired_at, ${to}) AS at FROM meter_states t
        WHERE t.bucket = m.bucket AND t.meter_id = m.id AND t.report ? 'money'
      UNION ALL SELECT s.issued_at FROM sales s WHERE s.bucket = m.bucket
        AND s.connection_id = m.connection_id AND s.meter_id = m.id AND s.credit_minor IS NOT NULL
        AND s.state <> 'reversed' AND s.issued_at <= ${to}
    ) AS counts
    CROSS JOIN LATERAL (
      SELECT max(s.issued_at) FILTER (WHERE s.issued_at <= counts.at) AS before,
        min(s.issued_at) FILTER (WHERE s.issued_at > counts.at) AS next
      FROM sales s
      WHERE s.bucket = m.bucket AND s.connection_id = m.connection_id AND s.energy_wh > 0
    ) AS bought
    WHERE counts.at IS NOT NULL`.execute(tx);
  return rows.filter(({ fromMs, toMs }) => fromMs < toMs);
}

/** A home's use in its windows, in order of time; null while its readings wait to be validated. */
export async function useOf(
  tx: Tx,
  windows: readonly UseWindow[],
  o: { readonly utilityId: string; readonly zone: string; readonly runsOf: RunsOf },
): Promise<readonly UsageInterval[] | null> {
  const intervals: UsageInterval[] = [];
  for (const window of windows) {
    const spans = await validSpans(tx, { ...window, utilityId: o.utilityId }, window);
    if (spans === null) return null;
    intervals.push(...intervalsIn(spans, { ...o, ...window }));
  }
  return intervals;
}

/** The beginnings of a day's parts: its first moment, and where a period changes. */
export type RunsOf = (date: string) => readonly string[];

const halfHours = Array.from({ length: 48 }, (_, nth) => {
  const hour = String(nth >> 1).padStart(2, '0');
  return `${hour}:${nth % 2 === 0 ? '00' : '30'}`;
});

/** Remembers days: homes under the same two tariffs share them. */
export function createRuns(tariffs: readonly Tariff[]): RunsOf {
  const known = new Map<string, readonly string[]>();
  const periodsAt = (date: string, time: string): string =>
    tariffs.map((tariff) => periodAt(tariff, { date, time }) ?? '').join(' ');
  return (date) => {
    const before = known.get(date);
    if (before !== undefined) return before;
    let last: string | null = null;
    const runs = halfHours.filter((time) => {
      const periods = periodsAt(date, time);
      const isNew = periods !== last;
      last = periods;
      return isNew;
    });
    known.set(date, runs);
    return runs;
  };
}

/** A jump of the register without a reason is no use. */
export function intervalsIn(
  spans: readonly UseSpan[],
  o: Pick<UseWindow, 'fromMs' | 'toMs'> & { readonly zone: string; readonly runsOf: RunsOf },
): readonly UsageInterval[] {
  const fromMs = Math.max(o.fromMs, spans[0]?.startMs ?? o.toMs);
  const toMs = Math.min(o.toMs, spans.at(-1)?.endMs ?? o.fromMs);
  const usedUpTo = createUsedUpTo(spans);
  const intervals: UsageInterval[] = [];
  let before = usedUpTo(fromMs);
  const parts = partsBetween({ ...o, fromMs, toMs });
  for (const [nth, { at }] of parts.entries()) {
    const used = usedUpTo(parts[nth + 1]?.startMs ?? toMs);
    intervals.push({ at, energyWh: used - before });
    before = used;
  }
  return intervals;
}

type Part = { readonly startMs: number; readonly at: UsageInterval['at'] };

/** The first one begins at `fromMs`; a day of which nothing is left has none. */
function partsBetween(
  o: Pick<UseWindow, 'fromMs' | 'toMs'> & { readonly zone: string; readonly runsOf: RunsOf },
): readonly Part[] {
  const parts: Part[] = [];
  if (o.fromMs >= o.toMs) return parts;
  const first = zonedAt(o.fromMs, o.zone);
  parts.push({
    startMs: o.fromMs,
    at: { date: first.toPlainDate().toString(), time: first.toPlainTime().toString().slice(0, 5) },
  });
  for (let day = first.toPlainDate(); ; day = day.add({ days: 1 })) {
    const date = day.toString();
    if (startOfDayMs(date, o.zone) >= o.toMs) return parts;
    for (const time of o.runsOf(date)) {
      const startMs = day.toZonedDateTime({ timeZone: o.zone, plainTime: time }).epochMilliseconds;
      if (startMs > o.fromMs && startMs < o.toMs) parts.push({ startMs, at: { date, time } });
    }
  }
}

/** Energy up to an instant; asked for in order of time, so that a year is one walk. */
function createUsedUpTo(spans: readonly UseSpan[]): (atMs: number) => bigint {
  let whole = 0n;
  let nth = 0;
  return (atMs) => {
    for (; nth < spans.length; nth += 1) {
      const span = spans[nth];
      if (span === undefined || span.endMs > atMs) break;
      whole += span.energyWh ?? 0n;
    }
    const span = spans[nth];
    if (span === undefined || span.startMs >= atMs) return whole;
    const share = BigInt(atMs - span.startMs);
    return whole + ((span.energyWh ?? 0n) * share) / BigInt(span.endMs - span.startMs);
  };
}
