// Counting: moves the meter through time, over as many profile intervals and switch movements as
// lie in it. The demand of a step is taken as even over the step, so a leap of days gives what
// small steps would.

import { recordProfile } from './log.ts';
import { availableMilliWhOf, type Draft } from './state.ts';
import { settleSupply } from './supply.ts';

/**
 * Counts up to `toMs`. `demandMilliWh` is what the home would draw if supply stayed on; returns
 * what flowed. The instant at which credit ends, the end of a protected time and each profile
 * boundary are met exactly.
 */
export function advance(draft: Draft, toMs: number, demandMilliWh: number): number {
  const fromMs = draft.atMs;
  const spanMs = toMs - fromMs;
  const registerBefore = draft.importMilliWh;
  const intervalMs = draft.config.profileIntervalMinutes * 60_000;
  /**
   * Demand from the start of the step to an instant; the last one is exact, so parts sum to the
   * whole.
   */
  const demandUntil = (atMs: number) => Math.floor(demandMilliWh * ((atMs - fromMs) / spanMs));
  let offered = 0;
  settleSupply(draft);
  while (draft.atMs < toMs) {
    let end = Math.min(toMs, (Math.floor(draft.atMs / intervalMs) + 1) * intervalMs);
    const available = availableMilliWhOf(draft);
    if (draft.loadSwitch !== 'connected') {
      offered = demandUntil(end);
    } else {
      if (available <= 0 && draft.protectedUntilMs !== null) {
        end = Math.min(end, draft.protectedUntilMs);
      }
      const wanted = Math.max(0, demandUntil(end) - offered);
      const endsHere = available > 0 && wanted >= available;
      const taken = endsHere ? available : wanted;
      if (endsHere) {
        const crossing = fromMs + Math.ceil(((offered + available) / demandMilliWh) * spanMs);
        end = Math.min(end, Math.max(draft.atMs, crossing));
      }
      offered += taken;
      draft.importMilliWh += taken;
      // Without credit it flows because a rule keeps supply on: it is owed.
      if (available <= 0) draft.owedMilliWh += taken;
    }
    const moved = end > draft.atMs;
    draft.atMs = end;
    if (moved && end % intervalMs === 0) recordProfile(draft);
    settleSupply(draft);
  }
  return draft.importMilliWh - registerBefore;
}
