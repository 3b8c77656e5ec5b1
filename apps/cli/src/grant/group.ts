// `prewatt grant`: tokens that no sale paid for. Engineering tokens at once, free credit and the
// clearing of credit by approval.

import {
  consoleApi,
  type GrantBatch,
  type GrantDetail,
  type GrantRow,
  grantApi,
} from '@prewatt/api';
import { countText, formatKwh, type Result } from '@prewatt/quantities';
import type { CommandResult, Failure, Options, OptionTable } from '../command.ts';
import type { HttpClient } from '../http-client.ts';
import {
  createServerGroup,
  type Prepared,
  requestIdOf,
  type ServerCommand,
  serverHelp,
  wrongOption,
} from '../server-group.ts';
import { allRows, type Utility } from '../utility.ts';
import { rowsOf } from './rows.ts';

const help = `prewatt grant: tokens without a sale

At once, with a reason:
  prewatt grant tamper METER --reason TEXT            clears a tamper condition
  prewatt grant limit METER --watts N --reason TEXT   maximum power
  prewatt grant unbalance METER --watts N --reason TEXT
  prewatt grant test METER --tests all|1,3,8 --reason TEXT
  prewatt grant key-change METER --reason TEXT        the set for the key that it should hold

Once a second person allows it (prewatt approval list):
  prewatt grant free METER --kwh N --reason TEXT
  prewatt grant clear METER --reason TEXT
  prewatt grant free|clear --csv FILE --reason TEXT
                        FILE has a line for each meter: its number, and for free its kWh

  prewatt grant batch BATCH             how far such a list is
  prewatt grant list [--attention]      newest first; --attention: refused and unconfirmed
  prewatt grant show GRANT [--digits]   --digits shows those of credit, too, and is recorded

  --reason TEXT     10 to 500 characters; whoever allows it reads it
  --request-id ID   the same again changes nothing

${serverHelp}`;

const common: OptionTable = { reason: 'text', 'request-id': 'text' };

async function connectionOf(
  client: HttpClient,
  meterPan: string,
): Promise<Result<string, Failure>> {
  const page = await client.call(consoleApi.meters, { query: { search: meterPan } });
  if (!page.ok) return page;
  const row = page.value.rows.find((each) => each.meterPan === meterPan);
  if (row !== undefined) return { ok: true, value: row.connectionId };
  const message = `there is no meter ${meterPan}`;
  return { ok: false, error: { exitCode: 1, code: 'unknownMeter', message } };
}

const engineering = (
  kind: string,
  o: {
    readonly options?: OptionTable;
    readonly required?: readonly string[];
    readonly more?: (options: Options) => object | string;
  } = {},
): ServerCommand => ({
  options: { ...common, ...o.options },
  positionals: ['METER'],
  required: ['reason', ...(o.required ?? [])],
  prepare: (options, context) => {
    const more = o.more?.(options) ?? {};
    if (typeof more === 'string') return wrongOption(more);
    const requestId = requestIdOf(options, context);
    const body = { kind, requestId, reason: options.text('reason'), ...more };
    return {
      run: async (client, utility) => {
        const connection = await connectionOf(client, options.positionals[0] ?? '');
        if (!connection.ok) return connection;
        const made = await client.call(grantApi.issue, { id: connection.value, body });
        return made.ok ? shown(made.value, utility) : made;
      },
    };
  },
});

const watts = {
  options: { watts: 'text' },
  required: ['watts'],
  more: (options: Options) => {
    const text = options.text('watts') ?? '';
    return /^[1-9]\d{0,17}$/.test(text) ? { powerW: text } : '--watts is a whole number of watts';
  },
} as const;

const tests = {
  options: { tests: 'text' },
  required: ['tests'],
  more: (options: Options) => {
    const text = options.text('tests') ?? '';
    if (text === 'all') return { tests: 'all' };
    if (!/^\d{1,2}(,\d{1,2})*$/.test(text)) return '--tests is all, or numbers like 1,3,8';
    return { tests: text.split(',').map(Number) };
  },
} as const;

