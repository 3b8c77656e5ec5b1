// SQL of connections and their meters.

import { bucketOfConnection, idFromUuid } from '@prewatt/quantities';
import type { KeyIdentity } from '@prewatt/vending-rules';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import { prepared, statementOfRows } from '../../base/rows.ts';

/** Where a connection's rows are: every statement about it names all three. */
export type ConnectionPlace = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly connectionId: string;
};
export type MeterPlace = ConnectionPlace & { readonly meterId: string };

/** What a connection's row says about its tariff. */
export type AssignedTariff = {
  /** Any version of the tariff: it names the tariff, not the version. */
  readonly tariffId: string;
  /** Facts of the connection that the tariff's document asks for, by the parameter's name. */
  readonly tariffParameters: Readonly<Record<string, string>>;
  /** Another tariff from a civil day on. */
  readonly nextTariff: NextTariff | null;
};

export type NextTariff = {
  /** Civil date in the utility's zone, "2026-12-01". */
  readonly from: string;
  readonly tariffId: string;
  readonly parameters: Readonly<Record<string, string>>;
};

export type Connection = ConnectionPlace &
  AssignedTariff & {
    readonly name: string;
    readonly address: string;
    readonly customerName: string | null;
    readonly customerPhone: string | null;
    /** Why nothing may be sold to it at present; null when it may. */
    readonly blockedReason: string | null;
    /** Who holds the credit: the meter, or the ledger. */
    readonly creditMode: 'token' | 'wallet';
    readonly tariffPosition: object;
    readonly meter: {
      readonly meterId: string;
      readonly meterPan: string;
      readonly encryptionAlgorithm: 'ea07' | 'ea11';
      readonly supplyGroupCode: string;
      readonly tariffIndex: string;
      readonly keyRevision: number;
      /** What it should hold; null while it does. */
      readonly wanted: KeyIdentity | null;
      /** Of the key that it should hold. */
      readonly lastTid: number | null;
    };
  };

type PlaceRow = {
  readonly utility_id: string;
  readonly bucket: number;
  readonly connection_id: string;
};

export const placeOf = (row: PlaceRow): ConnectionPlace => ({
  utilityId: row.utility_id,
  bucket: row.bucket,
  connectionId: row.connection_id,
});

/** The place of a connection of a utility. Whether it exists there shows when it is loaded. */
export const placeOfConnection = (utilityId: string, connectionId: string): ConnectionPlace => ({
  utilityId,
  bucket: bucketOfConnection(idFromUuid('connection', connectionId)),
  connectionId,
});

export async function findConnectionsOfPhone(
  database: Database,
  phone: string,
): Promise<readonly ConnectionPlace[]> {
  const rows = await database.directories
    .selectFrom('phone_directory')
    .selectAll()
    .where('phone', '=', phone)
    .orderBy('connection_id')
    .execute();
  return rows.map(placeOf);
}

export async function findMeter(database: Database, meterPan: string): Promise<MeterPlace | null> {
  const row = await database.directories
    .selectFrom('meter_directory')
    .selectAll()
    .where('meter_pan', '=', meterPan)
    .executeTakeFirst();
  return row === undefined ? null : { ...placeOf(row), meterId: row.meter_id };
}

/** Places of those meters that exist, in one question. */
export async function findMeters(
  database: Pick<Database, 'directories'>,
  meterPans: readonly string[],
): Promise<ReadonlyMap<string, MeterPlace>> {
  if (meterPans.length === 0) return new Map();
  const { rows } = await sql<{ meter_pan: string; meter_id: string } & PlaceRow>`${prepared}
    SELECT meter_pan, meter_id, utility_id, bucket, connection_id FROM meter_directory
    WHERE meter_pan = ANY(${meterPans}::text[])`.execute(database.directories);
  return new Map(rows.map((row) => [row.meter_pan, { ...placeOf(row), meterId: row.meter_id }]));
}

export async function loadConnection(tx: Tx, place: ConnectionPlace): Promise<Connection | null> {
  const [row] = await selectConnections(tx, [
    { bucket: place.bucket, connection_id: place.connectionId },
  ]);
  return row === undefined ? null : connectionOf(place, row);
}

/** Connections with their present meters, of places `r(bucket, connection_id)`. */
const connectionsAt = (places: string): string => `SELECT c.utility_id, c.bucket,
    c.id AS connection_id, c.name, c.address, c.customer_name, c.customer_phone, c.blocked_reason,
    c.credit_mode, c.tariff_id, c.tariff_position, c.tariff_parameters, c.next_tariff,
    m.id AS meter_id, m.meter_pan, m.encryption_algorithm, m.supply_group_code, m.tariff_index,
    m.key_revision, m.wanted_supply_group_code, m.wanted_tariff_index, m.wanted_key_revision,
    m.last_tid
  FROM ${places}
  JOIN connections c ON c.bucket = r.bucket AND c.id = r.connection_id
  JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL`;

