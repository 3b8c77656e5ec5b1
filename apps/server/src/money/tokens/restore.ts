// After a restore of an older copy meters hold tokens that the database does not know. Every
// meter's last TID is raised beyond all that may have been issued, and a new epoch begins, in which
// servers sell again. Done by the owner of the database while no server runs.

import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createDatabase, instant, type Tx } from '../../base/database.ts';
import { createNewUuid, systemRandom } from '../../base/ids.ts';
import { serversBeside } from '../../base/servers-beside.ts';
import { recordAuditEntry } from '../../registry/audit-log/index.ts';
import { raisingLastTids } from '../../registry/connections/index.ts';

/** A server would go on with TIDs that it has read before. */
export type RestoreRefusal = 'serverRunning';
export type RestoreFailure = { readonly code: RestoreRefusal; readonly detail: string };

export type Restored = {
  /** TIDs up to this instant are passed over. */
  readonly tidsFromMs: number;
  /** Meters in use whose last TID was raised. */
  readonly raised: number;
  /** Their vending key is not loaded: nothing can be sold to them, nor was it. */
  readonly withoutKey: number;
  /** No TID is left under their key's base date: they need a key with a later one. */
  readonly exhausted: number;
};

/** Further tokens of one minute have the TIDs of the next: so far beyond now they may have come. */
const beyondMs = 86_400_000;
/** And so far beyond a meter's latest token that the copy knows. */
export const beyondTids = 1_440;

/** Harmless to repeat. */
export async function passOverLostTids(o: {
  /** Of the database's owner. */
  readonly url: string;
  /** The latest instant at which a server may have sold, by its business time; now if later. */
  readonly soldUntilMs: number | null;
  readonly nowMs: () => number;
  /** Who keeps the database, as the audit log calls them. */
  readonly by: string;
}): Promise<Result<Restored, RestoreFailure>> {
  // One connection, so that every other one is somebody else's.
  const owner = createDatabase({ url: o.url, maximumConnections: 1 });
  try {
    return await owner.directories.transaction().execute(async (tx) => {
      // Nobody sells meanwhile, and a second run waits.
      await sql`LOCK TABLE prewatt.epochs, prewatt.meters IN SHARE ROW EXCLUSIVE MODE`.execute(tx);
      const running = await serversBeside((text) => sql.raw<{ n?: number }>(text).execute(tx));
      if (running > 0) return err({ code: 'serverRunning', detail: `${running} connections` });
      const tidsFromMs = Math.max(o.nowMs(), o.soldUntilMs ?? 0) + beyondMs;
      const restored = await raiseAll(tx, tidsFromMs);
      await beginEpoch(tx, { tidsFromMs, by: o.by });
      await recordAll(tx, { ...o, tidsFromMs });
      return ok(restored);
    });
  } finally {
    await owner.close();
  }
}

async function raiseAll(tx: Tx, tidsFromMs: number): Promise<Restored> {
  // However many meters there are.
  await sql`SET LOCAL statement_timeout = 0`.execute(tx);
  const { rows } = await sql<{ raised: number; without_key: number; exhausted: number }>`
    WITH known AS (SELECT m.bucket, m.id, m.last_tid, k.base_date,
        (SELECT max(t.tid) FROM prewatt.tokens t WHERE t.bucket = m.bucket
          AND t.meter_id = m.id AND t.base_date = k.base_date) AS tid
      FROM prewatt.meters m LEFT JOIN prewatt.vending_keys k ON k.utility_id = m.utility_id
        AND k.supply_group_code = coalesce(m.wanted_supply_group_code, m.supply_group_code)
        AND k.key_revision = coalesce(m.wanted_key_revision, m.key_revision)
      WHERE m.retired_at IS NULL),
    beyond AS (SELECT bucket, id, base_date, least(16777215, greatest(last_tid,
        tid + ${beyondTids}::int, prewatt.tid_at(base_date, ${instant(tidsFromMs)}))) AS tid
      FROM known),
    raised AS (${sql.raw(raisingLastTids('(SELECT * FROM beyond WHERE base_date IS NOT NULL)'))})
    SELECT (SELECT count(*) FROM raised)::int AS raised,
      count(*) FILTER (WHERE base_date IS NULL)::int AS without_key,
      count(*) FILTER (WHERE base_date IS NOT NULL AND tid = 16777215)::int AS exhausted
    FROM beyond`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new Error('counts without a row');
  const { raised, without_key: withoutKey, exhausted } = row;
  return { tidsFromMs, raised, withoutKey, exhausted };
}

async function beginEpoch(
  tx: Tx,
  o: { readonly tidsFromMs: number; readonly by: string },
): Promise<void> {
  // An epoch is never in time with the one before it, however the machine's clock was set.
  await sql`INSERT INTO prewatt.epochs (begun_at, tids_from, by_name) SELECT
      greatest(clock_timestamp(), max(begun_at) + interval '1 millisecond'),
      ${instant(o.tidsFromMs)}, ${o.by} FROM prewatt.epochs`.execute(tx);
}

/** In the audit log of every utility. */
async function recordAll(
  tx: Tx,
  o: { readonly nowMs: () => number; readonly by: string; readonly tidsFromMs: number },
): Promise<void> {
  const newUuid = createNewUuid(o, systemRandom);
  const utilities = await tx.selectFrom('utilities').select('id').orderBy('id').execute();
  for (const { id } of utilities) {
    await recordAuditEntry(
      tx,
      { newUuid, nowMs: o.nowMs },
      {
        utilityId: id,
        operatorId: null,
        by: o.by,
        act: 'databaseRestored',
        subject: 'database',
        details: { tidsFrom: new Date(o.tidsFromMs).toISOString() },
      },
    );
  }
}
