// Commands to meters: queued with the fact that asks for them, sent until they are answered, taken
// back on request. A repeated command is harmless: the meter answers a known command id with its
// first answer, so a lost answer ends right whatever the command was.

import { type CommandKind, commandSubject } from '@prewatt/protocol';
import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../../base/binary-arrays.ts';
import { type Database, instant, type Tx } from '../../../base/database.ts';
import type { NewUuid } from '../../../base/ids.ts';
import { type LiveNotice, notifyLive } from '../../../base/live.ts';
import type { Clocks } from '../../../base/time.ts';
import { type MeterPlace, nextCommandInstant } from '../../../registry/connections/index.ts';
import { type StoredAction, storedActionJson } from './actions.ts';
import { type CommandAnswer, completeCommands } from './completing.ts';
import { type DueCommand, dispatchCommands } from './dispatch.ts';
import { enqueueCommands } from './enqueue.ts';
import { heedSupplyWord, type SafetyTerms, supplyHoldOf } from './holds.ts';
import { type CommandRef, closedStages, moveCommand, recordStage } from './stages.ts';
import { lockMeter, supersedeOlder } from './superseding.ts';

/**
 * Sends bytes to a meter. Resolves once the broker has them; rejects when it does not take them.
 * `atMostOnce`: may get lost with the connection, which costs less. `goodForS`: after so many
 * seconds nobody is to deliver it any more.
 */
export type Transport = {
  readonly send: (
    meterPan: string,
    payload: Uint8Array,
    o?: { readonly atMostOnce?: boolean; readonly goodForS?: number },
  ) => Promise<void>;
};

export type NewCommand = {
  readonly place: MeterPlace;
  readonly requestId: string;
  readonly expiresAtMs: number;
  /** 0 goes first, 9 last; 5 when left out. */
  readonly priority?: number;
  /** Who asks and why. */
  readonly asked?: { readonly by: string; readonly reason: string };
  /**
   * Of a command about the supply: a person's own word, which begins or ends a hold. Without it the
   * command is a rule's, and is not queued while somebody holds the supply open.
   */
  readonly word?: 'operator' | 'job';
  /** Of a cut for safety, and of no other command. */
  readonly safety?: SafetyTerms;
} & (
  | { readonly kind: 'readNow' }
  | { readonly kind: 'deliverToken'; readonly tokenRef: string }
  | {
      readonly kind: Exclude<CommandKind, 'readNow' | 'deliverToken'>;
      readonly action: StoredAction;
    }
);

export type Commands = {
  /**
   * Queues a command in the caller's transaction; the same request id again answers with the first
   * command. Older ones about the same thing that are open make room.
   */
  readonly enqueue: (tx: Tx, command: NewCommand) => Promise<{ readonly commandId: string }>;
  /** The same for a rule's command about the supply; null while somebody holds it open. */
  readonly switchByRule: (
    tx: Tx,
    command: NewCommand & { readonly kind: 'switchOpen' | 'switchClose' },
  ) => Promise<{ readonly commandId: string } | null>;
  /** Queues many new commands at once; answers with the notices that the caller has to send. */
  readonly enqueueMany: (tx: Tx, commands: readonly NewCommand[]) => Promise<readonly LiveNotice[]>;
  /** Publishes commands that are queued or due again. Harmless at any time, from any process. */
  readonly dispatch: (utilityId: string, refs: readonly CommandRef[]) => Promise<void>;
  /** Moves everything that is due in a utility. Returns how many commands it touched. */
  readonly sweep: (utilityId: string) => Promise<number>;
  /** Meters are back: what is open for them is due at once, and sent. */
  readonly wake: (utilityId: string, places: readonly MeterPlace[]) => Promise<void>;
  /**
   * Takes an open command back; false when it has ended. One that may have reached the meter ends
   * with the meter's answer: taken back, or carried out all the same.
   */
  readonly cancel: (
    tx: Tx,
    ref: CommandRef,
    asked: { readonly by: string; readonly reason: string },
  ) => Promise<boolean>;
  /**
   * Meters' answers, in the transaction that stores them, in the order of their coming. For each:
   * the token that it was about, if any. Pages are told by the caller.
   */
  readonly completeMany: (
    tx: Tx,
    answers: readonly CommandAnswer[],
  ) => Promise<readonly (string | null | undefined)[]>;
};

export type CommandDeps = {
  readonly database: Database;
  readonly transport: Transport;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  /** Commands of one sweep that are sent at once. */
  readonly parallel: number;
  /** The secret of a meter's link by its generation; derived, kept nowhere. */
  readonly linkSecret: (meter: { readonly meterId: string; readonly generation: number }) => string;
  /** A token's delivery has expired unconfirmed. */
  readonly onTokenUnconfirmed: (tx: Tx, place: MeterPlace, tokenRef: string) => Promise<void>;
};

