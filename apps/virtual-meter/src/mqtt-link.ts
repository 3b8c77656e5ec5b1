// One meter's MQTT link: its own identity, a session that survives, quality of service 1, and
// reconnects that spread out.

import {
  type CommandAction,
  type DownMessage,
  type DownWord,
  decodeDownWord,
  downTopic,
  encodeUp,
  linkTopic,
  type UpMessage,
  type UpWord,
  upTopic,
} from '@prewatt/protocol';
import mqtt from 'mqtt';
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
  const client = connect(options, certificates?.identity() ?? null);
  const setUp = (up: boolean) => {
    if (isUp === up) return;
    isUp = up;
    options.onLink(up);
  };
  client.on('connect', () => {
    client.subscribe(downTopic(meterPan), { qos: 1 }, (error, granted) => {
      if (error !== null || granted?.some((grant) => grant.qos > 2) === true) {
        options.onTrouble(`subscription refused: ${error?.message ?? 'not authorised'}`);
        // Dropped, so that the next try waits like any other.
        reconnect();
        return;
      }
      attempts = 0;
      isRefused = false;
      client.publish(linkTopic(meterPan), 'online', { qos: 1 }, () => undefined);
      setUp(true);
      certificates?.connected();
    });
  });
  client.on('close', () => {
    attempts += 1;
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
      return sayGoodbye(client, { meterPan, isUp });
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

/** A link that is down is ended at once; one that hangs is not waited for. */
const sayGoodbye = (
  client: mqtt.MqttClient,
  { meterPan, isUp }: { readonly meterPan: string; readonly isUp: boolean },
): Promise<void> =>
  new Promise((resolve) => {
    if (!isUp) client.end(true);
    else {
      client.publish(linkTopic(meterPan), 'offline', { qos: 1 }, () =>
        client.end(false, {}, () => resolve()),
      );
    }
    setTimeout(
      () => {
        client.end(true);
        resolve();
      },
      isUp ? goodbyeMs : 0,
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

function connect(options: MqttLinkOptions, identity: LinkCertificate | null): mqtt.MqttClient {
  return mqtt.connect(options.url, {
    clientId: options.meterPan,
    username: options.meterPan,
    ...proofOf(identity, options.secret.secret),
    protocolVersion: 4,
    clean: false,
    keepalive: 60,
    connectTimeout: 10_000,
    reconnectPeriod: firstRetryMs,
    // The meter itself keeps what was not acknowledged; a second queue here would only repeat it.
    queueQoSZero: false,
    resubscribe: false,
    // Said by the broker when the meter goes without a word.
    will: {
      topic: linkTopic(options.meterPan),
      payload: Buffer.from('offline'),
      qos: 1,
      retain: false,
    },
    // The broker may not know the meter yet.
    reconnectOnConnackError: true,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
}
