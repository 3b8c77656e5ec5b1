// The door for providers' notifications: raw bytes in, since the signature is over them. It stands
// apart from the other routes, whose hooks for pages and forms cost more than the payment does.

import rateLimit from '@fastify/rate-limit';
import { notificationRefusalTexts, paymentApi } from '@prewatt/api';
import { unreachable } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem } from '../../base/http/problem.ts';
import type { NotifyRefusal, Payments } from './service.ts';

/**
 * All payers of a provider come from a few addresses of it, on a payday a hundred a second; not all
 * providers send again what was refused.
 */
const perMinute = 12_000;

/** Of the security headers those that mean something to an answer in JSON. */
const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
/** The mark by which helmet leaves a route alone; not in the framework's types. */
const withoutHelmet: object = { helmet: { skipRoute: true } };

export function paymentRoutes(payments: Payments) {
  return async (app: FastifyInstance): Promise<void> => {
    await app.register(rateLimit, { global: false });
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers(headers);
      done();
    });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: 65_536 },
      (_request, body, done) => done(null, body),
    );
    // Some rails send by PUT; some have the payment and a secret behind the address.
    for (const route of [paymentApi.notify, paymentApi.notifyBelow]) {
      on(app, route, {
        config: { rateLimit: { max: perMinute, timeWindow: 60_000 }, ...withoutHelmet },
        handler: async ({ request, reply }) => {
          const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
          const header = (name: string): string | undefined => {
            const value = request.headers[name];
            return typeof value === 'string' ? value : undefined;
          };
          const path = ((request.params as { readonly '*'?: string })['*'] ?? '')
            .split('/')
            .filter((part) => part !== '');
          const from = { path: path.slice(0, 4), address: request.ip };
          const taken = await payments.notification(request.params.provider, body, header, from);
          if (!taken.ok) throw problemOfRefusal(taken.error);
          return reply.code(200).send(taken.value ?? { received: true });
        },
      });
    }
  };
}

function problemOfRefusal(refusal: NotifyRefusal): HttpProblem {
  const make = (status: number, detail: string) =>
    new HttpProblem({ status, code: refusal, title: 'Notification refused', detail });
  switch (refusal) {
    case 'unknownProvider':
      return make(404, 'No provider of that name is set up.');
    case 'unlistedSender':
    case 'wrongSecret':
    case 'badSignature':
      return make(401, `Not believed: ${notificationRefusalTexts[refusal]}.`);
    case 'staleSignature':
      return make(401, 'The signature is too old or from the future; sign again.');
    case 'malformed':
      return make(400, 'The body is not a notification.');
    case 'unknownPayment':
      return make(404, 'No payment has this reference.');
    default:
      return unreachable(refusal);
  }
}
