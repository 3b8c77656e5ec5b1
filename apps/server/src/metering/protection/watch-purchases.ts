// Finds homes to call when their meter has no link, so that only purchases are known. A home that
// has not bought for longer than its purchases can last is put on the call list; a flagged home at
// once.

import { type PurchaseOutlook, purchaseOutlook } from '@prewatt/protection';
import { hourMs } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { openCall, recordResolved } from './open-calls.ts';

/** Homes looked at in one statement, and new calls of one look. */
const homesPerLook = 2_000;

/** What a home bought in the last months. */
export type Purchases = {
  readonly count: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly energy_wh: bigint;
  readonly last_energy_wh: bigint;
  readonly longest_gap_ms: number | null;
  readonly last_sale_id: string;
};

type Bought = Purchases & {
  readonly bucket: number;
  readonly connection_id: string;
  readonly flag: 'medical' | 'vulnerable' | null;
};

export const outlookOfPurchases = (home: Purchases): PurchaseOutlook | null =>
  purchaseOutlook({
    count: home.count,
    firstAtMs: home.first_at,
    lastAtMs: home.last_at,
    energyWh: Number(home.energy_wh),
    lastEnergyWh: Number(home.last_energy_wh),
    longestGapMs: home.longest_gap_ms ?? 0,
  });

/** Parts of statements about sales, of whoever keeps them. */
export type PurchaseQueries = {
  /** A row of `Purchases` of connection `c`. */
  readonly purchasesUpTo: (now: RawBuilder<unknown>) => RawBuilder<unknown>;
  /** Whether the connection of row `k` has bought since an instant. */
  readonly hasBoughtSince: (at: RawBuilder<unknown>) => RawBuilder<unknown>;
};

/** Why connection c is never cut on that day, as a row of `kind`; none for most. */
export const flagOn = (date: string) => sql`SELECT kind FROM (
    SELECT DISTINCT ON (kind) kind, what, expires_on FROM home_flag_events e
    WHERE e.bucket = c.bucket AND e.connection_id = c.id ORDER BY kind, id DESC
  ) latest
  WHERE what = 'set' AND (expires_on IS NULL OR expires_on >= ${date}::date)
  ORDER BY kind LIMIT 1`;

/** Opens calls that are due, and settles those of homes that have bought again. */
export async function sweepPurchases(
  tx: Tx,
  utility: Utility,
  o: {
    readonly nowMs: number;
    readonly date: string;
    readonly newUuid: NewUuid;
    readonly queries: PurchaseQueries;
  },
): Promise<void> {
  const { callAfterHours } = utility.protectionRules.silence;
  await closeOfBuyers(tx, { ...o, utilityId: utility.id });
  let after = { bucket: -1, connectionId: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const homes = await boughtBy(tx, { ...o, utilityId: utility.id, after });
    for (const home of homes) {
      const outlook = outlookOfPurchases(home);
      if (outlook === null) continue;
      const dueMs =
        home.flag !== null
          ? outlook.expectedAtMs
          : callAfterHours === null
            ? Number.POSITIVE_INFINITY
            : outlook.latestAtMs + callAfterHours * hourMs;
      if (dueMs > o.nowMs) continue;
      await openCall(tx, {
        newUuid: o.newUuid,
        place: { bucket: home.bucket, utilityId: utility.id, connectionId: home.connection_id },
        because: home.flag ?? 'noPurchase',
        outSince: new Date(outlook.expectedAtMs),
        now: new Date(o.nowMs),
      });
    }
    const last = homes.at(-1);
    if (last === undefined || homes.length < homesPerLook) return;
    after = { bucket: last.bucket, connectionId: last.connection_id };
  }
}

/**
 * Connections in token mode whose meter has not been heard for a week, or never, with what they
 * bought; none that has an open call or had one since the last purchase.
 */
async function boughtBy(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly nowMs: number;
    readonly date: string;
    readonly queries: PurchaseQueries;
    readonly after: { readonly bucket: number; readonly connectionId: string };
  },
): Promise<readonly Bought[]> {
  const now = sql`${new Date(o.nowMs)}::timestamptz`;
  const { rows } = await sql<Bought>`
    SELECT c.bucket, c.id AS connection_id, b.*, f.kind AS flag
    FROM connections c
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    LEFT JOIN meter_states st ON st.bucket = m.bucket AND st.meter_id = m.id
    CROSS JOIN LATERAL (${o.queries.purchasesUpTo(now)}) b
    LEFT JOIN LATERAL (${flagOn(o.date)}) f ON true
    WHERE c.utility_id = ${o.utilityId}::uuid AND c.credit_mode = 'token'
      AND (c.bucket, c.id) > (${o.after.bucket}, ${o.after.connectionId}::uuid)
      AND (st.meter_id IS NULL OR st.last_contact_at < ${now} - interval '7 days')
      AND b.count >= 3
      AND NOT EXISTS (SELECT FROM supply_calls k WHERE k.bucket = c.bucket
        AND k.connection_id = c.id AND (k.state <> 'resolved' OR k.opened_at >= b.last_at))
    ORDER BY c.bucket, c.id LIMIT ${homesPerLook}`.execute(tx);
  return rows;
}

/** Calls that nobody has made yet, of homes that have bought since. */
async function closeOfBuyers(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly nowMs: number;
    readonly newUuid: NewUuid;
    readonly queries: PurchaseQueries;
  },
): Promise<void> {
  const now = new Date(o.nowMs);
  const { rows } = await sql<{ bucket: number; id: string }>`
    UPDATE supply_calls k SET state = 'resolved', state_at = ${now}
    WHERE k.utility_id = ${o.utilityId}::uuid AND k.state = 'new'
      AND NOT EXISTS (SELECT FROM supply_watch w WHERE w.bucket = k.bucket
        AND w.connection_id = k.connection_id AND w.out_since IS NOT NULL)
      AND ${o.queries.hasBoughtSince(sql.ref('k.opened_at'))}
    RETURNING k.bucket, k.id`.execute(tx);
  const why = { requestId: 'bought-again', note: 'The home has bought again.' };
  await recordResolved(tx, rows, { ...o, why, now });
}
