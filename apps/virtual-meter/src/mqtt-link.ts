// One meter's MQTT link: its own identity, a session that survives, quality of service 1,
// reconnects that spread out, and another broker when one is lost.

import {
  type CommandAction,
  type DownMessage,
  type DownWord,
  decodeDownWord,
  downTopic,
  encodeUp,
  linkPayload,
  linkTopic,
  type UpMessage,
  type UpWord,
  upTopic,
} from '@prewatt/protocol';
import mqtt from 'mqtt';
import { type BrokerTurns, createBrokerTurns } from './broker-turns.ts';
import type { CertificateStore, LinkCertificate } from './certificate-store.ts';
import {
  type CertificateLink,
  type CertificateLinkOptions,
  createCertificateLink,
} from './link-certificate.ts';
import type { LinkSecret } from './secret-store.ts';

/** `refused`: the broker answered, and does not let this meter in; it is tried again like any. */
export type LinkState = 'up' | 'down' | 'refused' | 'unplugged';

export type MqttLink = {
  readonly state: () => LinkState;
  readonly publish: (message: UpMessage) => void;
  /** Pulls the cable or puts it back. */
  readonly setPlugged: (plugged: boolean) => void;
  readonly close: () => Promise<void>;
};

export type MqttLinkOptions = {
  /** The broker; or several, with commas between, of which the meter is at one. */
  readonly url: string;
  readonly meterPan: string;
  readonly secret: LinkSecret;
  /** Keeps a new secret for good; throws when it cannot, and the old one stays in use. */
  readonly keepSecret: (secret: LinkSecret) => void;
  /** For a link over TLS; absent: the meter proves itself with its secret alone. */
  readonly certificates?:
    | {
        readonly store: CertificateStore;
        readonly isWanted: boolean;
        readonly realNowMs: () => number;
        readonly lookEveryMs?: number;
      }
    | undefined;
  /** The authority to trust, in PEM; absent: those of the system. */
  readonly ca?: string | undefined;
  /** 0..1, for the spread of reconnects. */
  readonly random: () => number;
  readonly onLink: (up: boolean) => void;
  readonly onMessage: (message: DownMessage) => void;
  /** Something that the log should know: a refused connection, a payload that is no message. */
  readonly onTrouble: (what: string) => void;
};

const firstRetryMs = 1000;
const longestRetryMs = 60_000;
const goodbyeMs = 1500;
/** A broker that hangs is given up after half as long again: a meter is elsewhere in a minute. */
const keepaliveOfSeveralS = 30;
/** CONNACK return codes of MQTT 3.1.1: bad user name or password, not authorised. */
const isRefusal = (error: Error): boolean =>
  'code' in error && (error.code === 4 || error.code === 5);

/** Half of the wait is chance, so that a town does not come back in one second. */
function retryAfterMs(attempts: number, chance: number): number {
  const wait = Math.min(firstRetryMs * 2 ** Math.min(attempts - 1, 6), longestRetryMs);
  return Math.round(wait * (0.5 + chance));
}

export function createMqttLink(options: MqttLinkOptions): MqttLink {
  const { meterPan } = options;
  let isUp = false;
  let isPlugged = true;
  let isRefused = false;
  let attempts = 0;
  const say = (word: UpWord): void => {
    // A failed publish needs no handling: the meter sends again until the head-end acknowledges.
    client.publish(upTopic(meterPan), Buffer.from(encodeUp(word)), { qos: 1 }, () => undefined);
  };
  const secrets = createSecrets(options);
  const proveWith = (identity: LinkCertificate | null): void => {
    const none = { password: undefined, key: undefined, cert: undefined };
    Object.assign(client.options, none, proofOf(identity, secrets.current()));
  };
  // Which identity and secret it comes with is decided when the link has closed.
  const reconnect = (): void => void client.stream.destroy();
  const certificates = certificatesOf(options, { say, reconnect });
  const turns = createBrokerTurns(options.url, { ...options, nowMs: Date.now });
  const client = connect(options, { turns, identity: certificates?.identity() ?? null });
  const setUp = (up: boolean) => {
    if (isUp === up) return;
    isUp = up;
    options.onLink(up);
  };
  onEntry(client, options, {
    // Dropped, so that the next try waits like any other.
    refused: reconnect,
    entered: () => {
      attempts = 0;
      isRefused = false;
      sayOnline(client, { meterPan, turns, reconnect });
      // Of the first try after a loss.
      client.options.reconnectPeriod = retryAfterMs(1, options.random());
      setUp(true);
      certificates?.connected();
    },
  });
  client.on('close', () => {
    attempts += 1;
    // The next try is at the next broker.
    Object.assign(client.options, turns.next(), { will: willOf(meterPan, turns.session()) });
    client.options.reconnectPeriod = retryAfterMs(attempts, options.random());
    if (!isUp) certificates?.failed();
    proveWith(certificates?.identity() ?? null);
    setUp(false);
  });
  client.on('error', (error) => {
    isRefused = isRefusal(error);
    options.onTrouble(error.message);
  });
  const take = createReceiving(options, { certificates, secrets, reconnect });
  client.on('message', (_topic, payload) => take(payload));
  return {
    state: () => (isPlugged ? (isUp ? 'up' : isRefused ? 'refused' : 'down') : 'unplugged'),
    publish: say,
    setPlugged: (plugged) => {
      if (plugged === isPlugged) return;
      isPlugged = plugged;
      if (plugged) client.reconnect();
      else client.end(true);
    },
    close: () => {
      certificates?.close();
      turns.close();
      return sayGoodbye(client, { meterPan, isUp, session: turns.session() });
    },
  };
}

