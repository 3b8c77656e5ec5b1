// The meter's side of the link: commands answered once, messages kept until acknowledged and sent
// again with back-off.

import {
  type DownMessage,
  maximumEventsPerMessage,
  maximumProfileEntries,
  type UpMessage,
} from '@prewatt/protocol';
import type { AnsweredCommand, Draft, StoredCommandResult, StoredMessage } from './state.ts';
import { enterToken } from './tokens.ts';
import { accountStateOf, messageToWire } from './wire.ts';

type Command = Extract<DownMessage, { kind: 'command' }>;

const answeredLimit = 128;
const resultsInFlightLimit = 64;
const eventsInFlightLimit = 4;
const profilesInFlightLimit = 2;
const messagesPerStep = 8;
const maximumBackOffDoublings = 6;

/** Takes one message from the head-end. */
export function receive(draft: Draft, message: DownMessage): void {
  if (message.kind === 'acknowledge') {
    draft.outbox = draft.outbox.filter((kept) => kept.sequence !== message.sequence);
    return;
  }
  const first = draft.answered.find((answer) => answer.commandId === message.commandId);
  if (first !== undefined) answerAgain(draft, first);
  else if (message.kind === 'command') answer(draft, message, resultOf(draft, message));
  else answer(draft, message, { kind: 'refused', reason: 'cancelled' });
}

/** What goes to the head-end now. Nothing leaves without power or link; it is kept. */
export function send(draft: Draft, linkCameUp: boolean): UpMessage[] {
  if (!draft.powerPresent || !draft.linkUp) return [];
  if (linkCameUp) {
    draft.outbox = draft.outbox.map((kept) => ({ ...kept, sendAtMs: draft.atMs, attempts: 0 }));
    draft.nextStateAtMs = draft.atMs;
  }
  packEvents(draft);
  packProfile(draft);
  const messages: UpMessage[] = [];
  let room = messagesPerStep;
  if (draft.outbox.some((kept) => kept.sendAtMs <= draft.atMs)) {
    draft.outbox = draft.outbox.map((kept) => {
      if (kept.sendAtMs > draft.atMs || room === 0) return kept;
      room -= 1;
      messages.push(messageToWire(kept));
      const wait =
        draft.config.resendAfterMs * 2 ** Math.min(kept.attempts, maximumBackOffDoublings);
      return { ...kept, attempts: kept.attempts + 1, sendAtMs: draft.atMs + wait };
    });
  }
  if (draft.nextStateAtMs <= draft.atMs) {
    draft.nextStateAtMs = draft.atMs + draft.config.stateReportMs;
    messages.push({ kind: 'state', state: accountStateOf(draft) });
  }
  return messages;
}

/**
 * The first answer: the message that still waits goes now, one that was acknowledged goes under a
 * new number.
 */
function answerAgain(draft: Draft, first: AnsweredCommand): void {
  const isItsAnswer = (kept: StoredMessage) =>
    kept.body.kind === 'commandResult' && kept.body.commandId === first.commandId;
  if (!draft.outbox.some(isItsAnswer)) enqueue(draft, { kind: 'commandResult', ...first });
  draft.outbox = draft.outbox.map((kept) =>
    isItsAnswer(kept) ? { ...kept, sendAtMs: draft.atMs } : kept,
  );
}

/** Remembered first: a repeat, or a command that comes after its cancel, gets this answer. */
function answer(
  draft: Draft,
  { commandId }: { readonly commandId: string },
  result: StoredCommandResult,
): void {
  const answered: AnsweredCommand = { commandId, completedAtMs: draft.atMs, result };
  draft.answered = [...draft.answered.slice(1 - answeredLimit), answered];
  // The state goes with the answer: whoever asked wants to see what it changed.
  draft.nextStateAtMs = draft.atMs;
  enqueue(draft, { kind: 'commandResult', ...answered });
}

function resultOf(draft: Draft, command: Command): StoredCommandResult {
  if (command.expiresAtMs <= draft.atMs) return { kind: 'refused', reason: 'expired' };
  switch (command.action.kind) {
    case 'readNow':
      return { kind: 'readNow' };
    case 'deliverToken': {
      const outcome = enterToken(draft, command.action.token, 'remote');
      return { kind: 'deliverToken', outcome };
    }
    default:
      return { kind: 'refused', reason: 'unsupported' };
  }
}

function packEvents(draft: Draft): void {
  while (draft.pendingEvents.length > 0 && inFlight(draft, 'events') < eventsInFlightLimit) {
    const events = draft.pendingEvents.slice(0, maximumEventsPerMessage);
    draft.pendingEvents = draft.pendingEvents.slice(maximumEventsPerMessage);
    enqueue(draft, { kind: 'events', events });
  }
}

function packProfile(draft: Draft): void {
  while (draft.pendingProfile.length > 0 && inFlight(draft, 'profile') < profilesInFlightLimit) {
    const entries = draft.pendingProfile.slice(0, maximumProfileEntries);
    draft.pendingProfile = draft.pendingProfile.slice(maximumProfileEntries);
    enqueue(draft, { kind: 'profile', entries });
  }
}

function inFlight(draft: Draft, kind: StoredMessage['body']['kind']): number {
  return draft.outbox.reduce((count, kept) => count + (kept.body.kind === kind ? 1 : 0), 0);
}

function enqueue(draft: Draft, body: StoredMessage['body']): void {
  draft.messageSequence += 1;
  const message = { sequence: draft.messageSequence, sendAtMs: draft.atMs, attempts: 0, body };
  draft.outbox = [...draft.outbox, message];
  if (body.kind !== 'commandResult') return;
  if (inFlight(draft, 'commandResult') <= resultsInFlightLimit) return;
  // The oldest answer makes room: it stays among the answered and is given again when the command
  // is repeated.
  const oldest = draft.outbox.find((kept) => kept.body.kind === 'commandResult');
  draft.outbox = draft.outbox.filter((kept) => kept !== oldest);
}
