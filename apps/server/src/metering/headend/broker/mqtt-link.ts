// The head-end's MQTT connection to a broker outside of this process: sends to meters, and hands on
// what meters send. A message is confirmed to the broker when there was room for it.

import { randomUUID } from 'node:crypto';
import {
  allLinkTopics,
  allUpTopics,
  downTopic,
  type LinkState,
  linkStateOf,
  meterPanOfLinkTopic,
  meterPanOfUpTopic,
} from '@prewatt/protocol';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Transport } from '../commands/command-types.ts';

/** The name of the head-end at a broker. */
export const headendName = 'prewatt-headend';

export type Listeners = {
  /** A promise means: no more until it resolves. */
  readonly up: (meterPan: string, payload: Uint8Array) => Promise<void> | undefined;
  readonly link: (meterPan: string, state: LinkState) => void;
};
export type MqttLink = Transport & {
  readonly listen: (listeners: Listeners) => Promise<void>;
  /** Ends the session of a meter at once. */
  readonly drop: (meterPan: string) => void;
  readonly close: () => Promise<void>;
};

/**
 * Several server processes may have one each: of those that listen, one gets each message (MQTT 5,
 * shared subscriptions).
 */
export async function createMqttLink(o: {
  readonly url: string;
  readonly password: string;
  /** The broker's authority, in PEM; absent: those of the system. */
  readonly ca?: string | undefined;
}): Promise<MqttLink> {
  const client: MqttClient = await connectAsync(o.url, {
    clientId: `${headendName}-${randomUUID()}`,
    username: headendName,
    password: o.password,
    protocolVersion: 5,
    clean: true,
    reconnectPeriod: 500,
    ...(o.ca === undefined ? {} : { ca: o.ca }),
  });
  client.on('error', () => {});
  const endings = new Set<Promise<void>>();
  return {
    send: async (meterPan, payload, options) => {
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
      await client.subscribeAsync([allUpTopics, allLinkTopics].map(shared), { qos: 1 });
    },
    drop: (meterPan) => {
      const ending = endSession(o, meterPan)
        .catch(() => undefined)
        .finally(() => endings.delete(ending));
      endings.add(ending);
    },
    close: async () => {
      await Promise.all(endings);
      await client.endAsync();
    },
  };
}

/**
 * A broker ends the session of a client id when another connection comes with it [MQTT 5, 3.1.4-3]:
 * the head-end comes in the meter's name for a moment. A meter that may still come does so at once.
 */
async function endSession(
  o: Parameters<typeof createMqttLink>[0],
  meterPan: string,
): Promise<void> {
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
  const state = linkStateOf(payload);
  if (meterPan !== null && state !== null) listeners.link(meterPan, state);
  return undefined;
}
