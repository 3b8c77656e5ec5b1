// The head-end's MQTT connection to a broker outside of this process: sends to meters, and hands on
// what meters send. A message is confirmed to the broker when there was room for it.

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
import type { Transport } from './commands.ts';

/** The name of the head-end at a broker. */
export const headendName = 'prewatt-headend';

export type Listeners = {
  /** A promise means: no more until it resolves. */
  readonly up: (meterPan: string, payload: Uint8Array) => Promise<void> | undefined;
  readonly link: (meterPan: string, state: LinkState) => void;
};
export type MqttLink = Transport & {
  readonly listen: (listeners: Listeners) => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function createMqttLink(o: {
  readonly url: string;
  readonly password: string;
}): Promise<MqttLink> {
  const client: MqttClient = await connectAsync(o.url, {
    clientId: headendName,
    username: headendName,
    password: o.password,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 500,
  });
  client.on('error', () => {});
  return {
    send: async (meterPan, payload, options) => {
      const qos = options?.atMostOnce === true ? 0 : 1;
      await client.publishAsync(downTopic(meterPan), Buffer.from(payload), { qos });
    },
    listen: async (listeners) => {
      client.handleMessage = (packet, done) => {
        const wait = handOn(listeners, packet.topic, packet.payload as Buffer);
        if (wait === undefined) done();
        else void wait.then(() => done());
      };
      await client.subscribeAsync([allUpTopics, allLinkTopics], { qos: 1 });
    },
    close: () => client.endAsync(),
  };
}

function handOn(listeners: Listeners, topic: string, payload: Uint8Array) {
  const speaker = meterPanOfUpTopic(topic);
  if (speaker !== null) return listeners.up(speaker, payload);
  const meterPan = meterPanOfLinkTopic(topic);
  const state = linkStateOf(payload);
  if (meterPan !== null && state !== null) listeners.link(meterPan, state);
  return undefined;
}
