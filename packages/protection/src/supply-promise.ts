// The promise to a customer without credit: until when supply stays on, and what will be owed by
// then.

import { type DisconnectReason, mayDisconnect, type SupplyMoment } from './may-disconnect.ts';
import type { ProtectionRules } from './rules.ts';

export type SupplyPromise = {
  readonly because: DisconnectReason;
  /** Null: no end is known. */
  readonly untilMs: number | null;
  /** Energy owed by then, what is owed now included; null without an end or a forecast. */
  readonly owedWh: number | null;
};

const minuteMs = 60_000;

/**
 * Null when supply may be cut at the moment. Where a limit on what is owed bounds grace, the
 * promise ends when the expected use reaches it, unless another rule goes on.
 */
export function supplyPromise(
  rules: ProtectionRules,
  o: {
    readonly moment: SupplyMoment;
    /** Use expected from the moment until then, in watt-hours; null when nobody can say. */
    readonly useUntilWh: (untilMs: number) => number | null;
  },
): SupplyPromise | null {
  const { moment, useUntilWh } = o;
  const answer = mayDisconnect(rules, moment);
  if (answer.allowed) return null;
  const { because, until } = answer;
  if (until === null) return { because, untilMs: null, owedWh: null };
  const owedNowWh = (moment.owedMilliWh ?? 0) / 1000;
  const owedAt = (atMs: number): number | null => {
    const used = useUntilWh(atMs);
    return used === null ? null : owedNowWh + used;
  };
  const limitWh = owedLimitOf(rules, because);
  const reached =
    limitWh !== null
      ? reachedMs(owedAt, { limitWh: Number(limitWh), fromMs: moment.atMs, untilMs: until })
      : null;
  if (reached === null) return { because, untilMs: until, owedWh: roundUp(owedAt(until)) };
  const then = mayDisconnect(rules, {
    ...moment,
    atMs: reached,
    owedMilliWh: Number(limitWh) * 1000 + 1,
  });
  const untilMs = then.allowed ? reached : then.until;
  return { because, untilMs, owedWh: untilMs === null ? null : roundUp(owedAt(untilMs)) };
}

/** What a home may owe under the reason before it is cut all the same; null: whatever it owes. */
function owedLimitOf(rules: ProtectionRules, because: DisconnectReason): string | null {
  if (because === 'grace') return rules.graceAfterConversion.owedLimitWh;
  return because === 'vendingOutage' ? (rules.whenVendingStops?.owedLimitWh ?? null) : null;
}

/** The first minute at which more than the limit is owed; null when that is not before the end. */
function reachedMs(
  owedAt: (atMs: number) => number | null,
  o: { readonly limitWh: number; readonly fromMs: number; readonly untilMs: number },
): number | null {
  const isOver = (atMs: number) => (owedAt(atMs) ?? 0) > o.limitWh;
  if (!isOver(o.untilMs)) return null;
  let low = o.fromMs;
  let high = o.untilMs;
  while (high - low > minuteMs) {
    const middle = low + Math.floor((high - low) / 2);
    if (isOver(middle)) high = middle;
    else low = middle;
  }
  return low;
}

const roundUp = (wh: number | null): number | null => (wh === null ? null : Math.ceil(wh));
