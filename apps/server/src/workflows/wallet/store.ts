// SQL of wallets and ratings.

import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../base/binary-arrays.ts';
import type { ColumnValue } from '../../base/column-value.ts';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace, MeterPlace } from '../../registry/connections/index.ts';
import type { RatedLine, StandingRating } from './rate.ts';

export type WalletSupply = ColumnValue<'wallets', 'supply'>;

export type Wallet = {
  readonly place: MeterPlace;
  /** Null while the connection is in token mode. */
  readonly sinceMs: number | null;
  readonly ratedUntilMs: number;
  readonly staleFromMs: number | null;
  /** Use after it is not the wallet's any more; null while there is no end. */
  readonly untilMs: number | null;
  /** From the end on the readings of this meter count; null while no exchange waits. */
  readonly nextMeterId: string | null;
  readonly problem: string | null;
  readonly supply: WalletSupply;
  readonly supplyAtMs: number;
  readonly promisedUntilMs: number | null;
  readonly supplyOrdinal: number;
  readonly commandId: string | null;
  readonly isLow: boolean;
  /** How often it became low. */
  readonly lowOrdinal: number;
  /** What the customer was last told to pay for supply to be on; null while there is money. */
  readonly toldLeastMinor: bigint | null;
  /** What the home drew when supply went off; null where nobody knows. */
  readonly cutPowerW: bigint | null;
};

export type WalletRef = { readonly bucket: number; readonly connectionId: string };

/**
 * Connections in wallet mode, as a part of the statement of those who watch homes without credit:
 * emergency credit and protection keep supply on at a balance that is used up.
 */
export const walletsWithoutCredit = sql`SELECT bucket, connection_id, supply <> 'on' AS is_out,
  supply_at AS since FROM wallets WHERE since_at IS NOT NULL`;

/** Wallets whose readings have changed, the longest waiting first. */
export async function staleWallets(
  tx: Tx,
  o: { readonly utilityId: string; readonly limit: number },
): Promise<WalletRef[]> {
  const rows = await tx
    .selectFrom('wallets')
    .select(['bucket', 'connection_id'])
    .where('utility_id', '=', o.utilityId)
    .where('stale_from', 'is not', null)
    // Of a wallet's end no further reading tells: what it could not be rated for is tried again.
    .where((eb) => eb.or([eb('problem', 'is', null), eb('until_at', 'is not', null)]))
    .orderBy('stale_from')
    .limit(o.limit)
    .execute();
  return rows.map((row) => ({ bucket: row.bucket, connectionId: row.connection_id }));
}

export async function walletsToCheck(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number; readonly limit: number },
): Promise<WalletRef[]> {
  const rows = await tx
    .selectFrom('wallets')
    .select(['bucket', 'connection_id'])
    .where('utility_id', '=', o.utilityId)
    .where('check_at', '<=', instant(o.nowMs))
    .orderBy('check_at')
    .limit(o.limit)
    .execute();
  return rows.map((row) => ({ bucket: row.bucket, connectionId: row.connection_id }));
}

/** Also locks its row until the transaction ends. The meter's lock comes before it. */
export async function lockWallet(tx: Tx, place: ConnectionPlace): Promise<Wallet | null> {
  const row = await tx
    .selectFrom('wallets')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : walletOf(row);
}

export async function loadWallet(tx: Tx, place: ConnectionPlace): Promise<Wallet | null> {
  const row = await tx
    .selectFrom('wallets')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .executeTakeFirst();
  return row === undefined ? null : walletOf(row);
}

function walletOf(row: {
  readonly bucket: number;
  readonly connection_id: string;
  readonly utility_id: string;
  readonly meter_id: string;
  readonly since_at: number | null;
  readonly rated_until: number;
  readonly stale_from: number | null;
  readonly until_at: number | null;
  readonly next_meter_id: string | null;
  readonly problem: string | null;
  readonly supply: WalletSupply;
  readonly supply_at: number;
  readonly promised_until: number | null;
  readonly supply_ordinal: number;
  readonly command_id: string | null;
  readonly is_low: boolean;
  readonly low_ordinal: number;
  readonly told_least_minor: bigint | null;
  readonly cut_power_w: bigint | null;
}): Wallet {
  return {
    place: {
      utilityId: row.utility_id,
      bucket: row.bucket,
      connectionId: row.connection_id,
      meterId: row.meter_id,
    },
    sinceMs: row.since_at,
    ratedUntilMs: row.rated_until,
    staleFromMs: row.stale_from,
    untilMs: row.until_at,
    nextMeterId: row.next_meter_id,
    problem: row.problem,
    supply: row.supply,
    supplyAtMs: row.supply_at,
    promisedUntilMs: row.promised_until,
    supplyOrdinal: row.supply_ordinal,
    commandId: row.command_id,
    isLow: row.is_low,
    lowOrdinal: row.low_ordinal,
    toldLeastMinor: row.told_least_minor,
    cutPowerW: row.cut_power_w,
  };
}

