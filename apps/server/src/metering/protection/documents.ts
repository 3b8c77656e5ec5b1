// A rule set as a meter gets it: its text, how long it may be, and its fingerprint.

import { createHash } from 'node:crypto';
import type { ProtectionRules } from '@prewatt/protection';

/** What travels in one message; the protocol's limit. */
export const longestDocument = 30_000;

/**
 * With its keys in order: jsonb does not keep how they were written. What the server does for
 * meters without a link is no matter of one that hears its rules.
 */
export const meterDocument = ({ softLandingByToken: _, ...rules }: ProtectionRules): string =>
  JSON.stringify(rules, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

export const digestOf = (rulesJson: string): string =>
  createHash('sha256').update(rulesJson).digest('hex').slice(0, 32);
