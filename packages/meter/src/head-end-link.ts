// The meter's side of the link: commands answered once, messages kept until acknowledged and sent
// again with back-off.

import {
  commandSubject,
  type DownMessage,
  maximumEventsPerMessage,
  type UpMessage,
} from '@prewatt/protocol';
import { carryOutCommand } from './commands.ts';
import { enqueue, inFlight } from './outbox.ts';
import { takeEntries } from './profile-store.ts';
import type { Draft } from './state.ts';
import type { AnsweredCommand, StoredCommandResult, StoredMessage } from './stored.ts';
import { accountStateOf, messageToWire } from './wire.ts';

type Command = Extract<DownMessage, { kind: 'command' }>;

const answeredLimit = 128;
const eventsInFlightLimit = 4;
const profilesInFlightLimit = 2;
/** With export and flags, so many entries fit into one payload. */
const profileEntriesPerMessage = 240;
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
  const subject = commandSubject(command.action.kind);
  const { issuedAtMs } = command;
  if (subject === null || issuedAtMs === undefined) return carryOutCommand(draft, command.action);
  // Late, after its successor: the newer word stands.
  if (issuedAtMs < (draft.carriedOut?.[subject] ?? 0)) {
    return { kind: 'refused', reason: 'superseded' };
  }
  const result = carryOutCommand(draft, command.action);
  if (result.kind !== 'refused') {
    draft.carriedOut = { ...draft.carriedOut, [subject]: issuedAtMs };
  }
  return result;
}

function packEvents(draft: Draft): void {
  while (draft.pendingEvents.length > 0 && inFlight(draft, 'events') < eventsInFlightLimit) {
    const events = draft.pendingEvents.slice(0, maximumEventsPerMessage);
    draft.pendingEvents = draft.pendingEvents.slice(maximumEventsPerMessage);
    enqueue(draft, { kind: 'events', events });
  }
}

function packProfile(draft: Draft): void {
  while (draft.profile.count > 0 && inFlight(draft, 'profile') < profilesInFlightLimit) {
    const { entries, rest } = takeEntries(draft.profile, profileEntriesPerMessage);
    draft.profile = rest;
    enqueue(draft, { kind: 'profile', entries });
  }
}