const listed = (kind: 'freeCredit' | 'clearCredit'): ServerCommand => ({
  options: { ...common, ...(kind === 'freeCredit' && { kwh: 'text' }), csv: 'text' },
  required: ['reason'],
  prepare: (options, context): Prepared => {
    const rows = rowsOf(options, context, kind === 'freeCredit');
    if (typeof rows === 'string') return wrongOption(rows);
    const requestId = requestIdOf(options, context);
    const body = { kind, requestId, reason: options.text('reason'), rows };
    return {
      run: async (client) => {
        const batch = await client.call(grantApi.request, { body });
        return batch.ok ? shownBatch(batch.value) : batch;
      },
    };
  },
});

const batchCommand: ServerCommand = {
  options: {},
  positionals: ['BATCH'],
  required: [],
  prepare: (options) => ({
    run: async (client) => {
      const batch = await client.call(grantApi.batch, { id: options.positionals[0] ?? '' });
      return batch.ok ? shownBatch(batch.value) : batch;
    },
  }),
};

const listCommand: ServerCommand = {
  options: { attention: 'flag' },
  positionals: [],
  required: [],
  prepare: (options) => ({
    run: async (client, utility) => {
      const state = options.flag('attention') ? 'attention' : 'all';
      const rows = await allRows(client, grantApi.list, { input: { query: { state } } });
      if (!rows.ok) return rows;
      const lines = rows.value.map((row) => lineOf(row, utility));
      const none = lines.length === 0 ? ['no grants'] : lines;
      return { ok: true, value: { lines: none, json: { rows: rows.value } } };
    },
  }),
};

const showCommand: ServerCommand = {
  options: { digits: 'flag' },
  positionals: ['GRANT'],
  required: [],
  prepare: (options) => ({
    run: async (client, utility) => {
      const id = options.positionals[0] ?? '';
      const route = options.flag('digits') ? grantApi.show : grantApi.detail;
      const found = await client.call(route, { id });
      return found.ok ? shown(found.value, utility) : found;
    },
  }),
};

/** Runs `prewatt grant ...`. */
export const grantGroup = createServerGroup({
  name: 'grant',
  help,
  commands: {
    tamper: engineering('clearTamper'),
    limit: engineering('setMaximumPowerLimit', watts),
    unbalance: engineering('setPhaseUnbalanceLimit', watts),
    test: engineering('test', tests),
    'key-change': engineering('keyChange'),
    free: listed('freeCredit'),
    clear: listed('clearCredit'),
    batch: batchCommand,
    list: listCommand,
    show: showCommand,
  },
});

const what = (row: GrantRow, money: Utility['money']): string => {
  if (row.amountMinor !== null) {
    const energy = row.energyWh === null ? '' : ` for ${formatKwh(BigInt(row.energyWh))} kWh`;
    return `${row.kind} ${money(row.amountMinor)}${energy}`;
  }
  if (row.energyWh !== null) return `${row.kind} ${formatKwh(BigInt(row.energyWh))} kWh`;
  return row.powerW === null ? row.kind : `${row.kind} ${row.powerW} W`;
};

const lineOf = (row: GrantRow, { when, money }: Utility): string =>
  [
    row.grantId,
    when(row.issuedAt),
    row.meterPan,
    what(row, money),
    row.state,
    `${row.requestedBy ?? 'tariff'}: ${row.reason}`,
  ].join('  ');

function shown(grant: GrantDetail, utility: Utility): CommandResult {
  const tokens = grant.tokens.map((token) => {
    const digits = token.digits?.replace(/(\d{4})(?=\d)/g, '$1 ') ?? `… ${token.lastFour}`;
    return `  ${digits}  ${token.kind}, ${token.state}`;
  });
  return { ok: true, value: { lines: [lineOf(grant, utility), ...tokens], json: grant } };
}

function shownBatch(batch: GrantBatch): CommandResult {
  const { total, issued, refused } = batch.rows;
  const lines = [
    `${batch.batchId}  ${batch.kind}  ${batch.state}`,
    `  ${countText(total, 'meter')}, ${issued} issued, ${refused} refused`,
    ...(batch.state === 'awaitingApproval' ? [`  waits for approval ${batch.approvalId}`] : []),
    ...batch.refusals.map((each) => `  line ${each.line}, ${each.meterPan}: ${each.detail}`),
  ];
  return { ok: true, value: { lines, json: batch } };
}