/** Days of meters changed: their time in wallet mode is rated again from there. */
export async function markStale(
  tx: Tx,
  days: readonly { readonly place: MeterPlace; readonly day: { readonly startMs: number } }[],
): Promise<void> {
  const earliest = new Map<string, { readonly place: MeterPlace; readonly fromMs: number }>();
  for (const { place, day } of days) {
    const known = earliest.get(place.meterId);
    const fromMs = Math.min(known?.fromMs ?? day.startMs, day.startMs);
    earliest.set(place.meterId, { place, fromMs });
  }
  const all = [...earliest.values()].sort(
    (a, b) =>
      a.place.bucket - b.place.bucket || (a.place.connectionId < b.place.connectionId ? -1 : 1),
  );
  if (all.length === 0) return;
  const told = sql`unnest(${int2Array(all.map(({ place }) => place.bucket))}::int2[],
    ${uuidArray(all.map(({ place }) => place.connectionId))}::uuid[],
    ${uuidArray(all.map(({ place }) => place.meterId))}::uuid[],
    ${all.map(({ fromMs }) => new Date(fromMs).toISOString())}::timestamptz[])
    AS told (bucket, connection_id, meter_id, from_at)`;
  const sameMeter = sql`w.bucket = told.bucket AND w.connection_id = told.connection_id
    AND w.meter_id = told.meter_id`;
  await sql`UPDATE wallets w SET stale_from = LEAST(w.stale_from, told.from_at), problem = NULL
    FROM ${told} WHERE ${sameMeter} AND w.since_at IS NOT NULL`.execute(tx);
  // Also what is over: its use may be known better now.
  await sql`UPDATE wallet_periods w SET problem = NULL,
      stale_from = LEAST(w.stale_from, GREATEST(told.from_at, w.since_at))
    FROM ${told} WHERE ${sameMeter} AND w.until_at > told.from_at`.execute(tx);
}

/** Money has come in: supply is looked at next. */
export async function markToCheck(
  tx: Tx,
  places: readonly ConnectionPlace[],
  nowMs: number,
): Promise<void> {
  if (places.length === 0) return;
  const distinct = [...new Map(places.map((place) => [place.connectionId, place])).values()];
  await sql`UPDATE wallets w SET check_at = ${new Date(nowMs)}
    FROM unnest(${int2Array(distinct.map(({ bucket }) => bucket))}::int2[],
      ${uuidArray(distinct.map(({ connectionId }) => connectionId))}::uuid[])
      AS r (bucket, connection_id)
    WHERE w.bucket = r.bucket AND w.connection_id = r.connection_id
      AND w.since_at IS NOT NULL`.execute(tx);
}

/** Ratings that stand, from those that end after an instant, in order of time. */
export async function standingRatings(
  tx: Tx,
  place: ConnectionPlace,
  o: {
    readonly meterId: string;
    /** Of the time in wallet mode: an earlier one with the same meter has its own. */
    readonly sinceMs: number;
    readonly afterMs: number;
    readonly untilMs?: number;
  },
): Promise<StandingRating[]> {
  const rows = await tx
    .selectFrom('ratings as r')
    .selectAll('r')
    .where('r.bucket', '=', place.bucket)
    .where('r.connection_id', '=', place.connectionId)
    .where('r.meter_id', '=', o.meterId)
    .where('r.starts_at', '>=', instant(o.sinceMs))
    .where('r.ends_at', '>', instant(o.afterMs))
    .$if(o.untilMs !== undefined, (query) =>
      query.where('r.starts_at', '<', instant(o.untilMs ?? 0)),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('ratings as n')
            .select('n.id')
            .whereRef('n.bucket', '=', 'r.bucket')
            .whereRef('n.replaces_id', '=', 'r.id'),
        ),
      ),
    )
    .orderBy('r.ends_at')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    startsAtMs: row.starts_at,
    endsAtMs: row.ends_at,
    ordinal: row.ordinal,
    energyWh: row.energy_wh,
    chargedMinor: row.charged_minor,
    lines: row.lines as unknown as RatedLine[],
    positionBefore: row.position_before,
    positionAfter: row.position_after,
  }));
}

/** Prepaid money; below zero it is owed. */
export async function balanceOf(tx: Tx, place: ConnectionPlace): Promise<bigint> {
  const row = await tx
    .selectFrom('connections')
    .select('prepaid_minor')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId)
    .executeTakeFirstOrThrow();
  return row.prepaid_minor;
}

/** The meter was exchanged: its use counts up to then, and from then on the next meter's. */
export async function goOnWithMeter(
  tx: Tx,
  place: Pick<ConnectionPlace, 'bucket' | 'connectionId'>,
  o: { readonly nextMeterId: string; readonly at: Date },
): Promise<void> {
  await tx
    .updateTable('wallets')
    .set({ until_at: o.at, next_meter_id: o.nextMeterId, stale_from: o.at })
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .execute();
}
