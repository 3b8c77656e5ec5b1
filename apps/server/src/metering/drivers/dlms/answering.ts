// Commands that wait for a meter, and their answers: done in the order of their coming, answered
// once and alike ever after, taken back while they have not been done.

import {
  type CommandResult,
  commandSubject,
  type DownMessage,
  type DriverFault,
} from '@prewatt/protocol';
import { answerOf, isAble, taskOf } from '../commands.ts';
import type { Answered, LinkRow } from './link-store.ts';
import type { TaskPlace } from './task-place.ts';
import { dlmsCapabilities, doTask } from './tasks.ts';
import type { DoneCommands, VisitDeps } from './visit.ts';

export type CommandMessage = Extract<DownMessage, { kind: 'command' }>;

/** Of one meter, in this process. */
export type Waiting = {
  readonly commands: Map<string, CommandMessage>;
  readonly cancels: Set<string>;
  /** By subject, when the last command that was done was asked for. */
  readonly doneUntil: Map<string, number>;
  wantsAll: boolean;
};

export const noneWaiting = (): Waiting => ({
  commands: new Map(),
  cancels: new Set(),
  doneUntil: new Map(),
  wantsAll: false,
});

/** More than the head-end has under way for a meter. */
export const mostWaiting = 64;

export type AnsweringDeps = Pick<VisitDeps, 'clocks' | 'say'> & {
  readonly keepAnswered: (row: LinkRow, answered: readonly Answered[]) => Promise<void>;
};

/** What was answered so far, with what this visit adds. */
export type Book = { answered: readonly Answered[] };

/** What needs no meter: repeats, and what was taken back. */
export async function answerKnown(
  o: AnsweringDeps,
  at: { readonly row: LinkRow; readonly waiting: Waiting; readonly book: Book },
): Promise<void> {
  const { waiting, book } = at;
  const first = (commandId: string): CommandResult | null =>
    book.answered.find((each) => each.commandId === commandId)?.result ?? null;
  for (const commandId of waiting.cancels) {
    waiting.cancels.delete(commandId);
    waiting.commands.delete(commandId);
    const result = first(commandId) ?? { kind: 'refused', reason: 'cancelled' };
    await answer(o, at, { commandId, result });
  }
  for (const [commandId, command] of waiting.commands) {
    const result = first(commandId) ?? refusalNow(o, waiting, command);
    if (result === null) continue;
    waiting.commands.delete(commandId);
    await answer(o, at, { commandId, result });
  }
}

function refusalNow(
  o: AnsweringDeps,
  { doneUntil }: Waiting,
  { action, expiresAtMs, issuedAtMs }: CommandMessage,
): CommandResult | null {
  const nowMs = o.clocks.business.nowMs();
  if (expiresAtMs <= nowMs) return { kind: 'refused', reason: 'expired' };
  const subject = commandSubject(action.kind);
  const last = subject === null ? undefined : doneUntil.get(subject);
  if (last !== undefined && issuedAtMs !== undefined && issuedAtMs < last) {
    return { kind: 'refused', reason: 'superseded' };
  }
  const task = taskOf(action, nowMs);
  return task === null || !isAble(dlmsCapabilities.abilities, task)
    ? { kind: 'refused', reason: 'unsupported' }
    : null;
}

/** Does all that waits at the meter; a fault leaves the rest for the next time. */
export async function doWaiting(
  o: AnsweringDeps,
  at: {
    readonly row: LinkRow;
    readonly waiting: Waiting;
    readonly book: Book;
    readonly place: TaskPlace;
  },
): Promise<DoneCommands> {
  const { row, waiting, place } = at;
  let { creditedWh } = row;
  for (;;) {
    await answerKnown(o, at);
    const [next] = waiting.commands.values();
    if (next === undefined) return { creditedWh, fault: null };
    const { result, fault } = await perform(o, place, next);
    waiting.commands.delete(next.commandId);
    if (fault !== null) return { creditedWh, fault };
    if (result === null) continue;
    creditedWh += creditedBy(result);
    const subject = commandSubject(next.action.kind);
    if (subject !== null && next.issuedAtMs !== undefined && result.kind !== 'refused') {
      waiting.doneUntil.set(subject, next.issuedAtMs);
    }
    if (next.action.kind === 'readNow') waiting.wantsAll = true;
    await answer(o, at, { commandId: next.commandId, result });
  }
}

async function perform(
  o: AnsweringDeps,
  place: TaskPlace,
  { action }: CommandMessage,
): Promise<{ readonly result: CommandResult | null; readonly fault: DriverFault | null }> {
  const task = taskOf(action, o.clocks.business.nowMs());
  // Read behind all commands, whatever they are.
  if (task?.kind === 'readState') return { result: { kind: 'readNow' }, fault: null };
  if (task === null || task.kind === 'readRegisters' || task.kind === 'readProfile') {
    return { result: null, fault: null };
  }
  const done = await doTask(place, task);
  if (done.kind === 'failed') return { result: null, fault: done.fault };
  return { result: answerOf(action, done), fault: null };
}

const creditedBy = (result: CommandResult): bigint =>
  result.kind === 'deliverToken' && result.outcome.result === 'accepted'
    ? result.outcome.creditedEnergyWh
    : 0n;

/** Kept first: once said, a repeat must be answered alike. */
async function answer(
  o: AnsweringDeps,
  { row, book }: { readonly row: LinkRow; readonly book: Book },
  { commandId, result }: Answered,
): Promise<void> {
  if (!book.answered.some((each) => each.commandId === commandId)) {
    book.answered = [...book.answered, { commandId, result }];
    await o.keepAnswered(row, book.answered);
  }
  const completedAtMs = o.clocks.business.nowMs();
  // One that is lost is asked for again.
  void o.say(row.meterPan, { kind: 'commandResult', commandId, completedAtMs, result });
}
