// Campaigns: says which key meters should hold. From then on their next sale carries the set; those
// with a link can be sent it without one.

import type { Campaign, NewCampaign } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { isBaseDateChangeAllowed, isKeyTypeChangeAllowed, nextTid } from '@prewatt/sts/issue';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import { sha256Hex } from '../../base/fingerprint.ts';
import type { NewUuid } from '../../base/ids.ts';
import { enqueueJob, type Jobs } from '../../base/jobs.ts';
import { answerAgain } from '../../base/request-ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Grants } from '../../money/grants/index.ts';
import type { OperatorRef } from '../../registry/approvals/index.ts';
import {
  beginSome,
  hasOtherSet,
  listOf,
  type MeterRef,
  mayBegin,
  metersAtOnce,
  runBegin,
  setWanted,
} from './begin.ts';
import type { CampaignRefusal } from './errors.ts';
import { nextToDeliver, selectCampaigns } from './states.ts';

/** Sets of one job: a stop of the server waits for as many. */
const setsPerJob = 50;

export type CampaignDeps = {
  readonly database: Database;
  readonly grants: Pick<Grants, 'issue'>;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

type Asked = { readonly utilityId: string; readonly by: OperatorRef };

export async function createCampaign(
  tx: Tx,
  deps: CampaignDeps,
  o: Asked & { readonly body: NewCampaign },
): Promise<Result<{ readonly campaignId: string }, CampaignRefusal>> {
  const { body, utilityId } = o;
  // Campaigns of a utility begin one after the other: a repeat finds the first.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`campaigns:${utilityId}`}, 0))`.execute(
    tx,
  );
  const first = await firstCampaign(tx, o);
  if (first !== null) return first;
  const refusal = await whyNot(tx, deps, o);
  if (refusal !== null) return err(refusal);
  const chosen = await chooseMeters(tx, o);
  const named = body.meterPans;
  if (named !== undefined && chosen.length < new Set(named).size) return err('unknownMeters');
  const meters = chosen.filter((meter) => !meter.otherSet);
  if (meters.length === 0) return err('noMeters');
  const campaignId = deps.newUuid();
  await tx
    .insertInto('key_change_campaigns')
    .values({
      id: campaignId,
      utility_id: utilityId,
      request_id: body.requestId,
      name: body.name,
      reason: body.reason,
      from_supply_group_code: body.from.supplyGroupCode,
      from_key_revision: body.from.keyRevision,
      to_supply_group_code: body.to.supplyGroupCode,
      to_key_revision: body.to.keyRevision,
      to_tariff_index: body.to.tariffIndex ?? null,
      requested_by: o.by.operatorId,
      meters_digest: digestOfMeters(named),
      meters_total: meters.length,
      created_at: new Date(deps.clocks.business.nowMs()),
    })
    .execute();
  await sql`INSERT INTO prewatt.key_change_meters
      (campaign_id, bucket, meter_id, utility_id, connection_id)
    SELECT ${campaignId}::uuid, m.bucket, m.id, m.utility_id, m.connection_id
    FROM prewatt.meters m JOIN ${listOf(meters)} ON c.bucket = m.bucket AND c.id = m.id`.execute(
    tx,
  );
  // The first ones at once, so that a small campaign is under way with its answer.
  if ((await beginSome(tx, deps, { utilityId, campaignId })) === metersAtOnce) {
    await enqueueJob(tx, 'beginCampaign', { utilityId, campaignId });
  }
  return ok({ campaignId });
}

/** The same meters in another order are the same request. */
const digestOfMeters = (meterPans: readonly string[] | undefined): string | null =>
  meterPans === undefined ? null : sha256Hex([...new Set(meterPans)].sort().join());

