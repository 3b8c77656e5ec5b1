// A campaign begins with the meters that it chose, some hundred in a transaction: from then on each
// wants the new key. Sales wait for the locks of those few alone. A meter that no longer fits by
// then (exchanged, on its way to another key) is passed over, and shows as left.

import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { Jobs } from '../../base/jobs.ts';
import type { Clocks } from '../../base/time.ts';
import { setWantedKeys } from '../../registry/connections/index.ts';

/** Meters of one transaction. */
export const metersAtOnce = 200;

export type MeterRef = { readonly bucket: number; readonly id: string };
type Key = { readonly supplyGroupCode: string; readonly keyRevision: number };
type WantedKey = Key & { readonly tariffIndex?: string | undefined };

export const listOf = (meters: readonly MeterRef[]) =>
  sql`unnest(${meters.map((m) => m.bucket)}::smallint[], ${meters.map((m) => m.id)}::uuid[])
    AS c(bucket, id)`;

/**
 * The last TID of a meter m under a key's base date: TIDs are counted per base date, and from now
 * on tokens are made under that key. Where the base date stays, what the meter has was raised for a
 * reason: it may hold tokens that are not known here. What a restore passed over stays so, too.
 */
const lastTidUnder = (key: Key) =>
  sql`(SELECT greatest(prewatt.tid_passed(k.base_date),
      (SELECT max(t.tid) FROM prewatt.tokens t WHERE t.bucket = m.bucket AND t.meter_id = m.id
        AND t.base_date = k.base_date),
      (SELECT m.last_tid FROM prewatt.vending_keys b WHERE b.utility_id = m.utility_id
        AND b.supply_group_code = coalesce(m.wanted_supply_group_code, m.supply_group_code)
        AND b.key_revision = coalesce(m.wanted_key_revision, m.key_revision)
        AND b.base_date = k.base_date))
    FROM prewatt.vending_keys k WHERE k.utility_id = m.utility_id
      AND k.supply_group_code = ${key.supplyGroupCode} AND k.key_revision = ${key.keyRevision})`;

/** What these meters, whose rows are locked, should hold from now on; null: what they hold. */
export async function setWanted(
  tx: Tx,
  meters: readonly MeterRef[],
  o: { readonly wanted: WantedKey | null; readonly countedUnder: Key },
): Promise<void> {
  // Behind the lock: the statement that waited for it saw the tokens as they were before.
  const { rows } = await sql<MeterRef & { tariff_index: string; last_tid: number | null }>`
    SELECT m.bucket, m.id, m.tariff_index, ${lastTidUnder(o.countedUnder)} AS last_tid
    FROM prewatt.meters m JOIN ${listOf(meters)} ON c.bucket = m.bucket AND c.id = m.id`.execute(
    tx,
  );
  const { wanted } = o;
  await setWantedKeys(
    tx,
    rows.map(({ bucket, id, tariff_index, last_tid: lastTid }) => ({
      ...{ bucket, meterId: id, lastTid },
      wanted:
        wanted === null ? null : { ...wanted, tariffIndex: wanted.tariffIndex ?? tariff_index },
    })),
  );
}

/** Whether meter m holds the key that a campaign leads from, and is not there yet. */
export const mayBegin = (o: { readonly from: Key; readonly to: WantedKey }) => {
  const sameKey =
    o.from.supplyGroupCode === o.to.supplyGroupCode && o.from.keyRevision === o.to.keyRevision;
  const behind = sameKey ? sql`m.tariff_index <> ${o.to.tariffIndex ?? null}` : sql`true`;
  return sql`m.retired_at IS NULL AND m.supply_group_code = ${o.from.supplyGroupCode}
    AND m.key_revision = ${o.from.keyRevision} AND ${behind}`;
};

/** Whether a set towards another key than this one is out for meter m. */
export const hasOtherSet = (to: WantedKey) => sql<boolean>`EXISTS (
  SELECT FROM prewatt.key_change_sets s WHERE s.bucket = m.bucket AND s.meter_id = m.id
    AND s.state = 'issued' AND (s.to_supply_group_code, s.to_key_revision, s.to_tariff_index)
      <> (${to.supplyGroupCode}, ${to.keyRevision},
        coalesce(${to.tariffIndex ?? null}, m.tariff_index)))`;

type Of = { readonly utilityId: string; readonly campaignId: string };

/** Begins with the next meters, in the order in which sales lock them; answers how many it saw. */
export async function beginSome(tx: Tx, deps: { readonly clocks: Clocks }, o: Of): Promise<number> {
  const campaign = await tx
    .selectFrom('key_change_campaigns')
    .selectAll()
    .where('id', '=', o.campaignId)
    .where('utility_id', '=', o.utilityId)
    .executeTakeFirst();
  if (campaign === undefined) return 0;
  // Materialized: a plan that ran the inner query again would take the next ones, too.
  const { rows: next } = await sql<MeterRef>`WITH n AS MATERIALIZED (
      SELECT bucket, meter_id FROM prewatt.key_change_meters
      WHERE campaign_id = ${o.campaignId}::uuid AND begun_at IS NULL
      ORDER BY bucket, meter_id LIMIT ${metersAtOnce} FOR UPDATE)
    UPDATE prewatt.key_change_meters x
    SET begun_at = ${new Date(deps.clocks.business.nowMs())}
    FROM n WHERE x.campaign_id = ${o.campaignId}::uuid AND x.bucket = n.bucket
      AND x.meter_id = n.meter_id
    RETURNING x.bucket, x.meter_id AS id`.execute(tx);
  if (next.length === 0) return 0;
  const from = {
    supplyGroupCode: campaign.from_supply_group_code,
    keyRevision: campaign.from_key_revision,
  };
  const to = {
    supplyGroupCode: campaign.to_supply_group_code,
    keyRevision: campaign.to_key_revision,
    tariffIndex: campaign.to_tariff_index ?? undefined,
  };
  const { rows } = await sql<MeterRef>`SELECT m.bucket, m.id
    FROM prewatt.meters m JOIN ${listOf(next)} ON c.bucket = m.bucket AND c.id = m.id
    WHERE ${mayBegin({ from, to })} AND NOT ${hasOtherSet(to)}
    ORDER BY m.bucket, m.id FOR NO KEY UPDATE OF m`.execute(tx);
  await setWanted(tx, rows, { wanted: to, countedUnder: to });
  return next.length;
}

/** The job: all that are left, each few in a transaction of their own. */
export async function runBegin(
  deps: { readonly database: Database; readonly clocks: Clocks },
  job: Jobs['beginCampaign'],
): Promise<void> {
  let seen: number;
  do {
    seen = await deps.database.inUtility(job.utilityId, (tx) => beginSome(tx, deps, job));
  } while (seen === metersAtOnce);
}
