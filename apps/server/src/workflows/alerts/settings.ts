// Settings of a utility (packages/api/src/utility-settings.ts): their present values, and changes
// by those who may make them, each recorded. They take effect with the next round of upkeep.

import {
  type DocumentTexts,
  type DocumentTextsNow,
  type PageWriting,
  type PageWritingNow,
  type SettingHistory,
  type SettingName,
  utilitySettings,
} from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { answerAgain } from '../../base/request-ids.ts';
import {
  documentsOf,
  setDocumentTexts,
  setPageWriting,
  setUtilitySetting,
  writingOf,
} from '../../registry/utilities/index.ts';

/** Whatever a change is on record of. */
type OnRecord = SettingName | 'documentTexts' | 'pageWriting';

/** In the order of the checks. */
export type SettingRefusal = 'requestIdReused' | 'unchanged';

export async function settingNow(
  tx: Tx,
  utilityId: string,
  setting: SettingName,
): Promise<{ readonly value: number; readonly history: SettingHistory }> {
  return {
    value: await valueNow(tx, utilityId, setting),
    history: await historyOf(tx, utilityId, setting),
  };
}

async function historyOf(tx: Tx, utilityId: string, setting: OnRecord): Promise<SettingHistory> {
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
  return rows.map((row) => ({
    before: row.value_before,
    after: row.value_after,
    by: row.name,
    reason: row.reason,
    at: new Date(row.at).toISOString(),
  }));
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
  o: Change & { readonly value: number },
): Promise<Result<void, SettingRefusal>> {
  const now = async () => String(await valueNow(tx, o.utilityId, setting));
  return changeOnRecord(tx, setting, {
    ...{ ...o, after: String(o.value), now },
    write: () => setUtilitySetting(tx, setting, o.value),
  });
}

type Change = {
  readonly utilityId: string;
  readonly requestId: string;
  readonly reason: string;
  readonly operatorId: string;
  readonly nowMs: number;
};

/** Writes it once for a request, with what held before, what holds after it, who and why. */
async function changeOnRecord(
  tx: Tx,
  setting: OnRecord,
  o: Change & {
    readonly after: string;
    readonly now: () => Promise<string>;
    readonly write: () => Promise<void>;
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
  if (first !== undefined) {
    const asked = [setting, o.after, o.reason, o.operatorId];
    return answerAgain(
      [first.setting, first.value_after, first.reason, first.changed_by],
      asked,
      undefined,
    );
  }
  const before = await o.now();
  if (before === o.after) return err('unchanged');
  await o.write();
  await sql`INSERT INTO prewatt.utility_setting_events (utility_id, ordinal, request_id, setting,
      value_before, value_after, changed_by, reason, at)
    SELECT ${o.utilityId}::uuid, coalesce(max(ordinal), 0) + 1, ${o.requestId}, ${setting},
      ${before}, ${o.after}, ${o.operatorId}::uuid, ${o.reason}, ${new Date(o.nowMs)}::timestamptz
    FROM prewatt.utility_setting_events WHERE utility_id = ${o.utilityId}::uuid`.execute(tx);
  return ok(undefined);
}

/** What receipts say of the utility, and who wrote it. */
export async function documentTextsNow(tx: Tx, utilityId: string): Promise<DocumentTextsNow> {
  const history = await historyOf(tx, utilityId, 'documentTexts');
  const texts = await textsNow(tx, utilityId);
  return { ...texts, history: history.map(({ by, reason, at }) => ({ by, reason, at })) };
}

async function textsNow(tx: Tx, utilityId: string): Promise<DocumentTexts> {
  const row = await tx
    .selectFrom('utilities')
    .select(['legal_name', 'tax_number', 'postal_address', 'receipt_footer'])
    .where('id', '=', utilityId)
    .executeTakeFirstOrThrow();
  return documentsOf(row);
}

export async function changeDocumentTexts(
  tx: Tx,
  o: Change & { readonly texts: DocumentTexts },
): Promise<Result<void, SettingRefusal>> {
  return changeOnRecord(tx, 'documentTexts', {
    ...{ ...o, after: JSON.stringify(o.texts) },
    now: async () => JSON.stringify(await textsNow(tx, o.utilityId)),
    write: () => setDocumentTexts(tx, o.texts),
  });
}

/** How the customers' pages are written, and who chose it. */
export async function pageWritingNow(tx: Tx, utilityId: string): Promise<PageWritingNow> {
  const history = await historyOf(tx, utilityId, 'pageWriting');
  const writing = await writingNow(tx, utilityId);
  return { ...writing, history: history.map(({ by, reason, at }) => ({ by, reason, at })) };
}

async function writingNow(tx: Tx, utilityId: string): Promise<PageWriting> {
  const row = await tx
    .selectFrom('utilities')
    .select(['page_language', 'clock_hours', 'money_form'])
    .where('id', '=', utilityId)
    .executeTakeFirstOrThrow();
  return writingOf(row);
}

export async function changePageWriting(
  tx: Tx,
  o: Change & { readonly writing: PageWriting },
): Promise<Result<void, SettingRefusal>> {
  return changeOnRecord(tx, 'pageWriting', {
    ...{ ...o, after: JSON.stringify(o.writing) },
    now: async () => JSON.stringify(await writingNow(tx, o.utilityId)),
    write: () => setPageWriting(tx, o.writing),
  });
}
