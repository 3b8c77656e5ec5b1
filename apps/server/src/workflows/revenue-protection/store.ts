// SQL of rounds, balances, lines and findings. Every write may be repeated: a process that ended in
// the middle of a step leaves nothing that the next one does not write over.

import type { AreaBalance, BalanceParts } from '@prewatt/revenue-protection';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { insertRows } from '../../base/rows.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { halfHoursPerDay } from './areas.ts';
import type { TownMoney } from './home-facts.ts';
import type { JudgedLine } from './rank.ts';
import { addDays, type Span } from './span.ts';
import type { Bought } from './vending.ts';

export type Stage = 'nodes' | 'unplaced' | 'placing' | 'doubts' | 'done';
export type Round = {
  readonly id: string;
  readonly utilityId: string;
  readonly day: string;
  readonly spanDays: number;
  readonly stage: Stage;
  readonly afterCode: string;
  readonly after: { readonly bucket: number; readonly connectionId: string };
  readonly step: number;
  readonly homes: number;
  readonly pricePerKwhMinor: bigint | null;
  readonly townMiddleMinor: bigint | null;
};

/** The newest round; null before the first. */
export async function newestRound(tx: Tx, utilityId: string): Promise<Round | null> {
  const { rows } = await sql<{
    id: string;
    day: string;
    span_days: number;
    stage: Stage;
    after_code: string;
    after_bucket: number;
    after_connection: string;
    step: number;
    homes: number;
    price_per_kwh_minor: bigint | null;
    town_middle_minor: bigint | null;
  }>`SELECT id, day::text AS day, span_days, stage, after_code, after_bucket, after_connection, step, homes,
      price_per_kwh_minor, town_middle_minor
    FROM revenue_rounds WHERE utility_id = ${utilityId}::uuid
    ORDER BY day DESC LIMIT 1`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    ...{ id: row.id, utilityId, day: row.day, spanDays: row.span_days, stage: row.stage },
    afterCode: row.after_code,
    after: { bucket: row.after_bucket, connectionId: row.after_connection },
    ...{ step: row.step, homes: row.homes },
    pricePerKwhMinor: row.price_per_kwh_minor,
    townMiddleMinor: row.town_middle_minor,
  };
}

/** When a node was read first; null where none was. */
export async function firstReadAt(tx: Tx, utilityId: string): Promise<number | null> {
  const { rows } = await sql<{ at: number | null }>`SELECT min((SELECT min(r.starts_at)
      FROM network_readings r WHERE r.node_id = n.id)) AS at
    FROM network_nodes n WHERE n.utility_id = ${utilityId}::uuid`.execute(tx);
  return rows[0]?.at ?? null;
}

/** The day's round, unless another process has begun it or the utility has no network. */
export async function beginRound(
  tx: Tx,
  o: {
    readonly id: string;
    readonly utilityId: string;
    readonly day: string;
    readonly spanDays: number;
    readonly money: TownMoney;
    readonly nowMs: number;
  },
): Promise<void> {
  await sql`INSERT INTO revenue_rounds (id, utility_id, day, span_days, stage,
      price_per_kwh_minor, town_middle_minor, started_at)
    SELECT ${o.id}::uuid, ${o.utilityId}::uuid, ${o.day}::date, ${o.spanDays}::smallint, 'nodes',
      ${o.money.pricePerKwhMinor}::bigint, ${o.money.middleMinor}::bigint, ${instant(o.nowMs)}
    WHERE EXISTS (SELECT FROM network_nodes WHERE utility_id = ${o.utilityId}::uuid)
    ON CONFLICT (utility_id, day) DO NOTHING`.execute(tx);
}

export type Advance = Pick<Round, 'stage' | 'afterCode' | 'after'> & { readonly homes: number };

/** Moves the round on from the step that was read; false where another process did. */
export async function advanceRound(
  tx: Tx,
  round: Round,
  o: Advance & { readonly nowMs: number },
): Promise<boolean> {
  const moved = await tx
    .updateTable('revenue_rounds')
    .set({
      stage: o.stage,
      after_code: o.afterCode,
      after_bucket: o.after.bucket,
      after_connection: o.after.connectionId,
      step: round.step + 1,
      homes: round.homes + o.homes,
      done_at: o.stage === 'done' ? new Date(o.nowMs) : null,
    })
    .where('id', '=', round.id)
    .where('step', '=', round.step)
    .returning('id')
    .executeTakeFirst();
  return moved !== undefined;
}

const partColumns = (parts: BalanceParts | null) => ({
  energy_in_wh: parts?.energyInWh ?? null,
  metered_wh: parts?.meteredWh ?? null,
  estimated_wh: parts?.estimatedWh ?? null,
  technical_wh: parts?.technicalLossWh ?? null,
  unexplained_wh: parts?.unexplainedWh ?? null,
  low_wh: parts?.unexplainedLowWh ?? null,
  high_wh: parts?.unexplainedHighWh ?? null,
});

