// `prewatt light`: prepaid street lights. Accounts with their lamps and what is wrong with them,
// dim programmes, groups, and levels that are overridden for a time.

import {
  faultOf,
  type LightingAccount,
  type LightingView,
  lampBodySchema,
  lampFileBodySchema,
  lampGroupBodySchema,
  lampRemoveBodySchema,
  lightApi,
  lightCircuitBodySchema,
  lightingAccountBodySchema,
  lightingCloseBodySchema,
  overrideBodySchema,
  overrideEndBodySchema,
  programmeBodySchema,
} from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import type { Options } from '../command.ts';
import { connectionIdOf } from '../connection-id.ts';
import {
  createServerGroup,
  faultIn,
  type Prepared,
  requestIdOf,
  type ServerCommand,
  serverHelp,
  textOf,
  wrongOption,
} from '../server-group.ts';

const help = `prewatt light: prepaid street lights

  prewatt light list
  prewatt light show METER
  prewatt light account METER --latitude DEGREES --longitude DEGREES --reason TEXT
                        [--dim-below NIGHTS] [--dim-to PERCENT] [--metered-by lamps|meter]
  prewatt light close METER --reason TEXT
  prewatt light programme METER NAME --file FILE
  prewatt light group METER NAME --programme NAME
  prewatt light lamp METER NAME --group NAME --watts W [--floor PERCENT]
                     [--endpoint NAME [--secret-file FILE]]
  prewatt light lamps METER --file FILE
  prewatt light circuit METER --group NAME --watts W --reason TEXT [--on-from PERCENT] [--protected]
  prewatt light circuit METER --none --reason TEXT
  prewatt light remove METER NAME --reason TEXT
  prewatt light override METER --level PERCENT --until INSTANT --reason TEXT
                         [--group NAME | --lamp NAME]
  prewatt light end METER OVERRIDE

METER is the number of the account's meter or a connection_... id. "account" makes a connection a
lighting account; degrees south and west are below zero (--latitude=-1.28). Its energy is what its
lamps count, or what a meter of its own in the cabinet does (--metered-by meter). "close" ends it.
"programme" keeps a dim programme (JSON, - is standard input). "lamp" adds a lamp or changes it:
--floor makes it a protected crossing, --endpoint links its controller by LwM2M with the 64 hex
digits of the file. "lamps" does so for a list: CSV with the columns lamp, group, watts, and as
wanted standby_watts, floor_percent, endpoint, secret. "override" holds a level in place of the
programme until its end, an instant like 2026-12-24T23:00+03:00. "circuit" has a gateway switch lamps by a group's programme: the account's
own meter is the channel in front of them. Levels below --on-from are off, since a contactor does
not dim; --protected lights them while the sun is down, whatever credit says.

${serverHelp}`;

const numberIn = (text: string | undefined): number | undefined =>
  text === undefined || text.trim() === '' ? undefined : Number(text);
const microDegrees = (text: string | undefined): number =>
  Math.round(Number(text ?? Number.NaN) * 1_000_000);

/** The part of a schema that is used here. */
type BodySchema = {
  readonly safeParse: (
    fields: object,
  ) =>
    | { readonly success: true; readonly data: object }
    | { readonly success: false; readonly error: Parameters<typeof faultOf>[0] };
};
type Act = Exclude<keyof typeof lightApi, 'list' | 'view' | 'preview' | 'lampsFile'>;

/** Sends a checked body to an account, and shows the account as it is then. */
/** The field of a body that is a file, and which file. */
type FromFile = { readonly field: string; readonly path: string };

function acting(
  options: Options,
  call: Act,
  o: { readonly schema: BodySchema; readonly fields: object; readonly fromFile?: FromFile },
): Prepared {
  const body = o.schema.safeParse(o.fields);
  if (!body.success) {
    const fault = faultOf(body.error);
    const inFile = body.error.issues[0]?.path[0] === o.fromFile?.field;
    return inFile && o.fromFile !== undefined
      ? faultIn(o.fromFile.path, fault)
      : wrongOption(fault);
  }
  return {
    run: async (client) => {
      const connection = await connectionIdOf(client, options.positionals[0] ?? '');
      if (!connection.ok) return connection;
      const input = { id: connection.value, body: body.data as never };
      const done = await client.call(lightApi[call], input);
      if (!done.ok) return done;
      return { ok: true, value: { lines: linesOf(done.value), json: done.value } };
    },
  };
}

const listCommand: ServerCommand = {
  ...{ options: {}, positionals: [], required: [] },
  prepare: () => ({
    run: async (client) => {
      const all = await client.call(lightApi.list);
      if (!all.ok) return all;
      const lines = all.value.accounts.map(accountLine);
      const none = lines.length === 0 ? ['no lighting accounts'] : lines;
      return { ok: true, value: { lines: none, json: { rows: all.value.accounts } } };
    },
  }),
};

