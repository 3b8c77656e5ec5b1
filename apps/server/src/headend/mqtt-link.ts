// The head-end's MQTT connection to a broker outside of this process: sends to meters, and hands on
// what meters send. A message is confirmed to the broker when there was room for it.

import { allUpTopics, downTopic, meterPanOfUpTopic } from '@prewatt/protocol';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Transport } from './commands.ts';

/** The name of the head-end at a broker. */
export const headendName = 'prewatt-headend';

/** A promise means: no more until it resolves. */
export type UpHandler = (meterPan: string, payload: Uint8Array) => Promise<void> | undefined;
export type MqttLink = Transport & {
  readonly listen: (handler: UpHandler) => Promise<void>;
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
    listen: async (handler) => {
      client.handleMessage = (packet, done) => {
        const meterPan = meterPanOfUpTopic(packet.topic);
        const wait = meterPan === null ? undefined : handler(meterPan, packet.payload as Buffer);
        if (wait === undefined) done();
        else void wait.then(() => done());
      };
      await client.subscribeAsync(allUpTopics, { qos: 1 });
    },
    close: () => client.endAsync(),
  };
}
