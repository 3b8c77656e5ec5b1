// What a customer was charged for use, by civil day: ratings that stand, added up by their lines.
// Reads only.

import { civilDateOf, zonedAt } from '@prewatt/quantities';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { RatedLine } from './rate.ts';

export type ChargedDay = {
  readonly date: string;
  readonly energyWh: bigint;
  /** Of that, what was the month's free energy. */
  readonly freeWh: bigint;
  readonly chargedMinor: bigint;
  readonly parts: readonly { readonly label: string; readonly amountMinor: bigint }[];
  /** Why a part of it was charged again; null when none was. */
  readonly explanation: string | null;
};

export type Charges = {
  readonly todayMinor: bigint;
  readonly monthMinor: bigint;
  /** The last ones with use, the newest first. */
  readonly days: readonly ChargedDay[];
};

type Row = {
  readonly starts_at: number;
  readonly energy_wh: bigint;
  readonly charged_minor: bigint;
  readonly lines: unknown;
  readonly explanation: string | null;
};

/** A rating never crosses midnight, so that it is of one day. */
export async function chargesOf(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly zone: string; readonly nowMs: number; readonly days: number },
): Promise<Charges> {
  const now = zonedAt(o.nowMs, o.zone);
  const monthMs = now.with({ day: 1 }).startOfDay().epochMilliseconds;
  const shownMs = now.startOfDay().subtract({ days: o.days - 1 }).epochMilliseconds;
  const rows: readonly Row[] = await tx
    .selectFrom('ratings as r')
    .leftJoin('ratings as n', (join) =>
      join.onRef('n.bucket', '=', 'r.bucket').onRef('n.replaces_id', '=', 'r.id'),
    )
    .select(['r.starts_at', 'r.energy_wh', 'r.charged_minor', 'r.lines', 'r.explanation'])
    .where('r.bucket', '=', place.bucket)
    .where('r.connection_id', '=', place.connectionId)
    .where('r.ends_at', '>', instant(Math.min(monthMs, shownMs)))
    .where('n.id', 'is', null)
    .orderBy('r.ends_at')
    .execute();
  const today = now.toPlainDate().toString();
  const byDate = Map.groupBy(rows, (row) => dateOf(row, o.zone));
  const sum = (of: readonly Row[]) => of.reduce((total, row) => total + row.charged_minor, 0n);
  return {
    todayMinor: sum(byDate.get(today) ?? []),
    monthMinor: sum(rows.filter((row) => row.starts_at >= monthMs)),
    days: [...byDate]
      .filter(([, of]) => (of[0]?.starts_at ?? 0) >= shownMs)
      .map(([date, of]) => dayOf(date, of))
      .filter((day) => day.energyWh > 0n || day.chargedMinor > 0n)
      .reverse(),
  };
}

const dateOf = (row: Row, zone: string): string => civilDateOf(row.starts_at, zone);

/** Lines added up by their labels, without those of nothing. */
export function partsOf(lines: readonly RatedLine[]): ChargedDay['parts'] {
  const parts = new Map<string, bigint>();
  for (const { label, amountMinor } of lines) {
    parts.set(label, (parts.get(label) ?? 0n) + BigInt(amountMinor));
  }
  return [...parts]
    .filter(([, amountMinor]) => amountMinor !== 0n)
    .map(([label, amountMinor]) => ({ label, amountMinor }));
}

function dayOf(date: string, rows: readonly Row[]): ChargedDay {
  const lines = rows.flatMap((row) => row.lines as readonly RatedLine[]);
  const free = lines.filter(({ code }) => code === 'free');
  return {
    date,
    freeWh: free.reduce((total, { energyWh }) => total + BigInt(energyWh), 0n),
    energyWh: rows.reduce((total, row) => total + row.energy_wh, 0n),
    chargedMinor: rows.reduce((total, row) => total + row.charged_minor, 0n),
    parts: partsOf(lines),
    explanation: rows.findLast((row) => row.explanation !== null)?.explanation ?? null,
  };
}