type FoundRow = ConnectionRow & PlaceRow;

const placeColumns = { bucket: 'smallint', connection_id: 'uuid' } as const;
const selectConnections = statementOfRows<typeof placeColumns, FoundRow>(
  placeColumns,
  (recordset) => connectionsAt(recordset('r')),
);

const ofPhone = connectionsAt('phone_directory AS r');

/** Those of a phone that are the transaction's tenant's. */
export async function loadConnectionsOfPhone(
  tx: Tx,
  phone: string,
): Promise<readonly Connection[]> {
  const { rows } = await sql<FoundRow>`${prepared} ${sql.raw(ofPhone)}
    WHERE r.phone = ${phone}`.execute(tx);
  return rows.map((row) => connectionOf(placeOf(row), row));
}

/** Many of one utility, by connection; one that does not exist is left out. */
export async function loadConnections(
  tx: Tx,
  places: readonly ConnectionPlace[],
): Promise<ReadonlyMap<string, Connection>> {
  const distinct = new Map(places.map((place) => [place.connectionId, place]));
  const asked = [...distinct.values()].map(({ bucket, connectionId: connection_id }) => ({
    ...{ bucket, connection_id },
  }));
  const rows = await selectConnections(tx, asked);
  return new Map(
    rows.flatMap((row) => {
      const place = distinct.get(row.connection_id);
      return place === undefined ? [] : [[row.connection_id, connectionOf(place, row)]];
    }),
  );
}

/** So many exchanges of one meter never end between two statements. */
export const maximumLooks = 10;

/**
 * Also locks the meter's row until the transaction ends: sales and TIDs of one meter go one after
 * the other.
 */
export async function loadConnectionForUpdate(
  tx: Tx,
  place: ConnectionPlace,
): Promise<Connection | null> {
  for (let looks = 0; looks < maximumLooks; looks++) {
    // The lock comes first and alone: a joined read would show the other tables as they were
    // before waiting for it. Whoever waited for an exchange locked no meter: its new one is next.
    const locked = await tx
      .selectFrom('meters')
      .select('id')
      .where('bucket', '=', place.bucket)
      .where('connection_id', '=', place.connectionId)
      .where('retired_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    const connection = await loadConnection(tx, place);
    if (connection === null || connection.meter.meterId === locked?.id) return connection;
  }
  throw new Error('a meter is exchanged faster than it can be locked');
}

export type ConnectionRow = {
  readonly name: string;
  readonly address: string;
  readonly customer_name: string | null;
  readonly customer_phone: string | null;
  readonly blocked_reason: string | null;
  readonly credit_mode: 'token' | 'wallet';
  readonly tariff_id: string;
  readonly tariff_position: object;
  readonly tariff_parameters: Connection['tariffParameters'];
  readonly next_tariff: Connection['nextTariff'];
  readonly meter_id: string;
  readonly meter_pan: string;
  readonly encryption_algorithm: 'ea07' | 'ea11';
  readonly supply_group_code: string;
  readonly tariff_index: string;
  readonly key_revision: number;
  readonly wanted_supply_group_code: string | null;
  readonly wanted_tariff_index: string | null;
  readonly wanted_key_revision: number | null;
  readonly last_tid: number | null;
};

export function connectionOf(place: ConnectionPlace, row: ConnectionRow): Connection {
  return {
    utilityId: place.utilityId,
    bucket: place.bucket,
    connectionId: place.connectionId,
    name: row.name,
    address: row.address,
    customerName: row.customer_name,
    customerPhone: row.customer_phone,
    blockedReason: row.blocked_reason,
    creditMode: row.credit_mode,
    tariffId: row.tariff_id,
    tariffPosition: row.tariff_position,
    tariffParameters: row.tariff_parameters,
    nextTariff: row.next_tariff,
    meter: {
      meterId: row.meter_id,
      meterPan: row.meter_pan,
      encryptionAlgorithm: row.encryption_algorithm,
      supplyGroupCode: row.supply_group_code,
      tariffIndex: row.tariff_index,
      keyRevision: row.key_revision,
      wanted: wantedOf(row),
      lastTid: row.last_tid,
    },
  };
}

/** The key that a meter should hold, from its row. */
export function wantedOf(row: {
  readonly wanted_supply_group_code: string | null;
  readonly wanted_tariff_index: string | null;
  readonly wanted_key_revision: number | null;
}): KeyIdentity | null {
  const { wanted_supply_group_code: supplyGroupCode, wanted_tariff_index: tariffIndex } = row;
  const keyRevision = row.wanted_key_revision;
  if (supplyGroupCode === null || tariffIndex === null || keyRevision === null) return null;
  return { supplyGroupCode, tariffIndex, keyRevision };
}
