// The embedded MQTT broker: who may connect, and which topics are whose. A meter reaches its own
// two topics and nothing else. The head-end is in the same process, so it takes messages from the
// broker and hands messages to it without a connection of its own. aedes speaks MQTT 3.1.1.

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { downTopic, linkTopic, linkWordOf, maximumPayloadBytes, upTopic } from '@prewatt/protocol';
import { Aedes, type AedesOptions, type AuthenticateError, type Client } from 'aedes';
import type { Credentials, ShownCertificate } from '../credentials/credentials.ts';
import { isLost } from '../ingest/batch-queue.ts';
import {
  type BrokerCounts,
  type BrokerLimits,
  brokerLimits,
  createGuard,
  type Guard,
  type Pace,
} from './limits.ts';
import type { Listeners, MqttLink } from './mqtt-link.ts';
import type { TlsFiles } from './tls.ts';

export type Broker = {
  readonly port: number;
  readonly link: MqttLink;
  readonly counts: () => BrokerCounts;
  /**
   * Ends the sessions of meters whose certificate has expired since they came, and forgets those of
   * meters that have been away for too long.
   */
  readonly dropExpired: (nowMs: number) => void;
  readonly close: () => Promise<void>;
};

/** What a meter has subscribed to is kept for so long while it is away, as at other brokers. */
export const sessionKeptMs = 30 * 86_400_000;
/** Bytes of one socket that wait in this process at most, beside the message in work. */
const socketBufferBytes = 16_384;

export type BrokerOptions = {
  readonly mayConnect: Credentials;
  readonly port: number;
  readonly host: string;
  /** Null: plain, which is for this machine alone. */
  readonly tls: TlsFiles | null;
  /** Whether meters may show a certificate; whose it is, `mayConnect` says. */
  readonly asksCertificates?: boolean;
  readonly limits?: Partial<BrokerLimits>;
};

/** A PUBLISH of the largest message: header, topic and packet number besides. */
const maximumPacketBytes = maximumPayloadBytes + 256;

