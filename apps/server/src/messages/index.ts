// Messages to customers: queued in the transaction of the fact, sent by a job, retried until the
// gateway takes them. The same fact never makes a second message.

import type { Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { ConnectionPlace } from '../connections/index.ts';
import type { Database, Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import { enqueueJobs } from '../platform/jobs.ts';
import { notifyLive } from '../platform/live.ts';
import { insertRows } from '../platform/rows.ts';
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
};

export type Messages = {
  readonly queue: (tx: Tx, message: NewMessage) => Promise<void>;
  /** The same for many at once, of one utility. */
  readonly queueMany: (tx: Tx, messages: readonly NewMessage[]) => Promise<void>;
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
} as const;

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
      state: 'queued',
      created_at: at,
      state_at: at,
    }));
    const { rows: inserted } = await sql<{ utility_id: string; bucket: number; id: string }>`
      ${insertRows('messages', messageColumns, rows)}
      ON CONFLICT DO NOTHING RETURNING utility_id, bucket, id`.execute(tx);
    const payloads = inserted.map(({ utility_id: utilityId, bucket, id: messageId }) => ({
      utilityId,
      bucket,
      messageId,
    }));
    await enqueueJobs(tx, 'sendMessage', payloads);
  };

  return {
    queue: (tx, message) => queueMany(tx, [message]),
    queueMany,

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
