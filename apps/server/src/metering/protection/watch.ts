// The watch for silent disconnection: which homes are without credit, since when they use nothing,
// and whom to call. A home that is never cut is called about at once; others after the rules'
// hours.

import { sql } from 'kysely';
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
  o: { readonly clocks: Clocks; readonly newUuid: NewUuid },
): Promise<void> {
  const now = new Date(o.clocks.business.nowMs());
  await follow(tx, utility.id);
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

async function follow(tx: Tx, utilityId: string): Promise<void> {
  await sql`
    INSERT INTO supply_watch AS w
      (bucket, connection_id, utility_id, out_since, still_since, import_energy_wh)
    SELECT bucket, connection_id, utility_id, captured_at, captured_at, import_energy_wh
    FROM meter_states WHERE utility_id = ${utilityId} AND available_energy_wh <= 0
    ON CONFLICT (bucket, connection_id) DO UPDATE SET
      out_since = coalesce(w.out_since, excluded.out_since),
      still_since = excluded.still_since,
      import_energy_wh = excluded.import_energy_wh
    WHERE w.out_since IS NULL OR w.import_energy_wh <> excluded.import_energy_wh`.execute(tx);
  await sql`
    UPDATE supply_watch w SET out_since = NULL
    FROM meter_states s
    WHERE w.utility_id = ${utilityId} AND w.out_since IS NOT NULL
      AND s.bucket = w.bucket AND s.connection_id = w.connection_id
      AND s.available_energy_wh > 0`.execute(tx);
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
