// `prewatt approval limits`: what one person may do alone; with options, asks for other limits.

import {
  type ControlLimits,
  type ControlLimitsAnswer,
  controlLimitsSchema,
  faultOf,
  limitApi,
} from '@prewatt/api';
import { parseAmount } from '@prewatt/quantities';
import type { CommandResult, Options } from '../command.ts';
import { requestIdOf, type ServerCommand, waits } from '../server-group.ts';
import type { Utility } from '../utility.ts';

export const limitsCommand: ServerCommand = {
  options: {
    'safety-cuts-per-hour': 'text',
    'safety-cut-hours': 'text',
    alone: 'text',
    daily: 'text',
    reason: 'text',
    'request-id': 'text',
  },
  positionals: [],
  required: [],
  prepare: (options, context) => {
    const requestId = requestIdOf(options, context);
    return {
      run: async (client, utility) => {
        const now = await client.call(limitApi.limits);
        if (!now.ok) return now;
        const wanted = wantedOf(options, now.value.limits, utility);
        if (wanted === null) return shown(now.value, utility);
        const limits = controlLimitsSchema.safeParse(wanted);
        if (!limits.success) return wrong(faultOf(limits.error, 'limits'));
        const reason = options.text('reason') ?? '';
        if (reason.trim().length < 10) return wrong('--reason takes 10 to 500 characters');
        const body = { requestId, reason, limits: limits.data };
        const asked = await client.call(limitApi.propose, { body });
        return asked.ok ? waits(asked.value) : asked;
      },
    };
  },
};

const wrong = (message: string): CommandResult => ({
  ok: false,
  error: { exitCode: 2, code: 'option', message },
});

/** Null when nothing else is asked for; what cannot be read is left for the schema to judge. */
function wantedOf(options: Options, now: ControlLimits, { currency }: Utility): object | null {
  const names = ['safety-cuts-per-hour', 'safety-cut-hours', 'alone', 'daily'] as const;
  if (names.every((name) => options.text(name) === undefined)) return null;
  const count = (name: string, before: number) => {
    const text = options.text(name);
    return text === undefined ? before : Number(text);
  };
  const amount = (name: string, before: string) => {
    const text = options.text(name);
    if (text === undefined) return before;
    const minor = parseAmount(text, currency);
    return minor.ok ? minor.value.toString() : text;
  };
  return {
    safetyCutsPerHour: count('safety-cuts-per-hour', now.safetyCutsPerHour),
    safetyCutHours: count('safety-cut-hours', now.safetyCutHours),
    aloneMinor: amount('alone', now.aloneMinor),
    dailyMinor: amount('daily', now.dailyMinor),
  };
}

function shown(answer: ControlLimitsAnswer, { money, when }: Utility): CommandResult {
  const { limits, own } = answer;
  const set =
    answer.since === null
      ? 'nobody has set these: they are as Prewatt comes'
      : `asked for by ${answer.requestedBy}, allowed by ${answer.approvedBy}, ${when(answer.since)}`;
  return {
    ok: true,
    value: {
      lines: [
        `cuts for safety of one person in an hour  ${limits.safetyCutsPerHour} (you made ${own.safetyCuts})`,
        `the most hours of such a cut              ${limits.safetyCutHours}`,
        `value of one action                       ${money(limits.aloneMinor)}`,
        `value of one person in 24 hours           ${money(limits.dailyMinor)} (you gave ${money(own.valueMinor)})`,
        set,
      ],
      json: answer,
    },
  };
}
