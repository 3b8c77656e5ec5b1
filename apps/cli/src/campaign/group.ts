// `prewatt campaign`: many meters to another key.

import {
  type Campaign,
  type CampaignMeter,
  campaignApi,
  campaignMeterStates,
  pathOf,
} from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import type { CommandResult } from '../command.ts';
import {
  createServerGroup,
  requestIdOf,
  type ServerCommand,
  serverHelp,
  textOf,
  wrongOption,
} from '../server-group.ts';
import { allRows } from '../utility.ts';

const help = `prewatt campaign: meters to another supply group, key revision or tariff index

  prewatt campaign start --name TEXT --from SGC:KRN --to SGC:KRN [--ti NN] --reason TEXT
                         [--meters FILE] [--request-id ID]
                                 of all meters that hold the first, or those in FILE, one a line
  prewatt campaign list
  prewatt campaign show CAMPAIGN
  prewatt campaign meters CAMPAIGN [--state waiting|notReachable|setIssued|done|failed|left]
  prewatt campaign export CAMPAIGN            the same as CSV
  prewatt campaign deliver CAMPAIGN           sends the set to meters with a link, without a sale
  prewatt campaign withdraw CAMPAIGN          for meters without a set

The reason has 10 to 500 characters.

From its start on the next sale of each meter carries the key-change tokens before the credit.

${serverHelp}`;

const keyOf = (text: string | undefined) => {
  const match = /^(\d{6}):([1-9])$/.exec(text ?? '');
  return match === null ? null : { supplyGroupCode: match[1], keyRevision: Number(match[2]) };
};

const startCommand: ServerCommand = {
  options: {
    name: 'text',
    from: 'text',
    to: 'text',
    ti: 'text',
    reason: 'text',
    meters: 'text',
    'request-id': 'text',
  },
  positionals: [],
  required: ['name', 'from', 'to', 'reason'],
  prepare: (options, context) => {
    const [from, to] = [keyOf(options.text('from')), keyOf(options.text('to'))];
    if (from === null || to === null) return wrongOption('--from and --to are like 123456:1');
    const file = options.text('meters');
    const text = file === undefined ? '' : textOf(context, file);
    const meterPans = text.split(/\s+/).filter((word) => word !== '');
    const ti = options.text('ti');
    const body = {
      requestId: requestIdOf(options, context),
      name: options.text('name'),
      reason: options.text('reason'),
      from,
      to: { ...to, ...(ti === undefined ? {} : { tariffIndex: ti }) },
      ...(file === undefined ? {} : { meterPans }),
    };
    return {
      run: async (client) => {
        const campaign = await client.call(campaignApi.create, { body });
        return campaign.ok ? shown(campaign.value) : campaign;
      },
    };
  },
};

const listCommand: ServerCommand = {
  options: {},
  positionals: [],
  required: [],
  prepare: () => ({
    run: async (client) => {
      const all = await client.call(campaignApi.list);
      if (!all.ok) return all;
      const lines = all.value.rows.flatMap(linesOf);
      const none = lines.length === 0 ? ['no campaigns'] : lines;
      return { ok: true, value: { lines: none, json: all.value } };
    },
  }),
};

const showCommand: ServerCommand = {
  options: {},
  positionals: ['CAMPAIGN'],
  required: [],
  prepare: (options) => ({
    run: async (client) => {
      const campaign = await client.call(campaignApi.detail, { id: options.positionals[0] ?? '' });
      return campaign.ok ? shown(campaign.value) : campaign;
    },
  }),
};

const metersCommand: ServerCommand = {
  options: { state: 'text' },
  positionals: ['CAMPAIGN'],
  required: [],
  prepare: (options) => {
    const state = options.text('state') ?? 'all';
    if (![...campaignMeterStates, 'all'].includes(state as never)) {
      return wrongOption(`--state is ${campaignMeterStates.join(', ')} or all`);
    }
    return {
      run: async (client) => {
        const input = { id: options.positionals[0] ?? '', query: { state } };
        const all = await allRows(client, campaignApi.meters, { input });
        if (!all.ok) return all;
        const rows = all.value;
        const lines = rows.map(lineOfMeter);
        const none = lines.length === 0 ? ['no meter'] : lines;
        return { ok: true, value: { lines: none, json: { rows } } };
      },
    };
  },
};

const exportCommand: ServerCommand = {
  options: {},
  positionals: ['CAMPAIGN'],
  required: [],
  prepare: (options) => ({
    run: async (client) => {
      const answer = await client.request(
        pathOf(campaignApi.file, { id: options.positionals[0] ?? '' }),
      );
      if (!answer.ok) return answer;
      const csv = await answer.value.text();
      return { ok: true, value: { lines: [csv.trimEnd()], json: { csv } } };
    },
  }),
};

const endCommand = (how: 'deliver' | 'withdraw'): ServerCommand => ({
  options: {},
  positionals: ['CAMPAIGN'],
  required: [],
  prepare: (options) => ({
    run: async (client) => {
      const campaign = await client.call(campaignApi[how], { id: options.positionals[0] ?? '' });
      return campaign.ok ? shown(campaign.value) : campaign;
    },
  }),
});

/** Runs `prewatt campaign ...`. */
export const campaignGroup = createServerGroup({
  name: 'campaign',
  help,
  commands: {
    start: startCommand,
    list: listCommand,
    show: showCommand,
    meters: metersCommand,
    export: exportCommand,
    deliver: endCommand('deliver'),
    withdraw: endCommand('withdraw'),
  },
});

const keyText = (key: Campaign['from']): string =>
  `${key.supplyGroupCode} revision ${key.keyRevision}`;

function linesOf(campaign: Campaign): string[] {
  const { counts, to } = campaign;
  const index = to.tariffIndex === null ? '' : `, tariff index ${to.tariffIndex}`;
  return [
    `${campaign.campaignId}  ${campaign.name}`,
    `  ${keyText(campaign.from)} -> ${keyText(to)}${index}; ${campaign.requestedBy}: ${campaign.reason}`,
    `  ${countText(counts.total, 'meter')}: ${counts.done} done, ${counts.setIssued} with a set, ` +
      `${counts.failed} failed, ${counts.waiting} waiting, ${counts.notReachable} not reachable, ` +
      `${counts.left} left`,
  ];
}

const lineOfMeter = (row: CampaignMeter): string =>
  [
    row.meterPan,
    row.state.padEnd(12),
    row.connectionName,
    ...(row.refusal === null ? [] : [row.refusal]),
    ...(row.unusedTokens === 0 ? [] : [`${row.unusedTokens} unused tokens under the old key`]),
  ].join('  ');

const shown = (campaign: Campaign): CommandResult => ({
  ok: true,
  value: { lines: linesOf(campaign), json: campaign },
});
