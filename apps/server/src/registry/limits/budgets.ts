// Budgets: what an hour and a day bring at most, whoever agrees to it. Counted in the database, in
// the transaction of what is counted, so that servers and requests at once cannot pass them.

import {
  type Budget,
  type BudgetLimits,
  type BudgetName,
  type BudgetUsed,
  budgetNames,
  budgetWarningPercent,
  type NearBudget,
  proposeBudgetBodySchema,
} from '@prewatt/api';
import { dayMs, err, formatKwh, hourMs, isoOf, ok } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import { type ApprovalOperation, defineOperation } from '../approvals/index.ts';

const none = { energyPerHourWh: null, energyPerDayWh: null };

/** Where a utility has set nothing. */
const defaults: Readonly<Record<BudgetName, BudgetLimits>> = {
  engineering: { perHour: 60, perDay: 300, ...none },
  homeTariffs: { perHour: 20, perDay: 50, ...none },
  freeCredit: {
    ...{ perHour: 10_000, perDay: 20_000 },
    ...{ energyPerHourWh: '50000000', energyPerDayWh: '100000000' },
  },
};

export type BudgetTake = {
  readonly utilityId: string;
  readonly budget: BudgetName;
  /** The operator; of free credit the utility. */
  readonly ofId: string;
  readonly count: number;
  readonly energyWh: bigint;
  readonly realNowMs: number;
};

const spansOf = (realNowMs: number) => ({
  hour: BigInt(Math.floor(realNowMs / hourMs)),
  day: BigInt(Math.floor(realNowMs / dayMs)),
});

/** What is used already is void once its hour or day is over. */
const kept = (column: string, span: string, now: bigint): RawBuilder<unknown> =>
  sql`CASE WHEN c.${sql.ref(span)} = ${now} THEN c.${sql.ref(column)} ELSE 0 END`;

/**
 * Takes from a budget; false when the hour or the day has not that much left: then nothing is
 * taken. Of one budget one after the other, until the transaction ends.
 */
export async function takeFromBudget(tx: Tx, o: BudgetTake): Promise<boolean> {
  const { hour, day } = spansOf(o.realNowMs);
  const { limits } = await budgetNow(tx, o);
  const hourEnergy = limits.energyPerHourWh ?? '0';
  const dayEnergy = limits.energyPerDayWh ?? '0';
  const hourCount = sql`(${kept('hour_count', 'hour', hour)} + ${o.count}::integer)`;
  const dayCount = sql`(${kept('day_count', 'day', day)} + ${o.count}::integer)`;
  const hourWh = sql`(${kept('hour_energy_wh', 'hour', hour)} + ${o.energyWh}::bigint)`;
  const dayWh = sql`(${kept('day_energy_wh', 'day', day)} + ${o.energyWh}::bigint)`;
  const { rows } = await sql`INSERT INTO prewatt.budget_counts AS c (utility_id, budget, of_id,
      hour, day, hour_count, day_count, hour_energy_wh, day_energy_wh)
    SELECT ${o.utilityId}::uuid, ${o.budget}, ${o.ofId}::uuid, ${hour}, ${day}, ${o.count}::integer,
      ${o.count}::integer, ${o.energyWh}::bigint, ${o.energyWh}::bigint
    WHERE ${o.count} <= least(${limits.perHour}::integer, ${limits.perDay}::integer)
      AND ${o.energyWh} <= least(${hourEnergy}::bigint, ${dayEnergy}::bigint)
    ON CONFLICT (utility_id, budget, of_id) DO UPDATE SET hour = excluded.hour, day = excluded.day,
      hour_count = ${hourCount}, day_count = ${dayCount},
      hour_energy_wh = ${hourWh}, day_energy_wh = ${dayWh}
    WHERE ${hourCount} <= ${limits.perHour} AND ${dayCount} <= ${limits.perDay}
      AND ${hourWh} <= ${hourEnergy}::bigint AND ${dayWh} <= ${dayEnergy}::bigint
    RETURNING c.hour`.execute(tx);
  return rows.length === 1;
}

