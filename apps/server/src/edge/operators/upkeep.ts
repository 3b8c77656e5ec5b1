// Upkeep that somebody should look at, as the attention list shows it. What exactly went wrong is
// in the log: an error may name what is another utility's.

import type { FailingUpkeep } from '@prewatt/api';
import { type PartReport, partsDown } from '../../base/parts.ts';
import { longFailing, type SweepReport } from '../../base/sweeps.ts';
import type { ServerProcess } from '../../registry/servers/index.ts';

export type UpkeepDeps = {
  readonly sweepReports: () => readonly SweepReport[];
  readonly partReports: () => readonly PartReport[];
  readonly serverReports: () => readonly ServerProcess[];
};

/**
 * Of one utility and of the process as a whole: parts that are down, servers that are lost, then
 * the longest first.
 */
export function failingUpkeep(
  { sweepReports, partReports, serverReports }: UpkeepDeps,
  o: { readonly utilityId: string; readonly realNowMs: number },
): readonly FailingUpkeep[] {
  const minutesSince = (sinceMs: number): number => Math.floor((o.realNowMs - sinceMs) / 60_000);
  const down = partsDown(partReports()).map(({ name, label, sinceMs }) => ({
    ...{ name: `part-${name}`, label, isHanging: false },
    failingMinutes: minutesSince(sinceMs),
  }));
  const lost = serverReports()
    .filter(({ state }) => state === 'lost')
    .map(({ id, name, silentS }) => ({
      ...{ name: `server-${id}`, label: `the server ${name}: it has stopped without a word` },
      ...{ isHanging: false, failingMinutes: Math.floor(silentS / 60) },
    }));
  const failing = longFailing(sweepReports(), o.realNowMs)
    .filter(({ targetId }) => targetId === null || targetId === o.utilityId)
    .map(({ name, label, failingSinceMs, isHanging }) => ({
      ...{ name, label, isHanging },
      failingMinutes: minutesSince(failingSinceMs),
    }));
  return [...down, ...lost, ...failing];
}
