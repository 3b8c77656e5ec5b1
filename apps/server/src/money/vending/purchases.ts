// What a home has bought, as parts of the statements of those who look at many homes: protection,
// which stands below and is handed them, and the soft landing.

import { type RawBuilder, sql } from 'kysely';

/** Purchases that are older say nothing of the home's use now. */
const lookBackDays = 180;

/**
 * One row of connection `c`: `count`, `first_at`, `last_at`, `energy_wh`, `last_energy_wh`,
 * `last_sale_id` and `longest_gap_ms` of what it bought in the last months.
 */
export const purchasesUpTo = (now: RawBuilder<unknown>) => sql`SELECT count(*)::int AS count,
    min(issued_at) AS first_at, max(issued_at) AS last_at, sum(energy_wh)::bigint AS energy_wh,
    (array_agg(energy_wh ORDER BY issued_at DESC, id DESC))[1] AS last_energy_wh,
    (array_agg(id ORDER BY issued_at DESC, id DESC))[1] AS last_sale_id,
    (extract(epoch FROM max(gap)) * 1000)::float8 AS longest_gap_ms
  FROM (
    SELECT s.id, issued_at, energy_wh, issued_at - lag(issued_at) OVER (ORDER BY issued_at) AS gap
    FROM sales s
    WHERE s.bucket = c.bucket AND s.connection_id = c.id AND s.energy_wh > 0
      AND s.state IN ('issued', 'delivered')
      AND s.requested_at > ${now} - make_interval(days => ${lookBackDays}::int)
  ) bought`;

/** Whether the connection of row `k` (`bucket`, `connection_id`) has bought since an instant. */
export const hasBoughtSince = (at: RawBuilder<unknown>) => sql<boolean>`EXISTS (SELECT FROM sales s
  WHERE s.bucket = k.bucket AND s.connection_id = k.connection_id
    AND s.state IN ('issued', 'delivered') AND s.issued_at > ${at})`;

/** How many issued sales of a utility were asked for between two instants; not beyond `upTo`. */
export const salesBetween = (o: {
  readonly utilityId: string;
  readonly from: Date;
  readonly to: Date;
  readonly upTo: number;
}) => sql<number>`(SELECT count(*)::int FROM (SELECT FROM sales s
  WHERE s.utility_id = ${o.utilityId} AND s.requested_at >= ${o.from} AND s.requested_at < ${o.to}
    AND s.issued_at IS NOT NULL LIMIT ${o.upTo}) found)`;
