// `prewatt meter link | unlink | driver`: which driver speaks to a meter, how, and how that goes.

import {
  type DlmsAccount,
  type DlmsKeyChange,
  type DlmsLinkBody,
  type DriverLinkBody,
  type DriverView,
  driverApi,
} from '@prewatt/api';
import { ok, type Result } from '@prewatt/quantities';
import type { Failure, Options } from '../command.ts';
import {
  type Desk,
  type DeskCommand,
  done,
  failure,
  requestIdOf,
  requestOptions,
} from '../correction/desk.ts';
import { textOf } from '../server-group.ts';

const faultLabels: Readonly<
  Record<NonNullable<NonNullable<DriverView['dlms']>['fault']>['what'], string>
> = {
  unreachable: 'it cannot be reached',
  noAnswer: 'it is silent once connected',
  notLetIn: 'it does not let the server in',
  notProved: 'it has not proved that it knows its keys',
  otherMeter: 'it says that it is another meter',
  replay: 'it sent what had been sent before',
  tooMuch: 'it sent more, or took longer, than a meter may',
  malformed: 'what it sends cannot be understood',
  countersUsedUp: 'the counters under its key are used up',
};

/** The meter's number with its own scale: 12345 at scale -3 is "12.345". */
function amountText(amount: number | null, { scale, name }: DlmsAccount['currency']): string {
  if (amount === null) return 'not said';
  const value = scale >= 0 ? `${amount * 10 ** scale}` : (amount / 10 ** -scale).toFixed(-scale);
  return `${value} ${name}`;
}

const accountLines = (account: DlmsAccount): string[] => {
  const { currency } = account;
  return [
    `account ${account.paymentMode}, ${account.accountStatus}: ${amountText(account.availableCredit, currency)} left, ` +
      `${amountText(account.amountToClear, currency)} to clear (${account.creditStatus.join(', ')})`,
    ...account.credits.map(
      ({ logicalName, type, status, amount }) =>
        `credit ${logicalName}  ${type}  ${status}  ${amountText(amount, currency)}`,
    ),
    ...account.charges.map(
      ({ logicalName, type, paid, left }) =>
        `charge ${logicalName}  ${type}  paid ${amountText(paid, currency)}, left ${amountText(left, currency)}`,
    ),
  ];
};

type Fault = NonNullable<DriverView['dlms']>['fault'];

const faultLines = (fault: Fault, when: Desk['when']): string[] =>
  fault === null
    ? []
    : [`since ${when(fault.at)}: ${faultLabels[fault.what]} (${fault.times} in a row)`];

function lwm2mLines(
  meterPan: string,
  lwm2m: NonNullable<DriverView['lwm2m']>,
  when: Desk['when'],
): string[] {
  const { endpoint, proof, heardAt, address, speaks, sleeps, objects } = lwm2m;
  const proved = proof === 'secret' ? 'proves its secret' : 'proves nothing';
  const said = speaks === 'messages' ? 'says Prewatt’s messages' : 'is read object by object';
  return [
    `${meterPan}  by LwM2M as ${endpoint}, ${proved}`,
    heardAt === null
      ? 'has not registered'
      : `registered, heard ${when(heardAt)} from ${address ?? 'nowhere'}; ${said}${sleeps === true ? ', sleeps' : ''}`,
    ...(objects.length === 0 ? [] : [`has ${objects.join(' ')}`]),
    ...faultLines(lwm2m.fault, when),
  ];
}

const keyStates: Readonly<Record<DlmsKeyChange['state'], string>> = {
  waiting: 'new keys wait for the next visit',
  sent: 'new keys are on their way; old and new are tried until the meter has proved one',
  done: 'the meter has proved its new keys',
  refused: 'the meter has not taken new keys, and has its old ones',
};
const policyWords: Readonly<Record<NonNullable<DlmsKeyChange['policy']>, string>> = {
  wasSo: 'it takes only what is protected, as before',
  raised: 'it takes only what is protected from now on',
  refused: 'it did not let its policy be raised',
};

const wrappingWords: Readonly<Record<NonNullable<DlmsKeyChange['wrapping']>, string>> = {
  waiting: 'the key under which others are wrapped goes first',
  sent: 'the key under which others are wrapped is on its way',
  done: 'it has proved its new key under which others are wrapped',
  refused: 'it has not taken a new key under which others are wrapped',
};

