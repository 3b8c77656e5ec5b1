// `prewatt command`: what is asked of a meter, taken back, and how far it has come.

import {
  type CommandRow,
  commandBodySchema,
  connectionApi,
  faultOf,
  limitApi,
  type SafetyCut,
} from '@prewatt/api';
import type { CommandResult, Options } from '../command.ts';
import { connectionIdOf } from '../connection-id.ts';
import {
  createServerGroup,
  requestIdOf,
  type ServerCommand,
  serverHelp,
  waits,
  wrongOption,
} from '../server-group.ts';
import { allRows, type Utility } from '../utility.ts';

const help = `prewatt command: what is asked of a meter

  prewatt command list METER [--limit N]
  prewatt command send METER KIND --reason TEXT [options of the kind] [--request-id ID]
  prewatt command cancel METER COMMAND --reason TEXT
  prewatt command safety-cuts   (who cut whom past the protection rules, and until when)

METER is a meter number or a connection_... id. Kinds:
  readNow                       (no reason needed)
  switchOpen                    --cause operator|maintenance|safety [--hours N]
  switchClose, switchArm, setClock, setProtection, setTariff
  setPowerLimit                 --limit-w W|none [--over-for-ms MS] [--reconnect-after-ms MS]
  setEmergencyCredit            --preset-wh WH [--automatic]
  setPaymentMode                --mode prepayment|credit --unit energy|money
                                --balance keep [--micro-minor-per-kwh N]
  setControlMode                --control-mode 0..6|none

A cut for safety ends by itself after its hours; beyond what one person may make in an hour it waits
for approval by a second person.

A request id given again is the same command, never a second one. A command waits for a meter that
is away; "list" shows how far it has come.

${serverHelp}`;

const listCommand: ServerCommand = {
  options: { limit: 'text' },
  positionals: ['METER'],
  required: [],
  prepare: (options) => {
    const limit = Number(options.text('limit') ?? '20');
    if (!Number.isInteger(limit) || limit < 1) return wrongOption('--limit is a whole number');
    return {
      run: async (client, { when }) => {
        const connection = await connectionIdOf(client, options.positionals[0] ?? '');
        if (!connection.ok) return connection;
        const list = { input: { id: connection.value }, atLeast: limit };
        const rows = await allRows(client, connectionApi.commands, list);
        if (!rows.ok) return rows;
        const shown = rows.value.slice(0, limit);
        const lines = shown.map((row) => lineOf(row, when));
        if (lines.length === 0) lines.push('nothing was asked of it');
        return { ok: true, value: { lines, json: { rows: shown } } };
      },
    };
  },
};

const numberOf = (options: Options, name: string): number | undefined => {
  const text = options.text(name);
  return text === undefined ? undefined : Number(text);
};

/** What the options of a kind say; the schema of the API judges it. */
function wishOf(kind: string, options: Options): object {
  switch (kind) {
    case 'switchOpen':
      return {
        cause: options.text('cause'),
        ...(options.text('hours') === undefined ? {} : { hours: numberOf(options, 'hours') }),
      };
    case 'setPowerLimit':
      return {
        limitW: options.text('limit-w') === 'none' ? null : numberOf(options, 'limit-w'),
        overForMs: numberOf(options, 'over-for-ms'),
        reconnectAfterMs: numberOf(options, 'reconnect-after-ms'),
      };
    case 'setEmergencyCredit':
      return {
        presetEnergyWh: numberOf(options, 'preset-wh'),
        automatic: options.flag('automatic'),
      };
    case 'setPaymentMode':
      return {
        paymentMode: options.text('mode'),
        creditUnit: options.text('unit'),
        balance: options.text('balance'),
        microMinorPerKwh: options.text('micro-minor-per-kwh'),
      };
    case 'setControlMode':
      return {
        controlMode:
          options.text('control-mode') === 'none' ? null : numberOf(options, 'control-mode'),
      };
    default:
      return {};
  }
}

const sendCommand: ServerCommand = {
  options: {
    reason: 'text',
    cause: 'text',
    hours: 'text',
    'limit-w': 'text',
    'over-for-ms': 'text',
    'reconnect-after-ms': 'text',
    'preset-wh': 'text',
    automatic: 'flag',
    mode: 'text',
    unit: 'text',
    balance: 'text',
    'micro-minor-per-kwh': 'text',
    'control-mode': 'text',
    'request-id': 'text',
  },
  positionals: ['METER', 'KIND'],
  required: [],
  prepare: (options, context) => {
    const [meter = '', kind = ''] = options.positionals;
    const requestId = requestIdOf(options, context);
    const reason = options.text('reason');
    const body = commandBodySchema.safeParse({ kind, requestId, reason, ...wishOf(kind, options) });
    if (!body.success) {
      return wrongOption(faultOf(body.error, 'command'));
    }
    return {
      run: async (client, utility) => {
        const connection = await connectionIdOf(client, meter);
        if (!connection.ok) return connection;
        const input = { id: connection.value, body: body.data };
        const sent = await client.call(connectionApi.sendCommand, input);
        if (!sent.ok) return sent;
        return 'commandId' in sent.value ? shown(sent.value, utility) : waits(sent.value);
      },
    };
  },
};

const cancelCommand: ServerCommand = {
  options: { reason: 'text' },
  positionals: ['METER', 'COMMAND'],
  required: ['reason'],
  prepare: (options) => ({
    run: async (client, utility) => {
      const [meter = '', commandId = ''] = options.positionals;
      const connection = await connectionIdOf(client, meter);
      if (!connection.ok) return connection;
      const body = { reason: options.text('reason') };
      const input = { id: connection.value, commandId, body };
      const taken = await client.call(connectionApi.cancelCommand, input);
      return taken.ok ? shown(taken.value, utility) : taken;
    },
  }),
};

const safetyCutsCommand: ServerCommand = {
  options: {},
  positionals: [],
  required: [],
  prepare: () => ({
    run: async (client, { when }) => {
      const rows = await allRows(client, limitApi.safetyCuts);
      if (!rows.ok) return rows;
      const lines = rows.value.map((row) => safetyLine(row, when));
      if (lines.length === 0) lines.push('nothing was cut for safety');
      return { ok: true, value: { lines, json: { rows: rows.value } } };
    },
  }),
};

/** Runs `prewatt command ...`. */
export const commandGroup = createServerGroup({
  name: 'command',
  help,
  commands: {
    list: listCommand,
    send: sendCommand,
    cancel: cancelCommand,
    'safety-cuts': safetyCutsCommand,
  },
});

const lineOf = (row: CommandRow, when: Utility['when']): string =>
  [
    row.commandId,
    when(row.stageAt),
    row.kind,
    row.stage,
    ...(row.result === null ? [] : [row.result]),
    ...(row.requestedBy === null ? [] : [`${row.requestedBy}: ${row.reason ?? ''}`]),
    ...(row.cancelledBy === null
      ? []
      : [`taken back by ${row.cancelledBy}: ${row.cancelReason ?? ''}`]),
  ].join('  ');

const shown = (row: CommandRow, { when }: Utility): CommandResult => ({
  ok: true,
  value: { lines: [lineOf(row, when)], json: row },
});

const safetyLine = (row: SafetyCut, when: Utility['when']): string =>
  [
    row.connectionName,
    row.meterPan,
    `cut by ${row.by}${row.approvedBy === null ? '' : `, allowed by ${row.approvedBy}`}`,
    `since ${when(row.since)}`,
    row.endedAt === null
      ? `until ${when(row.until)}`
      : `ended ${when(row.endedAt)} by ${row.endedBy ?? 'nobody'}`,
    row.reason,
  ].join('  ');
