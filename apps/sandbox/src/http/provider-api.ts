// The payment provider's API, as merchants call it.

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Checkouts, cardOf } from '../checkouts.ts';
import { money } from '../pages/layout.ts';
import { type Checkout, statusOf, takenMinor } from '../state.ts';
import { faultsOf, hasKey, refuse } from './guards.ts';

export type ProviderApiDeps = {
  readonly checkouts: Checkouts;
  readonly apiKey: string;
  /** A text on the phone of who is to pay. */
  readonly askPhone: (asked: {
    readonly id: string;
    readonly to: string;
    readonly text: string;
  }) => void;
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
  keepsCard: z.boolean().default(false),
});
/** The phone is asked, instead of a page being shown. */
const checkoutSchema = openSchema.extend({
  askedPhone: z
    .string()
    .regex(/^\+[1-9]\d{7,14}$/)
    .nullish(),
});
const chargeSchema = openSchema.omit({ keepsCard: true }).extend({ card: z.string().max(100) });

export function providerApi(app: FastifyInstance, deps: ProviderApiDeps): void {
  const { checkouts, apiKey } = deps;

  app.post('/provider/v1/checkouts', (request, reply) => {
    if (!hasKey(request, reply, apiKey)) return reply;
    const parsed = checkoutSchema.safeParse(request.body);
    if (!parsed.success) return refuse(reply, 400, 'invalid', faultsOf(parsed.error));
    const { askedPhone: to = null, ...asked } = parsed.data;
    const opened = checkouts.open(asked);
    if (!opened.ok) {
      const message = 'This reference was used for another amount. Take a new reference.';
      return refuse(reply, 409, opened.error, message);
    }
    const { checkout, isNew } = opened.value;
    const checkoutUrl = `${deps.publicUrl()}/pay/${checkout.checkoutId}`;
    if (isNew && to !== null) {
      const amount = money(checkout.amountMinor, checkout.currency);
      const text = `Sandbox Pay: ${checkout.description} asks for ${amount}. Answer: ${checkoutUrl}`;
      deps.askPhone({ id: checkout.checkoutId, to, text });
    }
    return reply.code(isNew ? 201 : 200).send({
      checkoutId: checkout.checkoutId,
      checkoutUrl,
      status: statusOf(checkout),
    });
  });

  app.post('/provider/v1/charges', (request, reply) => {
    if (!hasKey(request, reply, apiKey)) return reply;
    const parsed = chargeSchema.safeParse(request.body);
    if (!parsed.success) return refuse(reply, 400, 'invalid', faultsOf(parsed.error));
    const { card, ...asked } = parsed.data;
    const charged = checkouts.charge(asked, card);
    if (charged.ok) return reply.code(201).send(checkoutJson(charged.value));
    return charged.error === 'card-unknown'
      ? refuse(reply, 404, charged.error, 'No card is kept by this token.')
      : refuse(reply, 409, charged.error, 'This reference was used for another amount.');
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
  const card = cardOf(checkout);
  return {
    checkoutId: checkout.checkoutId,
    reference: checkout.reference,
    status: statusOf(checkout),
    providerReference: decision?.providerReference ?? null,
    amountMinor: takenMinor(checkout),
    currency: checkout.currency,
    card: card === null ? null : { token: card, label: 'sandbox card, ending in 4081' },
    decidedAt: decision === null ? null : new Date(decision.decidedAtMs).toISOString(),
  };
}
