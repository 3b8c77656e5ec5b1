// Commands to meters as one stage table: who may move a command, how long it may wait, and what
// happens when due. A repeated command is harmless: the meter answers a known command id with its
// first answer, and a token's TID keeps it from being credited twice.

import { type CommandResult, encodeDown } from '@prewatt/protocol';
import { idFromUuid } from '@prewatt/quantities';
import type { MeterPlace } from '../connections/index.ts';
import { type Database, instant, type Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import { type LiveNotice, notifyLive } from '../platform/live.ts';
import type { Tables } from '../platform/tables.ts';
import type { Clocks } from '../platform/time.ts';
import { enqueueCommands } from './enqueue.ts';

/**
 * queued --published--> sent --broker has it--> awaitingResult --answer--> done | refused
 *                        ^                            |
 *                        +--- retry <--- due without answer (also from sent)
 * Any open stage past its expiry becomes expired; an answer after that still counts.
 */
export type Stage = Tables['commands']['stage'];

const minuteMs = 60_000;
/**
 * Business time until an open stage is looked at again: soon at first, then doubling up to an hour.
 */
const waitMs: Record<'sent' | 'awaitingResult', (attempts: number) => number> = {
  sent: () => minuteMs,
  awaitingResult: (attempts) => Math.min(minuteMs * 2 ** attempts, 60 * minuteMs),
};

/**
 * Sends bytes to a meter. Resolves once the broker has them; rejects when it does not take them.
 * `atMostOnce`: may get lost with the connection, which costs less.
 */
export type Transport = {
  readonly send: (
    meterPan: string,
    payload: Uint8Array,
    o?: { readonly atMostOnce: boolean },
  ) => Promise<void>;
};

export type CommandRef = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly commandId: string;
};

export type NewCommand = {
  readonly place: MeterPlace;
  readonly requestId: string;
  readonly expiresAtMs: number;
} & ({ readonly kind: 'readNow' } | { readonly kind: 'deliverToken'; readonly tokenRef: string });

export type Commands = {
  /**
   * Queues a command in the caller's transaction; the same request id again answers with the first
   * command.
   */
  readonly enqueue: (tx: Tx, command: NewCommand) => Promise<{ readonly commandId: string }>;
  /** Queues many new commands at once; answers with the notices that the caller has to send. */
  readonly enqueueMany: (tx: Tx, commands: readonly NewCommand[]) => Promise<readonly LiveNotice[]>;
  /** Publishes a command that is queued or due again. Harmless at any time, from any process. */
  readonly dispatch: (ref: CommandRef) => Promise<void>;
  /** Moves everything that is due in a utility. Returns how many commands it touched. */
  readonly sweep: (utilityId: string) => Promise<number>;
  /**
   * A meter's answer, in the transaction that stores it. Returns the token it was about, if any.
   */
  readonly complete: (
    tx: Tx,
    place: MeterPlace,
    answer: { readonly commandId: string; readonly result: CommandResult },
  ) => Promise<{ readonly tokenRef: string | null } | null>;
};

