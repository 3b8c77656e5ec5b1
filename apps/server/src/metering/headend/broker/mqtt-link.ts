// The head-end's MQTT connection to a broker outside of this process: sends to meters, and hands on
// what meters send. A message is confirmed to the broker when there was room for it.

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  allLinkTopics,
  allUpTopics,
  downTopic,
  type LinkState,
  linkWordOf,
  meterPanOfLinkTopic,
  meterPanOfUpTopic,
} from '@prewatt/protocol';
import { connect, connectAsync, type MqttClient } from 'mqtt';
import type { Transport } from '../commands/command-types.ts';

/** The name of the head-end at a broker. */
export const headendName = 'prewatt-headend';

export type Listeners = {
  /** A promise means: no more until it resolves. */
  readonly up: (meterPan: string, payload: Uint8Array) => Promise<void> | undefined;
  readonly link: (meterPan: string, state: LinkState, session?: number | null) => void;
};
export type MqttLink = Transport & {
  readonly listen: (listeners: Listeners) => Promise<void>;
  /** Ends the session of a meter at once. */
  readonly drop: (meterPan: string) => void;
  readonly close: () => Promise<void>;
};

type Way = {
  readonly url: string;
  readonly password: string;
  /** The broker's authority, in PEM; absent: those of the system. */
  readonly ca?: string | undefined;
};

/** A start goes on without the broker after this time; the connection is tried on. */
const firstPatienceMs = 10_000;
/** A broker that hangs is told of after half as long again. */
const keepaliveS = 10;

/**
 * Several server processes may have one each: of those that listen, one gets each message (MQTT 5,
 * shared subscriptions). Resolves once the broker answers, or has not for a while; `tell` hears why
 * it is away, and null when it is there.
 */
export async function createMqttLink(
  o: Way & { readonly tell?: (away: string | null) => void; readonly patienceMs?: number },
): Promise<MqttLink> {
  const { tell = () => {} } = o;
  const client = connect(o.url, {
    clientId: `${headendName}-${randomUUID()}`,
    username: headendName,
    password: o.password,
    protocolVersion: 5,
    clean: true,
    reconnectPeriod: 500,
    keepalive: keepaliveS,
    resubscribe: false,
    ...(o.ca === undefined ? {} : { ca: o.ca }),
  });
  const entry = createEntry(client, tell);
  await entry.first(o.patienceMs ?? firstPatienceMs);
  const endings = new Set<Promise<void>>();
  return {
    send: async (meterPan, payload, options) => {
      // It would wait for as long as the broker is away.
      if (!client.connected) throw new Error('the broker is away');
      const qos = options?.atMostOnce === true ? 0 : 1;
      const { goodForS: messageExpiryInterval } = options ?? {};
      const properties = messageExpiryInterval === undefined ? {} : { messageExpiryInterval };
      await client.publishAsync(downTopic(meterPan), Buffer.from(payload), { qos, properties });
    },
    listen: async (listeners) => {
      client.handleMessage = (packet, done) => {
        const wait = handOn(listeners, packet.topic, packet.payload as Buffer);
        if (wait === undefined) done();
        else void wait.then(() => done());
      };
      await entry.listen(async () => {
        await client.subscribeAsync([allUpTopics, allLinkTopics].map(shared), { qos: 1 });
      });
    },
    drop: (meterPan) => {
      const ending = endSession(o, meterPan)
        .catch(() => undefined)
        .finally(() => endings.delete(ending));
      endings.add(ending);
    },
    close: async () => {
      entry.end();
      await Promise.all(endings);
      await client.endAsync(!client.connected);
    },
  };
}

/** Whether the head-end is in, and listens again after each connection. */
function createEntry(client: MqttClient, tell: (away: string | null) => void) {
  let hears: () => Promise<void> = async () => {};
  let isEnding = false;
  let why: string | null = null;
  const entered = (): Promise<void> =>
    hears().then(
      () => {
        why = null;
        tell(null);
      },
      // Tried again with the next connection.
      (error) => {
        why = `it does not let the head-end listen: ${String(error)}`;
        client.stream.destroy();
      },
    );
  const connected = new Promise<void>((resolve) => client.once('connect', () => resolve()));
  client.on('connect', () => void entered());
  client.on('error', (error) => {
    why = whyAway(error);
  });
  // Follows each error; by itself it says less.
  client.on('close', () => {
    if (!isEnding) tell(why ?? 'the connection ended');
  });
  return {
    /** Resolves with the first connection, or after a while without one. */
    first: (patienceMs: number) =>
      Promise.race([connected, pause(patienceMs, undefined, { ref: false })]),
    listen: async (subscribe: () => Promise<void>): Promise<void> => {
      hears = subscribe;
      if (client.connected) await entered();
    },
    end: (): void => {
      isEnding = true;
    },
  };
}

/**
 * Why the head-end cannot come in and listen; null when it can. It listens for a moment beside the
 * servers, and takes nothing from them.
 */
export async function brokerFault(
  o: Way & { readonly patienceMs: number },
): Promise<string | null> {
  const client = connect(o.url, {
    clientId: `${headendName}-check-${randomUUID()}`,
    username: headendName,
    password: o.password,
    protocolVersion: 5,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: o.patienceMs,
    ...(o.ca === undefined ? {} : { ca: o.ca }),
  });
  client.handleMessage = (_, done) => done();
  const ended = new Promise<string>((resolve) => {
    client.once('error', (error) => resolve(whyAway(error)));
    client.once('close', () => resolve('it ended the connection'));
  });
  const listened = new Promise<null>((resolve) => client.once('connect', () => resolve(null))).then(
    () =>
      client.subscribeAsync([allUpTopics, allLinkTopics], { qos: 0 }).then(
        () => null,
        (error) => `it does not let the head-end listen: ${String(error)}`,
      ),
  );
  const late = pause(o.patienceMs, 'it did not answer in time', { ref: false });
  try {
    return await Promise.race([listened, ended, late]);
  } finally {
    client.end(true);
  }
}

/** In words for whoever runs the broker: each cause is mended elsewhere. */
export function whyAway(error: unknown): string {
  const { code, message = '' } = error as { readonly code?: unknown; readonly message?: string };
  if (code === 134 || code === 135 || code === 4 || code === 5) {
    return `it refuses the user ${headendName}: compare mqttPassword with the broker's password file`;
  }
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known';
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ERR_TLS|ERR_SSL/.test(String(code))) {
    return `TLS fails (${String(code)}): compare PREWATT_MQTT_CA_FILE with its certificate`;
  }
  return message === '' ? String(code ?? error) : message;
}

/**
 * A broker ends the session of a client id when another connection comes with it [MQTT 5, 3.1.4-3]:
 * the head-end comes in the meter's name for a moment. A meter that may still come does so at once.
 */
async function endSession(o: Way, meterPan: string): Promise<void> {
  const taken = await connectAsync(o.url, {
    clientId: meterPan,
    username: headendName,
    password: o.password,
    protocolVersion: 5,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: 10_000,
    ...(o.ca === undefined ? {} : { ca: o.ca }),
  });
  taken.on('error', () => {});
  await taken.endAsync();
}

const shared = (topic: string): string => `$share/prewatt/${topic}`;

function handOn(listeners: Listeners, topic: string, payload: Uint8Array) {
  const speaker = meterPanOfUpTopic(topic);
  if (speaker !== null) return listeners.up(speaker, payload);
  const meterPan = meterPanOfLinkTopic(topic);
  const word = linkWordOf(payload);
  if (meterPan !== null && word !== null) listeners.link(meterPan, word.state, word.session);
  return undefined;
}
