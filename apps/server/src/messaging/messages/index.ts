// Messages to customers: queued in the transaction of the fact, sent by a job, retried until the
// gateway takes them. The same fact never makes a second message.

import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../base/binary-arrays.ts';
import { type Database, deferToCommit, type Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { type Jobs, jobsOf } from '../../base/jobs.ts';
import { notifyLive, notifyLiveMany } from '../../base/live.ts';
import { insertOfRows, prepared } from '../../base/rows.ts';
import type { Clocks } from '../../base/time.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { SmsGateway } from './sms-gateway.ts';

export { createSmsGateway, type SmsGateway } from './sms-gateway.ts';

export type MessageKind =
  | 'tokenIssued'
  | 'walletCredited'
  | 'saleReversed'
  | 'powerLimit'
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
  /**
   * The job, for what was queued together: throws while the gateway is unreachable, so that it is
   * tried again; what has gone is not sent again.
   */
  readonly send: (o: Jobs['sendMessages']) => Promise<void>;
};

/** Messages of one job; those that are at the gateway at once. */
const messagesPerJob = 50;
const sentAtOnce = 8;

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
    await deferToCommit(tx, saySendMessages, toSend);
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
      if (how === 'send')
        await deferToCommit(tx, saySendMessages, [
          { utility_id: utilityId, bucket, id: messageId },
        ]);
      await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
    },

    send: async ({ utilityId, messages }) => {
      const queued = await o.database.inUtility(utilityId, (tx) => selectQueued(tx, messages));
      const sendOne = async (message: Queued): Promise<Outcome> => {
        const { id, phone: to, text } = message;
        const answer = await o.gateway.send({ id, to, text });
        if (answer.ok) return { ...message, state: 'sent' };
        return { ...message, state: answer.error === 'refused' ? 'failed' : 'queued' };
      };
      const outcomes: Outcome[] = [];
      let isReachable = true;
      for (let i = 0; i < queued.length && isReachable; i += sentAtOnce) {
        const sent = await Promise.all(queued.slice(i, i + sentAtOnce).map(sendOne));
        outcomes.push(...sent);
        // A message that the gateway breaks at is not a gateway that is away.
        isReachable = sent.some(({ state }) => state !== 'queued');
      }
      const isLeft = outcomes.some(({ state }) => state === 'queued');
      if (outcomes.length > 0) {
        await o.database.inUtility(utilityId, async (tx) => {
          await keepOutcomes(tx, now(), outcomes);
          const connectionIds = new Set(outcomes.map((each) => each.connection_id));
          await notifyLiveMany(
            tx,
            [...connectionIds].map((connectionId) => ({
              kind: 'connection',
              utilityId,
              connectionId,
            })),
          );
        });
      }
      if (isLeft) throw new Error('message gateway unreachable');
    },
  };
}

/** What one transaction queued goes out by few jobs. */
function saySendMessages(queued: readonly Pick<InsertedMessage, 'utility_id' | 'bucket' | 'id'>[]) {
  const jobs: Jobs['sendMessages'][] = [];
  for (const [utilityId, ofUtility] of Map.groupBy(queued, (row) => row.utility_id)) {
    for (let i = 0; i < ofUtility.length; i += messagesPerJob) {
      const messages = ofUtility.slice(i, i + messagesPerJob);
      jobs.push({ utilityId, messages: messages.map(({ bucket, id }) => ({ bucket, id })) });
    }
  }
  return [jobsOf('sendMessages', jobs)];
}

type Queued = {
  readonly bucket: number;
  readonly id: string;
  readonly connection_id: string;
  readonly phone: string;
  readonly text: string;
};
type Outcome = Queued & { readonly state: 'sent' | 'failed' | 'queued' };

/** Those that were not sent yet, in their order; what has failed before comes last. */
async function selectQueued(
  tx: Tx,
  messages: Jobs['sendMessages']['messages'],
): Promise<readonly Queued[]> {
  const found =
    await sql<Queued>`${prepared} SELECT m.bucket, m.id, m.connection_id, m.phone, m.text
    FROM unnest(${int2Array(messages.map(({ bucket }) => bucket))}::int2[],
      ${uuidArray(messages.map(({ id }) => id))}::uuid[])
      WITH ORDINALITY AS wanted (bucket, id, nth)
    JOIN messages m ON m.bucket = wanted.bucket AND m.id = wanted.id
    WHERE m.state = 'queued' ORDER BY m.attempts, wanted.nth`.execute(tx);
  return found.rows;
}

async function keepOutcomes(tx: Tx, at: Date, outcomes: readonly Outcome[]): Promise<void> {
  await sql`${prepared} UPDATE messages m
    SET state = r.state, state_at = ${at}::timestamptz, attempts = m.attempts + 1
    FROM unnest(${int2Array(outcomes.map(({ bucket }) => bucket))}::int2[],
      ${uuidArray(outcomes.map(({ id }) => id))}::uuid[],
      ${outcomes.map(({ state }) => state)}::text[]) AS r (bucket, id, state)
    WHERE m.bucket = r.bucket AND m.id = r.id`.execute(tx);
}

const stateOf = (message: NewMessage): 'waiting' | 'queued' | 'dropped' => {
  if (message.isOvertaken === true) return 'dropped';
  return message.dueMs === undefined ? 'queued' : 'waiting';
};
