// How many meters know the rules that hold, lists of those that do not, and one home.

import type { HomeProtection, MeterKnowledge, ProtectionMeters } from '@prewatt/api';
import { graceUntilMs } from '@prewatt/protection';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { type ConnectionPlace, hasLink } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { digestOfRules, meterDocument } from './documents.ts';
import { lastWord } from './meters.ts';
import { latestVersion, liveRules } from './rule-sets.ts';

const rowsPerPage = 100;
const mostRefused = 1_000;
const isoOf = (epochMs: number | null): string | null =>
  epochMs === null ? null : new Date(epochMs).toISOString();

/** The state of a meter `m` with its last word, for the document with the digest. */
const knowledgeOf = (digest: string) => sql<MeterKnowledge>`CASE
  WHEN NOT ${hasLink} THEN 'noLink'
  WHEN p.generation IS NULL OR p.rules_digest <> ${digest} THEN 'notTold'
  WHEN k.stage = 'done' THEN 'upToDate'
  WHEN k.stage = 'refused' AND k.result->>'reason' <> 'expired' THEN 'refused'
  ELSE 'waiting' END`;

/** Meters that refused the rules in force: when, and by which word to them. */
export async function refusedRules(tx: Tx, utilityId: string) {
  const digest = digestOfRules(meterDocument(await liveRules(tx)));
  const { rows } = await sql<{
    readonly bucket: number;
    readonly meter_id: string;
    readonly connection_id: string;
    readonly fact: bigint;
    readonly since_at: number;
  }>`SELECT m.bucket, m.id AS meter_id, m.connection_id, p.generation::bigint AS fact,
      k.stage_at AS since_at
    FROM meters m ${lastWord}
    WHERE m.utility_id = ${utilityId}::uuid AND m.retired_at IS NULL
      AND ${knowledgeOf(digest)} = 'refused'
    ORDER BY k.stage_at LIMIT ${mostRefused}`.execute(tx);
  return rows;
}

type Row = {
  readonly bucket: number;
  readonly meter_id: string;
  readonly connection_id: string;
  readonly name: string;
  readonly meter_pan: string;
  readonly queued_at: number | null;
  readonly link_up: boolean | null;
  readonly refusal: string | null;
};

export async function metersView(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly state: MeterKnowledge;
    readonly cursor: string | null;
  },
): Promise<ProtectionMeters> {
  const digest = digestOfRules(meterDocument(await liveRules(tx)));
  const knowledge = knowledgeOf(digest);
  const sums = await sql<{ knowledge: MeterKnowledge; meters: bigint }>`
    SELECT ${knowledge} AS knowledge, count(*) AS meters FROM meters m ${lastWord}
    WHERE m.utility_id = ${o.utilityId}::uuid AND m.retired_at IS NULL
    GROUP BY 1`.execute(tx);
  const counts = { upToDate: 0, waiting: 0, refused: 0, notTold: 0, noLink: 0 };
  for (const sum of sums.rows) counts[sum.knowledge] = Number(sum.meters);
  const [bucket = '-1', meterId = '00000000-0000-0000-0000-000000000000'] =
    o.cursor?.split('.') ?? [];
  const { rows } = await sql<Row>`
    SELECT m.bucket, m.id AS meter_id, m.connection_id, c.name, m.meter_pan, p.queued_at,
      s.link_up, CASE WHEN k.stage = 'refused' THEN k.result->>'reason' END AS refusal
    FROM meters m
    JOIN connections c ON c.bucket = m.bucket AND c.id = m.connection_id
    LEFT JOIN meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id
    ${lastWord}
    WHERE m.utility_id = ${o.utilityId}::uuid AND m.retired_at IS NULL
      AND (m.bucket, m.id) > (${Number(bucket)}, ${meterId}::uuid) AND ${knowledge} = ${o.state}
    ORDER BY m.bucket, m.id LIMIT ${rowsPerPage + 1}`.execute(tx);
  const shown = rows.slice(0, rowsPerPage);
  const last = shown.at(-1);
  return {
    rulesVersion: await latestVersion(tx, o.utilityId),
    counts,
    total: Object.values(counts).reduce((sum, meters) => sum + meters, 0),
    rows: shown.map((row) => ({
      connectionId: idFromUuid('connection', row.connection_id),
      name: row.name,
      meterPan: row.meter_pan,
      toldAt: isoOf(row.queued_at),
      linkUp: row.link_up,
      refusal: row.refusal,
    })),
    nextCursor:
      rows.length > rowsPerPage && last !== undefined ? `${last.bucket}.${last.meter_id}` : null,
  };
}

/** Null when there is no such connection. */
export async function homeView(
  tx: Tx,
  place: ConnectionPlace,
  o: { readonly showsFlags: boolean; readonly utility: Utility; readonly nowMs: number },
): Promise<HomeProtection | null> {
  const digest = digestOfRules(meterDocument(await liveRules(tx)));
  const { rows } = await sql<{
    knowledge: MeterKnowledge;
    rules_version: number | null;
    queued_at: number | null;
    stage: string | null;
    stage_at: number | null;
    refusal: string | null;
    converted_at: number | null;
    owed_energy_wh: bigint | null;
    vulnerable: boolean | null;
    medical: boolean | null;
  }>`
    SELECT ${knowledgeOf(digest)} AS knowledge, p.rules_version, p.queued_at, k.stage, k.stage_at,
      CASE WHEN k.stage = 'refused' THEN k.result->>'reason' END AS refusal,
      c.converted_at, s.owed_energy_wh, p.vulnerable, p.medical
    FROM connections c
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    LEFT JOIN meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id
    ${lastWord}
    WHERE c.bucket = ${place.bucket} AND c.id = ${place.connectionId}::uuid`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  const kinds = (['medical', 'vulnerable'] as const).filter((kind) => row[kind] === true);
  return {
    knowledge: row.knowledge,
    rulesVersion: await latestVersion(tx, place.utilityId),
    toldVersion: row.rules_version,
    toldAt: isoOf(row.queued_at),
    stage: row.stage,
    stageAt: isoOf(row.stage_at),
    refusal: row.refusal,
    convertedAt: isoOf(row.converted_at),
    graceUntil: isoOf(
      graceUntilMs(o.utility.protectionRules, {
        atMs: o.nowMs,
        zone: o.utility.zone,
        vulnerable: false,
        convertedAtMs: row.converted_at,
        owedMilliWh: Number(row.owed_energy_wh ?? 0n) * 1000,
      }),
    ),
    conversions: await conversionsOf(tx, place),
    toldFlags: o.showsFlags && row.queued_at !== null ? kinds : null,
  };
}

async function conversionsOf(
  tx: Tx,
  place: ConnectionPlace,
): Promise<HomeProtection['conversions']> {
  const rows = await tx
    .selectFrom('conversion_events as e')
    .innerJoin('operators as o', 'o.id', 'e.operator_id')
    .select(['e.reason', 'e.at', 'o.name'])
    .select(sql<string | null>`e.converted_on::text`.as('converted_on'))
    .where('e.bucket', '=', place.bucket)
    .where('e.connection_id', '=', place.connectionId)
    .orderBy('e.id', 'desc')
    .limit(20)
    .execute();
  return rows.map((row) => ({
    convertedOn: row.converted_on,
    reason: row.reason,
    by: row.name,
    at: new Date(row.at).toISOString(),
  }));
}
