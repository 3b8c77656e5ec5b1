// The days or months of a report as a row of values, apart from how they are drawn: what no row is
// of is nought, and another period lies beside it, place by place.

export type SeriesBy = 'day' | 'month';
/** Civil days, both of them in it. */
export type Period = { readonly from: string; readonly to: string };

/** More places than this are no picture any more. */
export const mostPlaces = 400;

const dayMs = 86_400_000;
const atOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
const monthOf = (months: number): string => dayOf(Date.UTC(0, months)).slice(0, 7);
/** Months since the year 1900, as `Date.UTC` counts them from the year nought. */
const monthsOf = (day: string): number =>
  (Number(day.slice(0, 4)) - 1900) * 12 + Number(day.slice(5, 7)) - 1;

/** The keys of a period's rows, as the report has them: `2026-11-24` or `2026-11`. */
export function keysOf(by: SeriesBy, { from, to }: Period): readonly string[] {
  if (by === 'month') {
    const first = monthsOf(from);
    return Array.from({ length: monthsOf(to) - first + 1 }, (_, nth) => monthOf(first + nth));
  }
  const days = Math.round((atOf(to) - atOf(from)) / dayMs) + 1;
  return Array.from({ length: days }, (_, nth) => dayOf(atOf(from) + nth * dayMs));
}

/** As many days, or as many months, right before. */
export function periodBefore(by: SeriesBy, period: Period): Period {
  const to = dayOf(atOf(period.from) - dayMs);
  const places = keysOf(by, period).length;
  if (by === 'day') return { from: dayOf(atOf(period.from) - places * dayMs), to };
  return { from: `${monthOf(monthsOf(period.from) - places)}-01`, to };
}

/** One value a key; nought where no row is of it. */
export function valuesOf<Row extends { readonly key: string }>(
  keys: readonly string[],
  rows: readonly Row[],
  read: (row: Row) => bigint,
): readonly bigint[] {
  const byKey = new Map(rows.map((row) => [row.key, read(row)]));
  return keys.map((key) => byKey.get(key) ?? 0n);
}

/** By how much `now` is more than `before`, in per cent; null where there was nothing. */
export function changeText(now: bigint, before: bigint): string | null {
  if (before <= 0n) return null;
  const tenths = ((now - before) * 1000n) / before;
  const size = tenths < 0n ? -tenths : tenths;
  return `${tenths < 0n ? '−' : '+'}${size / 10n}.${size % 10n} %`;
}
