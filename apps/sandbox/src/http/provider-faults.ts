// The page where a developer chooses the fault of the next payment.

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Checkouts } from '../checkouts.ts';
import { faultSchema } from '../journal.ts';
import { faultsPage } from '../pages/faults.ts';
import { errorPage } from '../pages/layout.ts';
import { isSameOrigin, sendPage } from './guards.ts';
import { delaySchema } from './provider-pages.ts';

const choiceOfFault = z.object({
  fault: z.union([faultSchema, z.literal('none')]),
  delaySeconds: delaySchema,
});

export function providerFaults(
  app: FastifyInstance,
  { checkouts }: { readonly checkouts: Checkouts },
): void {
  app.get('/provider/faults', (_request, reply) =>
    sendPage(reply, 200, faultsPage(checkouts.nextFault())),
  );
  app.post('/provider/faults', (request, reply) => {
    if (!isSameOrigin(request, reply)) return reply;
    const parsed = choiceOfFault.safeParse(request.body);
    if (!parsed.success) {
      const text = errorPage('Nothing was chosen', 'Go back and press one of the buttons.');
      return sendPage(reply, 400, text);
    }
    const { fault, delaySeconds } = parsed.data;
    checkouts.chooseFault(fault === 'none' ? null : { fault, delaySeconds });
    return reply.redirect('/provider/faults', 303);
  });
}