export async function createBroker(o: BrokerOptions): Promise<Broker> {
  let listeners: Listeners | null = null;
  const guard = createGuard({ ...brokerLimits, ...o.limits, nowMs: Date.now });
  const arriving = createArriving();
  const broker = await Aedes.createBroker({
    connectTimeout: 10_000,
    queueLimit: 100,
    maxTopicLevels: 6,
    authenticate: createSignIn(o, {
      ...{ guard, arriving },
      dropOthers: (client) => inner.dropOthers(client),
    }),
    authorizeForward: (client, packet) =>
      // What was left in the queue of a meter that went: the stages of its command send it again,
      // unless it has expired or was taken back.
      client.connected ? packet : null,
    authorizePublish: createHearing(guard, () => listeners),
    authorizeSubscribe: (client, subscription, done) => {
      // A null subscription is refused with 0x80 and the connection stays.
      done(null, subscription.topic === downTopic(client?.id ?? '') ? subscription : null);
    },
  });
  keepFromTopics(broker);
  const { sockets, server } = serve(broker, o, guard);
  const inner = createInnerLink(broker, arriving, (given) => {
    listeners = given;
  });
  const port = await listen(server, o);
  return {
    port,
    link: inner.link,
    counts: guard.counts,
    dropExpired: inner.dropExpired,
    close: async () => {
      // No new connections first: clients come back as soon as they are dropped.
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Who may connect: within the guard's limits, and with what `mayConnect` allows. */
function createSignIn(
  o: Pick<BrokerOptions, 'mayConnect'>,
  at: {
    readonly guard: Guard;
    readonly arriving: Arriving;
    readonly dropOthers: (client: Client) => void;
  },
): NonNullable<AedesOptions['authenticate']> {
  const { guard, arriving } = at;
  return (client, name, password, done) => {
    const address = addressOf(client.conn);
    if (!guard.mayTry(address, name ?? '')) return done(refusal(3), null);
    arriving.add(client);
    const certificate = shownBy(client.conn);
    const othersEnd = (): void => at.dropOthers(client);
    const claim = { clientId: client.id, name, password, certificate, othersEnd };
    void o.mayConnect(claim).then(
      (allowed) => {
        if (!allowed) guard.failed(address);
        // What it showed may have ended while others were looked at.
        const isIn = allowed && !arriving.isDropped(client);
        done(isIn ? null : refusal(4), isIn);
      },
      (error) => {
        // The database being away is nobody's fault; anything else is what was shown.
        if (!isLost(error)) guard.failed(address);
        done(refusal(3), null);
      },
    );
  };
}

/** Hands what a meter publishes on its own two topics to the listeners, at the guard's pace. */
function createHearing(
  guard: Guard,
  listeners: () => Listeners | null,
): NonNullable<AedesOptions['authorizePublish']> {
  const paces = new WeakMap<object, Pace>();
  return (client, packet, done) => {
    if (client === null) return done(null);
    const payload = packet.payload as Buffer;
    const small = payload.length <= maximumPayloadBytes;
    if (small && packet.topic === linkTopic(client.id)) {
      const word = linkWordOf(payload);
      if (word !== null) listeners()?.link(client.id, word.state, word.session);
      return done(null);
    }
    if (!small || packet.topic !== upTopic(client.id) || packet.retain) {
      return done(new Error('not allowed to publish there'));
    }
    // Not confirmed, and nothing more read from this meter, until there is room for its message.
    const hear = (): void => {
      const wait = listeners()?.up(client.id, payload);
      if (wait === undefined) done(null);
      else void wait.then(() => done(null));
    };
    const pace = paces.get(client) ?? { allowance: Number.POSITIVE_INFINITY, atMs: Date.now() };
    paces.set(client, pace);
    const tooFastMs = guard.waitMs(pace);
    if (tooFastMs === 0) hear();
    else setTimeout(hear, tooFastMs);
  };
}

/**
 * What meters say ends in this process, with the listeners: nobody subscribes to it, so it does not
 * go on through the broker's topics.
 */
function keepFromTopics(broker: Aedes): void {
  const publish = broker.publish.bind(broker) as (...given: unknown[]) => void;
  const publishUnlessHeard = (packet: unknown, from: unknown, done?: () => void): void => {
    if (typeof from === 'object' && from !== null) done?.();
    else publish(packet, from, done);
  };
  broker.publish = publishUnlessHeard as typeof broker.publish;
}

function serve(
  broker: Aedes,
  { tls, asksCertificates = false }: Pick<BrokerOptions, 'tls' | 'asksCertificates'>,
  guard: Guard,
): { readonly sockets: Set<Socket>; readonly server: Server } {
  broker.on('clientError', () => {});
  broker.on('connectionError', () => {});
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): boolean => {
    const address = addressOf(socket);
    if (!guard.opened(address)) {
      socket.destroy();
      return false;
    }
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      guard.closed(address);
    });
    return true;
  };
  /** aedes reads a packet whole; one that grows beyond any message ends the connection. */
  const hear = (socket: Socket): void => {
    const { _parser: parser } = broker.handle(socket) as unknown as { _parser: Parser };
    const parse = parser.parse.bind(parser);
    parser.parse = (bytes) => {
      const unread = parse(bytes);
      if (unread > maximumPacketBytes) {
        guard.oversized();
        socket.destroy();
      }
      return unread;
    };
  };
  const options = { noDelay: true, highWaterMark: socketBufferBytes };
  if (tls === null) {
    const server = createServer(options, (socket) => {
      if (keep(socket)) hear(socket);
    });
    return { sockets, server };
  }
  // A certificate is no secret: the handshake proves that its key is there, and what it is worth is
  // on record, so no authority is asked here.
  const certificates = { requestCert: asksCertificates, rejectUnauthorized: false };
  const server = createTlsServer(
    { ...options, ...tls, ...certificates, minVersion: 'TLSv1.2' },
    (socket) => hear(socket),
  );
  server.on('connection', keep);
  server.on('tlsClientError', () => {});
  return { sockets, server };
}

/** Of mqtt-packet: how many bytes wait for the rest of their packet. */
type Parser = { parse: (bytes: Uint8Array) => number };

