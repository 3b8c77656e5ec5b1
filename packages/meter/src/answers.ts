// Small things that everything that answers a command needs.

import type { StoredCommandResult } from './stored.ts';

type Refused = Extract<StoredCommandResult, { kind: 'refused' }>;

export const refused = (reason: Refused['reason']): StoredCommandResult => ({
  kind: 'refused',
  reason,
});

/** Undefined for what is no JSON, which no document is. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