export function createCommands(o: {
  readonly database: Database;
  readonly transport: Transport;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  /** A token's delivery has expired unconfirmed. */
  readonly onTokenUnconfirmed: (tx: Tx, place: MeterPlace, tokenRef: string) => Promise<void>;
}): Commands {
  const nowMs = () => o.clocks.business.nowMs();

  const move = async (
    tx: Tx,
    ref: CommandRef & { readonly connectionId: string },
    to: { stage: Stage; attempts?: number; dueAtMs: number | null; result?: object },
  ): Promise<void> => {
    const at = new Date(nowMs());
    await tx
      .updateTable('commands')
      .set({
        stage: to.stage,
        stage_at: at,
        due_at: to.dueAtMs === null ? null : new Date(to.dueAtMs),
        ...(to.attempts === undefined ? {} : { attempts: to.attempts }),
        ...(to.result === undefined ? {} : { result: JSON.stringify(to.result, bigintAsText) }),
      })
      .where('bucket', '=', ref.bucket)
      .where('id', '=', ref.commandId)
      .execute();
    await recordStage(tx, ref, to.stage, at);
    await notifyLive(tx, {
      kind: 'connection',
      utilityId: ref.utilityId,
      connectionId: ref.connectionId,
    });
  };

  const lockOpen = async (tx: Tx, ref: CommandRef) => {
    const row = await tx
      .selectFrom('commands')
      .innerJoin('meters', (join) =>
        join
          .onRef('meters.bucket', '=', 'commands.bucket')
          .onRef('meters.id', '=', 'commands.meter_id'),
      )
      .leftJoin('tokens', (join) =>
        join
          .onRef('tokens.bucket', '=', 'commands.bucket')
          .onRef('tokens.id', '=', 'commands.token_ref'),
      )
      .selectAll('commands')
      .select(['meters.meter_pan', 'tokens.digits'])
      .where('commands.bucket', '=', ref.bucket)
      .where('commands.id', '=', ref.commandId)
      .forUpdate('commands')
      .skipLocked()
      .executeTakeFirst();
    return row !== undefined && row.due_at !== null ? row : null;
  };

  const dispatch = async (ref: CommandRef): Promise<void> => {
    const claimed = await o.database.inUtility(ref.utilityId, async (tx) => {
      const row = await lockOpen(tx, ref);
      if (row === null || row.due_at === null || row.due_at > nowMs()) return null;
      const moved = { ...ref, connectionId: row.connection_id };
      if (row.expires_at <= nowMs()) {
        await move(tx, moved, { stage: 'expired', dueAtMs: null });
        if (row.token_ref !== null) {
          const place = {
            utilityId: ref.utilityId,
            bucket: ref.bucket,
            connectionId: row.connection_id,
            meterId: row.meter_id,
          };
          await o.onTokenUnconfirmed(tx, place, row.token_ref);
        }
        return null;
      }
      if (row.stage !== 'queued') await move(tx, moved, { stage: 'retry', dueAtMs: nowMs() });
      const attempts = row.attempts + 1;
      await move(tx, moved, { stage: 'sent', attempts, dueAtMs: nowMs() + waitMs.sent(attempts) });
      return { ...row, attempts };
    });
    if (claimed === null) return;
    const payload = encodeDown({
      kind: 'command',
      commandId: idFromUuid('command', ref.commandId),
      expiresAtMs: claimed.expires_at,
      action:
        claimed.kind === 'readNow'
          ? { kind: 'readNow' }
          : { kind: 'deliverToken', token: claimed.digits ?? '' },
    });
    try {
      await o.transport.send(claimed.meter_pan, payload);
    } catch {
      return; // It stays "sent" and falls due again; the page shows the attempts.
    }
    await o.database.inUtility(ref.utilityId, async (tx) => {
      const row = await lockOpen(tx, ref);
      if (row === null || row.stage !== 'sent' || row.attempts !== claimed.attempts) return;
      const dueAtMs = nowMs() + waitMs.awaitingResult(claimed.attempts);
      await move(
        tx,
        { ...ref, connectionId: row.connection_id },
        { stage: 'awaitingResult', dueAtMs },
      );
    });
  };

  return {
    dispatch,
    enqueueMany: (tx, commands) =>
      enqueueCommands(tx, { newUuid: o.newUuid, nowMs: nowMs() }, commands),

    enqueue: async (tx, command) => {
      const { place } = command;
      const commandId = o.newUuid();
      const at = new Date(nowMs());
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
          stage: 'queued',
          queued_at: at,
          stage_at: at,
          due_at: at,
          expires_at: new Date(command.expiresAtMs),
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
      await recordStage(tx, ref, 'queued', at);
      await notifyLive(tx, { kind: 'command', ...ref });
      return { commandId };
    },

    sweep: async (utilityId) => {
      const due = await o.database.inUtility(utilityId, (tx) =>
        tx
          .selectFrom('commands')
          .select(['bucket', 'id'])
          .where('utility_id', '=', utilityId)
          .where('due_at', '<=', instant(nowMs()))
          .orderBy('due_at')
          .limit(200)
          .execute(),
      );
      for (const row of due) {
        await dispatch({ utilityId, bucket: row.bucket, commandId: row.id });
      }
      return due.length;
    },

    complete: async (tx, place, answer) => {
      const row = await tx
        .selectFrom('commands')
        .selectAll()
        .where('bucket', '=', place.bucket)
        .where('id', '=', answer.commandId)
        .where('meter_id', '=', place.meterId)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) return null;
      if (row.stage === 'done' || row.stage === 'refused') return { tokenRef: row.token_ref };
      await move(
        tx,
        {
          utilityId: place.utilityId,
          bucket: place.bucket,
          commandId: row.id,
          connectionId: place.connectionId,
        },
        {
          stage: answer.result.kind === 'refused' ? 'refused' : 'done',
          dueAtMs: null,
          result: answer.result,
        },
      );
      return { tokenRef: row.token_ref };
    },
  };
}

async function recordStage(tx: Tx, ref: CommandRef, stage: Stage, at: Date): Promise<void> {
  const last = await tx
    .selectFrom('command_stages')
    .select((eb) => eb.fn.max('ordinal').as('ordinal'))
    .where('bucket', '=', ref.bucket)
    .where('command_id', '=', ref.commandId)
    .executeTakeFirst();
  await tx
    .insertInto('command_stages')
    .values({
      bucket: ref.bucket,
      command_id: ref.commandId,
      ordinal: (last?.ordinal ?? 0) + 1,
      utility_id: ref.utilityId,
      stage,
      at,
    })
    .execute();
}

const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