const showCommand: ServerCommand = {
  ...{ options: {}, positionals: ['METER'], required: [] },
  prepare: (options) => ({
    run: async (client) => {
      const connection = await connectionIdOf(client, options.positionals[0] ?? '');
      if (!connection.ok) return connection;
      const view = await client.call(lightApi.view, { id: connection.value });
      if (!view.ok) return view;
      return { ok: true, value: { lines: linesOf(view.value), json: view.value } };
    },
  }),
};

const accountCommand: ServerCommand = {
  options: {
    ...{ latitude: 'text', longitude: 'text', reason: 'text', 'request-id': 'text' },
    ...{ 'dim-below': 'text', 'dim-to': 'text', 'metered-by': 'text' },
  },
  positionals: ['METER'],
  required: ['latitude', 'longitude', 'reason'],
  prepare: (options, context) =>
    acting(options, 'open', {
      schema: lightingAccountBodySchema,
      fields: {
        requestId: requestIdOf(options, context),
        reason: options.text('reason'),
        latitudeMicroDeg: microDegrees(options.text('latitude')),
        longitudeMicroDeg: microDegrees(options.text('longitude')),
        dimBelowNights: numberIn(options.text('dim-below')),
        dimToPercent: numberIn(options.text('dim-to')),
        meteredBy: options.text('metered-by'),
      },
    }),
};

const programmeCommand: ServerCommand = {
  options: { file: 'text' },
  positionals: ['METER', 'NAME'],
  required: ['file'],
  prepare: (options, context) => {
    const path = options.text('file') ?? '';
    const document = jsonIn(textOf(context, path));
    if (document === undefined) faultIn(path, 'it is no JSON');
    const fields = { name: options.positionals[1], document };
    const fromFile = { field: 'document', path };
    return acting(options, 'programme', { schema: programmeBodySchema, fields, fromFile });
  },
};

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const groupCommand: ServerCommand = {
  options: { programme: 'text' },
  positionals: ['METER', 'NAME'],
  required: ['programme'],
  prepare: (options) =>
    acting(options, 'group', {
      schema: lampGroupBodySchema,
      fields: { name: options.positionals[1], programme: options.text('programme') },
    }),
};

const lampCommand: ServerCommand = {
  options: {
    ...{ group: 'text', watts: 'text', floor: 'text' },
    ...{ endpoint: 'text', 'secret-file': 'text' },
  },
  positionals: ['METER', 'NAME'],
  required: ['group', 'watts'],
  prepare: (options, context) => {
    const file = options.text('secret-file');
    const secret = file === undefined ? null : textOf(context, file).trim();
    const endpoint = options.text('endpoint');
    const floor = numberIn(options.text('floor'));
    const fields = {
      ...{ name: options.positionals[1], group: options.text('group') },
      fullW: numberIn(options.text('watts')),
      floorPercent: floor ?? null,
      ...(endpoint === undefined ? {} : { link: { endpoint, secret } }),
    };
    const fromFile = { field: 'link', path: file ?? '' };
    return acting(options, 'lamp', {
      ...{ schema: lampBodySchema, fields },
      ...(file === undefined ? {} : { fromFile }),
    });
  },
};

const lampsCommand: ServerCommand = {
  ...{ options: { file: 'text' }, positionals: ['METER'], required: ['file'] },
  prepare: (options, context) => {
    const path = options.text('file') ?? '';
    const fields = { csv: textOf(context, path) };
    const fromFile = { field: 'csv', path };
    return acting(options, 'putLamps', { schema: lampFileBodySchema, fields, fromFile });
  },
};

const circuitCommand: ServerCommand = {
  options: {
    ...{ group: 'text', watts: 'text', 'on-from': 'text', reason: 'text' },
    ...{ protected: 'flag', none: 'flag' },
  },
  positionals: ['METER'],
  required: ['reason'],
  prepare: (options) => {
    const group = options.text('group');
    if (options.flag('none') === (group !== undefined)) {
      return wrongOption('write one of --group and --none');
    }
    const reason = options.text('reason');
    const fields =
      group === undefined
        ? { group: null, reason }
        : {
            ...{ group, reason, fullW: numberIn(options.text('watts')) },
            onFromPercent: numberIn(options.text('on-from')),
            isProtected: options.flag('protected'),
          };
    return acting(options, 'circuit', { schema: lightCircuitBodySchema, fields });
  },
};

const closeCommand: ServerCommand = {
  ...{ options: { reason: 'text' }, positionals: ['METER'], required: ['reason'] },
  prepare: (options) =>
    acting(options, 'close', {
      schema: lightingCloseBodySchema,
      fields: { reason: options.text('reason') },
    }),
};

const removeCommand: ServerCommand = {
  options: { reason: 'text' },
  positionals: ['METER', 'NAME'],
  required: ['reason'],
  prepare: (options) =>
    acting(options, 'removeLamp', {
      schema: lampRemoveBodySchema,
      fields: { name: options.positionals[1], reason: options.text('reason') },
    }),
};

