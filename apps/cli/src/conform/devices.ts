// From the line to a device that the scenarios can speak to, for each target. A target's code is
// loaded when it is asked for.

import type { Bench, BenchAct } from '@prewatt/conform';
import { err, ok, type Result } from '@prewatt/quantities';
import type { CommandContext, Options } from '../command.ts';
import { readText } from '../server-group.ts';
import type { DlmsPlace } from './dlms-wire.ts';
import { numberOf, type Plan, type Wrong } from './options.ts';
import type { WireLog } from './wire-log.ts';

export type Device = Pick<
  Bench,
  'channel' | 'refusals' | 'tellsParts' | 'tellsSwitch' | 'setRules'
> & {
  /** What the person at the bench should know before it begins. */
  readonly said: string;
  /** Resolves once the device is there; false: it has not come. */
  readonly isThere: () => Promise<boolean>;
  /** Something was done to it from outside. */
  readonly noticed: (act: BenchAct) => void;
  readonly close: () => Promise<void>;
};

/** The device is called anew each time: there is nothing to notice. */
const noticesNothing = (): void => undefined;

export type DeviceDeps = {
  readonly plan: Plan;
  readonly options: Options;
  readonly context: CommandContext;
  readonly wire: WireLog;
};

const wrong = (message: string, exitCode: 1 | 2 = 2): Result<never, Wrong> =>
  err({ exitCode, message });

export function openDevice(deps: DeviceDeps): Promise<Result<Device, Wrong>> {
  switch (deps.plan.target) {
    case 'dlms':
      return openDlms(deps);
    case 'dlt645':
      return openDlt645(deps);
    default:
      return openMqtt(deps);
  }
}

/** A file of an option: its text, or null where the option is not given. */
function fileOf({ options, context }: DeviceDeps, name: string): Result<string | null, Wrong> {
  const path = options.text(name);
  if (path === undefined) return ok(null);
  const text = readText(context, path);
  return text === null ? wrong(`--${name}: ${path} cannot be read`, 1) : ok(text);
}

/** A meter is given so long to come to the broker: its tries lie up to a minute apart. */
const comesWithinMs = 120_000;

async function openMqtt(deps: DeviceDeps): Promise<Result<Device, Wrong>> {
  const { plan, wire, context } = deps;
  const head = await headEndOf(deps);
  if (!head.ok) return head;
  const { createMqttMeter } = await import('./mqtt-meter.ts');
  const { headEnd, listenTo } = head.value;
  const meter = createMqttMeter({
    ...{ meterPan: plan.meterPan, answerMs: plan.answerMs, wire, nowMs: context.nowMs },
    headEnd: () => headEnd,
  });
  listenTo(meter.heard);
  return ok({
    channel: meter.channel,
    ...{ refusals: 'each', tellsParts: true, tellsSwitch: true, setRules: meter.setRules },
    said: `Let the meter come to ${headEnd.address} with ${plan.meterPan} as its name.`,
    isThere: () => meter.isThere(comesWithinMs),
    noticed: (act) => {
      if ((act.kind === 'power' && !act.on) || (act.kind === 'link' && !act.up)) meter.linkTaken();
    },
    close: headEnd.close,
  });
}

async function headEndOf(deps: DeviceDeps) {
  const { plan, options } = deps;
  const { joinBroker, openBroker } = await import('./broker.ts');
  type Heard = Parameters<typeof joinBroker>[0]['heard'];
  const files = [fileOf(deps, 'ca'), fileOf(deps, 'cert'), fileOf(deps, 'key')] as const;
  const secret = fileOf(deps, 'secret-file');
  for (const file of [...files, secret]) if (!file.ok) return file;
  const [ca, cert, key] = files.map((file) => (file.ok ? file.value : null));
  if ((cert === null) !== (key === null)) return wrong('--cert and --key go together');
  let listener: Heard = () => undefined;
  const heard: Heard = (topic, payload) => listener(topic, payload);
  const listenTo = (next: Heard): void => {
    listener = next;
  };
  const url = options.text('broker');
  const [host = '', port = ''] = (options.text('listen') ?? '127.0.0.1:1883').split(':');
  if (host === '' || !/^\d{1,5}$/.test(port)) return wrong('--listen is HOST:PORT');
  try {
    const headEnd =
      url === undefined
        ? await openBroker({
            ...{ host, port: Number(port), meterPan: plan.meterPan, heard },
            secret: secret.ok && secret.value !== null ? secret.value.trim() : null,
            tls: cert == null || key == null ? null : { cert, key, ...(ca == null ? {} : { ca }) },
          })
        : await joinBroker({
            ...{ url, heard, ca: ca ?? undefined },
            ...accountIn(secret.ok ? secret.value : null),
          });
    return ok({ headEnd, listenTo });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return wrong(`${url ?? `${host}:${port}`}: ${why}`, 1);
  }
}

