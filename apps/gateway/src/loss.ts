// The main meter of a site against its homes: what went in, what they took, what is left over, day
// by day. Where a reading is missing nothing is told, since a guess would look like theft.

import type { HistoryRecord } from './history.ts';
import { historyStepMs } from './history.ts';

export const mainId = 'main';

export type DayLoss = {
  readonly day: string;
  /** Null: a reading of the main meter or of a home is missing at one of both midnights. */
  readonly inWh: number | null;
  readonly homesWh: number | null;
  readonly sharedWh: number | null;
  readonly lossWh: number | null;
};

export type LossMeters = {
  readonly homes: readonly string[];
  /** Lighting of stairs and the like. */
  readonly shared: readonly string[];
};

/** The loss of a civil day. `records` hold both midnights. */
export function lossOfDay(
  records: readonly HistoryRecord[],
  { day, zone }: { readonly day: string; readonly zone: string },
  meters: LossMeters,
): DayLoss {
  const [fromMs, toMs] = midnightsOf(day, zone);
  const at = (id: string, atMs: number): number | null =>
    records.find((each) => each.id === id && each.atMs === atMs)?.importWh ?? null;
  const used = (id: string): number | null => {
    const [from, to] = [at(id, fromMs), at(id, toMs)];
    return from === null || to === null || to < from ? null : to - from;
  };
  const [inWh, homesWh, sharedWh] = [
    ...[used(mainId), sumOf(meters.homes.map(used)), sumOf(meters.shared.map(used))],
  ] as const;
  const isWhole = inWh !== null && homesWh !== null && sharedWh !== null;
  return { day, inWh, homesWh, sharedWh, lossWh: isWhole ? inWh - homesWh - sharedWh : null };
}

/** Where a civil day begins and ends: at a half-hour in all zones but those a quarter off. */
export function midnightsOf(day: string, zone: string): readonly [number, number] {
  const date = Temporal.PlainDate.from(day);
  const instant = (of: Temporal.PlainDate) => of.toZonedDateTime(zone).epochMilliseconds;
  return [instant(date), instant(date.add({ days: 1 }))];
}

/**
 * The half-hours of the main meter as the file of node readings that a utility imports, so that its
 * Losses room counts this site as a node of its network.
 */
export function nodeReadingsCsv(records: readonly HistoryRecord[], node: string): string {
  const main = records.filter(({ id, importWh }) => id === mainId && importWh !== undefined);
  const rows = main.flatMap((to, index) => {
    const from = main[index - 1];
    if (from === undefined || to.atMs - from.atMs !== historyStepMs) return [];
    const energyWh = (to.importWh ?? 0) - (from.importWh ?? 0);
    return energyWh < 0 ? [] : [`${node},${new Date(from.atMs).toISOString()},${energyWh}`];
  });
  return `${['node,starts_at,energy_wh', ...rows].join('\n')}\n`;
}

function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}
