// `prewatt key`: vending keys on a server, and the loading of one by two custodians. A component
// comes from a file, standard input or a hidden prompt, never from the command line.

import { type KeyLoad, keyApi, type VendingKeyRow } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import type { CommandContext, CommandGroup, CommandResult } from '../command.ts';
import {
  createServerGroup,
  faultIn,
  requestIdOf,
  type ServerCommand,
  serverHelp,
  textOf,
  wrongOption,
} from '../server-group.ts';
import type { Utility } from '../utility.ts';
import { intoTokenCommand } from './into-token.ts';
import { resealCommand } from './reseal.ts';

const help = `prewatt key: vending keys of a utility

  prewatt key list                   what is loaded: check value, expiry, base date, meters
  prewatt key loads                  loadings, and how far each is
  prewatt key load --sgc N --krn N --kt N --ken N --base-date 93|14|35 --dkga 02|04 --reason TEXT
                   [--check-value HEX] [--request-id ID]
                                     opens a loading; --check-value is that of the whole key
  prewatt key component LOAD [--file FILE] [--check-value HEX]
                                     enters a custodian's component: 16 hex digits for DKGA02, 40 for
                                     DKGA04; from FILE, - for standard input, or a hidden prompt
  prewatt key close LOAD             gives it up; components are erased
  prewatt key reseal --from FILE --to FILE [--from-key-file FILE] [--to-key-file FILE]
                                     another master key: seals everything anew, from the secrets
                                     file in use to another one, made when it is not there. On the
                                     database itself: OWNER_URL, as its owner; stop servers before.
                                     The key files are for a master key that lies apart
  prewatt key into-token --hardware FILE --secrets-file FILE [--key-file FILE]
                                     brings keys of DKGA04 from the database into the hardware token
                                     of these settings. On the database itself: OWNER_URL, as its
                                     owner; servers may run, if they have the token

Two custodians enter one component each, each at their own sign-in. Then a third administrator
allows it: prewatt approval list. Components and keys are shown to nobody.

${serverHelp}`;

const listCommand: ServerCommand = {
  options: {},
  positionals: [],
  required: [],
  prepare: () => ({
    run: async (client, { when }) => {
      const keys = await client.call(keyApi.list);
      if (!keys.ok) return keys;
      const lines = keys.value.rows.map((key) => lineOfKey(key, when));
      const none = lines.length === 0 ? ['no key is loaded'] : lines;
      return { ok: true, value: { lines: none, json: keys.value } };
    },
  }),
};

const loadsCommand: ServerCommand = {
  options: {},
  positionals: [],
  required: [],
  prepare: () => ({
    run: async (client) => {
      const loads = await client.call(keyApi.loads);
      if (!loads.ok) return loads;
      const lines = loads.value.rows.flatMap(linesOfLoad);
      const none = lines.length === 0 ? ['no loading was ever opened here'] : lines;
      return { ok: true, value: { lines: none, json: loads.value } };
    },
  }),
};

const loadCommand: ServerCommand = {
  options: {
    sgc: 'text',
    krn: 'text',
    kt: 'text',
    ken: 'text',
    'base-date': 'text',
    dkga: 'text',
    reason: 'text',
    'check-value': 'text',
    'request-id': 'text',
  },
  positionals: [],
  required: ['sgc', 'krn', 'kt', 'ken', 'base-date', 'dkga', 'reason'],
  prepare: (options, context) => {
    const numbers = ['krn', 'kt', 'ken', 'base-date'].map((name) => options.text(name) ?? '');
    if (!numbers.every((text) => /^\d{1,3}$/.test(text))) {
      return wrongOption('--krn, --kt, --ken and --base-date are numbers');
    }
    const [keyRevision, keyType, keyExpiry, baseDate] = numbers.map(Number);
    const checkValue = options.text('check-value');
    const body = {
      requestId: requestIdOf(options, context),
      supplyGroupCode: options.text('sgc'),
      keyRevision,
      keyType,
      keyExpiry,
      baseDate,
      dkga: `dkga${options.text('dkga')}`,
      ...(checkValue === undefined ? {} : { expectedCheckValue: checkValue }),
      reason: options.text('reason'),
    };
    return {
      run: async (client) => {
        const load = await client.call(keyApi.openLoad, { body });
        return load.ok ? shownLoad(load.value) : load;
      },
    };
  },
};

