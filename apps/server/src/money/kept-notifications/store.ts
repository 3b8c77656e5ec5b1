// Rows of notifications: kept many at a time, marked, and forgotten when their time is over.

import type { NotificationMade } from '@prewatt/api';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import { prepared } from '../../base/rows.ts';

export type NewNotification = {
  readonly id: string;
  readonly provider: string;
  readonly heardAtMs: number;
  readonly made: NotificationMade;
  readonly address: string;
  readonly path: string;
  /** JSON. */
  readonly headers: string;
  readonly body: Buffer;
  readonly payment: { readonly bucket: number; readonly paymentId: string } | null;
  readonly told: Told;
};
/** What it says of its money, as its adapter read it: for people who look, no proof. */
export type Told = {
  readonly amountMinor: bigint | null;
  readonly currencyCode: string | null;
  readonly providerReference: string | null;
  /** The last three digits of the payer's phone. */
  readonly phoneEnd: string | null;
};

/**
 * What came before is counted, and keeps what it has. That acting on it went wrong is over with it:
 * whoever acts on it this time says so again.
 */
export async function keepAll(
  tx: Tx,
  utilityId: string,
  all: readonly NewNotification[],
): Promise<void> {
  const rows = new Map<string, { readonly of: NewNotification; times: number }>();
  for (const of of all) {
    const known = rows.get(of.id);
    if (known === undefined) rows.set(of.id, { of, times: 1 });
    else known.times += 1;
  }
  const each = [...rows.values()].sort((a, b) => (a.of.id < b.of.id ? -1 : 1));
  const column = <T>(value: (row: NewNotification) => T): T[] => each.map(({ of }) => value(of));
  await sql`${prepared} INSERT INTO provider_notifications AS n
      (id, utility_id, provider, heard_at, last_heard_at, times, made, address, path, headers, body,
       payment_bucket, payment_id, amount_minor, currency_code, provider_reference, phone_end)
    SELECT r.id, ${utilityId}::uuid, r.provider, r.at, r.at, r.times, r.made, r.address, r.path,
      r.headers, r.body, r.payment_bucket, r.payment_id, r.amount_minor, r.currency_code,
      r.provider_reference, r.phone_end
    FROM unnest(${column(({ id }) => id)}::uuid[], ${column(({ provider }) => provider)}::text[],
      ${column(({ heardAtMs }) => new Date(heardAtMs))}::timestamptz[],
      ${each.map(({ times }) => times)}::integer[], ${column(({ made }) => made)}::text[],
      ${column(({ address }) => address)}::text[], ${column(({ path }) => path)}::text[],
      ${column(({ headers }) => headers)}::text[], ${column(({ body }) => body)}::bytea[],
      ${column(({ payment }) => payment?.bucket ?? null)}::smallint[],
      ${column(({ payment }) => payment?.paymentId ?? null)}::uuid[],
      ${column(({ told }) => told.amountMinor)}::bigint[],
      ${column(({ told }) => told.currencyCode)}::text[],
      ${column(({ told }) => told.providerReference)}::text[],
      ${column(({ told }) => told.phoneEnd)}::text[])
      AS r (id, provider, at, times, made, address, path, headers, body, payment_bucket, payment_id,
        amount_minor, currency_code, provider_reference, phone_end)
    ON CONFLICT (id) DO UPDATE SET times = least(n.times::bigint + excluded.times, 2000000000),
      last_heard_at = greatest(n.last_heard_at, excluded.last_heard_at), failed_at = NULL`.execute(
    tx,
  );
}

export const setFailed = (tx: Tx, id: string, at: Date | null): Promise<unknown> =>
  tx.updateTable('provider_notifications').set({ failed_at: at }).where('id', '=', id).execute();

/** What it says is read anew where it can be: what came before the columns were has none. */
export const setJudged = (
  tx: Tx,
  id: string,
  o: {
    readonly at: Date;
    readonly made: NotificationMade;
    readonly by: string;
    readonly told: Told | null;
  },
): Promise<unknown> =>
  tx
    .updateTable('provider_notifications')
    .set({
      ...{ judged_at: o.at, judged_made: o.made, judged_by: o.by },
      ...toldColumns(o.told),
    })
    .where('id', '=', id)
    .execute();

/** By upkeep, once: of what says nothing, what stands there stays. */
export const setRead = (tx: Tx, id: string, told: Told | null): Promise<unknown> =>
  tx
    .updateTable('provider_notifications')
    .set({ awaits_reading: false, ...toldColumns(told) })
    .where('id', '=', id)
    .execute();

const toldColumns = (told: Told | null) =>
  told === null
    ? {}
    : {
        amount_minor: told.amountMinor,
        currency_code: told.currencyCode,
        provider_reference: told.providerReference,
        phone_end: told.phoneEnd,
      };

/** It could not be acted on. A hint has nothing left to say once its payment is settled. */
export const isFailed = sql<boolean>`n.failed_at IS NOT NULL AND NOT (n.made = 'hint' AND EXISTS (
  SELECT FROM payments done WHERE done.bucket = n.payment_bucket AND done.id = n.payment_id
    AND done.state = 'succeeded'))`;

/** How many could not be acted on, by nothing that came since. */
export async function failedNotificationCount(tx: Tx, utilityId: string): Promise<number> {
  const row = await tx
    .selectFrom('provider_notifications as n')
    .where('n.utility_id', '=', utilityId)
    .where(isFailed)
    .select(sql<bigint>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  return Number(row.total);
}

const keptDays = 90;
const refusedDays = 7;
const mostBytes = 4_000_000_000n;

/** In small transactions, so that none holds the table for long. */
export async function forgetOld(database: Database, utilityId: string): Promise<number> {
  for (let all = 0; ; ) {
    const gone = await database.inUtility(utilityId, async (tx) => {
      const { rows } = await sql<{ readonly gone: number }>`SELECT forget_provider_notifications(
        ${keptDays}::integer, ${refusedDays}::integer, ${mostBytes}::bigint) AS gone`.execute(tx);
      return rows[0]?.gone ?? 0;
    });
    all += gone;
    if (gone === 0) return all;
  }
}
