// `prewatt install`: install jobs opened, looked at and worked through from a terminal.

import {
  faultOf,
  type InstallDetail,
  installActSchema,
  installApi,
  installFilters,
  installStepNames,
} from '@prewatt/api';
import type { CommandContext, CommandResult, Options } from '../command.ts';
import { connectionIdOf } from '../connection-id.ts';
import { whIn } from '../correction/register-read.ts';
import {
  createServerGroup,
  requestIdOf,
  type ServerCommand,
  serverHelp,
  wrongOption,
} from '../server-group.ts';

const help = `prewatt install: meters put up and tested, step by step

  prewatt install list [--state ${installFilters.join('|')}]
  prewatt install show JOB
  prewatt install open METER [--technician OPERATOR] [--note TEXT] [--was-postpaid]
      [--exchange --sgc N --ti N --krn N [--to PAN] [--algorithm ea07|ea11] [--link]]
  prewatt install take JOB
  prewatt install step JOB identify --number PAN
  prewatt install step JOB link [--secret-file FILE] [--with-certificate]
  prewatt install step JOB link --csr FILE
  prewatt install step JOB start --step STEP
  prewatt install step JOB load --low-w W --high-w W
  prewatt install step JOB display --kwh KWH
  prewatt install step JOB startReading --kwh KWH [--note TEXT]
  prewatt install step JOB oldMeter [--left KWH] [--credited KWH] [--kwh KWH]
  prewatt install step JOB confirm --step STEP --saw TEXT [--wrong]
  prewatt install step JOB fail --step STEP --reason TEXT
  prewatt install close JOB [--note TEXT]
  prewatt install cancel JOB --reason TEXT

METER is the home's present meter or a connection_... id; --exchange brings another one. Steps:
  ${Object.keys(installStepNames).join(', ')}
Actions take --request-id ID: the same again changes nothing.

${serverHelp}`;

const lineOf = (job: {
  installId: string;
  state: string;
  kind: string;
  name: string;
  passed: number;
  steps: number;
  failed: readonly string[];
  openedAt: string;
}): string =>
  [
    job.installId,
    job.openedAt,
    job.state,
    job.kind,
    job.name,
    `${job.passed} of ${job.steps} passed`,
    ...(job.failed.length === 0 ? [] : [`failed: ${job.failed.join(', ')}`]),
  ].join('  ');

function shown(job: InstallDetail): CommandResult {
  const steps = job.stepViews.map((view) =>
    [
      `  ${view.step}`,
      view.state,
      ...(view.words === null ? [] : [view.words]),
      ...(view.waitsFor === null ? [] : [`waits for the ${view.waitsFor}`]),
      ...view.tokens,
      ...(view.certificatePem === null ? [] : [`\n${view.certificatePem.trimEnd()}`]),
    ].join('  '),
  );
  return { ok: true, value: { lines: [lineOf(job), ...steps], json: job } };
}

const jobOf = (options: Options) => ({ id: options.positionals[0] ?? '' });

const listCommand: ServerCommand = {
  options: { state: 'text' },
  positionals: [],
  required: [],
  prepare: (options) => {
    const state = options.text('state') ?? 'open';
    if (!installFilters.some((known) => known === state)) {
      return wrongOption(`--state is one of ${installFilters.join(', ')}`);
    }
    return {
      run: async (client) => {
        const page = await client.call(installApi.list, { query: { state } });
        if (!page.ok) return page;
        const { rows } = page.value;
        const lines = rows.length === 0 ? [noJobs(state)] : rows.map(lineOf);
        return { ok: true, value: { lines, json: { rows } } };
      },
    };
  },
};

const showCommand: ServerCommand = {
  options: {},
  positionals: ['JOB'],
  required: [],
  prepare: (options) => ({
    run: async (client) => {
      const job = await client.call(installApi.detail, jobOf(options));
      return job.ok ? shown(job.value) : job;
    },
  }),
};

/** What the options say of the meter that is brought; the server judges it. */
const broughtMeter = (options: Options) => ({
  meterPan: options.text('to') ?? null,
  encryptionAlgorithm: options.text('algorithm') ?? 'ea07',
  supplyGroupCode: options.text('sgc'),
  tariffIndex: options.text('ti'),
  keyRevision: Number(options.text('krn')),
  hasLink: options.flag('link'),
  secretSha256: null,
});

