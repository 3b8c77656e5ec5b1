// Counting: moves the meter through time, over as many profile intervals, days, tariff periods and
// switch movements as lie in it. The demand of a step is taken as even over the step, so a leap of
// days gives what small steps would.

import { moneyOf, settleOwed, usableOf } from './account.ts';
import { calendarDueMs, countPeriod, settleCalendar } from './calendar.ts';
import { affordable, chargeConsumption, markSpent } from './charges.ts';
import { type Load, limiterDueMs, settleLimiter } from './limiter.ts';
import { countPhases } from './phases.ts';
import { intervalMsOf, recordProfile } from './profile.ts';
import type { Draft } from './state.ts';
import { settleSupply } from './supply.ts';

export type Flow = {
  readonly toMs: number;
  /** What the home would draw if supply stayed on. */
  readonly demandMilliWh: number;
  readonly phasesW: readonly number[] | null;
};

/**
 * Counts up to `toMs`; returns what flowed, in milliwatt-hours. The instant at which credit ends,
 * the end of a protected time, a limiter's delay and each boundary are met exactly.
 */
export function advance(draft: Draft, { toMs, demandMilliWh, phasesW }: Flow): number {
  const fromMs = draft.atMs;
  const spanMs = toMs - fromMs;
  const registerBefore = draft.importMilliWh;
  const intervalMs = intervalMsOf(draft);
  const load = { powerW: Math.round((demandMilliWh * 3600) / Math.max(1, spanMs)), phasesW };
  /**
   * Demand from the start of the step to an instant; the last one is exact, so parts sum to the
   * whole.
   */
  const demandUntil = (atMs: number) => Math.floor(demandMilliWh * ((atMs - fromMs) / spanMs));
  let offered = 0;
  settleAt(draft, load);
  while (draft.atMs < toMs) {
    const boundary = (Math.floor(draft.atMs / intervalMs) + 1) * intervalMs;
    let end = Math.min(toMs, boundary, calendarDueMs(draft), limiterDueMs(draft, load));
    end = Math.max(end, draft.atMs);
    if (draft.loadSwitch !== 'connected') {
      offered = demandUntil(end);
    } else {
      const cuts = draft.settings.paymentMode === 'prepayment';
      const usable = cuts ? usableOf(draft) : 0;
      if (cuts && usable <= 0 && draft.protectedUntilMs !== null) {
        end = Math.min(end, Math.max(draft.atMs, draft.protectedUntilMs));
      }
      const wanted = Math.max(0, demandUntil(end) - offered);
      let taken = wanted;
      // Without credit it flows because a rule keeps supply on: it is owed.
      if (cuts && usable > 0) {
        const paid = affordable(draft, wanted, usable);
        taken = paid.milliWh;
        if (paid.ends) {
          const crossing = fromMs + Math.ceil(((offered + taken) / demandMilliWh) * spanMs);
          end = Math.min(end, Math.max(draft.atMs, crossing));
        }
        offered += taken;
        count(draft, taken, phasesW);
        if (paid.ends) markSpent(draft);
      } else {
        offered += taken;
        count(draft, taken, phasesW);
      }
    }
    const moved = end > draft.atMs;
    draft.atMs = end;
    if (moved && end % intervalMs === 0) recordProfile(draft);
    settleAt(draft, load);
  }
  return draft.importMilliWh - registerBefore;
}

/** Everything that may change at an instant: days and tariffs first, since they change credit. */
function settleAt(draft: Draft, load: Load): void {
  settleCalendar(draft);
  settleSupply(draft);
  settleLimiter(draft, load);
}

/** Energy that flows into the home, charged at the draft's instant. */
function count(draft: Draft, milliWh: number, phasesW: readonly number[] | null): void {
  if (milliWh === 0) return;
  draft.importMilliWh += milliWh;
  countPhases(draft, 'importMilliWh', { milliWh, loads: phasesW });
  countPeriod(draft, milliWh);
  if (draft.settings.paymentMode === 'credit') {
    draft.unchargedMilliWh += milliWh;
  } else if (moneyOf(draft) === null) {
    settleOwed(draft);
  } else {
    draft.unchargedMilliWh += milliWh;
    chargeConsumption(draft, milliWh);
  }
}
