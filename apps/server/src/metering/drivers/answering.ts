// Commands that wait for a meter, and their answers: done in the order of their coming, answered
// once and alike ever after, taken back while they have not been done.

import {
  type CommandResult,
  commandSubject,
  type DownMessage,
  type DriverFault,
  type MeterAbility,
  type MeterTask,
  type MeterTaskResult,
} from '@prewatt/protocol';
import { energyWh } from '@prewatt/quantities';
import type { Clocks } from '../../base/time.ts';
import { answerOf, isAble, taskOf } from './commands.ts';
import type { Speaker } from './speaker.ts';

/** A command that was answered, and how. */
export type Answered = { readonly commandId: string; readonly result: CommandResult };

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

export type AnsweringDeps<Row> = {
  readonly clocks: Clocks;
  readonly say: Speaker['say'];
  readonly abilities: readonly MeterAbility[];
  readonly keepAnswered: (row: Row, answered: readonly Answered[]) => Promise<void>;
};
type OfMeter = { readonly meterPan: string };

/** What tokens credited, and a fault that ended it. */
export type DoneCommands = { readonly creditedWh: bigint; readonly fault: DriverFault | null };

/** What was answered so far, with what this visit adds. */
export type Book = { answered: readonly Answered[] };

/** What needs no meter: repeats, and what was taken back. */
export async function answerKnown<Row extends OfMeter>(
  o: AnsweringDeps<Row>,
  at: { readonly row: Row; readonly waiting: Waiting; readonly book: Book },
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
  o: Pick<AnsweringDeps<OfMeter>, 'clocks' | 'abilities'>,
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
  return task === null || !isAble(o.abilities, task)
    ? { kind: 'refused', reason: 'unsupported' }
    : null;
}

/** Does all that waits at the meter; a fault leaves the rest for the next time. */
export async function doWaiting<Row extends OfMeter>(
  o: AnsweringDeps<Row>,
  at: {
    readonly row: Row;
    readonly waiting: Waiting;
    readonly book: Book;
    readonly doTask: DoTask;
  },
): Promise<DoneCommands> {
  const { waiting } = at;
  let creditedWh = 0n;
  for (;;) {
    await answerKnown(o, at);
    const [next] = waiting.commands.values();
    if (next === undefined) return { creditedWh, fault: null };
    const { result, fault } = await perform(o, at.doTask, next);
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

/** What is done one by one: reading comes behind all commands. */
export type OneTask = Exclude<
  MeterTask,
  { kind: 'readState' } | { kind: 'readRegisters' } | { kind: 'readProfile' }
>;
export type DoTask = (task: OneTask) => Promise<MeterTaskResult>;

async function perform(
  o: Pick<AnsweringDeps<OfMeter>, 'clocks'>,
  doTask: DoTask,
  { action }: CommandMessage,
): Promise<{ readonly result: CommandResult | null; readonly fault: DriverFault | null }> {
  const task = taskOf(action, o.clocks.business.nowMs());
  // Read behind all commands, whatever they are.
  if (task?.kind === 'readState') return { result: { kind: 'readNow' }, fault: null };
  if (task === null || task.kind === 'readRegisters' || task.kind === 'readProfile') {
    return { result: null, fault: null };
  }
  const done = await doTask(task);
  if (done.kind === 'failed') return { result: null, fault: done.fault };
  return { result: answerOf(action, done), fault: null };
}

const creditedBy = (result: CommandResult): bigint =>
  result.kind === 'deliverToken' && result.outcome.result === 'accepted'
    ? result.outcome.creditedEnergyWh
    : 0n;

/** Kept first: once said, a repeat must be answered alike. */
async function answer<Row extends OfMeter>(
  o: AnsweringDeps<Row>,
  { row, book }: { readonly row: Row; readonly book: Book },
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

/** Commands that are remembered, the oldest forgotten first. */
const rememberedAnswers = 40;

/** Energy of an answer is kept as text. */
export const answeredToJson = (answered: readonly Answered[]): string =>
  JSON.stringify(answered.slice(-rememberedAnswers), (_, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );

export const answeredFromJson = (answered: readonly Answered[]): readonly Answered[] =>
  answered.map(({ commandId, result }) => {
    if (result.kind !== 'deliverToken' || result.outcome.result !== 'accepted') {
      return { commandId, result };
    }
    const creditedEnergyWh = energyWh(BigInt(result.outcome.creditedEnergyWh));
    return { commandId, result: { ...result, outcome: { ...result.outcome, creditedEnergyWh } } };
  });