export function createCommands(o: CommandDeps): Commands {
  const nowMs = () => o.clocks.business.nowMs();
  return {
    dispatch: (utilityId, refs) =>
      dispatchCommands(
        o,
        utilityId,
        refs.map(({ bucket, commandId }) => ({ bucket, id: commandId, priority: 0 })),
      ),
    enqueueMany: (tx, commands) =>
      enqueueCommands(tx, { newUuid: o.newUuid, nowMs: nowMs() }, commands),
    enqueue: (tx, command) => {
      if (commandSubject(command.kind) === 'supply' && command.word === undefined) {
        throw new Error('a rule switches by switchByRule');
      }
      return enqueueCommand(o, tx, command);
    },
    switchByRule: async (tx, command) => {
      await lockMeter(tx, command.place);
      return (await supplyHoldOf(tx, command.place)) === null
        ? enqueueCommand(o, tx, command)
        : null;
    },
    sweep: async (utilityId) => {
      const due = await o.database.inUtility(utilityId, (tx) =>
        tx
          .selectFrom('commands')
          .select(['bucket', 'id', 'priority'])
          .where('utility_id', '=', utilityId)
          .where('due_at', '<=', instant(nowMs()))
          .orderBy('priority')
          .orderBy('due_at')
          .orderBy('id')
          .limit(dueAtOnce)
          .execute(),
      );
      await dispatchInParts(o, utilityId, due);
      return due.length;
    },
    wake: async (utilityId, places) => {
      const due = await o.database.inUtility(utilityId, async (tx) => {
        const { rows } = await sql<DueCommand>`
          UPDATE commands SET due_at = LEAST(due_at, ${instant(nowMs())}::timestamptz)
          FROM unnest(${int2Array(places.map(({ bucket }) => bucket))}::int2[],
            ${uuidArray(places.map(({ meterId }) => meterId))}::uuid[]) AS back (bucket, meter_id)
          WHERE commands.bucket = back.bucket AND commands.meter_id = back.meter_id
            AND commands.due_at IS NOT NULL AND commands.stage <> 'sent'
          RETURNING commands.bucket, commands.id, commands.priority`.execute(tx);
        return rows;
      });
      const urgentFirst = [...due].sort((a, b) => a.priority - b.priority);
      await dispatchInParts(o, utilityId, urgentFirst);
    },
    cancel: async (tx, ref, asked) => {
      const row = await lockCommand(tx, ref);
      if (row === null || closedStages.includes(row.stage)) return false;
      if (row.stage === 'cancelling') return true;
      const moved = { ...ref, connectionId: row.connection_id };
      const atMs = nowMs();
      // A command that was never sent is nowhere but here.
      const reached = row.attempts > 0;
      await moveCommand(tx, moved, {
        stage: reached ? 'cancelling' : 'cancelled',
        dueAtMs: reached ? atMs : null,
        cancelled: asked,
        atMs,
      });
      if (reached) await notifyLive(tx, { kind: 'command', ...ref, priority: 0 });
      return true;
    },
    completeMany: (tx, answers) => completeCommands(tx, answers, nowMs()),
  };
}

/** Due commands of one sweep, and of one transaction: what is less urgent holds up nothing. */
const dueAtOnce = 1_000;
const claimedAtOnce = 100;

async function dispatchInParts(o: CommandDeps, utilityId: string, due: readonly DueCommand[]) {
  const errors: unknown[] = [];
  for (let from = 0; from < due.length; from += claimedAtOnce) {
    const part = due.slice(from, from + claimedAtOnce);
    await dispatchCommands(o, utilityId, part).catch((error) => errors.push(error));
  }
  if (errors.length > 0) throw errors[0];
}

async function lockCommand(tx: Tx, ref: CommandRef) {
  const row = await tx
    .selectFrom('commands')
    .selectAll()
    .where('bucket', '=', ref.bucket)
    .where('id', '=', ref.commandId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

const causeOf = (action: StoredAction) => (action.kind === 'switchOpen' ? action.cause : null);

async function enqueueCommand(
  o: CommandDeps,
  tx: Tx,
  command: NewCommand,
): Promise<{ readonly commandId: string }> {
  const { place } = command;
  const commandId = o.newUuid();
  const atMs = o.clocks.business.nowMs();
  const at = new Date(atMs);
  const subject = commandSubject(command.kind);
  const issuedAtMs = subject === null ? null : await nextCommandInstant(tx, place, atMs);
  const inserted = await tx
    .insertInto('commands')
    .values({
      bucket: place.bucket,
      id: commandId,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      meter_id: place.meterId,
      request_id: command.requestId,
      kind: command.kind,
      token_ref: command.kind === 'deliverToken' ? command.tokenRef : null,
      action: 'action' in command ? storedActionJson(command.action) : null,
      ...(command.priority === undefined ? {} : { priority: command.priority }),
      requested_by: command.asked?.by ?? null,
      reason: command.asked?.reason ?? null,
      stage: 'queued',
      queued_at: at,
      stage_at: at,
      due_at: at,
      expires_at: new Date(command.expiresAtMs),
      issued_at: issuedAtMs === null ? null : new Date(issuedAtMs),
    })
    .onConflict((conflict) =>
      conflict.columns(['bucket', 'connection_id', 'request_id']).doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) {
    const first = await tx
      .selectFrom('commands')
      .select('id')
      .where('bucket', '=', place.bucket)
      .where('connection_id', '=', place.connectionId)
      .where('request_id', '=', command.requestId)
      .executeTakeFirstOrThrow();
    return { commandId: first.id };
  }
  const ref = { utilityId: place.utilityId, bucket: place.bucket, commandId };
  await recordStage(tx, ref, { stage: 'queued', at });
  const { priority } = command;
  await notifyLive(tx, {
    ...{ kind: 'command', ...ref },
    ...(priority === undefined ? {} : { priority }),
  });
  const by = command.asked?.by ?? 'Prewatt';
  if (command.word !== undefined) {
    await heedSupplyWord(tx, {
      ...{ place, commandId, by, atMs },
      cause: 'action' in command ? causeOf(command.action) : null,
      safety: command.safety ?? null,
      ofJob: command.word === 'job',
      reason: command.asked?.reason ?? '',
    });
  }
  if (subject !== null) {
    await supersedeOlder(tx, { place, commandId, subject, by, atMs });
  }
  return { commandId };
}
