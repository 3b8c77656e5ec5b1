// Messages to customers: queued in the transaction of the fact, sent by a job, retried until the
// gateway takes them. The same fact never makes a second message.

import type { Result } from '@prewatt/quantities';
import type { ConnectionPlace } from '../connections/index.ts';
import type { Database, Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import { enqueueJob } from '../platform/jobs.ts';
import { notifyLive } from '../platform/live.ts';
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
  | 'creditLow'
  | 'supplyOff'
  | 'protectedSupply'
  | 'supplyRestored';

export type Messages = {
  readonly queue: (
    tx: Tx,
    o: {
      readonly place: ConnectionPlace;
      readonly kind: MessageKind;
      /** Names the fact, e.g. "sale:<id>". */
      readonly factKey: string;
      readonly phone: string;
      readonly text: string;
    },
  ) => Promise<void>;
  /** The job: throws while the gateway is unreachable, so that it is tried again. */
  readonly send: (o: {
    readonly utilityId: string;
    readonly bucket: number;
    readonly messageId: string;
  }) => Promise<void>;
};

export function createMessages(o: {
  readonly database: Database;
  readonly gateway: SmsGateway;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
}): Messages {
  const now = () => new Date(o.clocks.business.nowMs());
  return {
    queue: async (tx, m) => {
      const id = o.newUuid();
      const inserted = await tx
        .insertInto('messages')
        .values({
          bucket: m.place.bucket,
          id,
          utility_id: m.place.utilityId,
          connection_id: m.place.connectionId,
          kind: m.kind,
          fact_key: m.factKey,
          phone: m.phone,
          text: m.text,
          state: 'queued',
          created_at: now(),
          state_at: now(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (inserted === undefined) return;
      const { utilityId, bucket } = m.place;
      await enqueueJob(tx, 'sendMessage', { utilityId, bucket, messageId: id });
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
