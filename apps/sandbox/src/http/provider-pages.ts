// The payment provider's pages for people: decide, look, send again.

import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Checkouts } from '../checkouts.ts';
import { choiceSchema } from '../journal.ts';
import type { LiveHub } from '../live.ts';
import { errorPage, type Scene } from '../pages/layout.ts';
import {
  type CheckoutWithNotifications,
  payFragment,
  payPage,
  providerFragment,
  providerPage,
} from '../pages/payments.ts';
import type { Checkout, State } from '../state.ts';
import { isSameOrigin, sendPage } from './guards.ts';

export type ProviderPagesDeps = {
  readonly checkouts: Checkouts;
  readonly state: State;
  readonly live: LiveHub;
  readonly scene: () => Scene;
  readonly realNowMs: () => number;
};

/** After which the shop hears of a payment, where it hears late. */
export const delaySchema = z.enum(['10', '30', '120']).default('10').transform(Number);
const decisionSchema = z.object({ choice: choiceSchema, delaySeconds: delaySchema });

const shownCheckouts = 50;
type CheckoutParams = { Params: { checkoutId: string } };

export function providerPages(app: FastifyInstance, deps: ProviderPagesDeps): void {
  const { checkouts, live, scene, realNowMs } = deps;
  const withNotifications = (checkout: Checkout): CheckoutWithNotifications => ({
    checkout,
    notifications: checkout.notificationIds.flatMap((id) => deps.state.notifications.get(id) ?? []),
  });
  const rows = () => checkouts.recent(shownCheckouts).map(withNotifications);

  app.get('/provider', (_request, reply) =>
    sendPage(reply, 200, providerPage(scene(), rows(), realNowMs())),
  );
  app.get('/provider/live', (_request, reply) => {
    live.follow('provider', reply, () => providerFragment(scene(), rows(), realNowMs()));
  });

  app.get<CheckoutParams>('/pay/:checkoutId', (request, reply) => {
    const checkout = checkouts.find(request.params.checkoutId);
    if (checkout === undefined) return unknownCheckout(reply);
    const text = payPage(scene(), {
      ...{ shown: withNotifications(checkout), next: checkouts.nextFault() },
      realNowMs: realNowMs(),
    });
    return sendPage(reply, 200, text, checkout.returnUrl);
  });
  app.get<CheckoutParams>('/pay/:checkoutId/live', (request, reply) => {
    const known = checkouts.find(request.params.checkoutId);
    if (known === undefined) return unknownCheckout(reply);
    live.follow(`pay/${known.checkoutId}`, reply, () => {
      const checkout = checkouts.find(known.checkoutId) ?? known;
      return payFragment(scene(), withNotifications(checkout), realNowMs());
    });
    return reply;
  });

  app.post<CheckoutParams>('/pay/:checkoutId/decision', (request, reply) => {
    if (!isSameOrigin(request, reply)) return reply;
    const parsed = decisionSchema.safeParse(request.body);
    if (!parsed.success) {
      const text = errorPage('Nothing was decided', 'Go back and press one of the buttons.');
      return sendPage(reply, 400, text);
    }
    const { choice, delaySeconds } = parsed.data;
    const decided = checkouts.decide(request.params.checkoutId, choice, delaySeconds);
    if (!decided.ok) return unknownCheckout(reply);
    const later = decided.value.decision?.choice === 'approveLater';
    const next = later ? `/pay/${decided.value.checkoutId}` : decided.value.returnUrl;
    return reply.redirect(next, 303);
  });

  app.post<CheckoutParams>('/provider/:checkoutId/notify', (request, reply) => {
    if (!isSameOrigin(request, reply)) return reply;
    const told = checkouts.notifyAgain(request.params.checkoutId);
    if (told.ok) return reply.redirect('/provider', 303);
    if (told.error === 'checkout-unknown') return unknownCheckout(reply);
    return sendPage(
      reply,
      409,
      errorPage('Not decided yet', 'Approve or refuse the payment first.'),
    );
  });
}

function unknownCheckout(reply: FastifyReply): FastifyReply {
  return sendPage(
    reply,
    404,
    errorPage('No such payment', 'The address is mistyped, or the sandbox was emptied.'),
  );
}
