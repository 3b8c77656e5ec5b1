// The head-end's end of MQTT on a bench: a broker of the bench itself, which one meter may come to,
// or a broker that is there already. Either way: what the meter says, and a way to say something.

import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { allLinkTopics, allUpTopics, downTopic, linkTopic, upTopic } from '@prewatt/protocol';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';

export type Heard = (topic: string, payload: Uint8Array) => void;

export type HeadEnd = {
  /** Where a meter finds it. */
  readonly address: string;
  readonly publish: (topic: string, payload: Uint8Array) => void;
  readonly close: () => Promise<void>;
};

export type OwnBroker = {
  readonly host: string;
  readonly port: number;
  readonly meterPan: string;
  /** Null: the meter is let in by its number alone. */
  readonly secret: string | null;
  /** PEM. `ca`: whose certificates of meters are let in; undefined: a meter shows none. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca?: string } | null;
  readonly heard: Heard;
};

/** Rejects when the port is taken. */
export async function openBroker(o: OwnBroker): Promise<HeadEnd> {
  const { meterPan } = o;
  const broker = await Aedes.createBroker();
  broker.authenticate = (client, username, password, done) => {
    const isMeter = client.id === meterPan && (username ?? meterPan) === meterPan;
    done(null, isMeter && (o.secret === null || password?.toString() === o.secret));
  };
  broker.authorizePublish = (client, packet, done) => {
    const isTheirs =
      client === null || [upTopic(meterPan), linkTopic(meterPan)].includes(packet.topic);
    done(isTheirs ? null : new Error('not a topic of this meter'));
  };
  broker.authorizeSubscribe = (_, subscription, done) =>
    done(null, subscription.topic === downTopic(meterPan) ? subscription : null);
  broker.on('publish', (packet, client) => {
    if (client !== null || packet.topic === linkTopic(meterPan)) {
      o.heard(packet.topic, new Uint8Array(packet.payload as Buffer));
    }
  });
  const server =
    o.tls === null
      ? createPlainServer(broker.handle)
      : createTlsServer(
          { ...o.tls, requestCert: o.tls.ca !== undefined, rejectUnauthorized: true },
          broker.handle,
        );
  server.listen(o.port, o.host);
  await once(server, 'listening');
  const at = server.address();
  const port = typeof at === 'object' && at !== null ? at.port : o.port;
  return {
    address: `${o.tls === null ? 'mqtt' : 'mqtts'}://${o.host}:${port}`,
    publish: (topic, payload) =>
      broker.publish(
        {
          ...{ cmd: 'publish', topic, qos: 1, retain: false, dup: false },
          payload: Buffer.from(payload),
        },
        () => undefined,
      ),
    close: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A broker that is there already; its account for the head-end. Rejects when it lets nobody in. */
export async function joinBroker(o: {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly ca: string | undefined;
  readonly heard: Heard;
}): Promise<HeadEnd> {
  const { username, password, ca } = o;
  const client = await mqtt.connectAsync(
    o.url,
    {
      protocolVersion: 4,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(ca === undefined ? {} : { ca }),
    },
    false,
  );
  client.on('message', (topic, payload) => o.heard(topic, new Uint8Array(payload)));
  client.on('error', () => undefined);
  await client.subscribeAsync([allUpTopics, allLinkTopics], { qos: 1 });
  return {
    address: o.url,
    publish: (topic, payload) =>
      client.publish(topic, Buffer.from(payload), { qos: 1 }, () => undefined),
    close: () => client.endAsync(true),
  };
}
