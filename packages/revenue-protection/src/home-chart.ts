// What is drawn beside the reasons of a line: the home's use by day, a peer's, and what is missing
// in its area by day.

import type { AreaBalance } from './balance.ts';
import type { PreparedArea } from './readings.ts';

export type HomeChart = {
  /** Whole Wh a day; null where less than half of the day was read. */
  readonly homeWh: readonly (number | null)[];
  /** Mean of the other homes; null in an area of one home. */
  readonly peerWh: readonly (number | null)[];
  /** Above technical loss; null where it cannot be told. */
  readonly missingWh: readonly (number | null)[];
};

/** `index` is the home's place in the area's list; `days` counts from the end. */
export function homeChart(
  prepared: PreparedArea,
  o: { readonly index: number; readonly balance: AreaBalance; readonly days: number },
): HomeChart {
  const perDay = Math.max(1, Math.trunc(prepared.area.intervalsPerDay));
  const home = prepared.homes[o.index];
  const others = prepared.homes.length - 1;
  const first = Math.max(0, prepared.days - o.days);
  const days = Array.from({ length: prepared.days - first }, (_, i) => first + i);
  const sums = days.map((day) => {
    let own = 0;
    let all = 0;
    let missing = 0;
    for (let t = day * perDay; t < (day + 1) * perDay; t += 1) {
      own += home?.wh[t] ?? 0;
      all += prepared.metered[t] ?? 0;
      missing += home?.missing[t] ?? 0;
    }
    return { own, all, isRead: missing * 2 < perDay };
  });
  return {
    homeWh: sums.map(({ own, isRead }) => (isRead ? Math.round(own) : null)),
    peerWh: sums.map(({ own, all }) => (others < 1 ? null : Math.round((all - own) / others))),
    missingWh: days.map((day) => {
      const parts = o.balance.days[day] ?? null;
      return parts === null ? null : Number(parts.unexplainedWh);
    }),
  };
}
