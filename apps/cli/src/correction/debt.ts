// `prewatt debt`: what a customer owes besides sales, and what the utility gives up.

import { debtApi } from '@prewatt/api';
import { readDebtRule } from '@prewatt/tariff';
import { amountOf } from '../utility.ts';
import {
  awaits,
  type DeskCommand,
  done,
  failure,
  groupOf,
  requestIdOf,
  requestOptions,
} from './desk.ts';

const list: DeskCommand = {
  summary: 'debts of a connection, with what is owed on each',
  help: 'prewatt debt list METER',
  options: {},
  required: [],
  positionals: ['METER'],
  run: async (desk, options) => {
    const connection = await desk.connectionIdOfAnyMeter(options.positionals[0] ?? '');
    if (!connection.ok) return connection;
    const page = await desk.client.call(debtApi.list, { id: connection.value });
    if (!page.ok) return page;
    const lines = page.value.rows.map(
      (row) => `${row.debtId}  ${desk.money(row.outstandingMinor)}  ${row.label}`,
    );
    return done(lines.length === 0 ? ['owes nothing'] : lines, page.value);
  },
};

const add: DeskCommand = {
  summary: 'charge something besides sales',
  help: `prewatt debt add METER --label TEXT --amount AMOUNT --rule RULE --reason TEXT [--request-id ID]

The rule says how purchases repay it: "share 10", "instalment 50.00 per month", "arrearsFirst 90",
"shareOfOutstanding 30" or "ageLadder 30:20 60:40"; or as JSON, {"share":"10"} (docs/tariffs.md).`,
  options: { label: 'text', amount: 'text', rule: 'text', reason: 'text', ...requestOptions },
  required: ['label', 'amount', 'rule', 'reason'],
  positionals: ['METER'],
  run: async (desk, options) => {
    const amountMinor = amountOf(desk, options);
    if (!amountMinor.ok) return amountMinor;
    const rule = ruleOf(options.text('rule') ?? '');
    if (rule === null) {
      const message = '--rule is none: write one like "share 10" or "instalment 50.00 per month"';
      return failure('rule', message, 2);
    }
    const connection = await desk.connectionIdOfAnyMeter(options.positionals[0] ?? '');
    if (!connection.ok) return connection;
    const body = {
      requestId: requestIdOf(options),
      reason: options.text('reason'),
      label: options.text('label'),
      amountMinor: amountMinor.value,
      rule,
    };
    const charged = await desk.client.call(debtApi.charge, { id: connection.value, body });
    return charged.ok ? done([`owed: ${charged.value.debtId}`], charged.value) : charged;
  },
};

function ruleOf(text: string): object | null {
  if (!text.trim().startsWith('{')) return readDebtRule(text);
  try {
    const rule: unknown = JSON.parse(text);
    return typeof rule === 'object' && rule !== null ? rule : null;
  } catch {
    return null;
  }
}

const writeOff: DeskCommand = {
  summary: 'ask to give up a debt, or a part of it',
  help: 'prewatt debt write-off METER DEBT --amount AMOUNT --reason TEXT [--request-id ID]',
  options: { amount: 'text', reason: 'text', ...requestOptions },
  required: ['amount', 'reason'],
  positionals: ['METER', 'DEBT'],
  run: async (desk, options) => {
    const amountMinor = amountOf(desk, options);
    if (!amountMinor.ok) return amountMinor;
    const [meter = '', debtId = ''] = options.positionals;
    const connection = await desk.connectionIdOfAnyMeter(meter);
    if (!connection.ok) return connection;
    const body = {
      requestId: requestIdOf(options),
      reason: options.text('reason'),
      amountMinor: amountMinor.value,
    };
    const asked = await desk.client.call(debtApi.writeOff, { id: connection.value, debtId, body });
    return asked.ok ? awaits(asked.value) : asked;
  },
};

export const debtGroup = groupOf('debt', 'what customers owe besides sales', {
  list,
  add,
  'write-off': writeOff,
});