/** Name and password of the head-end at a broker, as `name:password`. */
function accountIn(text: string | null): {
  readonly username: string | undefined;
  readonly password: string | undefined;
} {
  const [, username, password] = /^([^:]+):(.*)$/.exec(text?.trim() ?? '') ?? [];
  return { username, password };
}

async function openDlms(deps: DeviceDeps): Promise<Result<Device, Wrong>> {
  const { plan, options, context, wire } = deps;
  const place = dlmsPlaceOf(deps);
  if (!place.ok) return place;
  const isSerial = place.value.kind === 'serial';
  const framing = options.text('framing') ?? (isSerial ? 'hdlc' : 'wrapper');
  const security = options.text('security') ?? 'gmac';
  if (framing !== 'wrapper' && framing !== 'hdlc') return wrong('--framing is wrapper or hdlc');
  if (isSerial && framing !== 'hdlc') return wrong('on a serial port a meter speaks HDLC');
  if (!isSecurity(security)) return wrong('--security is none, low, gmac or ecdsa');
  const secrets = secretsOf(deps, security);
  if (!secrets.ok) return secrets;
  const sap = { least: 1, most: 0x3fff };
  const usual = { none: 16, low: 17, gmac: 1, ecdsa: 1 }[security];
  const suite = numberOf(options, 'suite', { least: 0, most: 1, otherwise: 0 });
  const clientSap = numberOf(options, 'client', { ...sap, otherwise: usual });
  const serverSap = numberOf(options, 'logical-device', { ...sap, otherwise: 1 });
  if (clientSap === null || serverSap === null || suite === null) {
    return wrong('--client, --logical-device and --suite (0 or 1) are whole numbers');
  }
  const clientTitle = options.text('client-title');
  if (clientTitle !== undefined && !/^[0-9A-Fa-f]{16}$/.test(clientTitle)) {
    return wrong('--client-title has 16 hexadecimal digits');
  }
  const { createDlmsMeter, wordsOfPlace } = await import('./dlms-meter.ts');
  const channel = createDlmsMeter({
    ...{ place: place.value, framing, authentication: security, secrets: secrets.value },
    suite: suite === 1 || security === 'ecdsa' ? 1 : 0,
    ...{ clientSap, serverSap, clientTitle, zone: plan.zone, wire },
    ...{ answerMs: plan.answerMs, nowMs: context.nowMs },
  });
  return ok({
    channel,
    ...{ refusals: 'kind', tellsParts: false, tellsSwitch: true, setRules: null },
    said: `The meter is called at ${wordsOfPlace(place.value)}.`,
    isThere: async () => (await channel.perform({ kind: 'readState' })).kind === 'state',
    noticed: noticesNothing,
    close: async () => undefined,
  });
}

function dlmsPlaceOf(deps: DeviceDeps): Result<DlmsPlace, Wrong> {
  const { options } = deps;
  const [path, host] = [options.text('serial'), options.text('host')];
  if ((path === undefined) === (host === undefined)) {
    return wrong('give --host where the meter is called, or --serial PATH');
  }
  const port = numberOf(options, 'port', { least: 1, most: 65_535, otherwise: 4059 });
  const baud = numberOf(options, 'baud', { least: 300, most: 115_200, otherwise: 9600 });
  if (port === null || baud === null) return wrong('--port and --baud are whole numbers');
  if (path !== undefined) return ok({ kind: 'serial', path, baud });
  if (!options.flag('tls')) return ok({ kind: 'tcp', host: host ?? '', port });
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((name) => fileOf(deps, name));
  for (const file of [ca, cert, key]) if (file !== undefined && !file.ok) return file;
  const textOf = (file: typeof ca) => (file?.ok === true ? file.value : null);
  const own = { cert: textOf(cert), key: textOf(key) };
  if ((own.cert === null) !== (own.key === null)) return wrong('--cert and --key go together');
  return ok({
    ...{ kind: 'tls', host: host ?? '', port, ca: textOf(ca) },
    own: own.cert === null || own.key === null ? null : { cert: own.cert, key: own.key },
  });
}

