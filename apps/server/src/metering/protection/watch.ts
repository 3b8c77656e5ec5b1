// The watch for silent disconnection: which homes are without credit, since when they use nothing,
// and whom to call. A home that is never cut is called about at once; others after the rules'
// hours.

import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { openCall, recordResolved } from './open-calls.ts';
import { todayIn } from './rule-sets.ts';

/** New calls of one sweep; the rest follows with the next. */
const callsPerSweep = 500;

type Due = {
  readonly bucket: number;
  readonly connection_id: string;
  readonly because: 'medical' | 'vulnerable' | 'silence';
  readonly out_since: number;
};

/**
 * Brings the watch in line with the last states, opens calls that are due, closes needless ones.
 */
export async function sweepWatch(
  tx: Tx,
  utility: Utility,
  o: { readonly clocks: Clocks; readonly newUuid: NewUuid; readonly queries: WalletQueries },
): Promise<void> {
  const now = new Date(o.clocks.business.nowMs());
  await follow(tx, utility.id, o.queries);
  await closeNeedless(tx, { utilityId: utility.id, now, newUuid: o.newUuid });
  const date = todayIn(o.clocks, utility.zone).toString();
  const { callAfterHours } = utility.protectionRules.silence;
  for (const due of await dueCalls(tx, { utilityId: utility.id, now, date, callAfterHours })) {
    await openCall(tx, {
      newUuid: o.newUuid,
      place: { bucket: due.bucket, utilityId: utility.id, connectionId: due.connection_id },
      because: due.because,
      outSince: new Date(due.out_since),
      now,
    });
  }
}

/** Part of the statement below, of whoever keeps wallets, which stand above. */
export type WalletQueries = {
  /** Rows `bucket`, `connection_id`, `is_out`, `since` of connections in wallet mode. */
  readonly walletsWithoutCredit: RawBuilder<unknown>;
};

/**
 * Every home that was heard, and whether it is without credit: by what its meter says of the
 * account, since what a meter rounds for the wire is not its credit; in wallet mode by the wallet.
 * Emergency credit is lent, and no credit of the home's own.
 */
const creditOfHomes = (utilityId: string, { walletsWithoutCredit }: WalletQueries) => sql`
  SELECT s.bucket, s.connection_id, s.import_energy_wh, s.captured_at,
    coalesce(w.since, s.captured_at) AS since,
    coalesce(w.is_out, s.credit_status = 'outOfCredit'
      OR coalesce(s.report -> 'account' ->> 'creditInUse', '') = 'emergency') AS is_out
  FROM meter_states s
  JOIN meters m ON m.bucket = s.bucket AND m.id = s.meter_id AND m.retired_at IS NULL
  LEFT JOIN (${walletsWithoutCredit}) w
    ON w.bucket = s.bucket AND w.connection_id = s.connection_id
  WHERE s.utility_id = ${utilityId}`;

async function follow(tx: Tx, utilityId: string, queries: WalletQueries): Promise<void> {
  const homes = creditOfHomes(utilityId, queries);
  await sql`
    INSERT INTO supply_watch AS w
      (bucket, connection_id, utility_id, out_since, still_since, import_energy_wh)
    SELECT bucket, connection_id, ${utilityId}, since, captured_at, import_energy_wh
    FROM (${homes}) h WHERE is_out
    ON CONFLICT (bucket, connection_id) DO UPDATE SET
      out_since = coalesce(w.out_since, excluded.out_since),
      still_since = excluded.still_since,
      import_energy_wh = excluded.import_energy_wh
    WHERE w.out_since IS NULL OR w.import_energy_wh <> excluded.import_energy_wh`.execute(tx);
  await sql`
    UPDATE supply_watch w SET out_since = NULL
    FROM (${homes}) h
    WHERE w.utility_id = ${utilityId} AND w.out_since IS NOT NULL
      AND h.bucket = w.bucket AND h.connection_id = w.connection_id
      AND NOT h.is_out`.execute(tx);
}

/** Calls that nobody has made yet are settled by credit that came back. */
async function closeNeedless(
  tx: Tx,
  o: { readonly utilityId: string; readonly now: Date; readonly newUuid: NewUuid },
): Promise<void> {
  const { rows } = await sql<{ bucket: number; id: string }>`
    UPDATE supply_calls c SET state = 'resolved', state_at = ${o.now}
    FROM supply_watch w
    WHERE c.utility_id = ${o.utilityId} AND c.state = 'new'
      AND w.bucket = c.bucket AND w.connection_id = c.connection_id AND w.out_since IS NULL
    RETURNING c.bucket, c.id`.execute(tx);
  const why = { requestId: 'credit-is-back', note: 'Credit is back.' };
  await recordResolved(tx, rows, { ...o, why });
}

/** Homes to call about: none that has an open call, or had one in this spell without credit. */
async function dueCalls(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly now: Date;
    readonly date: string;
    readonly callAfterHours: number | null;
  },
): Promise<readonly Due[]> {
  const { rows } = await sql<Due>`
    SELECT w.bucket, w.connection_id, w.out_since,
      coalesce(f.kind, 'silence') AS because
    FROM supply_watch w
    LEFT JOIN LATERAL (
      SELECT kind FROM (
        SELECT DISTINCT ON (kind) kind, what, expires_on FROM home_flag_events e
        WHERE e.bucket = w.bucket AND e.connection_id = w.connection_id
        ORDER BY kind, id DESC
      ) latest
      WHERE what = 'set' AND (expires_on IS NULL OR expires_on >= ${o.date}::date)
      ORDER BY kind LIMIT 1
    ) f ON true
    WHERE w.utility_id = ${o.utilityId} AND w.out_since IS NOT NULL
      AND (f.kind IS NOT NULL OR w.still_since
        <= ${o.now}::timestamptz - make_interval(hours => ${o.callAfterHours}::int))
      AND NOT EXISTS (
        SELECT FROM supply_calls c
        WHERE c.bucket = w.bucket AND c.connection_id = w.connection_id
          AND (c.state <> 'resolved' OR c.out_since >= w.out_since)
      )
    ORDER BY w.out_since LIMIT ${callsPerSweep}`.execute(tx);
  return rows;
}