/** Whether so much is left, or would be in another hour; nothing is taken. */
export async function fitsBudget(tx: Tx, o: BudgetTake): Promise<boolean> {
  const { limits } = await budgetNow(tx, o);
  const used = (await usedOf(tx, o)).get(o.budget) ?? unused;
  return (
    o.count <= limits.perHour &&
    used.inDay + o.count <= limits.perDay &&
    (limits.energyPerHourWh === null || o.energyWh <= BigInt(limits.energyPerHourWh)) &&
    (limits.energyPerDayWh === null ||
      BigInt(used.energyInDayWh) + o.energyWh <= BigInt(limits.energyPerDayWh))
  );
}

const unused: BudgetUsed = { inHour: 0, inDay: 0, energyInHourWh: '0', energyInDayWh: '0' };

async function usedOf(
  tx: Tx,
  o: Pick<BudgetTake, 'utilityId' | 'ofId' | 'realNowMs'>,
): Promise<ReadonlyMap<BudgetName, BudgetUsed>> {
  const { hour, day } = spansOf(o.realNowMs);
  const { rows } = await sql<{ budget: BudgetName } & BudgetUsed>`SELECT budget,
      (${kept('hour_count', 'hour', hour)})::int AS "inHour",
      (${kept('day_count', 'day', day)})::int AS "inDay",
      (${kept('hour_energy_wh', 'hour', hour)})::text AS "energyInHourWh",
      (${kept('day_energy_wh', 'day', day)})::text AS "energyInDayWh"
    FROM prewatt.budget_counts c WHERE utility_id = ${o.utilityId}::uuid
      AND of_id IN (${o.ofId}::uuid, ${o.utilityId}::uuid)`.execute(tx);
  return new Map(rows.map(({ budget, ...used }) => [budget, used]));
}

async function budgetNow(
  tx: Tx,
  { utilityId, budget }: Pick<BudgetTake, 'utilityId' | 'budget'>,
): Promise<Omit<Budget, 'used'>> {
  const row = await tx
    .selectFrom('budgets as b')
    .innerJoin('operators as asker', 'asker.id', 'b.requested_by')
    .innerJoin('operators as allower', 'allower.id', 'b.approved_by')
    .selectAll('b')
    .select(['asker.name as asker_name', 'allower.name as allower_name'])
    .where('b.utility_id', '=', utilityId)
    .where('b.budget', '=', budget)
    .orderBy('b.version', 'desc')
    .limit(1)
    .executeTakeFirst();
  const unset = { version: 0, requestedBy: null, approvedBy: null, since: null };
  if (row === undefined) return { budget, limits: defaults[budget], ...unset };
  return {
    budget,
    limits: {
      perHour: row.per_hour,
      perDay: row.per_day,
      energyPerHourWh: row.energy_per_hour_wh?.toString() ?? null,
      energyPerDayWh: row.energy_per_day_wh?.toString() ?? null,
    },
    version: row.version,
    requestedBy: row.asker_name,
    approvedBy: row.allower_name,
    since: isoOf(row.at),
  };
}

/** All budgets, with what an operator, or of free credit the utility, has used of them. */
export async function budgetsNow(
  tx: Tx,
  o: { readonly utilityId: string; readonly operatorId: string; readonly realNowMs: number },
): Promise<readonly Budget[]> {
  const used = await usedOf(tx, { ...o, ofId: o.operatorId });
  const budgets: Budget[] = [];
  for (const budget of budgetNames) {
    const now = await budgetNow(tx, { utilityId: o.utilityId, budget });
    budgets.push({ ...now, used: used.get(budget) ?? unused });
  }
  return budgets;
}

