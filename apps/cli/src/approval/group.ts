// `prewatt approval`: lists what waits for a second person, and lets that person approve or
// decline it.

import { type ApprovalRow, approvalApi, approvalStates } from '@prewatt/api';
import { createServerGroup, type ServerCommand, serverHelp, wrongOption } from '../server-group.ts';
import { allRows } from '../utility.ts';
import { budgetCommand, budgetsCommand } from './budget-commands.ts';
import {
  aloneCommand,
  emergenciesCommand,
  emergencyRulesCommand,
  reviewCommand,
} from './emergency-commands.ts';
import { limitsCommand } from './limits-command.ts';
import { shown } from './shown.ts';

const help = `prewatt approval: what one operator asks for and a second one allows

  prewatt approval list [--state awaiting|done|failed|declined|withdrawn|expired|all]
  prewatt approval show APPROVAL
  prewatt approval approve APPROVAL
  prewatt approval decline APPROVAL --reason TEXT
  prewatt approval withdraw APPROVAL --reason TEXT
  prewatt approval limits
  prewatt approval limits [--safety-cuts-per-hour N] [--safety-cut-hours N] [--alone AMOUNT]
                          [--daily AMOUNT] --reason TEXT
  prewatt approval budgets
  prewatt approval budget engineering|freeCredit|homeTariffs [--per-hour N] [--per-day N]
                          [--kwh-per-hour KWH] [--kwh-per-day KWH] --reason TEXT
  prewatt approval alone APPROVAL --reason TEXT
  prewatt approval emergencies
  prewatt approval emergency-rules --kinds KIND,KIND --roles ROLE,ROLE --per-day N --reason TEXT
  prewatt approval review APPROVAL --verdict confirmed|disputed --note TEXT

"limits" shows what one person may do alone; with options it asks for other limits.
"budgets" shows what an hour and a day bring at most, whoever agrees, and who has used most of it;
"budget" asks for another one.

"alone" does what you asked for yourself, in an emergency, if a rule of the utility lets you. It asks
at the terminal for your password and the code of your second factor; every administrator is told at
once. "emergencies" shows the rule and what was done so, "emergency-rules" asks for another rule,
"review" says what another person thinks of it.

To approve takes an administrator who did not ask for it and took no part in it. Read it first: what
is allowed is done at once and is not taken back.

${serverHelp}`;

const listCommand: ServerCommand = {
  options: { state: 'text' },
  positionals: [],
  required: [],
  prepare: (options) => {
    const state = options.text('state') ?? 'awaiting';
    if (![...approvalStates, 'all'].includes(state as never)) {
      return wrongOption(`--state is ${approvalStates.join(', ')} or all`);
    }
    return {
      run: async (client) => {
        const all = await allRows(client, approvalApi.list, { input: { query: { state } } });
        if (!all.ok) return all;
        const rows = all.value;
        const none = state === 'awaiting' ? 'nothing waits' : 'none';
        const lines = rows.length === 0 ? [none] : rows.map(lineOf);
        return { ok: true, value: { lines, json: { rows } } };
      },
    };
  },
};

const showCommand: ServerCommand = {
  options: {},
  positionals: ['APPROVAL'],
  required: [],
  prepare: (options) => ({
    run: async (client, utility) => {
      const found = await client.call(approvalApi.detail, { id: options.positionals[0] ?? '' });
      return found.ok ? shown(found.value, utility) : found;
    },
  }),
};

const decideCommand = (how: 'approve' | 'decline' | 'withdraw'): ServerCommand => ({
  options: how === 'approve' ? {} : { reason: 'text' },
  positionals: ['APPROVAL'],
  required: how === 'approve' ? [] : ['reason'],
  prepare: (options) => ({
    run: async (client, utility) => {
      const body = how === 'approve' ? {} : { reason: options.text('reason') };
      const id = options.positionals[0] ?? '';
      const decided = await client.call(approvalApi[how], { id, body });
      return decided.ok ? shown(decided.value, utility) : decided;
    },
  }),
});

/** Runs `prewatt approval ...`. */
export const approvalGroup = createServerGroup({
  name: 'approval',
  help,
  commands: {
    list: listCommand,
    show: showCommand,
    approve: decideCommand('approve'),
    decline: decideCommand('decline'),
    withdraw: decideCommand('withdraw'),
    limits: limitsCommand,
    budgets: budgetsCommand,
    budget: budgetCommand,
    alone: aloneCommand,
    emergencies: emergenciesCommand,
    'emergency-rules': emergencyRulesCommand,
    review: reviewCommand,
  },
});

const lineOf = (row: ApprovalRow): string =>
  [
    row.approvalId,
    row.state.padEnd(9),
    row.kind.padEnd(16),
    ...row.about.map(({ label, value }) => `${label}: ${value}`),
    `${row.requestedBy}: ${row.reason}`,
    ...(row.failure === null ? [] : [row.failure.detail]),
  ].join('  ');
