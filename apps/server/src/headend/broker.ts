// The embedded MQTT broker: who may connect, and which topics are whose. A meter reaches its own
// two topics and nothing else. The head-end is in the same process, so it takes messages from the
// broker and hands messages to it without a connection of its own. aedes speaks MQTT 3.1.1.

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { downTopic, linkStateOf, linkTopic, maximumPayloadBytes, upTopic } from '@prewatt/protocol';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Credentials } from './credentials.ts';
import type { Listeners, MqttLink } from './mqtt-link.ts';
import type { TlsFiles } from './tls.ts';

export type Broker = {
  readonly port: number;
  readonly link: MqttLink;
  readonly close: () => Promise<void>;
};

/** Bytes of one socket that wait in this process at most, beside the message in work. */
const socketBufferBytes = 16_384;

export type BrokerOptions = {
  readonly mayConnect: Credentials;
  readonly port: number;
  readonly host: string;
  /** Null: plain, which is for this machine alone. */
  readonly tls: TlsFiles | null;
};

export async function createBroker(o: BrokerOptions): Promise<Broker> {
  let listeners: Listeners | null = null;
  const broker = await Aedes.createBroker({
    connectTimeout: 10_000,
    queueLimit: 100,
    maxTopicLevels: 6,
    authenticate: (client, name, password, done) => {
      void o.mayConnect({ clientId: client.id, name, password }).then(
        (allowed) => done(allowed ? null : refusal(4), allowed),
        () => done(refusal(3), null),
      );
    },
    authorizePublish: (client, packet, done) => {
      if (client === null) return done(null);
      const payload = packet.payload as Buffer;
      const small = payload.length <= maximumPayloadBytes;
      if (small && packet.topic === linkTopic(client.id)) {
        const state = linkStateOf(payload);
        if (state !== null) listeners?.link(client.id, state);
        return done(null);
      }
      if (!small || packet.topic !== upTopic(client.id) || packet.retain) {
        return done(new Error('not allowed to publish there'));
      }
      // Not confirmed, and nothing more read from this meter, until there is room for its message.
      const wait = listeners?.up(client.id, payload);
      if (wait === undefined) done(null);
      else void wait.then(() => done(null));
    },
    authorizeSubscribe: (client, subscription, done) => {
      // A null subscription is refused with 0x80 and the connection stays.
      done(null, subscription.topic === downTopic(client?.id ?? '') ? subscription : null);
    },
  });
  // What meters say ends in this process, with `listeners`: nobody subscribes to it, so it does not
  // go on through the broker's topics.
  const publish = broker.publish.bind(broker) as (...given: unknown[]) => void;
  const publishUnlessHeard = (packet: unknown, from: unknown, done?: () => void): void => {
    if (typeof from === 'object' && from !== null) done?.();
    else publish(packet, from, done);
  };
  broker.publish = publishUnlessHeard as typeof broker.publish;
  const { sockets, server } = serve(broker, o.tls);
  const link = createInnerLink(broker, (given) => {
    listeners = given;
  });
  const port = await listen(server, o);
  return {
    port,
    link,
    close: async () => {
      // No new connections first: clients come back as soon as they are dropped.
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function serve(
  broker: Aedes,
  tls: TlsFiles | null,
): { readonly sockets: Set<Socket>; readonly server: Server } {
  broker.on('clientError', () => {});
  broker.on('connectionError', () => {});
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  const options = { noDelay: true, highWaterMark: socketBufferBytes };
  if (tls === null) {
    const server = createServer(options, (socket) => {
      keep(socket);
      broker.handle(socket);
    });
    return { sockets, server };
  }
  const server = createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2' }, (socket) => {
    broker.handle(socket);
  });
  server.on('connection', keep);
  server.on('tlsClientError', () => {});
  return { sockets, server };
}

/**
 * Sends only to meters that are connected: what one misses, the stages of its command send again
 * when it comes back. So no queue of the broker grows for meters that are away.
 */
function createInnerLink(broker: Aedes, listenTo: (listeners: Listeners) => void): MqttLink {
  const clients = new Map<string, Client>();
  broker.on('client', (client) => clients.set(client.id, client));
  broker.on('clientDisconnect', (client) => {
    if (clients.get(client.id) === client) clients.delete(client.id);
  });
  return {
    send: (meterPan, payload, o) =>
      new Promise((resolve, reject) => {
        const client = clients.get(meterPan);
        if (client === undefined) return reject(new Error('the meter is not connected'));
        const topic = downTopic(meterPan);
        if (o?.atMostOnce === true) {
          if (client.conn.writableLength > socketBufferBytes) {
            return reject(new Error('the meter does not listen'));
          }
          client.conn.write(publishFrame(topic, payload));
          return resolve();
        }
        const packet = { cmd: 'publish', topic, qos: 1, retain: false, dup: false } as const;
        client.publish({ ...packet, payload: payload as Buffer }, (error) =>
          error === undefined || error === null ? resolve() : reject(error),
        );
      }),
    listen: async (listeners) => listenTo(listeners),
    drop: (meterPan) => clients.get(meterPan)?.close(),
    close: async () => undefined,
  };
}

/**
 * A PUBLISH of quality 0 in one piece [MQTT 3.1.1, 3.3]: an acknowledgement for each message of
 * each meter costs one write and no more.
 */
function publishFrame(topic: string, payload: Uint8Array): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const length = 2 + topicBytes + payload.length;
  const lengthBytes: number[] = [];
  for (let rest = length; ; ) {
    const digit = rest & 127;
    rest >>= 7;
    lengthBytes.push(rest > 0 ? digit | 128 : digit);
    if (rest === 0) break;
  }
  const start = 1 + lengthBytes.length;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x30;
  frame.set(lengthBytes, 1);
  frame.writeUInt16BE(topicBytes, start);
  frame.write(topic, start + 2);
  frame.set(payload, start + 2 + topicBytes);
  return frame;
}

/** CONNACK return codes of MQTT 3.1.1: 3 server unavailable, 4 bad user name or password. */
function refusal(returnCode: 3 | 4): AuthenticateError {
  return Object.assign(new Error('refused'), { returnCode }) as AuthenticateError;
}

function listen(
  server: Server,
  o: { readonly port: number; readonly host: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(o.port, o.host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : o.port);
    });
  });
}