function keyLines(change: DlmsKeyChange | null, when: Desk['when']): string[] {
  if (change === null) return [];
  const { state, refusal, policy, wrapping, changedAt, askedAt, askedBy } = change;
  return [
    `${keyStates[state]}${refusal === null ? '' : `: ${refusal}`} (asked ${when(askedAt)} by ${askedBy}` +
      `${changedAt === null ? '' : `, changed ${when(changedAt)}`})`,
    ...(wrapping === null ? [] : [wrappingWords[wrapping]]),
    ...(policy === null ? [] : [policyWords[policy]]),
  ];
}

function linesOf({ meterPan, dlms, lwm2m }: DriverView, when: Desk['when']): string[] {
  if (lwm2m !== null) return lwm2mLines(meterPan, lwm2m, when);
  if (dlms === null) return [`${meterPan}  by MQTT, or not linked: prewatt meter identity METER`];
  const known = [dlms.deviceName, dlms.serverTitle].filter((each) => each !== null).join('  ');
  return [
    `${meterPan}  by DLMS at ${dlms.address}, ${dlms.framing}, client ${dlms.clientSap}, server ${dlms.serverSap}, ${dlms.authentication}${dlms.suite === 1 ? ', suite 1' : ''}`,
    ...(known === '' ? [] : [`says it is ${known}`]),
    `read each ${dlms.readEveryMinutes} min, last ${
      dlms.lastReadAt === null ? 'never' : when(dlms.lastReadAt)
    }, next ${when(dlms.nextReadAt)}`,
    ...faultLines(dlms.fault, when),
    ...keyLines(dlms.keyChange, when),
    ...(dlms.account === null ? [] : accountLines(dlms.account)),
  ];
}

const homeOf = (desk: Desk, options: Options): Promise<Result<string, Failure>> =>
  desk.connectionIdOf(options.positionals[0] ?? '');

const driver: DeskCommand = {
  summary: 'which driver speaks to a meter, when it was read, what went wrong, its account',
  help: 'prewatt meter driver METER',
  options: {},
  required: [],
  positionals: ['METER'],
  run: async (desk, options) => {
    const id = await homeOf(desk, options);
    if (!id.ok) return id;
    const view = await desk.client.call(driverApi.view, { id: id.value });
    return view.ok ? done(linesOf(view.value, desk.when), view.value) : view;
  },
};

/** What a maker, or the virtual meter's own file, says of keys. */
type KeyFile = {
  /** Where they stand; absent without --keys. */
  readonly path?: string;
  readonly encryptionKey?: string;
  readonly authenticationKey?: string;
  readonly keyEncryptionKey?: string;
  /** ECDSA: ours, and the meter's public one. */
  readonly signingKey?: string;
  readonly meterPublicKey?: string;
  readonly password?: string;
  readonly readerPassword?: string;
  readonly endpoint?: string;
  readonly secret?: string;
};

function keysIn(desk: Desk, path: string | undefined): Result<KeyFile, Failure> {
  if (path === undefined) return ok({});
  const text = textOf(desk.context, path);
  try {
    const keys = JSON.parse(text);
    if (typeof keys === 'object' && keys !== null) return ok({ ...(keys as KeyFile), path });
  } catch {
    // Said below.
  }
  return failure('file', `${path} is no JSON with encryptionKey and authenticationKey`);
}

/** Without --keys the line lacks it, else the file does. */
const lacking = (what: string, { path }: KeyFile) =>
  path === undefined
    ? failure('keys', `${what} in the file of --keys`, 2)
    : failure('keys', `${path}: ${what}`);

type Authentication = DlmsLinkBody['authentication'];

function authenticationOf(
  name: string,
  keys: KeyFile,
  suite: number | null,
): Result<Authentication, Failure> {
  const { encryptionKey, authenticationKey, keyEncryptionKey, signingKey, meterPublicKey } = keys;
  const password = keys.password ?? keys.readerPassword;
  if (name === 'none') return ok({ kind: 'none' });
  if (name === 'low') {
    return password === undefined
      ? lacking('low security needs a password', keys)
      : ok({ kind: 'low', password });
  }
  if (name === 'kept') return ok({ kind: 'kept' });
  if (name !== 'gmac' && name !== 'ecdsa') {
    return failure('security', '--security is none, low, gmac, ecdsa or kept', 2);
  }
  if (encryptionKey === undefined || authenticationKey === undefined) {
    return lacking(`${name} needs encryptionKey and authenticationKey`, keys);
  }
  const keysOfMeter = {
    ...{ encryptionKey, authenticationKey },
    ...(keyEncryptionKey === undefined ? {} : { keyEncryptionKey }),
  };
  if (name === 'gmac') {
    return suite === 0 || suite === 1
      ? ok({ kind: 'gmac', ...keysOfMeter, suite })
      : failure('suite', '--suite is 0 or 1', 2);
  }
  return signingKey === undefined || meterPublicKey === undefined
    ? lacking('ecdsa needs signingKey and meterPublicKey', keys)
    : ok({ kind: 'ecdsa', ...keysOfMeter, signingKey, meterPublicKey });
}

