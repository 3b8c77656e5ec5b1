// How far each meter of a campaign is: one query that looks at what the meter holds and wants, and
// at its last set, so that no state of a campaign can be out of date.

import type { Campaign, CampaignMeter, CampaignMeterState } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { isHeard } from '../../metering/readings/index.ts';

const campaignsShown = 50;
const pageSize = 200;

/** Meters of campaigns with their state; `only` is a condition on k, the campaign. */
const metersOf = (only: RawBuilder<unknown>, nowMs: number) => sql`
  SELECT k.id AS campaign_id, x.bucket, x.meter_id, x.connection_id, m.meter_pan,
    s.issued_at AS set_issued_at, s.state_at AS set_state_at, s.sale_id, s.grant_id, s.refusal,
    st.last_contact_at,
    CASE WHEN s.state = 'done' OR (m.supply_group_code = k.to_supply_group_code
        AND m.key_revision = k.to_key_revision
        AND m.tariff_index = coalesce(k.to_tariff_index, m.tariff_index)) THEN 'done'
      WHEN m.retired_at IS NOT NULL OR (x.begun_at IS NOT NULL AND (
          m.wanted_supply_group_code IS DISTINCT FROM k.to_supply_group_code
          OR m.wanted_key_revision IS DISTINCT FROM k.to_key_revision)) THEN 'left'
      WHEN s.state = 'issued' THEN 'setIssued'
      WHEN s.state = 'failed' THEN 'failed'
      WHEN ${isHeard(sql`st.last_contact_at`, nowMs)} THEN 'waiting'
      ELSE 'notReachable' END AS state
  FROM prewatt.key_change_campaigns k
  JOIN prewatt.key_change_meters x ON x.campaign_id = k.id
  JOIN prewatt.meters m ON m.bucket = x.bucket AND m.id = x.meter_id
  LEFT JOIN prewatt.meter_states st ON st.bucket = x.bucket AND st.meter_id = x.meter_id
  LEFT JOIN LATERAL (SELECT * FROM prewatt.key_change_sets s
    WHERE s.bucket = x.bucket AND s.meter_id = x.meter_id AND s.issued_at >= k.created_at
      AND s.to_supply_group_code = k.to_supply_group_code
      AND s.to_key_revision = k.to_key_revision
    ORDER BY (s.state = 'done') DESC, s.issued_at DESC, s.id DESC LIMIT 1) s ON true
  WHERE ${only}`;

type CampaignRow = {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
  readonly fromGroup: string;
  readonly fromRevision: number;
  readonly toGroup: string;
  readonly toRevision: number;
  readonly toIndex: string | null;
  readonly requestedBy: string;
  readonly createdAt: number;
  readonly counts: Readonly<Partial<Record<CampaignMeterState, number>>> | null;
};

/** Campaigns, newest first, or the one of an id. */
export async function selectCampaigns(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number; readonly campaignId?: string },
): Promise<Campaign[]> {
  const one = o.campaignId === undefined ? sql`true` : sql`c.id = ${o.campaignId}::uuid`;
  const { rows } = await sql<CampaignRow>`
    SELECT c.id, c.name, c.reason, c.from_supply_group_code AS "fromGroup",
      c.from_key_revision AS "fromRevision", c.to_supply_group_code AS "toGroup",
      c.to_key_revision AS "toRevision", c.to_tariff_index AS "toIndex",
      asked.name AS "requestedBy", c.created_at AS "createdAt",
      (SELECT jsonb_object_agg(state, n) FROM (SELECT state, count(*)::int AS n
        FROM (${metersOf(sql`k.id = c.id`, o.nowMs)}) each GROUP BY state) per) AS counts
    FROM prewatt.key_change_campaigns c JOIN prewatt.operators asked ON asked.id = c.requested_by
    WHERE c.utility_id = ${o.utilityId}::uuid AND ${one}
    ORDER BY c.id DESC LIMIT ${campaignsShown}`.execute(tx);
  return rows.map((row) => {
    const of = (state: CampaignMeterState) => row.counts?.[state] ?? 0;
    const counts = {
      waiting: of('waiting'),
      notReachable: of('notReachable'),
      setIssued: of('setIssued'),
      done: of('done'),
      failed: of('failed'),
      left: of('left'),
    };
    return {
      campaignId: idFromUuid('campaign', row.id),
      name: row.name,
      reason: row.reason,
      from: { supplyGroupCode: row.fromGroup, keyRevision: row.fromRevision },
      to: {
        supplyGroupCode: row.toGroup,
        keyRevision: row.toRevision,
        tariffIndex: row.toIndex,
      },
      requestedBy: row.requestedBy,
      createdAt: new Date(row.createdAt).toISOString(),
      counts: { total: Object.values(counts).reduce((sum, n) => sum + n, 0), ...counts },
    };
  });
}

