// When a meter counts as silent: the one rule, for lists, campaigns, alerts and customers' pages.
// The hours are the utility's setting. A meter that was never heard has no link: it is not silent.

import { type RawBuilder, sql } from 'kysely';
import { instant } from '../../base/database.ts';

/** A last contact before this is a silence. In a transaction of the utility. */
export const silentBefore = (nowMs: number): RawBuilder<number> =>
  sql`(SELECT ${instant(nowMs)}::timestamptz - make_interval(hours => u.silent_after_hours)
    FROM prewatt.utilities u WHERE u.id = prewatt.current_utility())`;

/** The meter has a link, and nothing was heard of it for too long. */
export const isSilent = (lastContactAt: RawBuilder<unknown>, nowMs: number): RawBuilder<boolean> =>
  sql`(${lastContactAt} < ${silentBefore(nowMs)}) IS TRUE`;

/** The meter has a link that works: what is sent to it soon arrives. */
export const isHeard = (lastContactAt: RawBuilder<unknown>, nowMs: number): RawBuilder<boolean> =>
  sql`(${lastContactAt} >= ${silentBefore(nowMs)}) IS TRUE`;