/** Who has used most of a budget in the hour or the day that runs. */
export async function nearBudgets(
  tx: Tx,
  { utilityId, realNowMs }: { readonly utilityId: string; readonly realNowMs: number },
): Promise<readonly NearBudget[]> {
  const { hour, day } = spansOf(realNowMs);
  const limits = new Map<BudgetName, BudgetLimits>();
  for (const budget of budgetNames) {
    limits.set(budget, (await budgetNow(tx, { utilityId, budget })).limits);
  }
  const of = (column: keyof BudgetLimits) =>
    sql`CASE c.budget ${sql.join(
      budgetNames.map(
        (budget) => sql`WHEN ${sql.lit(budget)} THEN ${limits.get(budget)?.[column]}::bigint`,
      ),
      sql` `,
    )} END`;
  const part = (used: RawBuilder<unknown>, most: RawBuilder<unknown>) =>
    sql`CASE WHEN ${used} = 0 THEN 0 ELSE coalesce(${used} * 100 / nullif(${most}, 0), 0) END`;
  const { rows } = await sql<NearBudget>`SELECT * FROM (
      SELECT c.budget, o.name AS who, greatest(
        ${part(kept('hour_count', 'hour', hour), of('perHour'))},
        ${part(kept('day_count', 'day', day), of('perDay'))},
        ${part(kept('hour_energy_wh', 'hour', hour), of('energyPerHourWh'))},
        ${part(kept('day_energy_wh', 'day', day), of('energyPerDayWh'))})::int AS "usedPercent"
      FROM prewatt.budget_counts c LEFT JOIN prewatt.operators o ON o.id = c.of_id
      WHERE c.utility_id = ${utilityId}::uuid
    ) n WHERE "usedPercent" >= ${budgetWarningPercent}
    ORDER BY "usedPercent" DESC, who LIMIT 100`.execute(tx);
  return rows;
}

const titles: Readonly<Record<BudgetName, string>> = {
  engineering: 'Engineering tokens that one operator makes',
  freeCredit: 'Free credit of the utility',
  homeTariffs: 'Homes to which one operator gives another tariff, one by one',
};

/** What a second person allows: another budget. It holds at once. */
export function budgetApproval(o: { readonly clocks: Clocks }): ApprovalOperation {
  return defineOperation({
    payload: proposeBudgetBodySchema,
    describe: async (tx, { utilityId, payload }) => {
      const { limits: now } = await budgetNow(tx, { utilityId, budget: payload.budget });
      const then = wordsOf(payload.limits);
      return {
        title: `Another budget: ${titles[payload.budget]}`,
        facts: wordsOf(now).map(({ label, value }, place) => {
          const wanted = then[place]?.value ?? value;
          return { label, value: wanted === value ? value : `${wanted} instead of ${value}` };
        }),
      };
    },
    perform: async (tx, { utilityId, payload, approvalId, requestedBy, approvedBy }) => {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended('budgets ' || ${utilityId}, 0))`.execute(
        tx,
      );
      const { budget, limits } = payload;
      const now = await budgetNow(tx, { utilityId, budget });
      if (isSameBudget(now.limits, limits)) return err('budgetUnchanged');
      const { rows } = await sql<{
        version: number;
      }>`SELECT 1 + coalesce(max(version), 0) AS version
        FROM prewatt.budgets WHERE utility_id = ${utilityId}::uuid`.execute(tx);
      const version = rows[0]?.version ?? 1;
      await tx
        .insertInto('budgets')
        .values({
          utility_id: utilityId,
          version,
          budget,
          per_hour: limits.perHour,
          per_day: limits.perDay,
          energy_per_hour_wh: bigOrNull(limits.energyPerHourWh),
          energy_per_day_wh: bigOrNull(limits.energyPerDayWh),
          approval_id: approvalId,
          requested_by: requestedBy.operatorId,
          approved_by: approvedBy.operatorId,
          at: new Date(o.clocks.business.nowMs()),
        })
        .execute();
      return ok({ version });
    },
    refusals: { budgetUnchanged: 'This budget holds already.' },
  });
}

const bigOrNull = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

export const isSameBudget = (a: BudgetLimits, b: BudgetLimits): boolean =>
  a.perHour === b.perHour &&
  a.perDay === b.perDay &&
  bigOrNull(a.energyPerHourWh) === bigOrNull(b.energyPerHourWh) &&
  bigOrNull(a.energyPerDayWh) === bigOrNull(b.energyPerDayWh);

/** Limits in words, always in the same order. */
const wordsOf = (limits: BudgetLimits) => {
  const energy = [
    { label: 'Energy in an hour', wh: limits.energyPerHourWh },
    { label: 'Energy in a day', wh: limits.energyPerDayWh },
  ].flatMap(({ label, wh }) =>
    wh === null ? [] : [{ label, value: `${formatKwh(BigInt(wh))} kWh` }],
  );
  return [
    { label: 'In an hour', value: String(limits.perHour) },
    { label: 'In a day', value: String(limits.perDay) },
    ...energy,
  ];
};
