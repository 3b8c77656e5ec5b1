// `prewatt readings`: use by day, what validation found, in one home or in all, and a person's
// decision about it.

import {
  faultOf,
  findingKindSchema,
  type ReadingFindingPage,
  type ReadingsView,
  readingApi,
  readingDecideBodySchema,
  readingEditBodySchema,
} from '@prewatt/api';
import { connectionIdOf } from '../connection-id.ts';
import { whIn } from '../correction/register-read.ts';
import {
  createServerGroup,
  type Prepared,
  type ServerCommand,
  serverHelp,
  wrongOption,
} from '../server-group.ts';

const help = `prewatt readings: use by day, what looks wrong in it, and a person's decision

  prewatt readings list METER [--days N]
  prewatt readings findings [--state open|decided] [--finding KIND] [--cursor C]
  prewatt readings decide METER accepted|rejected --at INSTANT --finding KIND --reason TEXT
  prewatt readings take-back METER --at INSTANT --finding KIND --reason TEXT
  prewatt readings edit METER --from INSTANT --to INSTANT --kwh KWH --reason TEXT

METER is a meter number or a connection_... id; instants and kinds as "list" and "findings" print
them. "findings" lists what stands open, or was decided, for the whole utility. "decide" says that a
reading is right (accepted: it is counted) or wrong (rejected: it is left out), "take-back" that
nobody has decided; "edit" gives the energy of a span that was estimated. --pan names a meter that
was taken away since. Readings themselves are never changed.

${serverHelp}`;

const listCommand: ServerCommand = {
  options: { days: 'text' },
  positionals: ['METER'],
  required: [],
  prepare: (options) => ({
    run: async (client) => {
      const connection = await connectionIdOf(client, options.positionals[0] ?? '');
      if (!connection.ok) return connection;
      const query = { days: options.text('days') ?? '31' };
      const view = await client.call(readingApi.ofConnection, { id: connection.value, query });
      if (!view.ok) return view;
      const { days: rows, ...others } = view.value;
      return { ok: true, value: { lines: linesOf(view.value), json: { rows, ...others } } };
    },
  }),
};

/** The part of a zod schema that is used here. */
type BodySchema = Pick<typeof readingDecideBodySchema | typeof readingEditBodySchema, 'safeParse'>;

function posting(
  o: { readonly meter: string; readonly call: 'decide' | 'edit'; readonly schema: BodySchema },
  fields: object,
): Prepared {
  const body = o.schema.safeParse(fields);
  if (!body.success) {
    return wrongOption(faultOf(body.error));
  }
  return {
    run: async (client) => {
      const connection = await connectionIdOf(client, o.meter);
      if (!connection.ok) return connection;
      const input = { id: connection.value, body: body.data };
      const recorded = await client.call(readingApi[o.call], input);
      if (!recorded.ok) return recorded;
      return { ok: true, value: { lines: ['recorded'], json: recorded.value } };
    },
  };
}

const about = { at: 'text', finding: 'text', reason: 'text', pan: 'text' } as const;

const deciding = (options: Parameters<ServerCommand['prepare']>[0], decision: string): Prepared => {
  const meterPan = options.text('pan');
  return posting(
    { meter: options.positionals[0] ?? '', call: 'decide', schema: readingDecideBodySchema },
    {
      readAt: options.text('at'),
      finding: options.text('finding'),
      decision,
      reason: options.text('reason'),
      ...(meterPan === undefined ? {} : { meterPan }),
    },
  );
};

const decideCommand: ServerCommand = {
  options: about,
  positionals: ['METER', 'accepted|rejected'],
  required: ['at', 'finding', 'reason'],
  prepare: (options) => {
    const [, decision = ''] = options.positionals;
    if (decision !== 'accepted' && decision !== 'rejected') {
      return wrongOption('the decision is accepted or rejected');
    }
    return deciding(options, decision);
  },
};