type Security = 'none' | 'low' | 'gmac' | 'ecdsa';
const isSecurity = (text: string): text is Security =>
  ['none', 'low', 'gmac', 'ecdsa'].includes(text);

type Secrets = {
  readonly password?: string;
  readonly encryptionKey?: string;
  readonly authenticationKey?: string;
  /** With it the keys of the link are changed, and put back. */
  readonly keyEncryptionKey?: string;
  /** ECDSA: the bench's, and the meter's public one. */
  readonly signingKey?: string;
  readonly meterPublicKey?: string;
};

/** The same file as `prewatt meter link --keys` takes. */
function secretsOf(deps: DeviceDeps, security: Security): Result<Secrets, Wrong> {
  const file = fileOf(deps, 'keys');
  if (!file.ok) return file;
  if (security === 'none') return ok({});
  let keys: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(file.value ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) keys = parsed as typeof keys;
  } catch {
    return wrong('the file of --keys is no JSON', 1);
  }
  const text = (name: string): string | null => {
    const value = keys[name];
    return typeof value === 'string' ? value : null;
  };
  if (security === 'low') {
    const password = text('password') ?? text('readerPassword');
    return password === null ? wrong('--keys FILE has no password', 1) : ok({ password });
  }
  const [encryptionKey, authenticationKey] = [text('encryptionKey'), text('authenticationKey')];
  const isHex = (value: string | null, digits: number): value is string =>
    value?.length === digits && /^[0-9A-Fa-f]+$/.test(value);
  const isKey = (value: string | null): value is string => isHex(value, 32);
  const wrapping = text('keyEncryptionKey');
  const more = isKey(wrapping) ? { keyEncryptionKey: wrapping } : {};
  if (!isKey(encryptionKey) || !isKey(authenticationKey)) {
    const both = 'encryptionKey and authenticationKey, 32 hexadecimal digits each';
    return wrong(`--keys FILE needs ${both}`, 1);
  }
  const keysOfMeter = { encryptionKey, authenticationKey, ...more };
  if (security === 'gmac') return ok(keysOfMeter);
  const [signingKey, meterPublicKey] = [text('signingKey'), text('meterPublicKey')];
  return isHex(signingKey, 64) && isHex(meterPublicKey, 128)
    ? ok({ ...keysOfMeter, signingKey, meterPublicKey })
    : wrong('--keys FILE needs signingKey and meterPublicKey, 64 and 128 hexadecimal digits', 1);
}

async function openDlt645(deps: DeviceDeps): Promise<Result<Device, Wrong>> {
  const { plan, options, context, wire } = deps;
  const edition = options.text('edition') ?? '2007';
  if (edition !== '2007' && edition !== 'sanxing') return wrong('--edition is 2007 or sanxing');
  const address = options.text('address');
  const [serial, host] = [options.text('serial'), options.text('host')];
  if (address === undefined || !/^\d{12}$/.test(address)) {
    return wrong('--address is missing: the 12 digits of the meter on the bus');
  }
  if ((serial === undefined) === (host === undefined)) {
    return wrong('give --serial PATH, or --host and --port of a converter');
  }
  const port = numberOf(options, 'port', { least: 1, most: 65_535, otherwise: 502 });
  const baud = numberOf(options, 'baud', { least: 300, most: 115_200, otherwise: 2400 });
  if (port === null || baud === null) return wrong('--port and --baud are whole numbers');
  const secret = fileOf(deps, 'switch-file');
  if (!secret.ok) return secret;
  const [, password = '', operator = ''] =
    /^(\d{8}) (\d{8})$/.exec(secret.value?.trim() ?? '') ?? [];
  if (secret.value !== null && password === '') {
    return wrong('--switch-file: the file holds 8 digits, a space and 8 digits', 1);
  }
  const { createDlt645Meter } = await import('./dlt645-meter.ts');
  const meter = createDlt645Meter({
    place: serial === undefined ? { host: host ?? '', port } : { path: serial },
    ...{ edition, address, baud, zone: plan.zone, wire, nowMs: context.nowMs },
    switchBy: password === '' ? null : { password, operator },
  });
  return ok({
    channel: meter.channel,
    ...{ refusals: 'only', tellsParts: false, tellsSwitch: edition === '2007', setRules: null },
    said: `The meter is called at ${serial ?? `${host}:${port}`}, address ${address}.`,
    isThere: async () => (await meter.channel.perform({ kind: 'readState' })).kind === 'state',
    noticed: noticesNothing,
    close: meter.close,
  });
}
