// The payment provider's API, as merchants call it.

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Checkouts } from '../checkouts.ts';
import { type Checkout, statusOf, takenMinor } from '../state.ts';
import { faultsOf, hasKey, refuse } from './guards.ts';

export type ProviderApiDeps = {
  readonly checkouts: Checkouts;
  readonly apiKey: string;
  /** Where people reach this process, without a slash at the end. */
  readonly publicUrl: () => string;
};

const address = z.url({ protocol: /^https?$/ }).max(2000);

const openSchema = z.object({
  reference: z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible characters'),
  amountMinor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be a whole positive number of minor units'),
  currency: z.object({
    code: z.string().regex(/^[A-Z]{3}$/),
    scale: z.number().int().min(0).max(3),
  }),
  description: z.string().trim().min(1).max(200),
  notifyUrl: address,
  returnUrl: address,
});

export function providerApi(app: FastifyInstance, deps: ProviderApiDeps): void {
  const { checkouts, apiKey } = deps;

  app.post('/provider/v1/checkouts', (request, reply) => {
    if (!hasKey(request, reply, apiKey)) return reply;
    const parsed = openSchema.safeParse(request.body);
    if (!parsed.success) return refuse(reply, 400, 'invalid', faultsOf(parsed.error));
    const opened = checkouts.open(parsed.data);
    if (!opened.ok) {
      const message = 'This reference was used for another amount. Take a new reference.';
      return refuse(reply, 409, opened.error, message);
    }
    const { checkout, isNew } = opened.value;
    return reply.code(isNew ? 201 : 200).send({
      checkoutId: checkout.checkoutId,
      checkoutUrl: `${deps.publicUrl()}/pay/${checkout.checkoutId}`,
      status: statusOf(checkout),
    });
  });

  app.get<{ Params: { reference: string } }>(
    '/provider/v1/checkouts/by-reference/:reference',
    (request, reply) => {
      if (!hasKey(request, reply, apiKey)) return reply;
      const checkout = checkouts.findByReference(request.params.reference);
      if (checkout === undefined) {
        return refuse(reply, 404, 'not-found', 'No checkout has this reference.');
      }
      return reply.send(checkoutJson(checkout));
    },
  );
}

function checkoutJson(checkout: Checkout) {
  const { decision } = checkout;
  return {
    checkoutId: checkout.checkoutId,
    reference: checkout.reference,
    status: statusOf(checkout),
    providerReference: decision?.providerReference ?? null,
    amountMinor: takenMinor(checkout),
    currency: checkout.currency,
    decidedAt: decision === null ? null : new Date(decision.decidedAtMs).toISOString(),
  };
}