/** A whole number of an option; null: it is none, or out of range. */
function numberOf(options: Options, name: string, otherwise: number): number | null {
  const text = options.text(name);
  if (text === undefined) return otherwise;
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
}

function dlmsBodyOf(desk: Desk, options: Options): Result<DlmsLinkBody, Failure> {
  const keys = keysIn(desk, options.text('keys'));
  if (!keys.ok) return keys;
  const authentication = authenticationOf(
    options.text('security') ?? 'gmac',
    keys.value,
    numberOf(options, 'suite', 0),
  );
  if (!authentication.ok) return authentication;
  const [host, deviceId] = [options.text('host'), options.text('device-id')];
  if ((host === undefined) === (deviceId === undefined)) {
    return failure('way', 'give --host, or --device-id for a meter that dials in', 2);
  }
  const framing = options.text('framing') ?? 'wrapper';
  if (framing !== 'wrapper' && framing !== 'hdlc') {
    return failure('framing', '--framing is wrapper or hdlc', 2);
  }
  const usualClient = { none: 16, low: 17, gmac: 1, ecdsa: 1, kept: 1 }[authentication.value.kind];
  const clientSap = numberOf(options, 'client', usualClient);
  const serverSap = numberOf(options, 'logical-device', 1);
  const readEveryMinutes = numberOf(options, 'every', 15);
  const port = numberOf(options, 'port', 4059);
  if (clientSap === null || serverSap === null || readEveryMinutes === null || port === null) {
    return failure('number', '--port, --client, --logical-device and --every are whole numbers', 2);
  }
  const clientTitle = options.text('client-title');
  return ok({
    ...{ requestId: requestIdOf(options), reason: options.text('reason') ?? '' },
    driver: 'dlms',
    reach:
      host === undefined
        ? { kind: 'dialsIn', deviceId: deviceId ?? '' }
        : { kind: 'called', host, port },
    ...{ framing, clientSap, serverSap, readEveryMinutes },
    authentication: authentication.value,
    ...(clientTitle === undefined ? {} : { clientTitle }),
  });
}

function lwm2mBodyOf(desk: Desk, options: Options): Result<DriverLinkBody, Failure> {
  const keys = keysIn(desk, options.text('keys'));
  if (!keys.ok) return keys;
  const { secret } = keys.value;
  const isOpen = options.text('security') === 'none';
  if (!isOpen && secret === undefined) {
    return lacking('LwM2M without --security none needs a secret', keys.value);
  }
  const endpoint = options.text('endpoint') ?? keys.value.endpoint;
  if (endpoint === undefined) {
    return failure('endpoint', 'give --endpoint: the name by which the device registers', 2);
  }
  const readEveryMinutes = numberOf(options, 'every', 15);
  if (readEveryMinutes === null) return failure('number', '--every is a whole number', 2);
  return ok({
    ...{ requestId: requestIdOf(options), reason: options.text('reason') ?? '' },
    ...{ driver: 'lwm2m', endpoint, readEveryMinutes },
    proof: isOpen || secret === undefined ? { kind: 'none' } : { kind: 'secret', secret },
  });
}