const overrideCommand: ServerCommand = {
  options: {
    ...{ level: 'text', until: 'text', reason: 'text', group: 'text', lamp: 'text' },
    'request-id': 'text',
  },
  positionals: ['METER'],
  required: ['level', 'until', 'reason'],
  forms: { until: 'instant' },
  prepare: (options, context) =>
    acting(options, 'override', {
      schema: overrideBodySchema,
      fields: {
        requestId: requestIdOf(options, context),
        levelPercent: numberIn(options.text('level')),
        ...{ until: options.text('until'), reason: options.text('reason') },
        ...{ group: options.text('group'), lamp: options.text('lamp') },
      },
    }),
};

const endCommand: ServerCommand = {
  options: {},
  positionals: ['METER', 'OVERRIDE'],
  required: [],
  prepare: (options) =>
    acting(options, 'endOverride', {
      schema: overrideEndBodySchema,
      fields: { overrideId: options.positionals[1] },
    }),
};

/** Runs `prewatt light ...`. */
export const lightGroup = createServerGroup({
  name: 'light',
  help,
  commands: {
    list: listCommand,
    show: showCommand,
    account: accountCommand,
    close: closeCommand,
    programme: programmeCommand,
    group: groupCommand,
    lamp: lampCommand,
    lamps: lampsCommand,
    circuit: circuitCommand,
    remove: removeCommand,
    override: overrideCommand,
    end: endCommand,
  },
});

const standingWords = {
  enough: 'enough credit',
  low: 'dimmed: little credit',
  usedUp: 'dark but for protected crossings: credit is used up',
} as const;

function standingOf(account: LightingAccount): string {
  const { closedAt, creditMode, meteredBy, meter, standing } = account;
  if (closedAt !== null) return `closed since ${closedAt}`;
  if (creditMode === 'wallet') return standingWords[standing];
  if (meteredBy === 'lamps') return 'still in token mode';
  return meter === null ? 'its meter has said nothing yet' : standingWords[standing];
}

function accountLine(account: LightingAccount): string {
  const { nightsLeftTenths, lamps, burning, faults, late } = account;
  return [
    `${account.meterPan}  ${account.name}`,
    standingOf(account),
    ...(nightsLeftTenths === null ? [] : [`${(nightsLeftTenths / 10).toFixed(1)} nights left`]),
    `${burning} of ${countText(lamps, 'lamp')} on`,
    ...(faults + late === 0 ? [] : [`${faults} at fault, ${late} late`]),
  ].join('  ');
}

function circuitLines(circuit: LightingView['circuit']): string[] {
  if (circuit === null) return [];
  const { told, cannotDim } = circuit;
  const word =
    told === null
      ? 'its meter is told with the next look'
      : `its meter was told ${told.at}: ${told.stage}${told.refusal === null ? '' : ` (${told.refusal})`}`;
  return [
    [
      `circuit of group ${circuit.group}`,
      `${circuit.fullW} W`,
      `due ${circuit.isDueOn ? 'on' : 'off'} (${circuit.because})`,
      ...(circuit.isProtected ? ['protected'] : []),
      `${circuit.tonightWh} Wh tonight`,
      word,
    ].join('  '),
    ...cannotDim.map(
      ({ levelPercent, isOn }) =>
        `a contactor does not dim: ${levelPercent} % of its programme is ${isOn ? 'on, in full' : 'off'}`,
    ),
  ];
}

const linesOf = (view: LightingView): string[] => [
  accountLine(view.account),
  ...view.groups.map(({ name, programme, lamps, tonightWh }) =>
    [
      `group ${name}`,
      `programme ${programme}`,
      countText(lamps, 'lamp'),
      `${tonightWh} Wh tonight`,
    ].join('  '),
  ),
  ...circuitLines(view.circuit),
  ...view.lamps.map((lamp) =>
    [
      `lamp ${lamp.name}`,
      lamp.levelPercent === null ? 'never heard' : `${lamp.levelPercent} %`,
      ...(lamp.asked === null ? [] : [`told ${lamp.asked.levelPercent} % (${lamp.asked.because})`]),
      lamp.stage,
      ...(lamp.powerW === null ? [] : [`${lamp.powerW} W`]),
      `${lamp.nightWh} Wh tonight`,
      ...(lamp.floorPercent === null ? [] : [`protected, ${lamp.floorPercent} % at least`]),
      ...(lamp.fault === null ? [] : [`${lamp.fault.what} since ${lamp.fault.since}`]),
    ].join('  '),
  ),
  ...view.overrides.map((each) =>
    [
      `override ${each.overrideId}`,
      each.lamp ?? each.group ?? 'all lamps',
      `${each.levelPercent} % until ${each.until}`,
      `${each.by}: ${each.reason}`,
    ].join('  '),
  ),
];
