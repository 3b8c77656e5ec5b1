// Tickets opened and worked on, step by step.

import { dueHoursOf, type TicketAct, type TicketKind, type TicketTopic } from '@prewatt/api';
import { err, hourMs, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import {
  insertTicketEvent,
  loadTicket,
  type Ticket,
  type TicketEvent,
  ticketByRequest,
} from './store.ts';

export type TicketRefusal =
  | 'unknownTicket'
  | 'changedMeanwhile'
  | 'ticketClosed'
  | 'ticketOpen'
  | 'unknownOperator'
  | 'tooManyTickets';

type NewTicket = {
  readonly utilityId: string;
  readonly requestId: string;
  readonly kind: TicketKind;
  readonly topic: TicketTopic;
  readonly words: string;
  readonly customerId: string | null;
  readonly home: { readonly bucket: number; readonly connectionId: string } | null;
  /** Null: the customer, who may have few that wait. */
  readonly operatorId: string | null;
  readonly nowMs: number;
};

const mostOfCustomer = 3;

/** Once for a `requestId`. Numbers count up without a gap: one is opened at a time. */
export async function openTicket(
  tx: Tx,
  newUuid: NewUuid,
  o: NewTicket,
): Promise<Result<Ticket, TicketRefusal>> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`tickets:${o.utilityId}`}, 0))`.execute(
    tx,
  );
  const before = await ticketByRequest(tx, o.requestId);
  if (before !== null) return ok(before);
  if (o.operatorId === null && (await openOfCustomer(tx, o)) >= mostOfCustomer) {
    return err('tooManyTickets');
  }
  const id = newUuid();
  await tx
    .insertInto('tickets')
    .values({
      ...{ id, utility_id: o.utilityId, kind: o.kind, topic: o.topic, words: o.words },
      number: sql<number>`(SELECT coalesce(max(number), 0) + 1 FROM tickets
        WHERE utility_id = ${o.utilityId}::uuid)`,
      state: 'open',
      customer_id: o.customerId,
      bucket: o.home?.bucket ?? null,
      connection_id: o.home?.connectionId ?? null,
      opened_by: o.operatorId,
      request_id: o.requestId,
      opened_at: new Date(o.nowMs),
      due_at: new Date(o.nowMs + dueHoursOf(o) * hourMs),
    })
    .execute();
  const { operatorId, nowMs } = o;
  await insertTicketEvent(
    tx,
    { id, utilityId: o.utilityId },
    { event: 'opened', words: '', operatorId, nowMs },
  );
  const made = await loadTicket(tx, id);
  return made === null ? err('unknownTicket') : ok(made);
}

async function openOfCustomer(tx: Tx, { home }: NewTicket): Promise<number> {
  const { n } = await tx
    .selectFrom('tickets')
    .select((eb) => eb.fn.countAll<bigint>().as('n'))
    .where('bucket', '=', home?.bucket ?? -1)
    .where('connection_id', '=', home?.connectionId ?? null)
    .where('opened_by', 'is', null)
    .where('state', '<>', 'closed')
    .executeTakeFirstOrThrow();
  return Number(n);
}

type By = { readonly operatorId: string; readonly nowMs: number };

/** One step of an operator; of two at once, the second has not seen the first and is refused. */
export async function actOnTicket(
  tx: Tx,
  id: string,
  act: Exclude<TicketAct, { act: 'give' }> | { act: 'give'; version: number; toOperator: string },
  by: By,
): Promise<Result<Ticket, TicketRefusal>> {
  const held = await tx
    .selectFrom('tickets')
    .select(['id', 'utility_id', 'version', 'state'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (held === undefined) return err('unknownTicket');
  if (held.version !== act.version) return err('changedMeanwhile');
  if (held.state === 'closed' && act.act !== 'openAgain') return err('ticketClosed');
  if (held.state !== 'closed' && act.act === 'openAgain') return err('ticketOpen');
  const step = await stepOf(tx, act, by);
  if (step === null) return err('unknownOperator');
  await tx
    .updateTable('tickets')
    .set({ ...step.set, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .execute();
  await insertTicketEvent(
    tx,
    { id, utilityId: held.utility_id },
    { event: step.event, words: step.words, ...by },
  );
  const after = await loadTicket(tx, id);
  return after === null ? err('unknownTicket') : ok(after);
}

type Step = {
  readonly set: {
    readonly state?: 'open' | 'working' | 'closed';
    readonly assigned_to?: string;
    readonly closed_at?: Date | null;
    readonly answer?: string | null;
  };
  readonly event: TicketEvent['event'];
  readonly words: string;
};

async function stepOf(
  tx: Tx,
  act: Parameters<typeof actOnTicket>[2],
  by: By,
): Promise<Step | null> {
  const working = { state: 'working' } as const;
  switch (act.act) {
    case 'take':
      return {
        set: { ...working, assigned_to: by.operatorId },
        event: 'taken',
        words: '',
      };
    case 'give': {
      const holder = await tx
        .selectFrom('operators')
        .select('name')
        .where('id', '=', act.toOperator)
        .where('utility_id', '=', sql<string>`prewatt.current_utility()`)
        .executeTakeFirst();
      if (holder === undefined) return null;
      const set = { ...working, assigned_to: act.toOperator };
      return { set, event: 'given', words: holder.name };
    }
    case 'note':
      return { set: {}, event: 'noted', words: act.words };
    case 'close':
      return {
        set: { state: 'closed', closed_at: new Date(by.nowMs), answer: act.answer },
        ...{ event: 'closed', words: act.answer },
      };
    case 'openAgain':
      return {
        set: { state: 'open', closed_at: null, answer: null },
        ...{ event: 'openedAgain', words: act.words },
      };
  }
}
