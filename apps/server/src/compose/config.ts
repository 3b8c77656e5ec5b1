// The server's configuration: environment and secrets file, read once, checked whole. An unknown
// PREWATT_ name is a typing mistake and stops the start, with the full list of what is wrong.

import { readFileSync } from 'node:fs';
import { faultsOf } from '@prewatt/api';
import { brokerUrlsOf, brokerUrlsWanted } from '@prewatt/protocol';
import { ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import { type HardwareSettings, readHardwareSettings } from '../base/hardware/index.ts';
import { trustedProxies } from '../base/http/trusted-proxies.ts';
import { loginPassword, loginPasswordWanted } from '../base/logins.ts';
import { openRails, type SecretsFile, sealedRailsRefusals } from '../base/sealed-rails.ts';
import { type Clocks, parseClocks, realClocks } from '../base/time.ts';
import { gatewayConfigs } from '../messaging/gateways/index.ts';
import { mailConfig } from '../messaging/mail/index.ts';
import { pushConfig } from '../messaging/push/index.ts';
import { providerConfigs } from '../money/payments/index.ts';
import { isReachedHereOnly, type SecondFactorRule } from '../registry/sign-in/index.ts';
import { type WitnessConfig, witnessesIn } from '../registry/token-log/index.ts';
import type { TracesConfig } from './otlp-tracing.ts';

const port = z.coerce.number().int().min(0).max(65_535);

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  PREWATT_SIGN_IN_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  PREWATT_HTTP_HOST: z.string().default('127.0.0.1'),
  PREWATT_HTTP_PORT: port.default(7070),
  PREWATT_MQTT_HOST: z.string().default('127.0.0.1'),
  PREWATT_MQTT_PORT: port.default(7073),
  PREWATT_MQTT_CERT_FILE: z.string().min(1).optional(),
  PREWATT_MQTT_KEY_FILE: z.string().min(1).optional(),
  PREWATT_MQTT_TLS_DIR: z.string().min(1).optional(),
  PREWATT_MQTT_URL: z
    .string()
    .refine((text) => brokerUrlsOf(text) !== null, brokerUrlsWanted)
    .optional(),
  PREWATT_MQTT_CA_FILE: z.string().min(1).optional(),
  PREWATT_MQTT_IDENTITY: z.enum(['secret', 'certificate', 'both']).default('both'),
  PREWATT_MQTT_CERTIFICATE_DAYS: z.coerce.number().int().min(2).max(3650).default(730),
  PREWATT_MQTT_TLS_HOSTS: z.string().default('localhost,127.0.0.1'),
  PREWATT_PUBLIC_URL: z.url({ protocol: /^https?$/ }),
  PREWATT_SANDBOX_URL: z.url({ protocol: /^https?$/ }),
  PREWATT_SECRETS_FILE: z.string().min(1),
  PREWATT_MASTER_KEY_FILE: z.string().min(1).optional(),
  PREWATT_HARDWARE_FILE: z.string().min(1).optional(),
  PREWATT_DLMS_PARALLEL: z.coerce.number().int().min(1).max(512).default(32),
  PREWATT_DLMS_LISTEN_HOST: z.string().min(1).default('127.0.0.1'),
  PREWATT_DLMS_LISTEN_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  PREWATT_DLMS_PUSH_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  PREWATT_LWM2M_HOST: z.string().min(1).default('127.0.0.1'),
  PREWATT_LWM2M_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  PREWATT_TOKEN_MESSAGE_MINUTES: z.coerce.number().int().min(1).max(1_440).default(5),
  PREWATT_TRUSTED_PROXIES: z.string().default(''),
  PREWATT_DATABASE_DIR: z.string().min(1).optional(),
  PREWATT_STATE_DIR: z.string().min(1).optional(),
  PREWATT_SERVER_NAME: z.string().trim().min(1).max(120).optional(),
  PREWATT_DRAIN_SECONDS: z.coerce.number().int().min(0).max(300).default(0),
  PREWATT_METRICS_HOST: z.string().default('127.0.0.1'),
  PREWATT_METRICS_PORT: port.optional(),
  PREWATT_TRACES_URL: z.url({ protocol: /^https?$/ }).optional(),
  PREWATT_TRACES_SHARE: z.coerce.number().min(0).max(1).default(1),
  PREWATT_XMLVEND_HOST: z.string().default('127.0.0.1'),
  PREWATT_XMLVEND_PORT: port.optional(),
  PREWATT_XMLVEND_CERT_FILE: z.string().min(1).optional(),
  PREWATT_XMLVEND_KEY_FILE: z.string().min(1).optional(),
  PREWATT_XMLVEND_CLIENT_CA_FILE: z.string().min(1).optional(),
  PREWATT_XMLVEND_PROXY_HEADER: z
    .string()
    .regex(/^[\w-]{1,60}$/, 'the name of a header')
    .optional(),
  PREWATT_XMLVEND_SERVER_ID: z
    .string()
    .regex(/^[\x21-\x7e]{1,40}$/, '1 to 40 visible ASCII characters')
    .default('prewatt'),
  PREWATT_SECOND_FACTOR: z.enum(['required', 'chosen']).optional(),
  PREWATT_WEBHOOK_REACH: z.enum(['public', 'any']).default('public'),
  PREWATT_WEBHOOK_KEEP_DAYS: z.coerce.number().int().min(30).max(3650).default(90),
  PREWATT_LOG_WITNESSES: z
    .string()
    .refine((text) => witnessesIn(text) !== null, 'ADDRESS KEY, and the next after a comma')
    .default(''),
  PREWATT_STANDBYS: z.enum(['none', 'synchronous']).default('none'),
  PREWATT_CLOCK: z.string().optional(),
  PREWATT_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

const secret = z.string().min(32);
const databasePassword = z.string().regex(loginPassword, loginPasswordWanted);
const secrets = z.looseObject({
  /** Signs sessions. */
  sessionSecret: secret,
  /** Seals vending keys: 32 bytes, base64. */
  masterKey: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, '32 bytes in base64'),
  sandboxWebhookSecret: secret,
  sandboxApiKey: secret,
  smsApiKey: secret,
  /** Entries of rails as `prewatt rails seal` leaves them; opened before the file is checked. */
  sealedRails: z.string().optional(),
  /** The first asks for new money; the sandbox does where there is none. */
  paymentProviders: providerConfigs.default([]),
  /** Shown to customers, who pay into it with their meter's number; brought by its statements. */
  bankAccount: z
    .strictObject({
      bank: z.string().trim().min(1).max(80),
      holder: z.string().trim().min(1).max(80),
      account: z.string().trim().min(4).max(40),
    })
    .nullable()
    .default(null),
  /** Tried in their order; the sandbox sends where there is none. */
  messageGateways: gatewayConfigs.default([]),
  /** Mail servers, in the order in which they are tried; without them there is no mail. */
  mail: mailConfig,
  /** Keys of notifications in browsers; without them there are none. */
  webPush: pushConfig.optional(),
  /** Of prewatt_app and prewatt_sign_in, where their addresses have none. */
  databasePassword: databasePassword.optional(),
  signInDatabasePassword: databasePassword.optional(),
  /** The head-end's at a broker of your own; see PREWATT_MQTT_URL. */
  mqttPassword: secret.optional(),
});

