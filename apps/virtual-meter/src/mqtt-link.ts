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

export type MqttLink = {
  readonly state: () => 'up' | 'down' | 'unplugged';
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

export function createMqttLink(options: MqttLinkOptions): MqttLink {
  const { meterPan } = options;
  let isUp = false;
  let isPlugged = true;
  let attempts = 0;
  const say = (word: UpWord): void => {
    // A failed publish needs no handling: the meter sends again until the head-end acknowledges.
    client.publish(upTopic(meterPan), Buffer.from(encodeUp(word)), { qos: 1 }, () => undefined);
  };
  let { secret } = options.secret;
  const proveWith = (identity: LinkCertificate | null): void => {
    const none = { password: undefined, key: undefined, cert: undefined };
    Object.assign(client.options, none, proofOf(identity, secret));
  };
  const certificates = certificatesOf(options, {
    say,
    // Which identity it comes with is decided when the link has closed.
    reconnect: () => client.stream.destroy(),
  });
  const client = connect(options, certificates?.identity() ?? null);
  const setUp = (up: boolean) => {
    if (isUp === up) return;
    isUp = up;
    options.onLink(up);
  };
  // Kept first: after a power cut the meter comes back with whichever secret it holds, and both
  // work until the new one was used.
  let { issuedAtMs: secretIssuedAtMs } = options.secret;
  const useSecret = (given: string, issuedAtMs: number): void => {
    // An older one that comes late would lock the meter out.
    if (given === secret || issuedAtMs < secretIssuedAtMs) return;
    options.keepSecret({ secret: given, issuedAtMs });
    secretIssuedAtMs = issuedAtMs;
    secret = given;
    client.stream.destroy();
  };
  client.on('connect', () => {
    client.subscribe(downTopic(meterPan), { qos: 1 }, (error, granted) => {
      if (error !== null || granted?.some((grant) => grant.qos > 2) === true) {
        options.onTrouble(`subscription refused: ${error?.message ?? 'not authorised'}`);
        // Dropped, so that the next try waits like any other.
        client.stream.destroy();
        return;
      }
      attempts = 0;
      client.publish(linkTopic(meterPan), 'online', { qos: 1 }, () => undefined);
      setUp(true);
      certificates?.connected();
    });
  });
  client.on('close', () => {
    attempts += 1;
    const wait = Math.min(firstRetryMs * 2 ** Math.min(attempts - 1, 6), longestRetryMs);
    // Half of the wait is chance, so that a town does not come back in one second.
    client.options.reconnectPeriod = Math.round(wait * (0.5 + options.random()));
    if (!isUp) certificates?.failed();
    proveWith(certificates?.identity() ?? null);
    setUp(false);
  });
  client.on('error', (error) => options.onTrouble(error.message));
  client.on('message', (_topic, payload) => {
    const message = decodeDownWord(payload);
    if (message.ok && certificates?.told(message.value) === true) return;
    if (message.ok && isNewSecret(message.value)) {
      useSecret(message.value.action.secret, message.value.issuedAtMs ?? 0);
    } else if (message.ok && isOfMeter(message.value)) options.onMessage(message.value);
    else if (message.ok) options.onTrouble(`nothing to do with: ${message.value.kind}`);
    else options.onTrouble(`payload dropped: ${message.error.code}`);
  });
  return {
    state: () => (isPlugged ? (isUp ? 'up' : 'down') : 'unplugged'),
    publish: say,
    setPlugged: (plugged) => {
      if (plugged === isPlugged) return;
      isPlugged = plugged;
      if (plugged) client.reconnect();
      else client.end(true);
    },
    close: () =>
      new Promise((resolve) => {
        certificates?.close();
        // A link that is down has nothing to say goodbye to; one that hangs is not waited for.
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
      }),
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