type MeterRow = {
  readonly bucket: number;
  readonly meter_id: string;
  readonly connection_id: string;
  readonly name: string;
  readonly meter_pan: string;
  readonly state: CampaignMeterState;
  readonly set_issued_at: number | null;
  readonly set_state_at: number | null;
  readonly sale_id: string | null;
  readonly grant_id: string | null;
  readonly refusal: string | null;
  readonly last_contact_at: number | null;
  readonly unused: number;
};

const isoOf = (epochMs: number | null) =>
  epochMs === null ? null : new Date(epochMs).toISOString();

/** Meters in the order of their numbers. */
export async function selectCampaignMeters(
  tx: Tx,
  o: {
    readonly campaignId: string;
    readonly nowMs: number;
    readonly state: CampaignMeterState | 'all';
    /** The last meter number shown. */
    readonly cursor: string | null;
  },
): Promise<{ rows: CampaignMeter[]; nextCursor: string | null }> {
  const inState = o.state === 'all' ? sql`true` : sql`each.state = ${o.state}`;
  const after = o.cursor === null ? sql`true` : sql`each.meter_pan > ${o.cursor}`;
  const { rows } = await sql<MeterRow>`
    SELECT each.*, c.name, (SELECT count(*)::int FROM prewatt.tokens t
        WHERE t.bucket = each.bucket AND t.meter_id = each.meter_id AND t.state = 'issued'
          AND t.kind IN ('credit', 'management')
          AND (each.set_issued_at IS NULL OR t.issued_at < each.set_issued_at)) AS unused
    FROM (${metersOf(sql`k.id = ${o.campaignId}::uuid`, o.nowMs)}) each
    JOIN prewatt.connections c ON c.bucket = each.bucket AND c.id = each.connection_id
    WHERE ${inState} AND ${after} ORDER BY each.meter_pan LIMIT ${pageSize + 1}`.execute(tx);
  const shown = rows.slice(0, pageSize);
  return {
    rows: shown.map((row) => ({
      connectionId: idFromUuid('connection', row.connection_id),
      connectionName: row.name,
      meterPan: row.meter_pan,
      state: row.state,
      setIssuedAt: isoOf(row.set_issued_at),
      setStateAt: isoOf(row.set_state_at),
      saleId: row.sale_id === null ? null : idFromUuid('sale', row.sale_id),
      grantId: row.grant_id === null ? null : idFromUuid('grant', row.grant_id),
      refusal: row.refusal,
      lastContactAt: isoOf(row.last_contact_at),
      unusedTokens: row.state === 'done' ? 0 : row.unused,
    })),
    nextCursor: rows.length > pageSize ? (shown.at(-1)?.meter_pan ?? null) : null,
  };
}

/** The next meter with a link that has no set, or whose set failed; with how many sets failed. */
export async function nextToDeliver(
  tx: Tx,
  o: { readonly campaignId: string; readonly nowMs: number; readonly afterPan: string },
): Promise<{
  readonly meterPan: string;
  readonly bucket: number;
  readonly connectionId: string;
  readonly failedSets: number;
} | null> {
  const { rows } = await sql<{
    meterPan: string;
    bucket: number;
    connectionId: string;
    failedSets: number;
  }>`SELECT each.meter_pan AS "meterPan", each.bucket, each.connection_id AS "connectionId",
      (SELECT count(*)::int FROM prewatt.key_change_sets f WHERE f.bucket = each.bucket
        AND f.meter_id = each.meter_id AND f.state = 'failed') AS "failedSets"
    FROM (${metersOf(sql`k.id = ${o.campaignId}::uuid`, o.nowMs)}) each
    WHERE each.state IN ('waiting', 'failed') AND each.meter_pan > ${o.afterPan}
      AND ${isHeard(sql`each.last_contact_at`, o.nowMs)}
    ORDER BY each.meter_pan LIMIT 1`.execute(tx);
  return rows[0] ?? null;
}
