// How often somebody does what is limited in a stretch of time. Counted in the database by its own
// clock, so that several servers count together and a restart of one forgets nothing.

import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../base/database.ts';
import { prepared } from '../../base/rows.ts';

export type UseLimit = { readonly most: number; readonly seconds: number };
export type UseCounts = ReturnType<typeof createUseCounts>;

const dayMs = 86_400_000;

/**
 * The same as a part of a larger statement, `WITH used AS (…)`: one row where the use is counted,
 * none where there were too many.
 */
export function taking(key: string, { most, seconds }: UseLimit): RawBuilder<unknown> {
  const isOver = sql`u.from_at <= now() - ${seconds} * interval '1 second'`;
  return sql`INSERT INTO use_count_directory AS u (key, from_at, count)
    VALUES (${key.slice(0, 200)}, now(), 1)
    ON CONFLICT (key) DO UPDATE SET count = CASE WHEN ${isOver} THEN 1 ELSE u.count + 1 END,
      from_at = CASE WHEN ${isOver} THEN now() ELSE u.from_at END
    WHERE ${isOver} OR u.count < ${most} RETURNING u.count`;
}

export function createUseCounts({ directories }: Pick<Database, 'directories'>) {
  return {
    /** Counts a use before it is made; false when there were too many: then it is not counted. */
    take: async (key: string, limit: UseLimit): Promise<boolean> => {
      const { rows } = await sql`${prepared} ${taking(key, limit)}`.execute(directories);
      return rows.length === 1;
    },

    /** A use that was none after all. */
    giveBack: async (key: string): Promise<void> => {
      await sql`${prepared} UPDATE use_count_directory SET count = count - 1
        WHERE key = ${key.slice(0, 200)} AND count > 0`.execute(directories);
    },

    /** Forgets what counts for nothing any more: no limit is of more than a day. */
    sweep: async (): Promise<void> => {
      await sql`DELETE FROM use_count_directory
        WHERE from_at < now() - ${dayMs} * interval '1 millisecond'`.execute(directories);
    },
  };
}
