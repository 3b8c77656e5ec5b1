// Messages to customers: queued in the transaction of the fact, sent by a job, retried until a
// gateway takes them. The same fact never makes a second message.

import { sql } from 'kysely';
import { type Database, deferToCommit, type Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { type Jobs, jobsOf } from '../../base/jobs.ts';
import { notifyLive } from '../../base/live.ts';
import { insertOfRows } from '../../base/rows.ts';
import type { Clocks } from '../../base/time.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { MessageGateway } from '../gateways/index.ts';
import { createReports, type Report } from './reports.ts';
import { createSending, type SendingDeps } from './sending.ts';

export { lastTokenText } from './last-token.ts';
export type { AttemptOutcome } from './next-gateway.ts';
export type { Report } from './reports.ts';

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
  | 'supplyRestored'
  | 'endsInTwoDays'
  | 'endsInHalfDay'
  | 'endsAtPresentUse'
  | 'weeklyDigest'
  | 'paymentModeChanges'
  | 'walletBegins'
  | 'supplyHeld'
  | 'supplyReleased'
  | 'protectionEnds'
  | 'lendingEnds'
  | 'topUp'
  | 'limitReached'
  | 'customerChanged'
  | 'payerReceipt'
  | 'answer';

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
   * The job, for what was queued together: throws while no gateway takes it, so that it is tried
   * again; what has gone is not sent again.
   */
  readonly send: (o: Jobs['sendMessages']) => Promise<void>;
  /** A delivery report of a gateway. */
  readonly reported: (gateway: string, report: Report) => Promise<void>;
  /** Takes up reports that came before their message was filed. */
  readonly sweepReports: () => Promise<void>;
  /** Sends by another gateway what should have come by now. */
  readonly recheck: (utilityId: string) => Promise<void>;
};

/** Messages of one job. */
const messagesPerJob = 50;

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

type QueuedMessage = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly id: string;
  readonly phone: string;
};

type MessagesDeps = {
  readonly database: Database;
  /** In the order in which they are tried. */
  readonly gateways: readonly MessageGateway[];
  readonly tokenWaitMs: number;
  readonly onOptedOut: (phone: string) => Promise<void>;
  readonly onSent?: NonNullable<SendingDeps['onSent']>;
  /** In the transaction in which messages are queued, for another way beside it. */
  readonly alsoByMail?: (tx: Tx, queued: readonly QueuedMessage[]) => Promise<void>;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

export function createMessages(o: MessagesDeps): Messages {
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
    await o.alsoByMail?.(tx, withPhones(toSend, rows));
  };

  return {
    queue: (tx, message) => queueMany(tx, [message]),
    queueMany,

    due: (tx, utilityId, limit) => selectDue(tx, { utilityId, limit, now: now() }),

    release: (tx, message, how) => release(tx, message, { how, now: now(), byMail: o.alsoByMail }),

    send: createSending(o),
    ...createReports({ ...o, names: o.gateways.map(({ name }) => name) }),
  };
}

const withPhones = (
  queued: readonly InsertedMessage[],
  rows: readonly { readonly id: string; readonly phone: string }[],
): readonly QueuedMessage[] => {
  const phones = new Map(rows.map(({ id, phone }) => [id, phone]));
  return queued.map(({ utility_id: utilityId, bucket, id }) => ({
    ...{ utilityId, bucket, id },
    phone: phones.get(id) ?? '',
  }));
};

async function release(
  tx: Tx,
  { place, messageId: id }: DueMessage,
  o: {
    readonly how: 'send' | 'drop';
    readonly now: Date;
    readonly byMail: MessagesDeps['alsoByMail'];
  },
): Promise<void> {
  const { utilityId, bucket, connectionId } = place;
  const released = await tx
    .updateTable('messages')
    .set({ state: o.how === 'send' ? 'queued' : 'dropped', state_at: o.now })
    .where('bucket', '=', bucket)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .returning('phone')
    .executeTakeFirst();
  if (released === undefined) return;
  if (o.how === 'send') {
    await deferToCommit(tx, saySendMessages, [{ utility_id: utilityId, bucket, id }]);
    await o.byMail?.(tx, [{ utilityId, bucket, id, phone: released.phone }]);
  }
  await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
}

async function selectDue(
  tx: Tx,
  o: { readonly utilityId: string; readonly limit: number; readonly now: Date },
): Promise<readonly DueMessage[]> {
  const { utilityId } = o;
  const rows = await tx
    .selectFrom('messages')
    .select(['bucket', 'id', 'connection_id', 'kind', 'about_at', 'created_at'])
    .where('utility_id', '=', utilityId)
    .where('state', '=', 'waiting')
    .where(sql<boolean>`due_at <= ${o.now}::timestamptz`)
    .orderBy('due_at')
    .limit(o.limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map((row) => ({
    place: { utilityId, bucket: row.bucket, connectionId: row.connection_id },
    messageId: row.id,
    kind: row.kind as MessageKind,
    aboutMs: row.about_at ?? row.created_at,
  }));
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

const stateOf = (message: NewMessage): 'waiting' | 'queued' | 'dropped' => {
  if (message.isOvertaken === true) return 'dropped';
  return message.dueMs === undefined ? 'queued' : 'waiting';
};
