// The embedded MQTT broker: who may connect, and which topics are whose. A meter reaches its own
// two topics and nothing else; the head-end has a name of its own. aedes speaks MQTT 3.1.1, and so
// do we wherever it is the broker.

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { downTopic, maximumPayloadBytes, upTopic } from '@prewatt/protocol';
import { Aedes, type AuthenticateError } from 'aedes';
import { findMeter } from '../connections/index.ts';
import type { Database } from '../platform/database.ts';

export const headendName = 'prewatt-headend';

export type Broker = { readonly port: number; readonly close: () => Promise<void> };

export async function createBroker(o: {
  readonly database: Database;
  readonly port: number;
  readonly host: string;
  readonly headendPassword: string;
}): Promise<Broker> {
  const broker = await Aedes.createBroker({
    connectTimeout: 10_000,
    queueLimit: 100,
    maxTopicLevels: 6,
    authenticate: (client, name, password, done) => {
      void mayConnect(o, { clientId: client.id, name, password }).then(
        (allowed) => done(allowed ? null : refusal(4), allowed),
        () => done(refusal(3), null),
      );
    },
    authorizePublish: (client, packet, done) => {
      if (client === null) return done(null);
      const small = packet.payload.length <= maximumPayloadBytes;
      const mine =
        client.id === headendName
          ? packet.topic.endsWith('/down')
          : packet.topic === upTopic(client.id) && !packet.retain;
      done(small && mine ? null : new Error('not allowed to publish there'));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const mine = client.id === headendName || subscription.topic === downTopic(client.id);
      // A null subscription is refused with 0x80 and the connection stays.
      done(null, mine ? subscription : null);
    },
  });
  broker.on('clientError', () => {});
  broker.on('connectionError', () => {});
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  const port = await listen(server, o);
  return {
    port,
    close: async () => {
      // No new connections first: clients come back as soon as they are dropped.
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function mayConnect(
  o: { readonly database: Database; readonly headendPassword: string },
  claim: {
    readonly clientId: string;
    readonly name: string | undefined;
    readonly password: Buffer | undefined;
  },
): Promise<boolean> {
  if (claim.name === undefined || claim.password === undefined) return false;
  // One identity, one session: a meter cannot take another's session by naming itself after it.
  if (claim.clientId !== claim.name) return false;
  const given = createHash('sha256').update(claim.password).digest();
  if (claim.name === headendName) {
    return timingSafeEqual(given, createHash('sha256').update(o.headendPassword).digest());
  }
  const meter = await findMeter(o.database, claim.name);
  if (meter === null) return false;
  const row = await o.database.inUtility(meter.utilityId, (tx) =>
    tx
      .selectFrom('meters')
      .select('secret_hash')
      .where('bucket', '=', meter.bucket)
      .where('id', '=', meter.meterId)
      .executeTakeFirst(),
  );
  return row !== undefined && timingSafeEqual(given, row.secret_hash);
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
