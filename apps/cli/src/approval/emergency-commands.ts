// `prewatt approval alone`, `emergencies`, `emergency-rules` and `review`: what takes two people,
// done by one in an emergency, and what another one says of it. The password and the code of the
// second factor are asked for at the terminal: no command line holds them, and no script has them.

import {
  type EmergenciesAnswer,
  type EmergencyAct,
  emergencyApi,
  emergencyKinds,
  emergencyRoles,
  emergencyRulesSchema,
  emergencyVerdicts,
  faultOf,
} from '@prewatt/api';
import { type CommandResult, refused } from '../command.ts';
import { requestIdOf, type ServerCommand, waits, wrongOption } from '../server-group.ts';
import type { Utility } from '../utility.ts';
import { shown } from './shown.ts';

export const aloneCommand: ServerCommand = {
  options: { reason: 'text' },
  positionals: ['APPROVAL'],
  required: ['reason'],
  prepare: (options, context) => ({
    run: async (client, utility) => {
      const password = await context.ask('Password: ', 'hidden');
      if (password === null || password === '') {
        return refused('noPassword', 'no password was given', 'Run it at a terminal.');
      }
      const code = await context.ask('Code of the second factor, if you have one: ', 'shown');
      const done = await client.call(emergencyApi.actAlone, {
        id: options.positionals[0] ?? '',
        body: {
          ...{ reason: options.text('reason') ?? '', password },
          ...(code === null || code === '' ? {} : { code }),
        },
      });
      return done.ok ? shown(done.value, utility) : done;
    },
  }),
};

export const emergenciesCommand: ServerCommand = {
  options: {},
  positionals: [],
  required: [],
  prepare: () => ({
    run: async (client, utility) => {
      const found = await client.call(emergencyApi.all);
      return found.ok ? listed(found.value, utility) : found;
    },
  }),
};

export const emergencyRulesCommand: ServerCommand = {
  options: {
    kinds: 'text',
    roles: 'text',
    'per-day': 'text',
    reason: 'text',
    'request-id': 'text',
  },
  positionals: [],
  required: ['reason'],
  prepare: (options, context) => {
    const listOf = (name: string) =>
      (options.text(name) ?? '').split(',').filter((each) => each !== '');
    const rules = emergencyRulesSchema.safeParse({
      ...{ kinds: listOf('kinds'), roles: listOf('roles') },
      perDay: Number(options.text('per-day') ?? '0'),
    });
    if (!rules.success) {
      return wrongOption(
        `${faultOf(rules.error, 'rules')}: --kinds is of ${emergencyKinds.join(', ')}; --roles of ` +
          `${emergencyRoles.join(', ')}; --per-day is 0 to 50`,
      );
    }
    const requestId = requestIdOf(options, context);
    const body = { requestId, reason: options.text('reason') ?? '', ...rules.data };
    return {
      run: async (client) => {
        const asked = await client.call(emergencyApi.proposeRules, { body });
        return asked.ok ? waits(asked.value) : asked;
      },
    };
  },
};

export const reviewCommand: ServerCommand = {
  options: { verdict: 'text', note: 'text' },
  positionals: ['APPROVAL'],
  required: ['verdict', 'note'],
  prepare: (options) => {
    const said = options.text('verdict');
    const verdict = emergencyVerdicts.find((each) => each === said);
    if (verdict === undefined) return wrongOption(`--verdict is ${emergencyVerdicts.join(' or ')}`);
    return {
      run: async (client, utility) => {
        const id = options.positionals[0] ?? '';
        const body = { verdict, note: options.text('note') ?? '' };
        const done = await client.call(emergencyApi.review, { id, body });
        if (!done.ok) return done;
        return { ok: true, value: { lines: [lineOf(done.value, utility)], json: done.value } };
      },
    };
  },
};

function listed(answer: EmergenciesAnswer, utility: Utility): CommandResult {
  const { rules, usedToday, acts } = answer;
  const rule =
    rules.version === 0 || rules.kinds.length === 0 || rules.roles.length === 0
      ? 'no rule lets anybody act alone'
      : `${rules.roles.join(', ')} may do alone: ${rules.kinds.join(', ')}; ` +
        `${rules.perDay} in a day (used ${usedToday})`;
  const lines = [rule, ...acts.map((act) => lineOf(act, utility))];
  return { ok: true, value: { lines, json: answer } };
}

const lineOf = (act: EmergencyAct, { when }: Utility): string =>
  [
    act.approvalId,
    when(act.at),
    act.kind,
    `${act.by}: ${act.reason}`,
    act.review === null
      ? 'waits for review'
      : `${act.review.verdict} by ${act.review.by}: ${act.review.note}`,
  ].join('  ');
