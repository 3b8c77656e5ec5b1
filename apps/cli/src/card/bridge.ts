// The bridge between a page of the till and the reader on the shop's desk: HTTP at this machine
// alone, for one origin, for whoever has the code that it printed. It knows no secret of a card:
// the page asks the server what is to be written.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Challenges, SessionKeys } from '@prewatt/card';
import type { Result } from '@prewatt/quantities';
import { type OnReader, type OnReaderFault, readOnReader } from './on-reader.ts';
import { cardOnReader, type Pcscd, PcscError, type PcscFault } from './pcscd.ts';

export type BridgeFault = OnReaderFault | PcscFault | 'noVisit';

/** What the clerk is told. Total over all that can happen at a reader. */
export const bridgeWords: Readonly<Record<BridgeFault, string>> = {
  noService: 'The reader’s service (pcscd) does not answer on this computer.',
  noReader: 'No reader is connected.',
  noCard: 'Put the customer’s card on the reader.',
  busy: 'Another program uses the card; close it and try again.',
  gone: 'The card was pulled out. Put it back and try again: it ends whole.',
  failed: 'The reader could not do it; try again.',
  blank: 'This card is blank, or is no card of Prewatt.',
  notThis: 'The reader does not know this kind of card.',
  codeRefused: 'The card does not take our code: it is another card.',
  notWritten: 'The card was not written. Put it back and try again: it ends whole.',
  cardUnproved: 'The card does not know its key: it is a copy, or of another utility.',
  refused: 'The card does not believe the server; try again.',
  broken: 'The reader and the card do not understand each other; try again.',
  noVisit: 'The card was not read just now; begin again.',
};

export type BridgeDeps = {
  /** The page that may ask: "https://power.example". */
  readonly origin: string;
  /** What the page has to send: 24 hex digits. */
  readonly code: string;
  readonly open: () => Promise<Pcscd>;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly nowMs: () => number;
};

type Proof = {
  readonly cardNumber: string;
  readonly challenges: Challenges;
  readonly cryptogram: Uint8Array;
};
type Visit = {
  readonly close: () => Promise<void>;
  readonly opened: Promise<Result<OnReader, OnReaderFault>>;
  readonly unlock: (keys: SessionKeys | null) => void;
  readonly untilMs: number;
};

/** A page that went away holds no card for longer. */
const visitMs = 60_000;
const maximumBody = 4_096;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** Null: not so many bytes. */
const bytesOf = (text: unknown, length: number): Uint8Array | null =>
  typeof text === 'string' && new RegExp(`^[0-9a-fA-F]{${2 * length}}$`).test(text)
    ? Uint8Array.from(Buffer.from(text, 'hex'))
    : null;

type Reply = { readonly status: number; readonly body: object };
const done = (body: object): Reply => ({ status: 200, body });
const refusedBy = (fault: BridgeFault): Reply => ({
  status: 409,
  body: { code: fault, detail: bridgeWords[fault] },
});
const wrong: Reply = { status: 400, body: { code: 'badRequest', detail: 'Not understood.' } };

/** The card that somebody's page is at, and what it is asked with. */
type Desk = BridgeDeps & { visit: Visit | null };

async function leave(desk: Desk): Promise<void> {
  const left = desk.visit;
  desk.visit = null;
  left?.unlock(null);
  await left?.close();
}

async function failed(desk: Desk, fault: BridgeFault): Promise<Reply> {
  await leave(desk);
  return refusedBy(fault);
}

const currentAt = ({ visit, nowMs }: Desk): Visit | null =>
  visit !== null && nowMs() <= visit.untilMs ? visit : null;

const shown = ({ cardNumber, medium, image }: OnReader): Reply =>
  done({ cardNumber, medium, image: hex(image) });

async function read(desk: Desk): Promise<Reply> {
  await leave(desk);
  const link = await cardOnReader(desk.open);
  const proofs = Promise.withResolvers<Proof>();
  const keys = Promise.withResolvers<SessionKeys | null>();
  const opened = readOnReader(link.transmit, {
    challenge: () => desk.randomBytes(8),
    keysOf: (cardNumber, challenges, cryptogram) => {
      proofs.resolve({ cardNumber, challenges, cryptogram });
      return keys.promise;
    },
  });
  const untilMs = desk.nowMs() + visitMs;
  desk.visit = { ...{ opened, untilMs, unlock: keys.resolve }, close: link.close };
  const first = await Promise.race([opened, proofs.promise]);
  if (!('cryptogram' in first)) return first.ok ? shown(first.value) : failed(desk, first.error);
  // It ends by the page, or by leaving: who waits for it asks `opened` itself.
  opened.catch(() => {});
  const { challenges, cryptogram, cardNumber } = first;
  const [hostChallenge, cardChallenge] = [hex(challenges.host), hex(challenges.card)];
  return done({
    prove: { cardNumber, hostChallenge, cardChallenge, cardCryptogram: hex(cryptogram) },
  });
}

