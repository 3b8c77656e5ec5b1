// Whether a home is topped up now, by its rule and what is known of it. Pure.

import { dayMs, hourMs, zonedAt } from '@prewatt/quantities';
import { type AlertChoices, quietEnd } from '../alerts/index.ts';

export type TopUpWay = 'ask' | 'card';

export type TopUpRule = {
  readonly isOn: boolean;
  readonly way: TopUpWay;
  /** Of who set it. */
  readonly phone: string;
  readonly daysAhead: number;
  readonly amountMinor: bigint;
  /** Paid and open requests of seven days, at most. */
  readonly mostAWeekMinor: bigint;
  readonly pausedUntilMs: number | null;
  /** By an operator. */
  readonly stopped: { readonly atMs: number; readonly reason: string } | null;
};

export type TopUpOutcome = 'paid' | 'notPaid' | 'notPossible';

export type TopUpMoment = {
  readonly rule: TopUpRule;
  readonly nowMs: number;
  readonly zone: string;
  readonly quiet: AlertChoices['quiet'];
  /** The expected end of credit; null where nobody can say, or supply is off already. */
  readonly endsAtMs: number | null;
  /** A token that was bought has only to be typed. */
  readonly hasTokenToType: boolean;
  /** The newest one; null: there was none. */
  readonly last: { readonly begunAtMs: number; readonly outcome: TopUpOutcome | null } | null;
  /** Paid and open ones of the last seven days. */
  readonly weekMinor: bigint;
  /** When the home began to buy, or paid, last: by itself, too. */
  readonly boughtAtMs: number | null;
};

export type TopUpWait =
  | 'off'
  | 'stopped'
  | 'paused'
  | 'open'
  | 'unknown'
  | 'notNear'
  | 'tokenWaits'
  | 'lately'
  | 'weekFull'
  | 'night';
export type TopUpDue =
  | { readonly kind: 'now'; readonly endsAtMs: number }
  | { readonly kind: 'wait'; readonly why: TopUpWait; readonly lookAtMs: number };

/** A request is followed by none for so long. */
const afterMs: Readonly<Record<TopUpOutcome, number>> = {
  paid: 12 * hourMs,
  notPaid: dayMs,
  notPossible: dayMs,
};
/** Whoever buys by hand is not asked meanwhile. */
const afterPurchaseMs = hourMs;
const firstHour = 7;
const lastHour = 21;

export function mayTopUp(m: TopUpMoment): TopUpDue {
  const { rule, nowMs } = m;
  const wait = (why: TopUpWait, lookAtMs: number): TopUpDue => ({ kind: 'wait', why, lookAtMs });
  if (!rule.isOn) return wait('off', nowMs + dayMs);
  if (rule.stopped !== null) return wait('stopped', nowMs + dayMs);
  if (rule.pausedUntilMs !== null && rule.pausedUntilMs > nowMs) {
    return wait('paused', rule.pausedUntilMs);
  }
  if (m.last?.outcome === null) return wait('open', nowMs + hourMs / 4);
  if (m.endsAtMs === null) return wait('unknown', nowMs + hourMs);
  const nearAtMs = m.endsAtMs - rule.daysAhead * dayMs;
  // Use changes: it is looked at again before, and not more often than every ten minutes.
  if (nearAtMs > nowMs) {
    return wait('notNear', nowMs + Math.min(6 * hourMs, Math.max(hourMs / 6, nearAtMs - nowMs)));
  }
  if (m.hasTokenToType) return wait('tokenWaits', nowMs + hourMs);
  const lateMs = m.last === null ? 0 : m.last.begunAtMs + afterMs[m.last.outcome];
  const boughtMs = m.boughtAtMs === null ? 0 : m.boughtAtMs + afterPurchaseMs;
  const soonestMs = Math.max(lateMs, boughtMs);
  if (soonestMs > nowMs) return wait('lately', soonestMs);
  if (m.weekMinor + rule.amountMinor > rule.mostAWeekMinor) {
    return wait('weekFull', nowMs + 3 * hourMs);
  }
  const dayAtMs = dayBegins(m);
  return dayAtMs === null ? { kind: 'now', endsAtMs: m.endsAtMs } : wait('night', dayAtMs);
}

/** When the customer may be asked again; null: now. */
function dayBegins({ nowMs, zone, quiet }: TopUpMoment): number | null {
  const quietEndMs = quietEnd(quiet, { nowMs, zone });
  if (quietEndMs !== null) return quietEndMs;
  const now = zonedAt(nowMs, zone);
  if (now.hour >= firstHour && now.hour < lastHour) return null;
  return now
    .toPlainDate()
    .add({ days: now.hour < firstHour ? 0 : 1 })
    .toPlainDateTime({ hour: firstHour })
    .toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
}