const componentCommand: ServerCommand = {
  options: { file: 'text', 'check-value': 'text' },
  positionals: ['LOAD'],
  required: [],
  prepare: async (options, context) => {
    const file = options.text('file');
    const text =
      file === undefined ? await context.ask('Component: ', 'hidden') : textOf(context, file);
    const component = (text ?? '').replace(/\s/g, '');
    if (!/^[0-9a-fA-F]+$/.test(component)) {
      if (file !== undefined) faultIn(file, 'a component is hex digits');
      return wrongOption('no component: hex digits from --file, standard input or the prompt');
    }
    const checkValue = options.text('check-value');
    const body = { component, ...(checkValue === undefined ? {} : { checkValue }) };
    const id = options.positionals[0] ?? '';
    return {
      run: async (client) => {
        const load = await client.call(keyApi.enterComponent, { id, body });
        return load.ok ? shownLoad(load.value) : load;
      },
    };
  },
};

const closeCommand: ServerCommand = {
  options: {},
  positionals: ['LOAD'],
  required: [],
  prepare: (options) => ({
    run: async (client) => {
      const load = await client.call(keyApi.closeLoad, { id: options.positionals[0] ?? '' });
      return load.ok ? shownLoad(load.value) : load;
    },
  }),
};

const serverGroup = createServerGroup({
  name: 'key',
  help,
  commands: {
    list: listCommand,
    loads: loadsCommand,
    load: loadCommand,
    component: componentCommand,
    close: closeCommand,
  },
});

/** On the database itself, as its owner. */
const byOwner = { reseal: resealCommand, 'into-token': intoTokenCommand } as const;

/** Runs `prewatt key ...`. */
export const keyGroup: CommandGroup = Object.assign(
  (args: readonly string[], context: CommandContext): Promise<number> => {
    const [name = '', ...rest] = args;
    if (!Object.hasOwn(byOwner, name)) return serverGroup(args, context);
    const run = byOwner[name as keyof typeof byOwner];
    return rest.includes('--help') ? serverGroup(['--help'], context) : run(rest, context);
  },
  { lines: serverGroup.lines },
);

const useLabels: Record<VendingKeyRow['use'], string> = {
  usable: 'usable',
  keyChangeOnly: 'for key changes only',
  expired: 'expired',
  notBegun: 'not begun',
};

const lineOfKey = (key: VendingKeyRow, when: Utility['when']): string =>
  [
    `${key.supplyGroupCode} revision ${key.keyRevision}`,
    `type ${key.keyType}`,
    `base date ${String(key.baseDate).padStart(2, '0')}`,
    key.dkga.toUpperCase(),
    `check value ${key.checkValue ?? 'unknown'}`,
    `${key.endsSoon ? 'ENDS' : 'ends'} ${when(key.expiresAt)}`,
    useLabels[key.use],
    countText(key.meters, 'meter'),
  ].join('  ');

function linesOfLoad(load: KeyLoad): string[] {
  return [
    `${load.loadId}  ${load.supplyGroupCode} revision ${load.keyRevision}  ${load.state}`,
    `  opened by ${load.openedBy}: ${load.reason}`,
    ...load.components.map(
      (each, index) =>
        `  component ${index + 1}: check value ${each.checkValue}, by ${each.enteredBy}`,
    ),
    ...(load.state === 'collecting' ? [nextOf(load)] : []),
    ...(load.state === 'awaitingApproval' ? [`  waits for approval ${load.approvalId}`] : []),
  ];
}

const nextOf = ({ loadId, mayEnter }: KeyLoad): string =>
  mayEnter.length === 0
    ? `  stuck: nobody would be left to approve. Add an administrator, or: prewatt key close ${loadId}`
    : `  next, ${mayEnter.join(' or ')}: prewatt key component ${loadId}`;

const shownLoad = (load: KeyLoad): CommandResult => ({
  ok: true,
  value: { lines: linesOfLoad(load), json: load },
});
