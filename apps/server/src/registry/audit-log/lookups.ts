// Queries of the audit log besides its list.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewAuditEntry } from './service.ts';

/** Whether such a row was written since. */
export async function isOnRecord(
  tx: Tx,
  entry: Pick<NewAuditEntry, 'utilityId' | 'operatorId' | 'act' | 'subject'> & {
    readonly sinceMs: number;
    /** Of somebody without a sign-in: the name, too. */
    readonly by?: string;
  },
): Promise<boolean> {
  const { rows } = await sql`SELECT FROM operator_acts
    WHERE utility_id = ${entry.utilityId}::uuid AND subject = ${entry.subject}
      AND act = ${entry.act} AND operator_id IS NOT DISTINCT FROM ${entry.operatorId}::uuid
      AND (${entry.by ?? null}::text IS NULL OR by_name = ${entry.by ?? null}::text)
      AND at > ${new Date(entry.sinceMs)} LIMIT 1`.execute(tx);
  return rows.length > 0;
}

/** Wrong passwords for a sign-in since its person last looked at them. */
export async function failedSignInsOf(
  tx: Tx,
  utilityId: string,
  email: string,
): Promise<{ readonly count: number; readonly lastAtMs: number | null }> {
  const { rows } = await sql<{ count: number; lastAtMs: number | null }>`
    WITH of_person AS (SELECT act, at FROM operator_acts
      WHERE utility_id = ${utilityId}::uuid AND subject = ${email}
        AND act IN ('signInFailed', 'failedSignInsSeen'))
    SELECT count(*)::int AS count, max(at) AS "lastAtMs" FROM of_person
    WHERE act = 'signInFailed' AND at > coalesce(
      (SELECT max(at) FROM of_person WHERE act = 'failedSignInsSeen'), '-infinity')`.execute(tx);
  return rows[0] ?? { count: 0, lastAtMs: null };
}
