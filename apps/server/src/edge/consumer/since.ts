// What a customer is not shown: the time of whoever had the home before. Purchases go by the moment
// of the move, use by its day.

import { civilDateOf } from '@prewatt/quantities';
import type { Utility } from '../../registry/utilities/index.ts';

type Since = { readonly sinceMs?: number | null; readonly utility: Utility };
type Day = { readonly date: string; readonly energyWh: bigint | null };

/** The first civil day that is shown, as "2026-12-02"; null: all are. */
export const firstDayOf = ({ sinceMs = null, utility }: Since): string | null =>
  sinceMs === null ? null : civilDateOf(sinceMs, utility.zone);

/** Days from before are not known. */
export function hideDays<Of extends Day>(days: readonly Of[], o: Since): readonly Of[] {
  const first = firstDayOf(o);
  if (first === null) return days;
  return days.map((day) => (day.date < first ? { ...day, energyWh: null } : day));
}
