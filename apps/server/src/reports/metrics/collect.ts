// The figures of one server process and of what it shares with others through the database: how
// much is under way, how much waits, what was refused. Sums over all utilities; no name, no number
// of a meter, no amount.

import { budgetNames } from '@prewatt/api';
import { sql } from 'kysely';
import { type Database, instant, type Tx } from '../../base/database.ts';
import type { PartReport } from '../../base/parts.ts';
import type { SweepReport } from '../../base/sweeps.ts';
import type { Clocks } from '../../base/time.ts';
import type { Broker, CommandOutbox, Ingest } from '../../metering/headend/index.ts';
import type { KeptNotifications } from '../../money/kept-notifications/index.ts';
import { nearVendors } from '../../money/vendors/index.ts';
import { nearBudgets } from '../../registry/limits/index.ts';
import type { ServerProcess } from '../../registry/servers/index.ts';
import { logFiguresOf } from '../../registry/token-log/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { type Figure, figure, type Value } from './text.ts';
import { createLogSum } from './token-log.ts';

export type MetricsDeps = {
  readonly database: Database;
  readonly utilities: Pick<Utilities, 'list'>;
  readonly clocks: Clocks;
  readonly ingest: Pick<Ingest, 'counts' | 'underWay'>;
  readonly outbox: Pick<CommandOutbox, 'waiting'>;
  /** Null with a broker of one's own. */
  readonly broker: Pick<Broker, 'counts'> | null;
  readonly keptNotifications: Pick<KeptNotifications, 'counts'>;
  readonly sweepReports: () => readonly SweepReport[];
  readonly partReports: () => readonly PartReport[];
  readonly serverReports: () => readonly ServerProcess[];
};

/** Business time that sales are counted over. */
const salesOverMs = 5 * 60_000;
const openStages = ['queued', 'sent', 'awaitingResult', 'retry', 'cancelling'] as const;
const saleStates = ['awaitingPayment', 'issued', 'delivered', 'stuck', 'reversed'] as const;

export async function collect(o: MetricsDeps): Promise<readonly Figure[]> {
  const realNowMs = o.clocks.real.nowMs();
  return [
    ...linkFigures(o),
    ...poolFigures(o),
    notificationFigure(o),
    ...partFigures(o),
    ...serverFigures(o),
    ...sweepFigures(o, realNowMs),
    ...(await databaseFigures(o, realNowMs)),
  ];
}

/** A part that was not looked at yet has no figure. */
function partFigures({ partReports }: MetricsDeps): Figure[] {
  const seen = partReports().filter(({ state }) => state !== 'unknown');
  const states = Object.fromEntries(
    seen.map(({ name, state }) => [name, state === 'up' ? 1 : 0] as const),
  );
  const title = 'Whether each part that the server needs is up: 1, or down: 0.';
  return [figure('gauge', ['part_up', title], values(states, 'part'))];
}

function serverFigures({ serverReports }: MetricsDeps): Figure[] {
  const states = counter(['working', 'draining', 'lost']);
  for (const { state } of serverReports()) states.add(state, 1);
  const title = 'Processes of the server that share the database, by state, as this one sees them.';
  return [figure('gauge', ['servers', title], states.by('state'))];
}

function linkFigures({ ingest, broker, outbox }: MetricsDeps): Figure[] {
  const { received, refused, delayed, overworked, failed, kinds } = ingest.counts();
  const { messages, weight } = ingest.underWay();
  const figures = [
    figure(
      'counter',
      ['messages_total', 'Messages of meters that were understood, by kind.'],
      Object.entries(kinds).map(([kind, value]) => ({ of: { kind }, value })),
    ),
    figure('counter', ['messages_received_total', 'Messages that came from the broker.'], received),
    figure(
      'counter',
      [
        'messages_unusual_total',
        "Messages refused, not stored, made to wait, or left unread for their meter's time.",
      ],
      values({ refused, failed, delayed, overworked }, 'what'),
    ),
    figure('gauge', ['ingest_waiting', 'Messages whose senders wait for room.'], messages),
    figure('gauge', ['ingest_weight', 'Readings and messages that are being stored.'], weight),
    figure(
      'gauge',
      ['commands_to_dispatch', 'Commands of which word came, not yet handed on.'],
      outbox.waiting(),
    ),
  ];
  if (broker === null) return figures;
  const { connections, ...held } = broker.counts();
  return [
    ...figures,
    figure('gauge', ['sessions', 'Connections at the embedded broker.'], connections),
    figure(
      'counter',
      ['broker_held_back_total', 'What the embedded broker refused or made to wait, by why.'],
      values(held, 'why'),
    ),
  ];
}

function notificationFigure({ keptNotifications }: MetricsDeps): Figure {
  const title =
    'Notifications of payment providers: kept as they came, or let go for want of room.';
  const { kept, notKept } = keptNotifications.counts();
  const counts = { kept, notKept };
  return figure('counter', ['provider_notifications_total', title], values(counts, 'what'));
}

function poolFigures({ database }: MetricsDeps): Figure[] {
  const { open, idle, waiting } = database.pool();
  return [
    figure(
      'gauge',
      ['database_connections', 'Connections of the pool.'],
      values({ busy: open - idle, idle }, 'state'),
    ),
    figure('gauge', ['database_waiting', 'Transactions that wait for a connection.'], waiting),
  ];
}

