// Messages that wait for the head-end: numbered once, kept until acknowledged, bounded.

import type { Draft } from './state.ts';
import type { StoredMessage } from './stored.ts';

const resultsInFlightLimit = 64;
const registersInFlightLimit = 24;

export function enqueue(draft: Draft, body: StoredMessage['body']): void {
  draft.messageSequence += 1;
  const message = { sequence: draft.messageSequence, sendAtMs: draft.atMs, attempts: 0, body };
  draft.outbox = [...draft.outbox, message];
  // The oldest answer makes room: it stays among the answered and is given again when the command
  // is repeated. So do old registers: the newest hold what they held.
  if (body.kind === 'commandResult') bound(draft, body.kind, resultsInFlightLimit);
  if (body.kind === 'registers') bound(draft, body.kind, registersInFlightLimit);
}

function bound(draft: Draft, kind: StoredMessage['body']['kind'], limit: number): void {
  if (inFlight(draft, kind) <= limit) return;
  const oldest = draft.outbox.find((kept) => kept.body.kind === kind);
  draft.outbox = draft.outbox.filter((kept) => kept !== oldest);
}

export function inFlight(draft: Draft, kind: StoredMessage['body']['kind']): number {
  let count = 0;
  for (const kept of draft.outbox) if (kept.body.kind === kind) count += 1;
  return count;
}
