// What customers write, and what shops tell: kept once before it is answered, so that a gateway
// that repeats itself gets no second answer, and what no command was waits for a person.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

export type InboundText = {
  readonly id: string;
  readonly utilityId: string;
  readonly gateway: string;
  /** By which a repeat is known. */
  readonly gatewayId: string;
  readonly phone: string;
  readonly home: { readonly bucket: number; readonly connectionId: string } | null;
  readonly text: string;
};

/** The first time it came has its id; an answer that it got then is not given again. */
export async function keepText(
  tx: Tx,
  text: InboundText,
  nowMs: number,
): Promise<{ readonly id: string; readonly isAnswered: boolean }> {
  const gatewayId = text.gatewayId.slice(0, 100);
  const inserted = await tx
    .insertInto('inbound_texts')
    .values({
      utility_id: text.utilityId,
      id: text.id,
      gateway: text.gateway,
      gateway_id: gatewayId,
      phone: text.phone.slice(0, 40),
      bucket: text.home?.bucket ?? null,
      connection_id: text.home?.connectionId ?? null,
      text: text.text.slice(0, 2_000),
      state: 'open',
      at: new Date(nowMs),
    })
    .onConflict((conflict) => conflict.columns(['utility_id', 'gateway', 'gateway_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return { id: inserted.id, isAnswered: false };
  const before = await tx
    .selectFrom('inbound_texts')
    .select(['id', 'state', 'answer'])
    .where('gateway', '=', text.gateway)
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirstOrThrow();
  return { id: before.id, isAnswered: before.state !== 'open' || before.answer !== null };
}

/** How many texts of one sender wait for a person; `sender` begins their gateway's ids. */
export async function openTextsOf(
  tx: Tx,
  o: { readonly gateway: string; readonly sender: string; readonly exceptId: string },
): Promise<number> {
  const { count } = await tx
    .selectFrom('inbound_texts')
    .select(sql<bigint>`count(*)`.as('count'))
    .where('utility_id', '=', sql<string>`prewatt.current_utility()`)
    .where('state', '=', 'open')
    .where('gateway', '=', o.gateway)
    .where(sql<boolean>`starts_with(gateway_id, ${o.sender})`)
    .where('gateway_id', '!=', o.exceptId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** What was answered; `isOpen` when a person should read it all the same. */
export async function textAnswered(
  tx: Tx,
  id: string,
  { answer, isOpen }: { readonly answer: string | null; readonly isOpen: boolean },
): Promise<void> {
  await tx
    .updateTable('inbound_texts')
    .set({ answer: answer?.slice(0, 1_000) ?? null, state: isOpen ? 'open' : 'answered' })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .execute();
}

export type ShownText = {
  readonly id: string;
  readonly at: number;
  readonly phone: string;
  readonly connection_id: string | null;
  readonly connection_name: string | null;
  readonly text: string;
  readonly answer: string | null;
  readonly state: 'answered' | 'open' | 'done';
};

/** Newest first, before `beforeId`; those that wait for a person alone, or all. */
export async function textsOf(
  tx: Tx,
  o: { readonly isOpen: boolean; readonly beforeId: string | null; readonly limit: number },
): Promise<readonly ShownText[]> {
  let query = tx
    .selectFrom('inbound_texts as t')
    .leftJoin('connections as c', (join) =>
      join.onRef('c.bucket', '=', 't.bucket').onRef('c.id', '=', 't.connection_id'),
    )
    .select(['t.id', 't.at', 't.phone', 't.connection_id', 't.text', 't.answer', 't.state'])
    .select('c.name as connection_name')
    .where('t.utility_id', '=', sql<string>`prewatt.current_utility()`);
  if (o.isOpen) query = query.where('t.state', '=', 'open');
  if (o.beforeId !== null) query = query.where('t.id', '<', o.beforeId);
  return query.orderBy('t.id', 'desc').limit(o.limit).execute();
}

/** A person has read it. False when there is none that waits. */
export async function textDone(
  tx: Tx,
  id: string,
  by: { readonly operatorId: string; readonly nowMs: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('inbound_texts')
    .set({ state: 'done', done_at: new Date(by.nowMs), done_by: by.operatorId })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