async function firstCampaign(
  tx: Tx,
  o: Asked & { readonly body: NewCampaign },
): Promise<Result<{ readonly campaignId: string }, 'requestIdReused'> | null> {
  const { body } = o;
  const first = await tx
    .selectFrom('key_change_campaigns')
    .selectAll()
    .where('utility_id', '=', o.utilityId)
    .where('request_id', '=', body.requestId)
    .executeTakeFirst();
  if (first === undefined) return null;
  const before = [
    ...[first.name, first.reason, first.requested_by, first.meters_digest],
    ...[first.from_supply_group_code, first.from_key_revision],
    ...[first.to_supply_group_code, first.to_key_revision, first.to_tariff_index],
  ];
  const { from, to } = body;
  const asked = [
    ...[body.name, body.reason, o.by.operatorId, digestOfMeters(body.meterPans)],
    ...[from.supplyGroupCode, from.keyRevision],
    ...[to.supplyGroupCode, to.keyRevision, to.tariffIndex ?? null],
  ];
  return answerAgain(before, asked, { campaignId: first.id });
}

/** What speaks against the change, whatever the meters. */
async function whyNot(
  tx: Tx,
  deps: CampaignDeps,
  o: Asked & { readonly body: NewCampaign },
): Promise<CampaignRefusal | null> {
  const { from, to } = o.body;
  const sameKey =
    from.supplyGroupCode === to.supplyGroupCode && from.keyRevision === to.keyRevision;
  if (sameKey && to.tariffIndex === undefined) return 'sameKey';
  const keys = await tx
    .selectFrom('vending_keys')
    .select(['supply_group_code', 'key_revision', 'key_type', 'key_expiry', 'base_date'])
    .where('utility_id', '=', o.utilityId)
    .where('supply_group_code', 'in', [from.supplyGroupCode, to.supplyGroupCode])
    .execute();
  const find = (key: { supplyGroupCode: string; keyRevision: number }) =>
    keys.find(
      (row) =>
        row.supply_group_code === key.supplyGroupCode && row.key_revision === key.keyRevision,
    );
  const [held, wanted] = [find(from), find(to)];
  if (held === undefined || wanted === undefined) return 'vendingKeyMissing';
  const baseDate = wanted.base_date as 93 | 14 | 35;
  const tid = nextTid({ nowMs: deps.clocks.business.nowMs(), baseDate, lastTid: null });
  if (!tid.ok) return tid.error === 'beforeBaseDate' ? 'keyNotBegun' : 'keyExpired';
  if (tid.value >>> 16 > wanted.key_expiry) return 'keyExpired';
  if (wanted.key_type < 2) return 'defaultKey';
  if (!isBaseDateChangeAllowed(held.base_date as 93 | 14 | 35, baseDate)) return 'baseDateChange';
  return isKeyTypeChangeAllowed(held.key_type, wanted.key_type) ? null : 'keyTypeChange';
}

/**
 * The meters that hold the key. Not locked: each is looked at again when the campaign begins with
 * it. `otherSet`: a set towards another key is out, and what is sold under that one would be lost.
 */
async function chooseMeters(
  tx: Tx,
  o: Asked & { readonly body: NewCampaign },
): Promise<readonly (MeterRef & { readonly otherSet: boolean })[]> {
  const { from, to, meterPans } = o.body;
  const only = meterPans === undefined ? sql`true` : sql`m.meter_pan = ANY(${meterPans}::text[])`;
  const { rows } = await sql<MeterRef & { otherSet: boolean }>`SELECT m.bucket, m.id,
      ${hasOtherSet(to)} AS "otherSet"
    FROM prewatt.meters m WHERE m.utility_id = ${o.utilityId}::uuid
      AND ${mayBegin({ from, to })} AND ${only}
    ORDER BY m.bucket, m.id`.execute(tx);
  return rows;
}

const campaignRow = (tx: Tx, o: { readonly utilityId: string; readonly campaignId: string }) =>
  tx
    .selectFrom('key_change_campaigns')
    .selectAll()
    .where('id', '=', o.campaignId)
    .where('utility_id', '=', o.utilityId)
    .executeTakeFirst();

