// `prewatt approval budgets` and `budget`: what an hour and a day bring at most, how much is used,
// and how an administrator asks for another budget.

import {
  type Budget,
  type BudgetName,
  type BudgetsAnswer,
  budgetApi,
  budgetLimitsSchema,
  budgetNames,
  faultOf,
} from '@prewatt/api';
import { formatKwh } from '@prewatt/quantities';
import type { CommandResult, Options } from '../command.ts';
import { requestIdOf, type ServerCommand, waits, wrongOption } from '../server-group.ts';
import type { Utility } from '../utility.ts';

export const budgetsCommand: ServerCommand = {
  options: {},
  positionals: [],
  required: [],
  prepare: () => ({
    run: async (client, utility) => {
      const found = await client.call(budgetApi.budgets);
      return found.ok ? shown(found.value, utility) : found;
    },
  }),
};

export const budgetCommand: ServerCommand = {
  options: {
    'per-hour': 'text',
    'per-day': 'text',
    'kwh-per-hour': 'text',
    'kwh-per-day': 'text',
    reason: 'text',
    'request-id': 'text',
  },
  positionals: ['BUDGET'],
  required: ['reason'],
  prepare: (options, context) => {
    const budget = options.positionals[0] ?? '';
    if (!(budgetNames as readonly string[]).includes(budget)) {
      return wrongOption(`BUDGET is ${budgetNames.join(', ')}`);
    }
    const requestId = requestIdOf(options, context);
    return {
      run: async (client) => {
        const found = await client.call(budgetApi.budgets);
        if (!found.ok) return found;
        const now = found.value.budgets.find((each) => each.budget === budget);
        const limits = budgetLimitsSchema.safeParse(wantedOf(options, now?.limits));
        if (!limits.success) return wrong(faultOf(limits.error, 'limits'));
        const reason = options.text('reason') ?? '';
        if (reason.trim().length < 10) return wrong('--reason takes 10 to 500 characters');
        const body = { requestId, reason, budget: budget as BudgetName, limits: limits.data };
        const asked = await client.call(budgetApi.propose, { body });
        return asked.ok ? waits(asked.value) : asked;
      },
    };
  },
};

const wrong = (message: string): CommandResult => ({
  ok: false,
  error: { exitCode: 2, code: 'option', message },
});

/** What is not said stays as it is; what cannot be read is left for the schema to judge. */
function wantedOf(options: Options, now: Budget['limits'] | undefined): object {
  const count = (name: string, before: number | undefined) => {
    const text = options.text(name);
    return text === undefined ? before : Number(text);
  };
  const energy = (name: string, before: string | null | undefined) => {
    const text = options.text(name);
    return text === undefined ? before : /^\d{1,12}$/.test(text) ? `${text}000` : text;
  };
  return {
    perHour: count('per-hour', now?.perHour),
    perDay: count('per-day', now?.perDay),
    energyPerHourWh: energy('kwh-per-hour', now?.energyPerHourWh),
    energyPerDayWh: energy('kwh-per-day', now?.energyPerDayWh),
  };
}

function shown(answer: BudgetsAnswer, { when }: Utility): CommandResult {
  const lines = answer.budgets.flatMap((row) => [
    `${row.budget}: ${row.limits.perHour} in an hour, ${row.limits.perDay} in a day` +
      ` (used ${row.used.inHour} and ${row.used.inDay})`,
    ...energyLine(row),
    row.since === null
      ? '  nobody has set it: it is as Prewatt comes'
      : `  asked for by ${row.requestedBy}, allowed by ${row.approvedBy}, ${when(row.since)}`,
  ]);
  const near = answer.near.map(
    ({ budget, who, usedPercent }) =>
      `${who ?? 'the utility'} has used ${usedPercent} % of ${budget}`,
  );
  return { ok: true, value: { lines: [...lines, ...near], json: answer } };
}

const kwh = (wh: string): string => `${formatKwh(BigInt(wh))} kWh`;

const energyLine = ({ limits, used }: Budget): readonly string[] =>
  limits.energyPerHourWh === null || limits.energyPerDayWh === null
    ? []
    : [
        `  ${kwh(limits.energyPerHourWh)} in an hour, ${kwh(limits.energyPerDayWh)} in a day` +
          ` (used ${kwh(used.energyInHourWh)} and ${kwh(used.energyInDayWh)})`,
      ];
