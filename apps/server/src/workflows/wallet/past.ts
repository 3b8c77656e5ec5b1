// What a wallet had and got in a time that has been, for trials of rules over the past: in energy,
// at the average price of the use that was charged in that time.

import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { balanceOf, loadWallet } from './store.ts';

export type WalletPast = {
  /** From when on the ledger held the credit; what was before is not told. */
  readonly fromMs: number;
  /** Credit at that instant. */
  readonly openingWh: bigint;
  readonly topUps: readonly { readonly atMs: number; readonly energyWh: bigint }[];
};

/**
 * Null of a connection that is not in wallet mode; 'unknown' where no use was charged in the time,
 * so that no price is known.
 */
export async function walletPast(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly fromMs: number; readonly toMs: number },
): Promise<WalletPast | 'unknown' | null> {
  const wallet = await loadWallet(tx, place);
  if (wallet === null || wallet.sinceMs === null) return null;
  const fromMs = Math.max(o.fromMs, wallet.sinceMs);
  const charged = await chargedSince(tx, place, fromMs);
  if (charged.energyWh <= 0n || charged.minor <= 0n) return 'unknown';
  const worth = (minor: bigint): bigint => (minor * charged.energyWh) / charged.minor;
  const moves = await movesSince(tx, place, fromMs);
  const moved = moves.reduce((sum, { minor }) => sum + minor, 0n);
  const openingMinor = (await balanceOf(tx, place)) + charged.minor - moved;
  // Money that left otherwise than by use was no credit to use.
  const left = moves.reduce((sum, { minor }) => (minor < 0n ? sum + minor : sum), 0n);
  return {
    fromMs,
    openingWh: worth(openingMinor + left),
    topUps: moves.flatMap(({ atMs, minor }) =>
      minor > 0n && atMs < o.toMs ? [{ atMs, energyWh: worth(minor) }] : [],
    ),
  };
}

/** Use that stands as it was charged, its last correction counted. */
async function chargedSince(
  tx: Tx,
  place: ConnectionPlace,
  fromMs: number,
): Promise<{ readonly energyWh: bigint; readonly minor: bigint }> {
  const { rows } = await sql<{ wh: bigint; minor: bigint }>`
    SELECT coalesce(sum(r.energy_wh), 0)::bigint AS wh,
      coalesce(sum(r.charged_minor), 0)::bigint AS minor
    FROM ratings r
    WHERE r.bucket = ${place.bucket} AND r.connection_id = ${place.connectionId}::uuid
      AND r.ends_at > ${instant(fromMs)}
      AND NOT EXISTS (SELECT FROM ratings n WHERE n.bucket = r.bucket AND n.replaces_id = r.id)`.execute(
    tx,
  );
  const [row] = rows;
  return { energyWh: row?.wh ?? 0n, minor: row?.minor ?? 0n };
}

/** Money that came and went otherwise than for use, one row a posting. */
async function movesSince(
  tx: Tx,
  place: ConnectionPlace,
  fromMs: number,
): Promise<readonly { readonly atMs: number; readonly minor: bigint }[]> {
  const { rows } = await sql<{ posted_at: number; minor: bigint }>`
    SELECT posted_at, sum(CASE WHEN credit_kind = 'customerPrepaid' THEN amount_minor ELSE 0 END
      - CASE WHEN debit_kind = 'customerPrepaid' THEN amount_minor ELSE 0 END)::bigint AS minor
    FROM transfers
    WHERE bucket = ${place.bucket} AND connection_id = ${place.connectionId}::uuid
      AND posted_at > ${instant(fromMs)} AND rating_id IS NULL
    GROUP BY posting_id, posted_at ORDER BY posted_at`.execute(tx);
  return rows.map(({ posted_at, minor }) => ({ atMs: Number(posted_at), minor }));
}

type Homes = readonly { readonly bucket: number; readonly connectionId: string }[];
type WalletTime = Homes[number] & {
  readonly meterId: string;
  readonly fromMs: number;
  readonly toMs: number;
};

/** The parts of a time in which the ledger held these homes' credit, meter by meter. */
export async function walletTimes(
  tx: Tx,
  homes: Homes,
  o: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly WalletTime[]> {
  const { rows } = await sql<WalletTime>`
    SELECT h.bucket, h.id AS "connectionId", w.meter_id AS "meterId",
      greatest(w.since_at, ${instant(o.fromMs)}) AS "fromMs",
      least(w.until_at, ${instant(o.toMs)}) AS "toMs"
    FROM unnest(${homes.map((each) => each.bucket)}::smallint[],
      ${homes.map((each) => each.connectionId)}::uuid[]) AS h (bucket, id)
    CROSS JOIN LATERAL (
      SELECT p.meter_id, p.since_at, p.until_at FROM wallet_periods p
        WHERE p.bucket = h.bucket AND p.connection_id = h.id
      UNION ALL SELECT a.meter_id, a.since_at, a.until_at FROM wallets a
        WHERE a.bucket = h.bucket AND a.connection_id = h.id AND a.since_at IS NOT NULL
    ) AS w
    WHERE w.since_at < ${instant(o.toMs)}
      AND (w.until_at IS NULL OR w.until_at > ${instant(o.fromMs)})`.execute(tx);
  return rows;
}
