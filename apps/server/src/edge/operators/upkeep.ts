// Upkeep that somebody should look at, as the attention list shows it. What exactly went wrong is
// in the log: an error may name what is another utility's.

import type { FailingUpkeep } from '@prewatt/api';
import { longFailing, type SweepReport } from '../../base/sweeps.ts';

export type UpkeepDeps = {
  readonly sweepReports: () => readonly SweepReport[];
};

/** Of one utility and of the process as a whole, the longest first. */
export function failingUpkeep(
  reports: readonly SweepReport[],
  o: { readonly utilityId: string; readonly realNowMs: number },
): readonly FailingUpkeep[] {
  return longFailing(reports, o.realNowMs)
    .filter(({ targetId }) => targetId === null || targetId === o.utilityId)
    .map(({ name, label, failingSinceMs, isHanging }) => ({
      name,
      label,
      failingMinutes: Math.floor((o.realNowMs - failingSinceMs) / 60_000),
      isHanging,
    }));
}