/** The names of the secrets file, all of which the documents explain. */
export const secretNames: readonly string[] = Object.keys(secrets.shape);

/** Where the certificate of the embedded broker is, or is made. */
export type MqttCertificate =
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string }
  | { readonly kind: 'own'; readonly folder: string; readonly hosts: readonly string[] };

/** The door for shops that speak XMLVend. */
export type XmlvendConfig = {
  readonly host: string;
  readonly port: number;
  readonly serverId: string;
  /** Null behind a proxy that ends TLS. */
  readonly tls: {
    readonly certFile: string;
    readonly keyFile: string;
    readonly clientCaFile: string | null;
  } | null;
  readonly proxyHeader: string | null;
};

export type Config = {
  readonly databaseUrl: string;
  /** The same database, as the role that may read and write sign-ins. */
  readonly signInDatabaseUrl: string;
  /** A folder on the database's disk; null where that is not this machine's. */
  readonly databaseDir: string | null;
  readonly http: { readonly host: string; readonly port: number };
  readonly mqtt: {
    readonly host: string;
    readonly port: number;
    readonly certificate: MqttCertificate | null;
    /** How meters prove themselves at the embedded broker. */
    readonly identity: 'secret' | 'certificate' | 'both';
    /** How long certificates of meters are good for. */
    readonly certificateDays: number;
    /** Brokers of your own in place of the embedded one. */
    readonly external: {
      readonly urls: readonly [string, ...string[]];
      readonly caFile: string | undefined;
    } | null;
  };
  /** Where devices register by LwM2M (UDP); a port of null: off. */
  readonly lwm2m: { readonly host: string; readonly port: number | null };
  readonly dlms: {
    /** Meters that are visited at once. */
    readonly parallel: number;
    readonly host: string;
    /** Where meters dial in, and where they push to; null: off. */
    readonly dialInPort: number | null;
    readonly pushPort: number | null;
  };
  /** Null: off. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  /** Null: off. */
  readonly xmlvend: XmlvendConfig | null;
  /** Proxies that say for whom they ask: addresses and ranges. */
  readonly trustedProxies: readonly string[];
  /** How long a message with a token waits for a report before it goes by the next gateway. */
  readonly tokenWaitMs: number;
  /** Of operators whose role moves money or administers. */
  readonly secondFactor: SecondFactorRule;
  /** `any`: webhooks may go to addresses of one's own network, too. */
  readonly webhookReach: 'public' | 'any';
  /** Events for webhooks are forgotten after so many days, unless one still waits. */
  readonly webhookKeepDays: number;
  readonly publicUrl: string;
  readonly sandboxUrl: string;
  readonly secrets: z.output<typeof secrets>;
  readonly secretsFile: string;
  /** Where the master key lies apart from the other secrets. */
  readonly masterKeyFile: string | null;
  /** The token that holds vending keys; null: they are kept in software. */
  readonly hardware: HardwareSettings | null;
  /** Who signs the heads of the token logs beside the server. */
  readonly logWitnesses: readonly WitnessConfig[];
  /** Where spans of sales go; null: nowhere. */
  readonly traces: TracesConfig | null;
  /** Where the server keeps what it must know without the database; null: nowhere. */
  readonly stateDir: string | null;
  /** `synchronous`: a standby that takes over has all that was answered. */
  readonly standbys: 'none' | 'synchronous';
  /** Null: the machine's name and the port. */
  readonly serverName: string | null;
  /** How long a server that is told to stop goes on answering, while others are asked. */
  readonly drainMs: number;
  readonly clocks: Clocks;
  readonly logLevel: string;
};