const openCommand: ServerCommand = {
  options: {
    technician: 'text',
    note: 'text',
    'was-postpaid': 'flag',
    exchange: 'flag',
    to: 'text',
    algorithm: 'text',
    sgc: 'text',
    ti: 'text',
    krn: 'text',
    link: 'flag',
    'request-id': 'text',
  },
  positionals: ['METER'],
  required: [],
  prepare: (options, context) => {
    const common = {
      requestId: requestIdOf(options, context),
      technicianId: options.text('technician') ?? null,
      note: options.text('note') ?? '',
      wasPostpaid: options.flag('was-postpaid'),
    };
    return {
      run: async (client) => {
        const connection = await connectionIdOf(client, options.positionals[0] ?? '');
        if (!connection.ok) return connection;
        const of = { ...common, connectionId: connection.value };
        const body = options.flag('exchange')
          ? { ...of, kind: 'exchange', meter: broughtMeter(options) }
          : { ...of, kind: 'newMeter' };
        const job = await client.call(installApi.open, { body });
        return job.ok ? shown(job.value) : job;
      },
    };
  },
};

/** The action that a command line means; the schema of the API judges it. */
function actOf(options: Options, context: CommandContext): object {
  const act = options.positionals[1] ?? '';
  const text = (name: string) => options.text(name);
  const requestId = requestIdOf(options, context);
  const file = text('secret-file');
  const request = text('csr');
  const fields: Readonly<Record<string, () => object>> = {
    identify: () => ({ meterPan: text('number')?.replace(/[\s-]/g, ''), by: 'hand' }),
    link: () => ({
      ...(file === undefined ? {} : { pairingSecret: context.readFile(file).trim() }),
      ...(request === undefined ? {} : { csrPem: context.readFile(request) }),
      ...(options.flag('with-certificate') ? { withCertificate: true } : {}),
    }),
    start: () => ({ step: text('step') }),
    load: () => ({ lowW: Number(text('low-w')), highW: Number(text('high-w')) }),
    display: () => ({ importEnergyWh: whIn(text('kwh')) }),
    startReading: () => ({ importEnergyWh: whIn(text('kwh')), note: text('note') ?? '' }),
    oldMeter: () => ({
      leftEnergyWh: whIn(text('left')) ?? null,
      creditedEnergyWh: whIn(text('credited')) ?? null,
      importEnergyWh: whIn(text('kwh')) ?? null,
    }),
    confirm: () => ({ step: text('step'), saw: text('saw'), isRight: !options.flag('wrong') }),
    fail: () => ({ step: text('step'), reason: text('reason') }),
  };
  return { act, requestId, ...fields[act]?.() };
}

const stepCommand: ServerCommand = {
  options: {
    number: 'text',
    'secret-file': 'text',
    csr: 'text',
    'with-certificate': 'flag',
    step: 'text',
    'low-w': 'text',
    'high-w': 'text',
    kwh: 'text',
    left: 'text',
    credited: 'text',
    saw: 'text',
    wrong: 'flag',
    note: 'text',
    reason: 'text',
    'request-id': 'text',
  },
  positionals: ['JOB', 'ACT'],
  required: [],
  prepare: (options, context) => {
    const body = installActSchema.safeParse(actOf(options, context));
    if (!body.success) {
      return wrongOption(faultOf(body.error, 'act'));
    }
    return {
      run: async (client) => {
        const job = await client.call(installApi.acts, { ...jobOf(options), body: body.data });
        return job.ok ? shown(job.value) : job;
      },
    };
  },
};

/** Take, close and cancel: one word about a job. */
const ending = (
  part: 'take' | 'close' | 'cancel',
  bodyOf: (options: Options) => object,
): ServerCommand => ({
  options: { note: 'text', reason: 'text', 'request-id': 'text' },
  positionals: ['JOB'],
  required: part === 'cancel' ? ['reason'] : [],
  prepare: (options, context) => {
    const body = { ...bodyOf(options), requestId: requestIdOf(options, context) };
    return {
      run: async (client) => {
        const job = await client.call(installApi[part], { ...jobOf(options), body });
        return job.ok ? shown(job.value) : job;
      },
    };
  },
});

/** Runs `prewatt install ...`. */
export const installGroup = createServerGroup({
  name: 'install',
  help,
  commands: {
    list: listCommand,
    show: showCommand,
    open: openCommand,
    take: ending('take', () => ({})),
    step: stepCommand,
    close: ending('close', (options) => ({ note: options.text('note') ?? '' })),
    cancel: ending('cancel', (options) => ({ reason: options.text('reason') })),
  },
});

const noJobs = (state: string): string => {
  if (state === 'attention') return 'no install job needs attention';
  return state === 'all' ? 'no install job yet' : `no install job is ${state}`;
};
