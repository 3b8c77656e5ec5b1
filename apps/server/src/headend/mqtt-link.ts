// The head-end's own MQTT connection: sends to meters, and hands on what meters send.

import { allUpTopics, downTopic, meterPanOfUpTopic } from '@prewatt/protocol';
import { connectAsync, type MqttClient } from 'mqtt';
import { headendName } from './broker.ts';
import type { Transport } from './commands.ts';

export type UpHandler = (meterPan: string, payload: Uint8Array) => void;
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
    send: async (meterPan, payload) => {
      await client.publishAsync(downTopic(meterPan), Buffer.from(payload), { qos: 1 });
    },
    listen: async (handler) => {
      client.on('message', (topic, payload) => {
        const meterPan = meterPanOfUpTopic(topic);
        if (meterPan !== null) handler(meterPan, payload);
      });
      await client.subscribeAsync(allUpTopics, { qos: 1 });
    },
    close: () => client.endAsync(),
  };
}