const link: DeskCommand = {
  summary: 'a meter is read and commanded by DLMS or LwM2M from now on',
  help: `prewatt meter link METER --driver dlms (--host HOST [--port 4059] | --device-id ID)
       [--security gmac|ecdsa|low|none|kept] [--suite 0|1] [--keys FILE] [--client N]
       [--logical-device N] [--framing wrapper|hdlc] [--client-title HEX] [--every MINUTES]
       --reason TEXT [--request-id ID]
prewatt meter link METER --driver lwm2m [--endpoint NAME] (--keys FILE | --security none)
       [--every MINUTES] --reason TEXT [--request-id ID]

--host, --port     where the meter is called: TCP, 4059 when left out
--device-id        the meter dials in, and says this id or has it as its logical device name
--security         gmac when left out; low has a password, none has nothing; kept: the server goes
                   on with what it has of this meter, as after it has changed its keys
--suite            of the meter's security, with gmac: 0 when left out. ecdsa is always of suite 1
--keys             a JSON file with encryptionKey and authenticationKey (32 hex digits each), or
                   password; with keyEncryptionKey the server can change the keys; for ecdsa
                   signingKey (64, the server's) and meterPublicKey (128). The file of a
                   virtual meter is one. Sealed on the server, never shown
--client           the server's address at the meter: 1 with keys, 17 with low, 16 with none
--logical-device   of the meter, 1 when left out
--client-title     16 hex digits; made by chance when left out
--every            minutes between two readings, 15 when left out
--endpoint         by LwM2M: the name by which the device registers; left out, the one in the file
                   of --keys, which has its secret (64 hex digits). --security none: something in
                   front of the server proves who the device is

What the meter had at the broker ends. Linked again with the same keys, its counters go on.

  prewatt meter link 600727000000000009 --driver dlms --host 10.20.0.7 --keys meter.json \\
    --reason "Installed today"`,
  options: {
    ...{ driver: 'text', host: 'text', port: 'text', 'device-id': 'text', security: 'text' },
    ...{ suite: 'text', keys: 'text', client: 'text', 'logical-device': 'text', framing: 'text' },
    ...{
      'client-title': 'text',
      endpoint: 'text',
      every: 'text',
      reason: 'text',
      ...requestOptions,
    },
  },
  required: ['driver', 'reason'],
  positionals: ['METER'],
  run: async (desk, options) => {
    const name = options.text('driver');
    if (name !== 'dlms' && name !== 'lwm2m') {
      const advice = 'meters by MQTT are paired: prewatt meter pair';
      return failure('driver', `--driver is dlms or lwm2m; ${advice}`, 2);
    }
    const body = name === 'dlms' ? dlmsBodyOf(desk, options) : lwm2mBodyOf(desk, options);
    if (!body.ok) return body;
    const id = await homeOf(desk, options);
    if (!id.ok) return id;
    const view = await desk.client.call(driverApi.link, { id: id.value, body: body.value });
    return view.ok ? done(linesOf(view.value, desk.when), view.value) : view;
  },
};

const unlink: DeskCommand = {
  summary: 'no other driver has the meter any more',
  help: `prewatt meter unlink METER --reason TEXT [--request-id ID]

Afterwards it has no link: tokens are typed by hand, until it is linked or paired again.

  prewatt meter unlink 600727000000000009 --reason "Goes back to its maker"`,
  options: { reason: 'text', ...requestOptions },
  required: ['reason'],
  positionals: ['METER'],
  run: async (desk, options) => {
    const id = await homeOf(desk, options);
    if (!id.ok) return id;
    const body = { requestId: requestIdOf(options), reason: options.text('reason') ?? '' };
    const view = await desk.client.call(driverApi.end, { id: id.value, body });
    return view.ok ? done(linesOf(view.value, desk.when), view.value) : view;
  },
};

const orders = ['together', 'encryptionFirst', 'authenticationFirst'] as const;

const keys: DeskCommand = {
  summary: 'other keys for a meter by DLMS, made by the server and proved by the meter',
  help: `prewatt meter dlms-keys METER --reason TEXT [--order ORDER] [--raise-policy]
       [--wrapping-key] [--request-id ID]

--order         together; encryptionFirst or authenticationFirst: each in a visit of its own, for
                meters that take one key at a time
--raise-policy  afterwards the meter takes only what is authenticated and encrypted
--wrapping-key  before the others, the key under which they are wrapped (its keyEncryptionKey)

The meter must have been linked with its keyEncryptionKey. The old keys are kept until the meter has
proved the new ones, which nobody is shown: link it again with --security kept. How far it has come:
prewatt meter driver METER.

  prewatt meter dlms-keys 600727000000000009 --reason "Each year"`,
  options: {
    order: 'text',
    'raise-policy': 'flag',
    'wrapping-key': 'flag',
    reason: 'text',
    ...requestOptions,
  },
  required: ['reason'],
  positionals: ['METER'],
  run: async (desk, options) => {
    const name = options.text('order') ?? 'together';
    const order = orders.find((each) => each === name);
    if (order === undefined) return failure('order', `--order is ${orders.join(', ')}`, 2);
    const id = await homeOf(desk, options);
    if (!id.ok) return id;
    const view = await desk.client.call(driverApi.changeKeys, {
      id: id.value,
      body: {
        ...{ requestId: requestIdOf(options), reason: options.text('reason') ?? '', order },
        raisesPolicy: options.flag('raise-policy'),
        changesWrappingKey: options.flag('wrapping-key'),
      },
    });
    return view.ok ? done(linesOf(view.value, desk.when), view.value) : view;
  },
};

export const driverCommands = { link, unlink, driver, 'dlms-keys': keys };