type Fields = Readonly<Record<string, unknown>>;

async function unlock(desk: Desk, body: Fields): Promise<Reply> {
  const [macKey, answerKey] = [bytesOf(body['macKey'], 16), bytesOf(body['answerKey'], 16)];
  if (macKey === null || answerKey === null) return wrong;
  const visit = currentAt(desk);
  if (visit === null) return failed(desk, 'noVisit');
  visit.unlock({ macKey, answerKey });
  const opened = await visit.opened;
  return opened.ok ? shown(opened.value) : failed(desk, opened.error);
}

async function write(desk: Desk, body: Fields): Promise<Reply> {
  const image = bytesOf(body['image'], 256);
  if (image === null) return wrong;
  const visit = currentAt(desk);
  if (visit === null) return failed(desk, 'noVisit');
  const opened = await visit.opened;
  if (!opened.ok) return failed(desk, opened.error);
  const written = await opened.value.write(image);
  if (!written.ok) return failed(desk, written.error);
  await leave(desk);
  return done({ written: true });
}

const acts: Readonly<Record<string, (desk: Desk, body: Fields) => Promise<Reply>>> = {
  '/read': read,
  '/unlock': unlock,
  '/write': write,
  '/leave': async (desk) => {
    await leave(desk);
    return done({});
  },
};

function createBridge(o: BridgeDeps) {
  const desk: Desk = { ...o, visit: null };
  // One at a time: there is one reader.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    act: (path: string, body: Fields): Promise<Reply> => {
      const run = Object.hasOwn(acts, path) ? acts[path] : undefined;
      if (run === undefined) return Promise.resolve({ status: 404, body: { code: 'notFound' } });
      const next = turn.then(async () => {
        try {
          return await run(desk, body);
        } catch (error) {
          if (error instanceof PcscError) return failed(desk, error.fault);
          throw error;
        }
      });
      turn = next.catch(() => {});
      return next;
    },
    leave: () => leave(desk),
  };
}

/** Listens at this machine alone. */
export async function serveBridge(
  o: BridgeDeps & { readonly port: number },
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const bridge = createBridge(o);
  const server = createServer((request, response) => {
    void answer(o, bridge, { request, response, server });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(o.port, '127.0.0.1', resolve);
  });
  return {
    port: portOf(server),
    close: async () => {
      await bridge.leave();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: Server;
};

async function answer(
  o: BridgeDeps,
  bridge: ReturnType<typeof createBridge>,
  { request, response, server }: Exchange,
): Promise<void> {
  const say = ({ status, body }: Reply): void => {
    response.writeHead(status, {
      'access-control-allow-origin': o.origin,
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-allow-methods': 'POST',
      'access-control-allow-private-network': 'true',
      ...{ vary: 'origin', 'cache-control': 'no-store', 'content-type': 'application/json' },
    });
    response.end(JSON.stringify(body));
  };
  const no = (status: number, code: string, detail: string): void =>
    say({ status, body: { code, detail } });
  // Another name for this machine would be a page of somebody else that leads its browser here.
  const host = request.headers.host ?? '';
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${portOf(server)}`);
  if (!hosts.includes(host) || request.headers.origin !== o.origin) {
    return no(403, 'otherOrigin', 'This bridge is for another page.');
  }
  if (request.method === 'OPTIONS') return say({ status: 204, body: {} });
  if (request.method !== 'POST') return no(405, 'method', 'Send a POST.');
  if (!(await isCode(request.headers.authorization, o.code))) {
    return no(401, 'notPaired', 'Type the code that the bridge shows.');
  }
  const body = await bodyOf(request);
  if (body === null) return say(wrong);
  try {
    say(await bridge.act(request.url ?? '', body));
  } catch {
    say(refusedBy('failed'));
  }
}

/** Compared by their hashes: how long it takes tells nothing. */
async function isCode(header: string | undefined, code: string): Promise<boolean> {
  const digest = (text: string) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const [a, b] = await Promise.all([digest(header ?? ''), digest(`Bearer ${code}`)]);
  return Buffer.from(a).equals(Buffer.from(b));
}

async function bodyOf(request: IncomingMessage): Promise<Fields | null> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > maximumBody) return null;
  }
  try {
    const body: unknown = JSON.parse(text === '' ? '{}' : text);
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as Fields)
      : null;
  } catch {
    return null;
  }
}
