// The route by which a till sells, apart from the others because it carries the most requests by
// far: it stands outside the plugins for pages and forms, and does what it needs of them itself.

import rateLimit from '@fastify/rate-limit';
import { vendorSaleBodySchema } from '@prewatt/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parse } from '../http/parse.ts';
import { HttpProblem } from '../http/problem.ts';
import type { Services } from '../services.ts';
import { answer } from './edge.ts';
import { problemOfRefusal } from './errors.ts';
import type { Till } from './keys.ts';

const tooMany = (): HttpProblem =>
  new HttpProblem({
    status: 429,
    code: 'tooManyRequests',
    title: 'Too many requests',
    detail: 'Wait a minute and try again.',
  });

const json = 'application/json; charset=utf-8';

/** Of the security headers those that mean something to an answer in JSON. */
const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** `whenReady` throws while the service cannot work. */
export function tillSaleRoute(o: {
  readonly services: Services;
  readonly whenReady: () => Promise<void>;
}) {
  const { vendors } = o.services;

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
    app.post('/api/vendor/v1/sales', async (request, reply: FastifyReply) => {
      reply.headers(headers);
      const known = vendors.knownTill(request.headers.authorization ?? '');
      if (known !== undefined && !vendors.admit(known.keyId)) throw tooMany();
      const till = known ?? (await strangerOf(request));
      const body = parse(vendorSaleBodySchema, request.body);
      const amountMinor = BigInt(body.amountMinor);
      const receipt = answer(await vendors.selling.sell(till, { ...body, amountMinor }));
      return reply.type(json).send(JSON.stringify(receipt));
    });
  };
}
