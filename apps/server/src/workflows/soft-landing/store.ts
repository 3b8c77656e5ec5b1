// What operators read of limit tokens of the soft landing: rows, newest first.

import type { LandingPage, LandingState } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

const pageSize = 100;

type Row = {
  readonly id: string;
  readonly connection_id: string;
  readonly name: string;
  readonly meter_pan: string;
  readonly grant_id: string;
  readonly rules_version: number;
  readonly step: number;
  readonly power_w: bigint;
  readonly lift_power_w: bigint;
  readonly expected_at: number;
  readonly lasts_until: number;
  readonly sent_at: number;
  readonly token_state: 'issued' | 'accepted' | 'refused';
  readonly token_at: number | null;
  readonly state: LandingState;
  readonly state_at: number;
  readonly lift_sale_id: string | null;
  readonly lift_grant_id: string | null;
};

type Home = { readonly bucket: number; readonly connectionId: string };

/** A meter that was taken away took its limit with it. */
const stateNow = sql`CASE WHEN l.state = 'sent' AND m.retired_at IS NOT NULL THEN 'expired'
  ELSE l.state END`;

export async function landingPage(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly state: LandingState | 'all';
    readonly cursor: string | null;
    readonly of?: Home;
  },
): Promise<LandingPage> {
  const only = o.state === 'all' ? sql`true` : sql`${stateNow} = ${o.state}`;
  const after = o.cursor === null ? sql`true` : sql`l.id < ${o.cursor}::uuid`;
  const home = homeIs(o.of);
  const { rows } = await sql<Row>`SELECT l.id, l.connection_id, c.name, m.meter_pan, l.grant_id,
      l.rules_version, l.step, l.power_w, l.lift_power_w, l.expected_at, l.lasts_until, l.sent_at,
      ${stateNow} AS state, coalesce(CASE WHEN l.state = 'sent' THEN m.retired_at END, l.state_at)
        AS state_at, l.lift_sale_id, l.lift_grant_id, t.state AS token_state,
      t.state_at AS token_at
    FROM landing_tokens l
    JOIN connections c ON c.bucket = l.bucket AND c.id = l.connection_id
    JOIN meters m ON m.bucket = l.bucket AND m.id = l.meter_id
    JOIN tokens t ON t.bucket = l.bucket AND t.grant_id = l.grant_id AND t.kind = 'management'
    WHERE l.utility_id = ${o.utilityId}::uuid AND ${home} AND ${only} AND ${after}
    ORDER BY l.id DESC LIMIT ${pageSize + 1}`.execute(tx);
  return {
    counts: await countsOf(tx, o),
    rows: rows.slice(0, pageSize).map((row) => ({
      landingId: idFromUuid('landing', row.id),
      connectionId: idFromUuid('connection', row.connection_id),
      connectionName: row.name,
      meterPan: row.meter_pan,
      grantId: idFromUuid('grant', row.grant_id),
      rulesVersion: row.rules_version,
      step: row.step,
      powerW: row.power_w.toString(),
      liftPowerW: row.lift_power_w.toString(),
      expectedAt: isoOf(row.expected_at),
      lastsUntil: isoOf(row.lasts_until),
      sentAt: isoOf(row.sent_at),
      token: row.token_state === 'issued' ? 'unknown' : row.token_state,
      tokenAt: row.token_at === null ? null : isoOf(row.token_at),
      state: row.state,
      stateAt: isoOf(row.state_at),
      liftSaleId: row.lift_sale_id === null ? null : idFromUuid('sale', row.lift_sale_id),
      liftGrantId: row.lift_grant_id === null ? null : idFromUuid('grant', row.lift_grant_id),
    })),
    nextCursor: rows.length > pageSize ? (rows[pageSize - 1]?.id ?? null) : null,
  };
}

const homeIs = (of: Home | undefined) =>
  of === undefined
    ? sql`true`
    : sql`l.bucket = ${of.bucket} AND l.connection_id = ${of.connectionId}::uuid`;

async function countsOf(
  tx: Tx,
  o: { readonly utilityId: string; readonly of?: Home },
): Promise<LandingPage['counts']> {
  const { rows } = await sql<{ state: LandingState; n: number }>`
    SELECT ${stateNow} AS state, count(*)::int AS n FROM landing_tokens l
    JOIN meters m ON m.bucket = l.bucket AND m.id = l.meter_id
    WHERE l.utility_id = ${o.utilityId}::uuid AND ${homeIs(o.of)} GROUP BY 1`.execute(tx);
  const counts = { sent: 0, replaced: 0, lifted: 0, expired: 0 };
  for (const { state, n } of rows) counts[state] = n;
  return counts;
}
