// Rows whose times contradict the order in which things happened. A clock that was put right makes
// some of them for ever, so two administrators say from when to when it was wrong
// (wrong-clocks.ts): the rule lets those rows be.

import { type RawBuilder, sql } from 'kysely';
import { type Rule, within } from './rule.ts';

const spanEnd = (end: 'from' | 'to') => sql`(a.payload ->> ${sql.lit(end)})::timestamptz`;

/** One of the two was written by a clock that two people have said to have been wrong then. */
const isTold = (utilityId: RawBuilder<unknown>, times: readonly string[]) => sql`EXISTS (
  SELECT FROM prewatt.approvals a WHERE a.utility_id = ${utilityId}
    AND a.kind = 'wrongClock' AND a.state = 'done' AND (${sql.join(
      times.map((at) => sql`${sql.ref(at)} BETWEEN ${spanEnd('from')} AND ${spanEnd('to')}`),
      sql` OR `,
    )}))`;

export const clockRules: readonly Rule[] = [
  {
    name: 'timesFollowOrder',
    law: 1,
    of: 'rows',
    broken: 'shifts and lifts of limits that end before they begin, by no clock known to be wrong',
    looksAtAll: true,
    subjects: (range) => sql`SELECT s.id, NULL::uuid AS connection_id, NULL::uuid AS sale_id,
        s.closed_at < s.opened_at
          AND NOT ${isTold(sql.ref('s.utility_id'), ['s.opened_at', 's.closed_at'])} AS bad
      FROM prewatt.vendor_shifts s
      WHERE ${range.fromBucket === 0} AND s.closed_at IS NOT NULL
      UNION ALL SELECT l.id, l.connection_id, l.lift_sale_id, EXISTS (SELECT FROM prewatt.tokens t
          WHERE t.bucket = l.bucket AND t.sale_id = l.lift_sale_id AND t.meter_id = l.meter_id
            AND t.kind = 'management' AND t.issued_at < l.sent_at
            AND NOT ${isTold(sql.ref('l.utility_id'), ['l.sent_at', 't.issued_at'])})
      FROM prewatt.landing_tokens l WHERE ${within('l', range)} AND l.state = 'lifted'`,
  },
];