/** Takes back what is wanted of meters without a set; those with one go on. */
export async function withdrawCampaign(
  tx: Tx,
  deps: CampaignDeps,
  o: { readonly utilityId: string; readonly campaignId: string },
): Promise<Result<void, 'unknownCampaign'>> {
  const campaign = await campaignRow(tx, o);
  if (campaign === undefined) return err('unknownCampaign');
  // Those that it has not begun with stay as they are.
  await sql`UPDATE prewatt.key_change_meters SET begun_at = ${new Date(deps.clocks.business.nowMs())}
    WHERE campaign_id = ${o.campaignId}::uuid AND begun_at IS NULL`.execute(tx);
  const { rows } = await sql<MeterRef>`SELECT m.bucket, m.id
    FROM prewatt.meters m JOIN prewatt.key_change_meters x
      ON x.bucket = m.bucket AND x.meter_id = m.id AND x.campaign_id = ${o.campaignId}::uuid
    WHERE m.wanted_supply_group_code = ${campaign.to_supply_group_code}
      AND m.wanted_key_revision = ${campaign.to_key_revision}
      AND NOT EXISTS (SELECT FROM prewatt.key_change_sets s WHERE s.bucket = m.bucket
        AND s.meter_id = m.id AND s.state = 'issued')
    ORDER BY m.bucket, m.id FOR NO KEY UPDATE OF m`.execute(tx);
  const held = {
    supplyGroupCode: campaign.from_supply_group_code,
    keyRevision: campaign.from_key_revision,
  };
  await setWanted(tx, rows, { wanted: null, countedUnder: held });
  return ok(undefined);
}

/** Sends the set to each meter with a link that has none, or whose set failed. */
export async function startDelivery(
  tx: Tx,
  deps: CampaignDeps,
  o: Asked & { readonly campaignId: string },
): Promise<Result<Campaign, 'unknownCampaign'>> {
  const nowMs = deps.clocks.business.nowMs();
  const [campaign] = await selectCampaigns(tx, { ...o, nowMs });
  if (campaign === undefined) return err('unknownCampaign');
  const { utilityId, campaignId } = o;
  await enqueueJob(
    tx,
    'deliverKeyChanges',
    { utilityId, campaignId, operatorId: o.by.operatorId, afterPan: '' },
    { key: `campaign:${campaignId}` },
  );
  return ok(campaign);
}

/** The job: the next meters, each in a transaction of its own. */
export async function runDelivery(
  deps: CampaignDeps,
  job: Jobs['deliverKeyChanges'],
): Promise<void> {
  let { afterPan } = job;
  if (afterPan === '') await runBegin(deps, job);
  for (let done = 0; done < setsPerJob; done += 1) {
    const next = await deps.database.inUtility(job.utilityId, (tx) =>
      deliverNext(tx, deps, { ...job, afterPan }),
    );
    if (next === null) return;
    afterPan = next;
  }
  await deps.database.inUtility(job.utilityId, (tx) =>
    enqueueJob(tx, 'deliverKeyChanges', { ...job, afterPan }),
  );
}

/** The meter that was looked at, or null when none is left. A refused one stays on the list. */
async function deliverNext(
  tx: Tx,
  deps: CampaignDeps,
  job: Jobs['deliverKeyChanges'],
): Promise<string | null> {
  const { utilityId, campaignId } = job;
  const campaign = await campaignRow(tx, job);
  const next = await nextToDeliver(tx, { ...job, nowMs: deps.clocks.business.nowMs() });
  if (campaign === undefined || next === null) return null;
  await deps.grants.issue(tx, {
    place: { utilityId, bucket: next.bucket, connectionId: next.connectionId },
    // A set that failed is followed by another grant; the same set twice is one.
    requestId: `campaign:${campaignId}:${next.failedSets}`,
    what: { kind: 'keyChange' },
    reason: campaign.reason,
    requestedBy: job.operatorId,
    approvalId: null,
    meterPan: next.meterPan,
  });
  return next.meterPan;
}
