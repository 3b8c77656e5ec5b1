// Soft landing: power steps down as credit ends, so that light and phone stay on longer than the
// oven. Where a meter has no link the steps may be power-limit tokens: landing-ahead.ts.

import type { ProtectionRules } from './rules.ts';

/**
 * The power limit that the rules set at so much credit, in watts; null when they set none. Homes
 * that may never be cut are not limited either: what they depend on may be large.
 */
export function powerLimitAt(
  rules: ProtectionRules,
  o: {
    readonly availableMilliWh: number;
    readonly vulnerable: boolean;
    readonly medical?: boolean;
  },
): number | null {
  if (o.vulnerable || o.medical === true) return null;
  let limit: number | null = null;
  for (const step of rules.softLanding) {
    if (o.availableMilliWh < Number(step.belowWh) * 1000) limit = step.powerLimitW;
  }
  return limit;
}
