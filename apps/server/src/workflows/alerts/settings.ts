// Settings of a utility (packages/api/src/utility-settings.ts): their present values, and changes
// by those who may make them, each recorded. They take effect with the next round of upkeep.

import { type SettingHistory, type SettingName, utilitySettings } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { answerAgain } from '../../base/request-ids.ts';
import { setUtilitySetting } from '../../registry/utilities/index.ts';

/** In the order of the checks. */
export type SettingRefusal = 'requestIdReused' | 'unchanged';

export async function settingNow(
  tx: Tx,
  utilityId: string,
  setting: SettingName,
): Promise<{ readonly value: number; readonly history: SettingHistory }> {
  const { rows } = await sql<{
    value_before: string;
    value_after: string;
    name: string;
    reason: string;
    at: number;
  }>`SELECT e.value_before, e.value_after, o.name, e.reason, e.at
    FROM prewatt.utility_setting_events e JOIN prewatt.operators o ON o.id = e.changed_by
    WHERE e.utility_id = ${utilityId}::uuid AND e.setting = ${setting}
    ORDER BY e.ordinal DESC LIMIT 50`.execute(tx);
  return {
    value: await valueNow(tx, utilityId, setting),
    history: rows.map((row) => ({
      before: row.value_before,
      after: row.value_after,
      by: row.name,
      reason: row.reason,
      at: new Date(row.at).toISOString(),
    })),
  };
}

async function valueNow(tx: Tx, utilityId: string, setting: SettingName): Promise<number> {
  const column = sql.ref(utilitySettings[setting].column);
  const { rows } = await sql<{ value: number }>`SELECT ${column} AS value
    FROM prewatt.utilities WHERE id = ${utilityId}::uuid`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new Error('no such utility');
  return row.value;
}

export async function changeSetting(
  tx: Tx,
  setting: SettingName,
  o: {
    readonly utilityId: string;
    readonly requestId: string;
    readonly value: number;
    readonly reason: string;
    readonly operatorId: string;
    readonly nowMs: number;
  },
): Promise<Result<void, SettingRefusal>> {
  // Changes of one utility wait for each other: what each found before it stands in its row.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('setting ' || ${o.utilityId}, 0))`.execute(
    tx,
  );
  const first = await tx
    .selectFrom('utility_setting_events')
    .select(['setting', 'value_after', 'reason', 'changed_by'])
    .where('utility_id', '=', o.utilityId)
    .where('request_id', '=', o.requestId)
    .executeTakeFirst();
  const after = String(o.value);
  if (first !== undefined) {
    const asked = [setting, after, o.reason, o.operatorId];
    return answerAgain(
      [first.setting, first.value_after, first.reason, first.changed_by],
      asked,
      undefined,
    );
  }
  const before = String(await valueNow(tx, o.utilityId, setting));
  if (before === after) return err('unchanged');
  await setUtilitySetting(tx, setting, o.value);
  await sql`INSERT INTO prewatt.utility_setting_events (utility_id, ordinal, request_id, setting,
      value_before, value_after, changed_by, reason, at)
    SELECT ${o.utilityId}::uuid, coalesce(max(ordinal), 0) + 1, ${o.requestId}, ${setting},
      ${before}, ${after}, ${o.operatorId}::uuid, ${o.reason}, ${new Date(o.nowMs)}::timestamptz
    FROM prewatt.utility_setting_events WHERE utility_id = ${o.utilityId}::uuid`.execute(tx);
  return ok(undefined);
}
