// What operators read of grants: rows, one with its tokens, and who looked at their digits.

import type { GrantDetail, GrantPage, GrantRow } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { ColumnValue } from '../../base/column-value.ts';
import type { Tx } from '../../base/database.ts';
import { needsSomebody } from './seen.ts';

const pageSize = 100;

type Stored = {
  readonly id: string;
  readonly bucket: number;
  readonly connectionId: string;
  readonly connectionName: string;
  readonly meterPan: string;
  readonly kind: ColumnValue<'grants', 'kind'>;
  readonly energyWh: bigint | null;
  readonly amountMinor: bigint | null;
  readonly parameters: { readonly powerW?: string; readonly tests?: number[] | 'all' };
  readonly reason: string;
  readonly requestedBy: string | null;
  readonly approvedBy: string | null;
  readonly approvalId: string | null;
  readonly month: string | null;
  readonly state: ColumnValue<'grants', 'state'>;
  readonly refusal: string | null;
  readonly issuedAt: number;
  readonly stateAt: number;
  readonly seenBy: string | null;
  readonly seenReason: string | null;
};

const columns = sql`g.id, g.bucket, g.connection_id AS "connectionId", c.name AS "connectionName",
  m.meter_pan AS "meterPan", g.kind, g.energy_wh AS "energyWh",
  g.amount_minor AS "amountMinor", g.parameters, g.reason,
  asked.name AS "requestedBy", allowed.name AS "approvedBy", g.approval_id AS "approvalId",
  to_char(g.month, 'YYYY-MM') AS month, g.state, g.refusal, g.issued_at AS "issuedAt",
  g.state_at AS "stateAt", seen.name AS "seenBy", g.seen_reason AS "seenReason"`;
const joins = sql`JOIN prewatt.connections c ON c.bucket = g.bucket AND c.id = g.connection_id
  JOIN prewatt.meters m ON m.bucket = g.bucket AND m.id = g.meter_id
  LEFT JOIN prewatt.operators asked ON asked.id = g.requested_by
  LEFT JOIN prewatt.approvals a ON a.id = g.approval_id
  LEFT JOIN prewatt.operators seen ON seen.id = g.seen_by
  LEFT JOIN prewatt.operators allowed ON allowed.id = a.decided_by`;

const rowOf = (row: Stored): GrantRow => ({
  grantId: idFromUuid('grant', row.id),
  connectionId: idFromUuid('connection', row.connectionId),
  connectionName: row.connectionName,
  meterPan: row.meterPan,
  kind: row.kind,
  energyWh: row.energyWh?.toString() ?? null,
  amountMinor: row.amountMinor?.toString() ?? null,
  powerW: row.parameters.powerW ?? null,
  tests: row.parameters.tests ?? null,
  reason: row.reason,
  requestedBy: row.requestedBy,
  approvedBy: row.approvedBy,
  approvalId: row.approvalId === null ? null : idFromUuid('approval', row.approvalId),
  month: row.month,
  state: row.state,
  refusal: row.refusal,
  issuedAt: isoOf(row.issuedAt),
  stateAt: isoOf(row.stateAt),
  seenBy: row.seenBy,
  seenReason: row.seenReason,
});

/** Of one connection, newest first. */
export async function grantsOfConnection(
  tx: Tx,
  place: { readonly bucket: number; readonly connectionId: string },
): Promise<GrantPage> {
  const { rows } = await sql<Stored>`SELECT ${columns} FROM prewatt.grants g ${joins}
    WHERE g.bucket = ${place.bucket} AND g.connection_id = ${place.connectionId}::uuid
    ORDER BY g.issued_at DESC, g.id DESC LIMIT ${pageSize}`.execute(tx);
  return { rows: rows.map(rowOf), nextCursor: null };
}

/** Of the utility, newest first; `attention`: those that were not delivered. */
export async function grantPage(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly state: 'attention' | 'all';
    readonly cursor: string | null;
  },
): Promise<GrantPage> {
  const only = o.state === 'all' ? sql`true` : needsSomebody;
  const after = o.cursor === null ? sql`true` : sql`g.id < ${o.cursor}::uuid`;
  const { rows } = await sql<Stored>`SELECT ${columns} FROM prewatt.grants g ${joins}
    WHERE g.utility_id = ${o.utilityId}::uuid AND ${only} AND ${after}
    ORDER BY g.id DESC LIMIT ${pageSize + 1}`.execute(tx);
  return {
    rows: rows.slice(0, pageSize).map(rowOf),
    nextCursor: rows.length > pageSize ? (rows[pageSize - 1]?.id ?? null) : null,
  };
}

/** What a currency token carries, without the part of a minor unit that its coding adds. */
const wholeMinor = sql<bigint | null>`(amount_e5 / (SELECT power(10, 5 - currency_scale)::bigint
  FROM prewatt.utilities u WHERE u.id = tokens.utility_id))`;

/** One grant with its tokens; digits of credit only when `showCredit` is set. */
export async function grantDetail(
  tx: Tx,
  o: { readonly grantId: string; readonly digits: 'none' | 'engineering' | 'all' },
): Promise<GrantDetail | null> {
  const { rows } = await sql<Stored>`SELECT ${columns} FROM prewatt.grants g ${joins}
    WHERE g.id = ${o.grantId}::uuid`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  const tokens = await tx
    .selectFrom('tokens')
    .select(['kind', 'digits', 'energy_wh', 'state'])
    .select(wholeMinor.as('minor'))
    .where('bucket', '=', row.bucket)
    .where('grant_id', '=', row.id)
    .orderBy('section')
    .orderBy('tid')
    .execute();
  const views = await tx
    .selectFrom('grant_views')
    .innerJoin('operators', 'operators.id', 'grant_views.operator_id')
    .select(['operators.name', 'grant_views.at'])
    .where('grant_views.bucket', '=', row.bucket)
    .where('grant_views.grant_id', '=', row.id)
    .orderBy('ordinal')
    .execute();
  const mayShow = (kind: string): boolean =>
    o.digits === 'all' || (o.digits === 'engineering' && kind !== 'credit');
  return {
    ...rowOf(row),
    tokens: tokens.map((token) => ({
      kind: token.kind,
      digits: mayShow(token.kind) ? token.digits : null,
      lastFour: token.digits.slice(-4),
      energyWh: token.energy_wh?.toString() ?? null,
      creditMinor: token.minor?.toString() ?? null,
      state: token.state,
    })),
    views: views.map(({ name, at }) => ({ by: name, at: isoOf(at) })),
  };
}

/** Keeps who looks at the digits. False when there is no such grant. */
export async function recordView(
  tx: Tx,
  o: { readonly grantId: string; readonly operatorId: string; readonly at: Date },
): Promise<boolean> {
  const { rows } = await sql`INSERT INTO prewatt.grant_views
      (bucket, grant_id, ordinal, utility_id, operator_id, at)
    SELECT g.bucket, g.id, 1 + (SELECT count(*) FROM prewatt.grant_views v
        WHERE v.bucket = g.bucket AND v.grant_id = g.id), g.utility_id,
      ${o.operatorId}::uuid, ${o.at}
    FROM (SELECT * FROM prewatt.grants WHERE id = ${o.grantId}::uuid FOR UPDATE) g
    RETURNING 1`.execute(tx);
  return rows.length > 0;
}
