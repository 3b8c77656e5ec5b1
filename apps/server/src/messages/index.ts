// Messages to customers: queued in the transaction of the fact, sent by a job, retried until the
// gateway takes them. The same fact never makes a second message.

import type { Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { ConnectionPlace } from '../connections/index.ts';
import type { Database, Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import { enqueueJobs } from '../platform/jobs.ts';
import { notifyLive } from '../platform/live.ts';
import { insertOfRows } from '../platform/rows.ts';
import type { Clocks } from '../platform/time.ts';

/** Where text messages go: an SMS gateway. Sending the same id twice delivers once. */
export type SmsGateway = {
  readonly send: (message: {
    readonly id: string;
    readonly to: string;
    readonly text: string;
  }) => Promise<Result<void, 'unreachable' | 'refused'>>;
};

export type MessageKind =
  | 'tokenIssued'
  | 'walletCredited'
  | 'saleReversed'
  | 'creditLow'
  | 'creditVeryLow'
  | 'supplyOff'
  | 'protectedSupply'
  | 'emergencyCredit'
  | 'supplyRestored';

export type NewMessage = {
  readonly place: ConnectionPlace;
  readonly kind: MessageKind;
  /** Names the fact, e.g. "sale:<id>". */
  readonly factKey: string;
  readonly phone: string;
  readonly text: string;
  /** When what it tells of happened, for messages that something newer can overtake. */
  readonly aboutMs?: number;
  /** Held back until then; whoever sets it releases it. */
  readonly dueMs?: number;
  /** Overtaken already: it is kept, so that it stays unique, and never sent. */
  readonly isOvertaken?: boolean;
};

/** A message that was held back and is due. */
export type DueMessage = {
  readonly place: ConnectionPlace;
  readonly messageId: string;
  readonly kind: MessageKind;
  readonly aboutMs: number;
};

export type Messages = {
  readonly queue: (tx: Tx, message: NewMessage) => Promise<void>;
  /** The same for many at once, of one utility. */
  readonly queueMany: (tx: Tx, messages: readonly NewMessage[]) => Promise<void>;
  /** Messages held back that are due, oldest first, locked until the transaction ends. */
  readonly due: (tx: Tx, utilityId: string, limit: number) => Promise<readonly DueMessage[]>;
  /** Sends a message that was held back, or drops it. */
  readonly release: (tx: Tx, message: DueMessage, how: 'send' | 'drop') => Promise<void>;
  /** The job: throws while the gateway is unreachable, so that it is tried again. */
  readonly send: (o: {
    readonly utilityId: string;
    readonly bucket: number;
    readonly messageId: string;
  }) => Promise<void>;
};

const messageColumns = {
  bucket: 'smallint',
  id: 'uuid',
  utility_id: 'uuid',
  connection_id: 'uuid',
  kind: 'text',
  fact_key: 'text',
  phone: 'text',
  text: 'text',
  state: 'text',
  created_at: 'timestamptz',
  state_at: 'timestamptz',
  due_at: 'timestamptz',
  about_at: 'timestamptz',
} as const;

type InsertedMessage = {
  readonly utility_id: string;
  readonly bucket: number;
  readonly id: string;
  readonly state: string;
};

const insertMessages = insertOfRows<typeof messageColumns, Record<never, never>, InsertedMessage>(
  'messages',
  messageColumns,
  { same: {}, tail: 'ON CONFLICT DO NOTHING RETURNING utility_id, bucket, id, state' },
);

export function createMessages(o: {
  readonly database: Database;
  readonly gateway: SmsGateway;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
}): Messages {
  const now = () => new Date(o.clocks.business.nowMs());
  const queueMany = async (tx: Tx, queued: readonly NewMessage[]): Promise<void> => {
    if (queued.length === 0) return;
    const at = now();
    const rows = queued.map((m) => ({
      bucket: m.place.bucket,
      id: o.newUuid(),
      utility_id: m.place.utilityId,
      connection_id: m.place.connectionId,
      kind: m.kind,
      fact_key: m.factKey,
      phone: m.phone,
      text: m.text,
      state: stateOf(m),
      created_at: at,
      state_at: at,
      due_at: m.dueMs === undefined ? null : new Date(m.dueMs),
      about_at: m.aboutMs === undefined ? null : new Date(m.aboutMs),
    }));
    const inserted = await insertMessages(tx, rows);
    const toSend = inserted.filter(({ state }) => state === 'queued');
    const payloads = toSend.map(({ utility_id: utilityId, bucket, id: messageId }) => ({
      utilityId,
      bucket,
      messageId,
    }));
    await enqueueJobs(tx, 'sendMessage', payloads);
  };

  return {
    queue: (tx, message) => queueMany(tx, [message]),
    queueMany,

    due: async (tx, utilityId, limit) => {
      const rows = await tx
        .selectFrom('messages')
        .select(['bucket', 'id', 'connection_id', 'kind', 'about_at', 'created_at'])
        .where('utility_id', '=', utilityId)
        .where('state', '=', 'waiting')
        .where(sql<boolean>`due_at <= ${now()}::timestamptz`)
        .orderBy('due_at')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .execute();
      return rows.map((row) => ({
        place: { utilityId, bucket: row.bucket, connectionId: row.connection_id },
        messageId: row.id,
        kind: row.kind as MessageKind,
        aboutMs: row.about_at ?? row.created_at,
      }));
    },

    release: async (tx, { place, messageId }, how) => {
      const { utilityId, bucket, connectionId } = place;
      const { numUpdatedRows } = await tx
        .updateTable('messages')
        .set({ state: how === 'send' ? 'queued' : 'dropped', state_at: now() })
        .where('bucket', '=', bucket)
        .where('id', '=', messageId)
        .where('state', '=', 'waiting')
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return;
      if (how === 'send') await enqueueJobs(tx, 'sendMessage', [{ utilityId, bucket, messageId }]);
      await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
    },

    send: async ({ utilityId, bucket, messageId }) => {
      const message = await o.database.inUtility(utilityId, (tx) =>
        tx
          .selectFrom('messages')
          .selectAll()
          .where('bucket', '=', bucket)
          .where('id', '=', messageId)
          .executeTakeFirst(),
      );
      if (message === undefined || message.state !== 'queued') return;
      const sent = await o.gateway.send({ id: messageId, to: message.phone, text: message.text });
      await o.database.inUtility(utilityId, async (tx) => {
        await tx
          .updateTable('messages')
          .set((eb) => ({
            state: sent.ok ? 'sent' : sent.error === 'refused' ? 'failed' : 'queued',
            state_at: now(),
            attempts: eb('attempts', '+', 1),
          }))
          .where('bucket', '=', bucket)
          .where('id', '=', messageId)
          .execute();
        const connectionId = message.connection_id;
        await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
      });
      if (!sent.ok && sent.error === 'unreachable') throw new Error('message gateway unreachable');
    },
  };
}

const stateOf = (message: NewMessage): 'waiting' | 'queued' | 'dropped' => {
  if (message.isOvertaken === true) return 'dropped';
  return message.dueMs === undefined ? 'queued' : 'waiting';
};
