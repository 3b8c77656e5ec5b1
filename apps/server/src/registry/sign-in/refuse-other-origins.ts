// Who may act with a session: our own pages, and programs, which name no origin. Cookies alone
// would let another host of the same site act with an operator's session.

import type { FastifyInstance } from 'fastify';
import { forbidden } from '../../base/http/problem.ts';
import { trustedOrigins } from './origins.ts';

/** Refuses every request of this part of the application that another site's page makes to act. */
export function refuseOtherOrigins(app: FastifyInstance, publicUrl: string): void {
  const trusted = new Set(trustedOrigins(publicUrl));
  app.addHook('onRequest', async (request) => {
    const { origin } = request.headers;
    if (request.method === 'GET' || origin === undefined || trusted.has(origin)) return;
    throw forbidden('This request comes from another site.');
  });
}