/** Names that `prewatt` reads: a shell in which both are run has them, too. */
const ofCommandLine = /^PREWATT_(SERVER|OPERATOR_(EMAIL|PASSWORD|CODE))$/;

export class ConfigError extends Error {}

/** Throws ConfigError with every fault, one a line. Values of secrets never appear in it. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults = Object.keys(env)
    .filter((name) => name.startsWith('PREWATT_') && !ofCommandLine.test(name))
    .filter((name) => !(name in environment.shape))
    .map((name) => `${name}: not a name the server knows`);
  const parsed = environment.safeParse(env);
  if (!parsed.success) faults.push(...faultsOf(parsed.error));
  else faults.push(...environmentFaults(parsed.data));
  const file = parsed.success ? readSecrets(parsed.data) : null;
  const hardware = hardwareOf(env['PREWATT_HARDWARE_FILE']);
  if (!hardware.ok) faults.push(`PREWATT_HARDWARE_FILE: ${hardware.error}`);
  if (file !== null && !file.ok) faults.push(...file.faults);
  if (env['PREWATT_MQTT_URL'] !== undefined && file?.ok === true) {
    if (file.value.mqttPassword === undefined) {
      faults.push('secrets file: mqttPassword: needed with PREWATT_MQTT_URL');
    }
  }
  const clock = env['PREWATT_CLOCK'];
  const clocks = clock === undefined ? realClocks : parseClocks(clock);
  if (clocks === null) faults.push('PREWATT_CLOCK: expected realAnchorMs:businessAnchorMs:speed');
  if (!parsed.success || file?.ok !== true || !hardware.ok || faults.length > 0 || !clocks) {
    throw new ConfigError(`configuration:\n  ${faults.join('\n  ')}`);
  }
  const e = parsed.data;
  return {
    databaseUrl: withPassword(e.DATABASE_URL, file.value.databasePassword),
    signInDatabaseUrl: withPassword(
      signInDatabaseUrlOf(e) ?? '',
      file.value.signInDatabasePassword,
    ),
    databaseDir: e.PREWATT_DATABASE_DIR ?? null,
    http: { host: e.PREWATT_HTTP_HOST, port: e.PREWATT_HTTP_PORT },
    mqtt: {
      host: e.PREWATT_MQTT_HOST,
      port: e.PREWATT_MQTT_PORT,
      certificate: certificateOf(e),
      identity: e.PREWATT_MQTT_IDENTITY,
      certificateDays: e.PREWATT_MQTT_CERTIFICATE_DAYS,
      external: brokersOf(e),
    },
    metrics: metricsOf(e),
    traces: tracesOf(e),
    xmlvend: xmlvendOf(e),
    logWitnesses: witnessesIn(e.PREWATT_LOG_WITNESSES) ?? [],
    trustedProxies: proxiesIn(e.PREWATT_TRUSTED_PROXIES),
    secondFactor: secondFactorOf(e),
    webhookReach: e.PREWATT_WEBHOOK_REACH,
    webhookKeepDays: e.PREWATT_WEBHOOK_KEEP_DAYS,
    lwm2m: { host: e.PREWATT_LWM2M_HOST, port: e.PREWATT_LWM2M_PORT ?? null },
    dlms: {
      parallel: e.PREWATT_DLMS_PARALLEL,
      host: e.PREWATT_DLMS_LISTEN_HOST,
      dialInPort: e.PREWATT_DLMS_LISTEN_PORT ?? null,
      pushPort: e.PREWATT_DLMS_PUSH_PORT ?? null,
    },
    tokenWaitMs: e.PREWATT_TOKEN_MESSAGE_MINUTES * 60_000,
    publicUrl: e.PREWATT_PUBLIC_URL,
    sandboxUrl: e.PREWATT_SANDBOX_URL,
    secrets: file.value,
    secretsFile: e.PREWATT_SECRETS_FILE,
    masterKeyFile: e.PREWATT_MASTER_KEY_FILE ?? null,
    hardware: hardware.value,
    stateDir: e.PREWATT_STATE_DIR ?? null,
    standbys: e.PREWATT_STANDBYS,
    serverName: e.PREWATT_SERVER_NAME ?? null,
    drainMs: e.PREWATT_DRAIN_SECONDS * 1_000,
    clocks,
    logLevel: e.PREWATT_LOG_LEVEL,
  };
}

type Environment = z.output<typeof environment>;

const hardwareOf = (file: string | undefined): Result<HardwareSettings | null, string> =>
  file === undefined ? ok(null) : readHardwareSettings(file);

const secondFactorOf = (e: Environment): SecondFactorRule =>
  e.PREWATT_SECOND_FACTOR ?? (isReachedHereOnly(e.PREWATT_PUBLIC_URL) ? 'chosen' : 'required');

const metricsOf = ({ PREWATT_METRICS_HOST: host, PREWATT_METRICS_PORT: port }: Environment) =>
  port === undefined ? null : { host, port };

const tracesOf = ({ PREWATT_TRACES_URL: url, PREWATT_TRACES_SHARE: share }: Environment) =>
  url === undefined ? null : { url, share };

function brokersOf(e: Environment): Config['mqtt']['external'] {
  const urls = brokerUrlsOf(e.PREWATT_MQTT_URL ?? '');
  return urls === null ? null : { urls, caFile: e.PREWATT_MQTT_CA_FILE };
}

function certificateOf(e: Environment): MqttCertificate | null {
  const { PREWATT_MQTT_CERT_FILE: certFile, PREWATT_MQTT_KEY_FILE: keyFile } = e;
  if (certFile !== undefined && keyFile !== undefined) return { kind: 'files', certFile, keyFile };
  const folder = e.PREWATT_MQTT_TLS_DIR;
  if (folder === undefined) return null;
  const hosts = e.PREWATT_MQTT_TLS_HOSTS.split(',').map((host) => host.trim());
  return { kind: 'own', folder, hosts: hosts.filter((host) => host !== '') };
}

const environmentFaults = (e: Environment): string[] => [
  ...mqttFaults(e),
  ...signInFaults(e),
  ...proxyFaults(e),
  ...xmlvendFaults(e),
];

function xmlvendOf(e: Environment): XmlvendConfig | null {
  if (e.PREWATT_XMLVEND_PORT === undefined) return null;
  const certFile = e.PREWATT_XMLVEND_CERT_FILE;
  const keyFile = e.PREWATT_XMLVEND_KEY_FILE;
  const clientCaFile = e.PREWATT_XMLVEND_CLIENT_CA_FILE ?? null;
  return {
    host: e.PREWATT_XMLVEND_HOST,
    port: e.PREWATT_XMLVEND_PORT,
    serverId: e.PREWATT_XMLVEND_SERVER_ID,
    tls:
      certFile === undefined || keyFile === undefined ? null : { certFile, keyFile, clientCaFile },
    proxyHeader: e.PREWATT_XMLVEND_PROXY_HEADER?.toLowerCase() ?? null,
  };
}

/** A client is known by its certificate: seen here, or told by a proxy that is named. */
function xmlvendFaults(e: Environment): string[] {
  const xmlvend = xmlvendOf(e);
  if (xmlvend === null) return [];
  if ((e.PREWATT_XMLVEND_CERT_FILE === undefined) !== (e.PREWATT_XMLVEND_KEY_FILE === undefined)) {
    return ['PREWATT_XMLVEND_CERT_FILE and PREWATT_XMLVEND_KEY_FILE: give both or neither'];
  }
  if (xmlvend.tls !== null) {
    return xmlvend.proxyHeader === null
      ? []
      : ['PREWATT_XMLVEND_PROXY_HEADER: either a proxy ends TLS or this server does, not both'];
  }
  if (xmlvend.proxyHeader === null) {
    return [
      'PREWATT_XMLVEND_PORT: give PREWATT_XMLVEND_CERT_FILE and PREWATT_XMLVEND_KEY_FILE, or ' +
        'PREWATT_XMLVEND_PROXY_HEADER behind a proxy that ends TLS',
    ];
  }
  return proxiesIn(e.PREWATT_TRUSTED_PROXIES).length > 0
    ? []
    : ['PREWATT_XMLVEND_PROXY_HEADER: name the proxy in PREWATT_TRUSTED_PROXIES'];
}

