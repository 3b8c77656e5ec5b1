// The sockets under HTTP: how long a client may take for what it sends and for what it reads, and
// how many connections an address may hold. Node's own time-outs look at whole requests, and are
// off when the limit of a request is: here each kind of waiting has its own. An answer that we owe
// is never cut off, so event streams and long work stay.

import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

export type HttpLimits = {
  /** From the first byte of a request, or from the connection, to the end of its headers. */
  readonly headersMs: number;
  /** For any body, beside what its length takes at the pace below. */
  readonly bodyMs: number;
  readonly bodyBytesPerSecond: number;
  /** For a whole request, whatever its length; of a body that does not say its length. */
  readonly requestMs: number;
  /** Without a byte of what we wait for: the rest of a body, or that an answer is read. */
  readonly silenceMs: number;
  /** Between requests. */
  readonly idleMs: number;
  /** Many people may share one; one too many makes the connection go that waits longest for us. */
  readonly connectionsPerAddress: number;
  readonly connections: number;
  /** Requests of one connection that have no answer yet; a browser sends one at a time. */
  readonly pipelined: number;
  /** Named proxies, through which everybody may come. */
  readonly isProxy: (address: string) => boolean;
};

export const httpLimits: HttpLimits = {
  headersMs: 10_000,
  bodyMs: 20_000,
  bodyBytesPerSecond: 8_192,
  requestMs: 600_000,
  silenceMs: 15_000,
  idleMs: 72_000,
  connectionsPerAddress: 1_000,
  connections: 20_000,
  pipelined: 16,
  isProxy: () => false,
};

export function createHttpServer(
  listener: RequestListener,
  given: Partial<HttpLimits> = {},
): Server {
  const limits = { ...httpLimits, ...given };
  /** What each connection is at; nothing between requests. */
  const requests = new WeakMap<Socket, IncomingMessage>();
  const unanswered = new WeakMap<Socket, number>();
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: Math.ceil(limits.headersMs / 4),
    },
    (request, response) => {
      const { socket } = request;
      const before = unanswered.get(socket) ?? 0;
      if (before >= limits.pipelined || socket.destroyed) {
        socket.destroy();
        return;
      }
      unanswered.set(socket, before + 1);
      requests.set(socket, request);
      const late = setTimeout(
        () => {
          if (!request.complete) socket.destroy();
        },
        bodyTimeMs(limits, request.headers['content-length']),
      );
      late.unref();
      request.once('end', () => clearTimeout(late));
      request.once('close', () => clearTimeout(late));
      response.once('finish', () => {
        unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1);
        // The next request may have begun behind this one.
        if (request.complete && requests.get(socket) === request) requests.delete(socket);
      });
      listener(request, response);
    },
  );
  /** Whether it is the client's turn, and not ours. */
  const waitsForClient = (socket: Socket): boolean => {
    const request = requests.get(socket);
    return request === undefined || !request.complete || socket.writableLength > 0;
  };
  server.maxConnections = limits.connections;
  server.setTimeout(limits.silenceMs, (socket) => {
    if (waitsForClient(socket)) socket.destroy();
  });
  const { connectionsPerAddress: most, isProxy } = limits;
  boundAddresses(server, { most, isProxy, waitsForClient });
  return server;
}

function bodyTimeMs(limits: HttpLimits, length: string | undefined): number {
  if (length === undefined) return limits.requestMs;
  const atPaceMs = (Number(length) / limits.bodyBytesPerSecond) * 1_000;
  return Math.min(limits.requestMs, limits.bodyMs + atPaceMs);
}

/** Of an address that holds too many, the oldest that waits for its client makes room. */
function boundAddresses(
  server: Server,
  o: Pick<HttpLimits, 'isProxy'> & {
    readonly most: number;
    readonly waitsForClient: (socket: Socket) => boolean;
  },
): void {
  const open = new Map<string, Set<Socket>>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    if (o.isProxy(address)) return;
    const sockets = open.get(address) ?? new Set<Socket>();
    if (sockets.size >= o.most) {
      const oldest = [...sockets].find(o.waitsForClient);
      if (oldest === undefined) {
        socket.destroy();
        return;
      }
      sockets.delete(oldest);
      oldest.destroy();
    }
    open.set(address, sockets.add(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0 && open.get(address) === sockets) open.delete(address);
    });
  });
}
