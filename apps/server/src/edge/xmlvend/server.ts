// The socket of the XMLVend door: TLS with client certificates on a port of its own, or plain
// behind a proxy that ends TLS and tells the certificate's fingerprint. Sizes, times and requests
// at once are bounded; what a client does not wait for is finished all the same.

import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { gunzip, gzip } from 'node:zlib';
import type { SoapVersion } from '@prewatt/rails/xmlvend-written';
import { isLostConnection } from '../../base/database.ts';
import type { TrustedProxies } from '../../base/http/trusted-proxies.ts';
import type { Log } from '../../base/log.ts';
import type { DoorDeps } from './call.ts';
import { brokenReply, createDoor } from './door.ts';
import { fingerprintTold } from './proxy.ts';

export type XmlvendListen = {
  readonly host: string;
  readonly port: number;
  /** Null behind a proxy. */
  readonly tls: {
    readonly cert: string;
    readonly key: string;
    /** Authorities that client certificates must be signed by; null: registration is enough. */
    readonly clientCa: string | null;
  } | null;
  /** The header in which a trusted proxy tells the certificate's SHA-256. */
  readonly proxyHeader: string | null;
  readonly isProxy: TrustedProxies;
};

export type XmlvendServer = { readonly port: number; readonly close: () => Promise<void> };

const longestBodyBytes = 65_536;
const bodyWithinMs = 20_000;
/** Of one certificate, and of all together. */
const atOnceEach = 16;
const atOnceAll = 128;
const longestStopMs = 3_000;
/** What is worth packing. */
const packFromBytes = 1_400;

class Unfit extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function serveXmlvend(
  deps: DoorDeps & { readonly log: Log },
  listen: XmlvendListen,
): Promise<XmlvendServer> {
  const door = createDoor(deps);
  const atOnce = createAtOnce();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const certificate = certificateOf(request, listen, deps.clocks.real.nowMs());
    const version = versionOf(request);
    if (request.method !== 'POST') throw new Unfit(405, 'Requests are SOAP messages by POST.');
    const raw = await bodyOf(request);
    const leave = atOnce.enter(certificate?.toString('hex') ?? 'none');
    if (leave === null) throw new Unfit(503, 'Too many requests at once; try again in a moment.');
    try {
      const reply = await door({ raw, certificate, version });
      await send(request, response, { ...reply, version });
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      const isAway = isLostConnection(code, message);
      deps.log[isAway ? 'warn' : 'error']({ error: message ?? String(error) }, 'xmlvend failed');
      await send(request, response, { ...(await brokenReply(deps, version)), version });
    } finally {
      leave();
    }
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => response.destroy());
    answer(request, response).catch((error) => {
      const status = error instanceof Unfit ? error.status : 400;
      if (response.headersSent) return;
      const words = error instanceof Unfit ? error.message : 'The request cannot be read.';
      response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
      response.end(`${words}\n`);
    });
  };

  const server = socketOf(listen, onRequest);
  server.maxConnections = 2_000;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : listen.port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const late = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, longestStopMs);
      await closed;
      clearTimeout(late);
      await atOnce.empty();
    },
  };
}

function socketOf(listen: XmlvendListen, onRequest: RequestListener): Server {
  const times = {
    ...{ headersTimeout: 10_000, requestTimeout: bodyWithinMs, keepAliveTimeout: 60_000 },
    ...{ maxHeaderSize: 16_384, connectionsCheckingInterval: 5_000 },
  };
  return listen.tls === null
    ? createHttpServer(times, onRequest)
    : createHttpsServer(
        {
          ...{ ...times, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 },
          ...{ cert: listen.tls.cert, key: listen.tls.key, requestCert: true },
          ...(listen.tls.clientCa === null ? {} : { ca: listen.tls.clientCa }),
          // Without an authority a registered certificate is known by its fingerprint.
          rejectUnauthorized: listen.tls.clientCa !== null,
        },
        onRequest,
      );
}

/** Counts what is being answered, by certificate. */
function createAtOnce() {
  const counts = new Map<string, number>();
  let all = 0;
  let told: (() => void) | null = null;
  return {
    enter: (who: string): (() => void) | null => {
      const before = counts.get(who) ?? 0;
      if (before >= atOnceEach || all >= atOnceAll) return null;
      counts.set(who, before + 1);
      all += 1;
      return () => {
        const now = (counts.get(who) ?? 1) - 1;
        if (now === 0) counts.delete(who);
        else counts.set(who, now);
        all -= 1;
        if (all === 0) told?.();
      };
    },
    /** Once nothing is being answered, also for clients that went away. */
    empty: async (): Promise<void> => {
      if (all > 0) await new Promise<void>((resolve) => (told = resolve));
    },
  };
}

/** SHA-256 of the certificate whose key the client has; null for none, or one that is over. */
function certificateOf(
  request: IncomingMessage,
  listen: XmlvendListen,
  nowMs: number,
): Buffer | null {
  if (listen.tls === null) {
    const { remoteAddress = '' } = request.socket;
    return fingerprintTold(listen, { remoteAddress, headers: request.headers });
  }
  const certificate = (request.socket as TLSSocket).getPeerX509Certificate();
  if (certificate === undefined) return null;
  const { validFromDate, validToDate } = certificate;
  if (nowMs < validFromDate.getTime() || nowMs > validToDate.getTime()) return null;
  return Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex');
}

const versionOf = ({ headers }: IncomingMessage): SoapVersion =>
  /^application\/soap\+xml/i.test(headers['content-type'] ?? '') ? '1.2' : '1.1';

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const packing = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (packing !== 'identity' && packing !== 'gzip') {
    throw new Unfit(415, 'Send the message plain, or packed by gzip.');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > longestBodyBytes) throw new Unfit(413, 'A message has at most 64 kB.');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return packing === 'gzip' ? unpacked(body) : body;
}

const unpacked = (body: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    gunzip(body, { maxOutputLength: longestBodyBytes }, (error, plain) =>
      error === null
        ? resolve(plain)
        : reject(new Unfit(400, 'The packed message cannot be read.')),
    );
  });

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: { readonly status: number; readonly text: string; readonly version: SoapVersion },
): Promise<void> {
  const plain = Buffer.from(reply.text, 'utf8');
  const mayPack =
    plain.length > packFromBytes &&
    /\bgzip\b/i.test(String(request.headers['accept-encoding'] ?? ''));
  const body = mayPack ? await packed(plain) : plain;
  const type = reply.version === '1.2' ? 'application/soap+xml' : 'text/xml';
  response.writeHead(reply.status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': body.length,
    'cache-control': 'no-store',
    ...(mayPack ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(body);
}

const packed = (plain: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    gzip(plain, (error, body) => (error === null ? resolve(body) : reject(error)));
  });