const serverRole = '-c role=prewatt_app';

/**
 * Null when it is not known. A URL that signs in as somebody who may become any role, as tests do,
 * names the role by itself.
 */
function signInDatabaseUrlOf(e: Environment): string | null {
  if (e.PREWATT_SIGN_IN_DATABASE_URL !== undefined) return e.PREWATT_SIGN_IN_DATABASE_URL;
  const url = new URL(e.DATABASE_URL);
  const options = url.searchParams.get('options') ?? '';
  if (!options.includes(serverRole)) return null;
  url.searchParams.set('options', options.replace(serverRole, '-c role=prewatt_sign_in'));
  return url.href;
}

/** The password of an address wins over that of the secrets file. */
function withPassword(text: string, password: string | undefined): string {
  const url = new URL(text);
  if (password === undefined || url.password !== '') return text;
  url.password = encodeURIComponent(password);
  return url.href;
}

const signInFaults = (e: Environment): string[] =>
  signInDatabaseUrlOf(e) === null
    ? ['PREWATT_SIGN_IN_DATABASE_URL: needed; the same database as the role prewatt_sign_in']
    : [];

const proxiesIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

function proxyFaults(e: Environment): string[] {
  const read = trustedProxies(proxiesIn(e.PREWATT_TRUSTED_PROXIES));
  if (read.ok) return [];
  return [`PREWATT_TRUSTED_PROXIES: ${read.at}: expected an address, or a range like 10.0.0.0/8`];
}

