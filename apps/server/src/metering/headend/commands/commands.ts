// Commands to meters: queued with the fact that asks for them, sent until they are answered, taken
// back on request. A repeated command is harmless: the meter answers a known command id with its
// first answer, so a lost answer ends right whatever the command was.

import { commandSubject } from '@prewatt/protocol';
import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../../base/binary-arrays.ts';
import { instant, type Tx } from '../../../base/database.ts';
import { notifyLive } from '../../../base/live.ts';
import { type MeterPlace, nextCommandInstant } from '../../../registry/connections/index.ts';
import { type StoredAction, storedActionJson } from './actions.ts';
import type { CommandDeps, Commands, NewCommand } from './command-types.ts';
import { completeCommands } from './completing.ts';
import { type DueCommand, dispatchCommands } from './dispatch.ts';
import { enqueueCommands } from './enqueue.ts';
import { heedSupplyWord, supplyHoldOf } from './holds.ts';
import { type CommandRef, closedStages, moveCommand, recordStage } from './stages.ts';
import { lockMeter, supersedeOlder } from './superseding.ts';

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
      const due = await o.database.inUtility(utilityId, (tx) => makeDue(tx, places, nowMs()));
      // Tokens in the order of their making: a meter refuses one of which it has fifty later ones.
      const urgentFirst = [...due].sort(
        (a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1),
      );
      await dispatchInParts(o, utilityId, urgentFirst);
    },
    cancel: (tx, ref, asked) => cancelCommand(tx, ref, { asked, atMs: nowMs() }),
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

/** What waits for these meters is due at once; what was sent waits for its answer. */
async function makeDue(
  tx: Tx,
  places: readonly MeterPlace[],
  nowMs: number,
): Promise<readonly DueCommand[]> {
  const { rows } = await sql<DueCommand>`
    UPDATE commands SET due_at = LEAST(due_at, ${instant(nowMs)}::timestamptz)
    FROM unnest(${int2Array(places.map(({ bucket }) => bucket))}::int2[],
      ${uuidArray(places.map(({ meterId }) => meterId))}::uuid[]) AS back (bucket, meter_id)
    WHERE commands.bucket = back.bucket AND commands.meter_id = back.meter_id
      AND commands.due_at IS NOT NULL AND commands.stage <> 'sent'
    RETURNING commands.bucket, commands.id, commands.priority`.execute(tx);
  return rows;
}

async function cancelCommand(
  tx: Tx,
  ref: CommandRef,
  { asked, atMs }: { readonly asked: Parameters<Commands['cancel']>[2]; readonly atMs: number },
): Promise<boolean> {
  const row = await lockCommand(tx, ref);
  if (row === null || closedStages.includes(row.stage)) return false;
  if (row.stage === 'cancelling') return true;
  const moved = { ...ref, connectionId: row.connection_id };
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
