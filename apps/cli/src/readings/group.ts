// `prewatt readings`: use by day, what validation found, and a person's decision about it.

import {
  faultOf,
  type ReadingsView,
  readingDecideBodySchema,
  readingEditBodySchema,
  readingsViewSchema,
} from '@prewatt/api';
import { connectionPath } from '../connection-path.ts';
import {
  createServerGroup,
  type Prepared,
  type ServerCommand,
  serverHelp,
  wrongOption,
} from '../server-group.ts';

const help = `prewatt readings: use by day, what looks wrong in it, and a person's decision

  prewatt readings list METER [--days N]
  prewatt readings decide METER accepted|rejected --at INSTANT --finding KIND --reason TEXT
  prewatt readings edit METER --from INSTANT --to INSTANT --energy-wh WH --reason TEXT

METER is a meter number or a connection_... id; instants and kinds as "list" prints them. "decide"
says that a reading is right (accepted: it is counted) or wrong (rejected: it is left out); "edit"
gives the energy of a span that was estimated. Readings themselves are never changed.

${serverHelp}`;

const listCommand: ServerCommand = {
  options: { days: 'text' },
  positionals: ['METER'],
  required: [],
  prepare: (options) => ({
    act: async (client) => {
      const path = await connectionPath(client, options.positionals[0] ?? '');
      if (!path.ok) return path;
      const query = new URLSearchParams({ days: options.text('days') ?? '31' });
      const view = await client.get(`${path.value}/readings?${query}`, readingsViewSchema);
      return view.ok ? { ok: true, value: { lines: linesOf(view.value), json: view.value } } : view;
    },
  }),
};

/** The part of a zod schema that is used here. */
type BodySchema = Pick<typeof readingDecideBodySchema | typeof readingEditBodySchema, 'safeParse'>;

function posting(
  o: { readonly meter: string; readonly act: 'decide' | 'edit'; readonly schema: BodySchema },
  fields: object,
): Prepared {
  const body = o.schema.safeParse(fields);
  if (!body.success) {
    return wrongOption(faultOf(body.error));
  }
  return {
    act: async (client) => {
      const path = await connectionPath(client, o.meter);
      if (!path.ok) return path;
      const recorded = await client.post(`${path.value}/readings/${o.act}`, body.data, anything);
      if (!recorded.ok) return recorded;
      return { ok: true, value: { lines: ['recorded'], json: recorded.value } };
    },
  };
}
const anything = { safeParse: (data: unknown) => ({ success: true, data }) };

const decideCommand: ServerCommand = {
  options: { at: 'text', finding: 'text', reason: 'text' },
  positionals: ['METER', 'accepted|rejected'],
  required: ['at', 'finding', 'reason'],
  prepare: (options) => {
    const [meter = '', decision] = options.positionals;
    return posting(
      { meter, act: 'decide', schema: readingDecideBodySchema },
      {
        readAt: options.text('at'),
        finding: options.text('finding'),
        decision,
        reason: options.text('reason'),
      },
    );
  },
};

const editCommand: ServerCommand = {
  options: { from: 'text', to: 'text', 'energy-wh': 'text', reason: 'text' },
  positionals: ['METER'],
  required: ['from', 'to', 'energy-wh', 'reason'],
  prepare: (options) =>
    posting(
      { meter: options.positionals[0] ?? '', act: 'edit', schema: readingEditBodySchema },
      {
        startsAt: options.text('from'),
        endsAt: options.text('to'),
        energyWh: options.text('energy-wh'),
        reason: options.text('reason'),
      },
    ),
};

/** Runs `prewatt readings ...`. */
export const readingsGroup = createServerGroup({
  name: 'readings',
  help,
  commands: { list: listCommand, decide: decideCommand, edit: editCommand },
});

function linesOf(view: ReadingsView): string[] {
  const decided = (by: string | null, reason: string | null) =>
    by === null ? [] : [`${by}: ${reason ?? ''}`];
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
    ...view.findings.map((row) =>
      [
        'finding',
        row.readAt,
        row.finding,
        row.state,
        ...Object.entries(row.detail).map(([name, value]) => `${name} ${value}`),
        ...decided(row.decidedBy, row.reason),
      ].join('  '),
    ),
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