/**
 * Per sweep the utility that is worst off. One that has not succeeded since the start of the
 * process has no success to show, which is told by its failing.
 */
function sweepFigures({ sweepReports }: MetricsDeps, nowMs: number): Figure[] {
  const successes = new Map<string, number>();
  const failing = new Map<string, number>();
  for (const { name, lastSuccessAtMs, failingSinceMs } of sweepReports()) {
    const failingMs = failingSinceMs === null ? 0 : nowMs - failingSinceMs;
    failing.set(name, Math.max(failing.get(name) ?? 0, failingMs / 1_000));
    if (lastSuccessAtMs === null) continue;
    const atS = lastSuccessAtMs / 1_000;
    successes.set(name, Math.min(successes.get(name) ?? atS, atS));
  }
  return [
    figure(
      'gauge',
      ['upkeep_last_success_timestamp_seconds', 'When each piece of upkeep last went well.'],
      values(Object.fromEntries(successes), 'sweep'),
    ),
    figure(
      'gauge',
      ['upkeep_failing_seconds', 'How long each piece of upkeep has failed or hung; 0 if not.'],
      values(Object.fromEntries(failing), 'sweep'),
    ),
  ];
}

async function databaseFigures(
  { database, utilities, clocks, partReports }: MetricsDeps,
  realNowMs: number,
): Promise<Figure[]> {
  const commands = counter(openStages);
  const sales = counter(saleStates);
  const budgets = counter([...budgetNames, 'vendor']);
  const log = createLogSum(partReports());
  let oldestDueMs = 0;
  const nowMs = clocks.business.nowMs();
  for (const { id } of await utilities.list()) {
    const found = await database.inUtility(id, (tx) =>
      ofUtility(tx, { utilityId: id, nowMs, realNowMs }),
    );
    for (const { stage, n } of found.commands) commands.add(stage, n);
    for (const { state, n } of found.sales) sales.add(state, n);
    for (const { budget } of found.near) budgets.add(budget, 1);
    log.add(found.log);
    oldestDueMs = Math.max(oldestDueMs, found.overdueMs);
  }
  const jobs = await jobsOf(database);
  return [
    figure('gauge', ['commands_open', 'Commands without an end, by stage.'], commands.by('stage')),
    figure(
      'gauge',
      ['command_overdue_seconds', 'Business time since the longest due command was due.'],
      oldestDueMs / 1_000,
    ),
    figure(
      'gauge',
      ['sales_recent', 'Sales asked for in five minutes of business time, by state.'],
      sales.by('state'),
    ),
    figure(
      'gauge',
      ['budgets_nearly_used', 'Budgets of which 80 % or more is used, by kind.'],
      budgets.by('budget'),
    ),
    ...log.figures(),
    figure('gauge', ['jobs_waiting', 'Jobs that are due.'], jobs.waiting),
    figure('gauge', ['jobs_failed', 'Jobs that have failed and are not tried again.'], jobs.failed),
    figure('gauge', ['jobs_lag_seconds', 'Time since the longest waiting job was due.'], jobs.lagS),
  ];
}

async function ofUtility(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number; readonly realNowMs: number },
) {
  const { utilityId, nowMs } = o;
  const commands = await tx
    .selectFrom('commands')
    .select(['stage', sql<number>`count(*)::int`.as('n')])
    .where('utility_id', '=', utilityId)
    .where('due_at', 'is not', null)
    .groupBy('stage')
    .execute();
  const sales = await tx
    .selectFrom('sales')
    .select(['state', sql<number>`count(*)::int`.as('n')])
    .where('utility_id', '=', utilityId)
    .where('requested_at', '>', instant(nowMs - salesOverMs))
    .groupBy('state')
    .execute();
  const due = await tx
    .selectFrom('commands')
    .select('due_at')
    .where('utility_id', '=', utilityId)
    .where('due_at', '<=', instant(nowMs))
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst();
  const near = [...(await nearBudgets(tx, o)), ...(await nearVendors(tx, o))];
  const log = await logFiguresOf(tx);
  return { commands, sales, near, log, overdueMs: nowMs - (due?.due_at ?? nowMs) };
}

async function jobsOf(database: Database) {
  const { rows } = await sql<{ waiting: number; failed: number; lagS: number }>`SELECT
      (count(*) FILTER (WHERE is_due))::int AS waiting,
      (count(*) FILTER (WHERE attempts >= max_attempts AND locked_at IS NULL))::int AS failed,
      coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE is_due)), 0)::float8 AS "lagS"
    FROM (SELECT *, locked_at IS NULL AND attempts < max_attempts AND run_at <= now() AS is_due
      FROM graphile_worker._private_jobs) jobs`.execute(database.directories);
  return rows[0] ?? { waiting: 0, failed: 0, lagS: 0 };
}

/** Every known word has a value, so that a figure does not vanish when it is zero. */
function counter(known: readonly string[]) {
  const counts = new Map<string, number>(known.map((word) => [word, 0]));
  return {
    add: (word: string, n: number) => counts.set(word, (counts.get(word) ?? 0) + n),
    by: (label: string): Value[] =>
      [...counts].map(([word, value]) => ({ of: { [label]: word }, value })),
  };
}

const values = (of: Readonly<Record<string, number>>, label: string): Value[] =>
  Object.entries(of).map(([word, value]) => ({ of: { [label]: word }, value }));
