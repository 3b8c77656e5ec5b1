// An integration's state as text, and when it was last used.

import type { Integration } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export function integrationLabel(row: Pick<Integration, 'revokedAt' | 'keys'>): Label {
  if (row.revokedAt !== null) return { text: 'Revoked', tone: 'quiet' };
  const opens = row.keys.some(({ state }) => state === 'opens');
  return opens ? { text: 'Reads', tone: 'good' } : { text: 'Its keys have ended', tone: 'warn' };
}

/** By any of its keys; null while none was used. */
export const lastUseOf = (row: Pick<Integration, 'keys'>): string | null =>
  row.keys
    .flatMap(({ lastUsedAt }) => lastUsedAt ?? [])
    .sort()
    .at(-1) ?? null;
