// A rule set as a meter gets it: its text, how long it may be, and its fingerprint.

import type { ProtectionRules } from '@prewatt/protection';
import { canonicalJson, sha256Hex } from '../../base/fingerprint.ts';

/** What travels in one message; the protocol's limit. */
export const longestDocument = 30_000;

/**
 * With its keys in order: jsonb does not keep how they were written. What the server does for
 * meters without a link, or in wallet mode, is no matter of one that hears its rules.
 */
export function meterDocument(document: ProtectionRules): string {
  const { softLandingByToken: _, protectedOwedLimitWh: __, whenVendingStops, ...rules } = document;
  // Meters of before know nothing of outages, and refuse a document that speaks of them.
  const isOf = whenVendingStops !== undefined && rules.vendingOutages !== undefined;
  return canonicalJson(isOf ? { ...rules, whenVendingStops } : rules);
}

export const digestOfRules = (rulesJson: string): string => sha256Hex(rulesJson).slice(0, 32);
