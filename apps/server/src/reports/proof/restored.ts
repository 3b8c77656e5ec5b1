// Whether a database that was put back may sell: its books agree with themselves, and no meter is
// given an identifier that may have been given out in the time that the copy lacks.

import { bucketCount } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createDatabase, type Database, instant } from '../../base/database.ts';
import { beyondTids } from '../../money/tokens/index.ts';
import { checkRules } from './check-rule.ts';
import { rules } from './rules.ts';

export type RestoredState = {
  readonly sales: number;
  readonly payments: number;
  readonly tokens: number;
  readonly energyWh: bigint;
  /** Of the latest token that it knows; null when it knows none. */
  readonly lastTokenAtMs: number | null;
  /** Rules of the proof that do not hold. */
  readonly broken: readonly {
    readonly law: number;
    readonly what: string;
    readonly count: number;
  }[];
  /** Meters in use whose next token may have an identifier that was given out already. */
  readonly unsafeMeters: number;
  readonly meters: number;
};

export async function checkRestored(o: {
  /** Of the database's owner. */
  readonly url: string;
  readonly nowMs: () => number;
}): Promise<RestoredState> {
  const owner = createDatabase({ url: o.url, maximumConnections: 1 });
  try {
    const db = owner.directories;
    const nowMs = o.nowMs();
    const range = { fromBucket: 0, toBucket: bucketCount - 1, nowMs };
    const tallies = await checkRules(db, rules, range);
    const broken = rules.flatMap(({ law, broken: what }, place) => {
      const count = Number(tallies[place]?.failed ?? 0n);
      return count === 0 ? [] : [{ law, what, count }];
    });
    return { ...(await totalsOf(db)), broken, ...(await identifiersOf(db, nowMs)) };
  } finally {
    await owner.close();
  }
}

async function totalsOf(db: Database['directories']) {
  const { rows } = await sql<{
    sales: number;
    payments: number;
    tokens: number;
    energyWh: bigint;
    lastTokenAtMs: number | null;
  }>`SELECT (SELECT count(*) FROM prewatt.sales WHERE issued_at IS NOT NULL)::int AS sales,
      (SELECT count(*) FROM prewatt.payments WHERE state = 'succeeded')::int AS payments,
      count(*)::int AS tokens, coalesce(sum(energy_wh), 0)::bigint AS "energyWh",
      max(issued_at) AS "lastTokenAtMs"
    FROM prewatt.tokens WHERE kind = 'credit'`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('totals without a row');
  return row;
}

/**
 * A token has at least the identifier of its minute, and many of one minute run ahead of the clock:
 * safe is what is beyond now, and as far beyond the latest token as `prewatt restore` goes.
 */
async function identifiersOf(db: Database['directories'], nowMs: number) {
  const { rows } = await sql<{ meters: number; unsafeMeters: number }>`
    SELECT count(*)::int AS meters,
      (count(*) FILTER (WHERE coalesce(m.last_tid, 0) < least(16777215, greatest(
        prewatt.tid_at(k.base_date, ${instant(nowMs)}), (SELECT max(t.tid)
          FROM prewatt.tokens t WHERE t.bucket = m.bucket AND t.meter_id = m.id
            AND t.base_date = k.base_date) + ${beyondTids}::int))))::int AS "unsafeMeters"
    FROM prewatt.meters m JOIN prewatt.vending_keys k ON k.utility_id = m.utility_id
      AND k.supply_group_code = coalesce(m.wanted_supply_group_code, m.supply_group_code)
      AND k.key_revision = coalesce(m.wanted_key_revision, m.key_revision)
    WHERE m.retired_at IS NULL`.execute(db);
  return rows[0] ?? { meters: 0, unsafeMeters: 0 };
}