/** Each word goes to whom it is for: the certificate, the link's secret, or the meter. */
function createReceiving(
  options: MqttLinkOptions,
  link: {
    readonly certificates: CertificateLink | null;
    readonly secrets: ReturnType<typeof createSecrets>;
    readonly reconnect: () => void;
  },
): (payload: Uint8Array) => void {
  return (payload) => {
    const decoded = decodeDownWord(payload);
    if (!decoded.ok) return options.onTrouble(`payload dropped: ${decoded.error.code}`);
    const word = decoded.value;
    if (link.certificates?.told(word) === true) return;
    if (isNewSecret(word)) {
      const { action, issuedAtMs = 0 } = word;
      if (link.secrets.take({ secret: action.secret, issuedAtMs })) link.reconnect();
    } else if (isOfMeter(word)) options.onMessage(word);
    else options.onTrouble(`nothing to do with: ${word.kind}`);
  };
}

/** In is who hears what is said to it. */
const onEntry = (
  client: mqtt.MqttClient,
  { meterPan, onTrouble }: MqttLinkOptions,
  on: { readonly refused: () => void; readonly entered: () => void },
) =>
  client.on('connect', () => {
    client.subscribe(downTopic(meterPan), { qos: 1 }, (error, granted) => {
      if (error === null && granted?.some((grant) => grant.qos > 2) !== true) return on.entered();
      onTrouble(`subscription refused: ${error?.message ?? 'not authorised'}`);
      on.refused();
    });
  });

function sayOnline(
  client: mqtt.MqttClient,
  o: { readonly meterPan: string; readonly turns: BrokerTurns; readonly reconnect: () => void },
): void {
  const online = linkPayload('online', o.turns.session());
  client.publish(linkTopic(o.meterPan), online, { qos: 1 }, () => undefined);
  o.turns.arrived(o.reconnect);
}

/** A link that is down is ended at once; one that hangs is not waited for. */
const sayGoodbye = (
  client: mqtt.MqttClient,
  o: { readonly meterPan: string; readonly isUp: boolean; readonly session: number | null },
): Promise<void> =>
  new Promise((resolve) => {
    if (!o.isUp) client.end(true);
    else {
      const offline = linkPayload('offline', o.session);
      client.publish(linkTopic(o.meterPan), offline, { qos: 1 }, () =>
        client.end(false, {}, () => resolve()),
      );
    }
    setTimeout(
      () => {
        client.end(true);
        resolve();
      },
      o.isUp ? goodbyeMs : 0,
    );
  });

/** The secret of now: the newest by when it was issued. */
function createSecrets(options: Pick<MqttLinkOptions, 'secret' | 'keepSecret'>) {
  let { secret, issuedAtMs } = options.secret;
  return {
    current: (): string => secret,
    /** False when it is used already, or older: one that comes late would lock the meter out. */
    take: (given: LinkSecret): boolean => {
      if (given.secret === secret || given.issuedAtMs < issuedAtMs) return false;
      // Kept first: after a power cut the meter comes back with whichever secret it holds, and both
      // work until the new one was used.
      options.keepSecret(given);
      ({ secret, issuedAtMs } = given);
      return true;
    },
  };
}

type NewSecret = DownMessage & {
  readonly kind: 'command';
  readonly action: Extract<CommandAction, { kind: 'setLinkSecret' }>;
};

function certificatesOf(
  { certificates, meterPan, onTrouble }: MqttLinkOptions,
  on: Pick<CertificateLinkOptions, 'say' | 'reconnect'>,
): CertificateLink | null {
  if (certificates === undefined) return null;
  return createCertificateLink({ ...certificates, ...on, meterPan, onTrouble });
}

const isOfMeter = (word: DownWord): word is DownMessage =>
  word.kind !== 'certificate' && word.kind !== 'certificateRefused';

const isNewSecret = (message: DownWord): message is NewSecret =>
  message.kind === 'command' && message.action.kind === 'setLinkSecret';

const proofOf = (identity: LinkCertificate | null, secret: string) =>
  identity === null
    ? { password: secret }
    : { key: identity.keyPem, cert: identity.certificatePem };

/** Said by the broker when the meter goes without a word. */
const willOf = (meterPan: string, session: number | null) => ({
  topic: linkTopic(meterPan),
  payload: Buffer.from(linkPayload('offline', session)),
  qos: 1 as const,
  retain: false,
});

function connect(
  options: MqttLinkOptions,
  o: {
    readonly turns: BrokerTurns;
    readonly identity: LinkCertificate | null;
  },
): mqtt.MqttClient {
  return mqtt.connect(o.turns.first, {
    clientId: options.meterPan,
    username: options.meterPan,
    ...proofOf(o.identity, options.secret.secret),
    protocolVersion: 4,
    clean: false,
    keepalive: o.turns.isSole ? 60 : keepaliveOfSeveralS,
    connectTimeout: 10_000,
    reconnectPeriod: firstRetryMs,
    // The meter itself keeps what was not acknowledged; a second queue here would only repeat it.
    queueQoSZero: false,
    resubscribe: false,
    will: willOf(options.meterPan, o.turns.session()),
    // The broker may not know the meter yet.
    reconnectOnConnackError: true,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
}