/** Secrets of meters cross no network in clear. */
function mqttFaults(e: Environment): string[] {
  const faults: string[] = [];
  if ((e.PREWATT_MQTT_CERT_FILE === undefined) !== (e.PREWATT_MQTT_KEY_FILE === undefined)) {
    faults.push('PREWATT_MQTT_CERT_FILE and PREWATT_MQTT_KEY_FILE: give both or neither');
  }
  const embedded = e.PREWATT_MQTT_URL === undefined;
  if (e.PREWATT_MQTT_IDENTITY === 'certificate' && embedded && certificateOf(e) === null) {
    faults.push(
      'PREWATT_MQTT_IDENTITY: meters show certificates over TLS alone, so give ' +
        'PREWATT_MQTT_TLS_DIR, or both PREWATT_MQTT_CERT_FILE and PREWATT_MQTT_KEY_FILE',
    );
  }
  const isLoopback = /^(127(\.\d+){3}|::1|localhost)$/.test(e.PREWATT_MQTT_HOST);
  if (!isLoopback && certificateOf(e) === null) {
    faults.push(
      'PREWATT_MQTT_HOST: other machines reach it, so give PREWATT_MQTT_TLS_DIR, or both ' +
        'PREWATT_MQTT_CERT_FILE and PREWATT_MQTT_KEY_FILE',
    );
  }
  return faults;
}