const takeBackCommand: ServerCommand = {
  options: about,
  positionals: ['METER'],
  required: ['at', 'finding', 'reason'],
  prepare: (options) => deciding(options, 'reopened'),
};

const findingsCommand: ServerCommand = {
  options: { state: 'text', finding: 'text', cursor: 'text' },
  positionals: [],
  required: [],
  prepare: (options) => {
    const show = options.text('state') ?? 'open';
    if (show !== 'open' && show !== 'decided') return wrongOption('--state takes open or decided');
    const finding = options.text('finding');
    if (finding !== undefined && !findingKindSchema.safeParse(finding).success) {
      return wrongOption(`--finding takes ${findingKindSchema.options.join(', ')}`);
    }
    const cursor = options.text('cursor');
    return {
      run: async (client) => {
        const page = await client.call(readingApi.findings, { query: { show, finding, cursor } });
        if (!page.ok) return page;
        return { ok: true, value: { lines: roomLines(page.value, show), json: page.value } };
      },
    };
  },
};

function roomLines(page: ReadingFindingPage, show: 'open' | 'decided'): string[] {
  const open = Object.entries(page.counts).filter(([, n]) => n > 0);
  const counts = open.map(([kind, n]) => `${kind} ${n}`).join(', ');
  return [
    ...page.rows.map((row) =>
      [
        `${row.meterPan}  ${row.name}`,
        ...findingText(row),
        ...(row.retired ? ['meter taken away'] : []),
      ].join('  '),
    ),
    ...(page.rows.length === 0
      ? [`nothing ${show === 'open' ? 'stands open' : 'decided yet'}`]
      : []),
    ...(page.nextCursor === null ? [] : [`more: --cursor ${page.nextCursor}`]),
    `open in all: ${counts === '' ? 'none' : counts}`,
  ];
}

const editCommand: ServerCommand = {
  options: { from: 'text', to: 'text', kwh: 'text', reason: 'text' },
  positionals: ['METER'],
  required: ['from', 'to', 'kwh', 'reason'],
  forms: { from: 'instant', to: 'instant' },
  prepare: (options) =>
    posting(
      { meter: options.positionals[0] ?? '', call: 'edit', schema: readingEditBodySchema },
      {
        startsAt: options.text('from'),
        endsAt: options.text('to'),
        energyWh: whIn(options.text('kwh')),
        reason: options.text('reason'),
      },
    ),
};

/** Runs `prewatt readings ...`. */
export const readingsGroup = createServerGroup({
  name: 'readings',
  help,
  commands: {
    list: listCommand,
    findings: findingsCommand,
    decide: decideCommand,
    'take-back': takeBackCommand,
    edit: editCommand,
  },
});

const decided = (by: string | null, reason: string | null) =>
  by === null ? [] : [`${by}: ${reason ?? ''}`];

type Found = Pick<
  ReadingsView['findings'][number],
  'readAt' | 'finding' | 'state' | 'detail' | 'decidedBy' | 'reason'
>;

const findingText = (row: Found): string[] => [
  row.readAt,
  row.finding,
  row.state,
  ...Object.entries(row.detail).map(([name, value]) => `${name} ${value}`),
  ...decided(row.decidedBy, row.reason),
];

function linesOf(view: ReadingsView): string[] {
  return [
    ...view.days.map((day) =>
      [
        day.date,
        `${day.measuredWh} Wh measured`,
        `${day.estimatedWh} Wh estimated`,
        day.quality,
        ...(day.findings === 0 ? [] : [`${day.findings} found`]),
      ].join('  '),
    ),
    ...view.findings.map((row) => ['finding', ...findingText(row)].join('  ')),
    ...view.estimates.map((row) =>
      [
        'estimate',
        `${row.startsAt} to ${row.endsAt}`,
        `${row.energyWh} Wh`,
        row.method,
        ...decided(row.madeBy, row.reason),
      ].join('  '),
    ),
  ];
}