export async function saveBalance(
  tx: Tx,
  o: {
    readonly round: Round;
    readonly span: Span;
    readonly nodeId: string;
    /** All that were behind it within the span. */
    readonly homes: number;
    readonly bought: Bought;
    readonly balance: AreaBalance;
  },
): Promise<void> {
  const { round, span, balance, nodeId, homes, bought } = o;
  const totals = {
    ...{ round_id: round.id, state: balance.state, from_day: span.fromDay, days: span.days },
    ...{ homes, outage_intervals: balance.outageIntervals },
    ...{ own_homes: bought.homes, buying_homes: bought.buyingHomes, sold_wh: bought.soldWh },
    ...{ sold_minor: bought.soldMinor, read_homes: bought.readHomes },
    ...{ read_counted_wh: bought.readCountedWh, read_sold_wh: bought.readSoldWh },
    ...partColumns(balance.total),
    technical_range_wh: balance.total?.technicalRangeWh ?? null,
  };
  await tx
    .insertInto('network_balances')
    .values({ node_id: nodeId, utility_id: round.utilityId, ...totals })
    .onConflict((conflict) => conflict.column('node_id').doUpdateSet(totals))
    .execute();
  if (balance.days.length === 0) return;
  // All days: a home that was placed since counts on each of them.
  const days = balance.days.map((parts, day) => ({
    ...{ node_id: nodeId, day: addDays(span.fromDay, day), utility_id: round.utilityId },
    ...partColumns(parts),
    half_hours_wh: balance.unexplainedWh.slice(
      day * halfHoursPerDay,
      (day + 1) * halfHoursPerDay,
    ) as number[],
  }));
  await tx
    .insertInto('network_balance_days')
    .values(days)
    .onConflict((conflict) =>
      conflict.columns(['node_id', 'day']).doUpdateSet(({ ref }) => ({
        energy_in_wh: ref('excluded.energy_in_wh'),
        metered_wh: ref('excluded.metered_wh'),
        estimated_wh: ref('excluded.estimated_wh'),
        technical_wh: ref('excluded.technical_wh'),
        unexplained_wh: ref('excluded.unexplained_wh'),
        low_wh: ref('excluded.low_wh'),
        high_wh: ref('excluded.high_wh'),
        half_hours_wh: ref('excluded.half_hours_wh'),
      })),
    )
    .execute();
}

const lineColumns = {
  bucket: 'smallint',
  connection_id: 'uuid',
  utility_id: 'uuid',
  node_id: 'uuid',
  round_id: 'uuid',
  standing: 'text',
  held_state: 'text',
  held_words: 'text',
  probability_permille: 'smallint',
  recoverable_wh: 'bigint',
  expected_wh: 'bigint',
  expected_minor: 'bigint',
  reasons: 'jsonb',
  need: 'jsonb',
  chart: 'jsonb',
  doubt: 'text',
} as const;

export type PlacedLine = {
  readonly place: ConnectionPlace;
  readonly nodeId: string | null;
  readonly line: JudgedLine;
};

/** Quiet homes are written only where a line stands already, so that it does not stay. */
export async function saveLines(
  tx: Tx,
  o: { readonly round: Round; readonly span: Span; readonly lines: readonly PlacedLine[] },
): Promise<void> {
  const { round, span } = o;
  const quiet = o.lines.filter(({ line }) => line.standing === 'quiet');
  const told = o.lines.filter(({ line }) => line.standing !== 'quiet');
  if (quiet.length > 0) {
    const ids = quiet.map(({ place }) => place.connectionId);
    const buckets = quiet.map(({ place }) => place.bucket);
    await sql`UPDATE revenue_lines l SET standing = 'quiet', round_id = ${round.id}::uuid,
        held_state = NULL, held_words = NULL, expected_wh = 0, expected_minor = NULL
      FROM unnest(${buckets}::smallint[], ${ids}::uuid[]) AS q(bucket, connection_id)
      WHERE l.bucket = q.bucket AND l.connection_id = q.connection_id`.execute(tx);
  }
  if (told.length === 0) return;
  const rows = told.map(({ place, nodeId, line }) => ({
    ...{ bucket: place.bucket, connection_id: place.connectionId, utility_id: round.utilityId },
    ...{ node_id: nodeId, round_id: round.id, standing: line.standing },
    held_state: line.held?.state ?? null,
    held_words: line.held?.words ?? null,
    probability_permille: line.probabilityPermille,
    recoverable_wh: line.recoverableWh,
    expected_wh: line.expectedWh,
    expected_minor: line.expectedMinor,
    reasons: line.reasons,
    need: line.need,
    chart: { fromDay: span.fromDay, ...line.chart },
    doubt: line.doubt,
  }));
  await sql`${insertRows('revenue_lines', lineColumns, rows)}
    ON CONFLICT (bucket, connection_id) DO UPDATE SET node_id = excluded.node_id,
      round_id = excluded.round_id, standing = excluded.standing,
      held_state = excluded.held_state, held_words = excluded.held_words,
      probability_permille = excluded.probability_permille,
      recoverable_wh = excluded.recoverable_wh, expected_wh = excluded.expected_wh,
      expected_minor = excluded.expected_minor, reasons = excluded.reasons, need = excluded.need,
      chart = excluded.chart, doubt = excluded.doubt`.execute(tx);
}
