// Soft landing of a home whose meter nobody hears, by a power-limit token that the customer types.
// Purchases say when credit should end; a step is due some hours before it should be reached, and
// only where the limit carries credit further: who types it must gain by it.

import type { PurchaseOutlook } from './purchases.ts';
import type { ProtectionRules } from './rules.ts';

export type LandingAhead = {
  /** Of the rules' steps, counted from 1. */
  readonly step: number;
  readonly powerLimitW: number;
  /** When credit should end as the home uses it. */
  readonly expectedAtMs: number;
  /** And when under the limit. */
  readonly lastsUntilMs: number;
};

const hourMs = 3_600_000;
/** A token that carries credit less far than this is not worth typing. */
const leastGainMs = hourMs;

/**
 * The step that is due, the lowest one reached; null for none. A home that may never be limited,
 * whose credit should be used up by now, or that has used less than half of what it bought, has
 * none.
 */
export function landingAhead(
  rules: ProtectionRules,
  o: {
    readonly outlook: PurchaseOutlook;
    readonly lastAtMs: number;
    readonly nowMs: number;
    readonly vulnerable: boolean;
    readonly medical: boolean;
    /** The power that the home may draw anyway. */
    readonly ordinaryW: number;
  },
): LandingAhead | null {
  const byToken = rules.softLandingByToken;
  const { expectedAtMs, meanW } = o.outlook;
  if (byToken === undefined || o.vulnerable || o.medical || o.nowMs >= expectedAtMs) return null;
  if (o.nowMs - o.lastAtMs < expectedAtMs - o.nowMs) return null;
  let due: LandingAhead | null = null;
  for (const [index, { belowWh, powerLimitW }] of rules.softLanding.entries()) {
    const reachedAtMs = expectedAtMs - (Number(belowWh) / meanW) * hourMs;
    if (reachedAtMs - byToken.aheadHours * hourMs > o.nowMs) continue;
    if (powerLimitW >= o.ordinaryW) continue;
    const stretched = (expectedAtMs - o.nowMs) * (meanW / limitedMeanW(meanW, powerLimitW));
    const lastsUntilMs = Math.round(o.nowMs + stretched);
    due = { step: index + 1, powerLimitW, expectedAtMs, lastsUntilMs };
  }
  return due !== null && due.lastsUntilMs - due.expectedAtMs >= leastGainMs ? due : null;
}

/**
 * What a home uses on average when no moment exceeds the limit. Purchases do not say how its power
 * is spread over the day; taken is an exponential spread, which is narrower than that of most
 * homes, so that the gain is rather said too small.
 */
const limitedMeanW = (meanW: number, limitW: number): number =>
  meanW * (1 - Math.exp(-limitW / meanW));