/** The configuration as it may be shown to anyone: no password, no secret. */
export function redacted(config: Config): object {
  return {
    ...config,
    databaseUrl: withoutPassword(config.databaseUrl),
    signInDatabaseUrl: withoutPassword(config.signInDatabaseUrl),
    clocks: { speed: config.clocks.speed },
    secrets: Object.fromEntries(Object.keys(config.secrets).map((name) => [name, '[secret]'])),
  };
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  if (url.password !== '') url.password = 'secret';
  return url.href;
}

type Secrets = { ok: true; value: z.output<typeof secrets> } | { ok: false; faults: string[] };

function readSecrets({ PREWATT_SECRETS_FILE, PREWATT_MASTER_KEY_FILE }: Environment): Secrets {
  try {
    const file: SecretsFile = JSON.parse(readFileSync(PREWATT_SECRETS_FILE, 'utf8'));
    const opened = openRails(file, PREWATT_MASTER_KEY_FILE);
    // A file without a key is checked whole all the same: all its faults are said at once.
    if (!opened.ok && opened.error !== 'noMasterKey') {
      return { ok: false, faults: [`secrets file: ${sealedRailsRefusals[opened.error]}`] };
    }
    const parsed = secrets.safeParse(opened.ok ? opened.value : file);
    if (parsed.success) return { ok: true, value: parsed.data };
    const nameOf = (path: readonly PropertyKey[]) =>
      memberOf(opened.ok ? opened.value : file, path);
    const faults = faultsOf(parsed.error, nameOf).map((fault) => `secrets file: ${fault}`);
    return { ok: false, faults };
  } catch (error) {
    return { ok: false, faults: [`PREWATT_SECRETS_FILE: ${unreadable(error)}`] };
  }
}

/** Why a file is not read; never a word of what is in it, since parsers quote it. */
function unreadable(error: unknown): string {
  const { code, path } = error as { readonly code?: string; readonly path?: string };
  if (code === 'ENOENT') return `${path} is not there`;
  if (code === 'EACCES') return `${path} may not be read by the account that runs this`;
  return 'cannot be read as JSON';
}

/** "paymentProviders, entry 2 (daraja), passkey": a list begins with 1 to its reader. */
function memberOf(file: unknown, path: readonly PropertyKey[]): string {
  let at = file;
  const parts: string[] = [];
  for (const key of path) {
    at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : null;
    const { kind = null } = (at ?? {}) as { readonly kind?: unknown };
    const known = typeof kind === 'string' && kind.length <= 20 ? ` (${kind})` : '';
    parts.push(typeof key === 'number' ? `entry ${key + 1}${known}` : String(key));
  }
  return parts.join(', ');
}
