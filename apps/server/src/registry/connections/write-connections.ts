// Every statement that writes connections and the directory of phones. Other features decide what a
// row becomes, and call these.

import { type SqlBool, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { ConnectionPlace, NextTariff } from './store.ts';

type At = Pick<ConnectionPlace, 'bucket' | 'connectionId'>;

const connection = (tx: Tx, place: At) =>
  tx
    .updateTable('connections')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId);

export type ConnectionParticulars = {
  readonly name: string;
  readonly address: string;
  /** With the phone as the directory keeps it. */
  readonly customer: { readonly name: string; readonly phone: string } | null;
  readonly tariffId: string;
  /** As positionToJson writes it. */
  readonly tariffPosition: object;
  readonly convertedAt: Date | null;
  readonly createdAt: Date;
};

/** A connection of a new id, and its customer's phone. It has no meter yet. */
export async function insertConnection(
  tx: Tx,
  place: ConnectionPlace,
  c: ConnectionParticulars,
): Promise<void> {
  const { utilityId, bucket, connectionId } = place;
  if (c.customer !== null) {
    await tx
      .insertInto('phone_directory')
      .values({
        phone: c.customer.phone,
        utility_id: utilityId,
        bucket,
        connection_id: connectionId,
      })
      .execute();
  }
  await tx
    .insertInto('connections')
    .values({
      bucket,
      id: connectionId,
      utility_id: utilityId,
      name: c.name,
      address: c.address,
      customer_name: c.customer?.name ?? null,
      customer_phone: c.customer?.phone ?? null,
      tariff_id: c.tariffId,
      tariff_position: JSON.stringify(c.tariffPosition),
      converted_at: c.convertedAt,
      created_at: c.createdAt,
    })
    .execute();
}

/**
 * The customer of a connection, and the phone that sees and buys for it, or that nobody does;
 * another phone loses it, and its sessions end. False for a connection that is closed.
 */
export async function setCustomer(
  tx: Tx,
  place: At,
  customer: { readonly name: string; readonly phone: string } | null,
): Promise<boolean> {
  const { rows } = await sql<{ done: SqlBool }>`SELECT prewatt.set_customer(
    ${place.bucket}::smallint, ${place.connectionId}::uuid, ${customer?.name ?? null},
    ${customer?.phone ?? null}) AS done`.execute(tx);
  return rows[0]?.done === true;
}

/**
 * Closes a connection that was never in use, retires its meter and frees the meter's number and the
 * customer's phone. False, and nothing done, when it was in use.
 */
export async function closeUnusedConnection(tx: Tx, place: At, at: Date): Promise<boolean> {
  const { rows } = await sql<{ closed: SqlBool }>`SELECT prewatt.undo_connection(
    ${place.bucket}::smallint, ${place.connectionId}::uuid, ${at}::timestamptz) AS closed`.execute(
    tx,
  );
  return rows[0]?.closed === true;
}

/**
 * Nothing is sold to a connection that is blocked; null ends that. Its name, or null when there is
 * no such connection.
 */
export async function setBlockedReason(
  tx: Tx,
  place: At,
  reason: string | null,
): Promise<string | null> {
  const row = await connection(tx, place)
    .set({ blocked_reason: reason })
    .returning('name')
    .executeTakeFirst();
  return row?.name ?? null;
}

/** Since when it is prepaid; null: always, or not known. */
export async function setConvertedAt(tx: Tx, place: At, at: Date | null): Promise<void> {
  await connection(tx, place).set({ converted_at: at }).execute();
}

/** Who holds the credit from now on. */
export async function setCreditMode(tx: Tx, place: At, mode: 'token' | 'wallet'): Promise<void> {
  await connection(tx, place).set({ credit_mode: mode }).execute();
}

/** How far purchases and use have come in the tariff, as positionToJson writes it. */
export async function setTariffPosition(tx: Tx, place: At, position: object): Promise<void> {
  await connection(tx, place)
    .set({ tariff_position: JSON.stringify(position) })
    .execute();
}

/** The tariffs that connections have, and the next one of each from its day on. */
export async function setTariffs(
  tx: Tx,
  rows: readonly (At & {
    readonly tariffId: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly next: NextTariff | null;
  })[],
): Promise<void> {
  await sql`UPDATE connections c SET tariff_id = n.tariff_id,
      tariff_parameters = n.parameters::jsonb, next_tariff = n.next::jsonb
    FROM unnest(${rows.map(({ bucket }) => bucket)}::smallint[],
      ${rows.map(({ connectionId }) => connectionId)}::uuid[],
      ${rows.map(({ tariffId }) => tariffId)}::uuid[],
      ${rows.map(({ parameters }) => JSON.stringify(parameters))}::text[],
      ${rows.map(({ next }) => (next === null ? null : JSON.stringify(next)))}::text[]
    ) AS n (bucket, id, tariff_id, parameters, next)
    WHERE c.bucket = n.bucket AND c.id = n.id`.execute(tx);
}

const moveColumns = { bucket: 'smallint', id: 'uuid', delta_minor: 'bigint' } as const;
const advanceColumns = { ...moveColumns, position: 'jsonb' } as const;

/** Prepaid money as the ledger moved it: the caller posts the same amounts, in the same order. */
export const movePrepaidMoney = statementOfRows(
  moveColumns,
  (rows) => `UPDATE connections c SET prepaid_minor = c.prepaid_minor + r.delta_minor
    FROM ${rows('r')} WHERE c.bucket = r.bucket AND c.id = r.id`,
);

/** What sales change, in one statement: the tariff position, and prepaid money as it was moved. */
export const advanceConnections = statementOfRows(
  advanceColumns,
  (rows) => `UPDATE connections c SET tariff_position = r.position,
      prepaid_minor = c.prepaid_minor + r.delta_minor
    FROM ${rows('r')} WHERE c.bucket = r.bucket AND c.id = r.id`,
);