function shownBy(socket: object): (ShownCertificate & { readonly validToMs: number }) | null {
  const shown = (socket as Partial<TLSSocket>).getPeerX509Certificate?.();
  if (shown === undefined) return null;
  const fingerprint = Buffer.from(shown.fingerprint256.replaceAll(':', ''), 'hex');
  const validToMs = shown.validToDate.getTime();
  return { fingerprint, serial: shown.serialNumber.toLowerCase(), validToMs };
}

/** The socket may be one of TLS around the one that has the address. */
const addressOf = (socket: object): string =>
  (socket as { readonly remoteAddress?: string }).remoteAddress ?? '';

type Arriving = {
  readonly add: (client: Client) => void;
  /** They end as soon as they are in, all or all but one. */
  readonly drop: (meterPan: string, but?: Client) => void;
  readonly isDropped: (client: Client) => boolean;
  /** Whether who is in now was dropped on the way. */
  readonly arrived: (client: Client) => boolean;
};

/**
 * Those who are being signed in. What they were let in for may end meanwhile, and whoever looks for
 * their session does not find it yet.
 */
function createArriving(): Arriving {
  const clients = new Map<string, Map<Client, boolean>>();
  const take = (client: Client): boolean => {
    const ofMeter = clients.get(client.id);
    const isDropped = ofMeter?.get(client) === true;
    ofMeter?.delete(client);
    if (ofMeter?.size === 0) clients.delete(client.id);
    return isDropped;
  };
  return {
    add: (client) => {
      const ofMeter = clients.get(client.id) ?? new Map<Client, boolean>();
      clients.set(client.id, ofMeter.set(client, false));
      client.conn.once('close', () => take(client));
    },
    drop: (meterPan, but) => {
      const ofMeter = clients.get(meterPan);
      for (const client of ofMeter?.keys() ?? []) if (client !== but) ofMeter?.set(client, true);
    },
    isDropped: (client) => clients.get(client.id)?.get(client) === true,
    arrived: take,
  };
}

/** Of meters that keep a session at the broker while they are away: what they subscribed to. */
function createKept(broker: Aedes) {
  const awaySince = new Map<string, number>();
  const { persistence } = broker as unknown as { persistence: Persistence };
  broker.on('clientReady', (client) => awaySince.delete(client.id));
  broker.on('clientDisconnect', (client) => awaySince.set(client.id, Date.now()));
  return {
    forget: (beforeMs: number): void => {
      for (const [id, sinceMs] of awaySince) {
        if (sinceMs > beforeMs) continue;
        awaySince.delete(id);
        void persistence.cleanSubscriptions({ id });
      }
    },
  };
}
type Persistence = { readonly cleanSubscriptions: (of: { readonly id: string }) => Promise<void> };

type InnerLink = {
  readonly link: MqttLink;
  readonly dropExpired: Broker['dropExpired'];
  /** One has come whose identity ends any other of its meter. */
  readonly dropOthers: (client: Client) => void;
};

/**
 * Sends only to meters that are connected: what one misses, the stages of its command send again
 * when it comes back. So no queue of the broker grows for meters that are away.
 */
function createInnerLink(
  broker: Aedes,
  arriving: Arriving,
  listenTo: (listeners: Listeners) => void,
): InnerLink {
  const clients = new Map<string, Client>();
  const validTo = new WeakMap<Client, number>();
  const kept = createKept(broker);
  broker.on('clientReady', (client) => {
    if (arriving.arrived(client)) return client.close();
    clients.set(client.id, client);
    const shown = shownBy(client.conn);
    if (shown !== null) validTo.set(client, shown.validToMs);
  });
  broker.on('clientDisconnect', (client) => {
    if (clients.get(client.id) === client) clients.delete(client.id);
  });
  const dropExpired = (nowMs: number): void => {
    for (const client of clients.values()) {
      if ((validTo.get(client) ?? Number.POSITIVE_INFINITY) <= nowMs) client.close();
    }
    kept.forget(nowMs - sessionKeptMs);
  };
  const dropOthers = (client: Client): void => {
    arriving.drop(client.id, client);
    const present = clients.get(client.id);
    if (present !== client) present?.close();
  };
  const link: MqttLink = {
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
    drop: (meterPan) => {
      arriving.drop(meterPan);
      clients.get(meterPan)?.close();
    },
    close: async () => undefined,
  };
  return { link, dropExpired, dropOthers };
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
