// The route by which a till sells, apart from the others because it carries the most requests by
// far. A till that was seen lately and asks in the usual form is answered past the framework, whose
// hooks for pages and forms cost more than the sale; anything else goes the framework's way. Both
// give the same answers.

import type { IncomingMessage, ServerResponse } from 'node:http';
import rateLimit from '@fastify/rate-limit';
import { tillApi } from '@prewatt/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { parse } from '../../base/http/parse.ts';
import { HttpProblem, malformed } from '../../base/http/problem.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { problemOfRefusal } from './errors.ts';
import { answerTill } from './http-helpers.ts';
import type { Vendors } from './index.ts';
import type { Till } from './keys.ts';

const { path } = tillApi.sell;
const json = 'application/json; charset=utf-8';
const problemJson = 'application/problem+json; charset=utf-8';

/** Of the security headers those that mean something to an answer in JSON. */
const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

const tooMany = (): HttpProblem =>
  new HttpProblem({
    status: 429,
    code: 'tooManyRequests',
    title: 'Too many requests',
    detail: 'Wait a minute and try again.',
  });

type TillSaleDeps = {
  readonly utilities: Utilities;
  readonly vendors: Vendors;
  /** Throws while the service cannot work. */
  readonly whenReady: () => Promise<void>;
};

/** The receipt as text, or throws the refusal. */
async function sell(o: TillSaleDeps, till: Till, given: unknown): Promise<string> {
  const body = parse(tillApi.sell.body, given);
  const amountMinor = BigInt(body.amountMinor);
  const { utilities, vendors } = o;
  const sold = await vendors.selling.sell(till, { ...body, amountMinor });
  return JSON.stringify(await answerTill(utilities, till, sold));
}

export function tillSaleRoute(o: TillSaleDeps) {
  const { vendors } = o;

  /**
   * A sale looks at the key again by itself: a till that was seen lately is limited by its key,
   * anyone else by the address.
   */
  const sellingTill = (app: FastifyInstance) => {
    const strangers = app.createRateLimit({ max: 1_200, timeWindow: 60_000 });
    return async (request: FastifyRequest): Promise<Till> => {
      const header = request.headers.authorization ?? '';
      const limit = await strangers(request);
      if (!limit.isAllowed && limit.isExceeded) throw tooMany();
      const till = await vendors.tillOf(header);
      if (till !== null) return till;
      throw problemOfRefusal('keyRefused');
    };
  };

  return async (app: FastifyInstance): Promise<void> => {
    await app.register(rateLimit, { global: false });
    const strangerOf = sellingTill(app);
    app.addHook('onRequest', o.whenReady);
    on(app, tillApi.sell, async ({ request, reply }) => {
      reply.headers(headers);
      const known = vendors.knownTill(request.headers.authorization ?? '');
      if (known !== undefined && !vendors.admit(known.keyId)) throw tooMany();
      const till = known ?? (await strangerOf(request));
      return reply.type(json).send(await sell(o, till, request.body));
    });
  };
}

/** Takes a request, or says that it is not one of its own. */
export type Shortcut = (request: IncomingMessage, response: ServerResponse) => boolean;

export function tillSaleShortcut(
  o: TillSaleDeps & {
    readonly bodyLimitBytes: number;
    /** What a thrown error means, as it is sent; a bug has been written to the log. */
    readonly refusal: (error: unknown, path: string) => { status: number; text: string };
  },
): Shortcut {
  const { vendors } = o;

  const answerTo = async (till: Till, body: string): Promise<string> => {
    await o.whenReady();
    if (!vendors.admit(till.keyId)) throw tooMany();
    return sell(o, till, parsed(body));
  };

  return (request, response) => {
    if (request.url !== path || request.method !== 'POST') return false;
    const { authorization, expect } = request.headers;
    if (!isUsual(request, o.bodyLimitBytes) || expect !== undefined) return false;
    const till = vendors.knownTill(authorization ?? '');
    if (till === undefined) return false;
    const send = (status: number, type: string, text: string): void => {
      const length = { 'content-length': Buffer.byteLength(text) };
      response.writeHead(status, { 'content-type': type, ...headers, ...length }).end(text);
    };
    // A client that went away before it had asked is owed nothing.
    request.on('error', () => response.destroy());
    collect(request, (body) => {
      answerTo(till, body).then(
        (text) => send(200, json, text),
        (error) => {
          const { status, text } = o.refusal(error, path);
          send(status, problemJson, text);
        },
      );
    });
    return true;
  };
}

function isUsual({ headers: given }: IncomingMessage, limitBytes: number): boolean {
  const length = given['content-length'];
  if (given['transfer-encoding'] !== undefined || length === undefined) return false;
  if (Number(length) > limitBytes) return false;
  return /^application\/json\s*(;|$)/i.test(given['content-type'] ?? '');
}

function collect(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const [only] = chunks;
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
    done(body.toString('utf8'));
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw malformed();
  }
}
