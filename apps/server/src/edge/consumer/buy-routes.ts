// Buying, up to the offer: the amount that a customer types, and why it is refused.

import { type BankAccount, pageRoutes, pathOf } from '@prewatt/api';
import { idFromUuid, parseTypedAmount } from '@prewatt/quantities';
import { renderBuy } from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import type { Connection } from '../../registry/connections/index.ts';
import { checkForm } from '../../registry/sign-in/index.ts';
import type { PagesContext } from './pages.ts';
import { amountText, refusalText } from './refusals.ts';
import { buyView } from './views.ts';

/** With the number as it stands on the meter. */
const bankTransferTo = (account: BankAccount | null, { meter }: Connection) =>
  account === null ? null : { ...account, reference: meter.meterPan.slice(6, 17) };

export function buyPages(app: FastifyInstance, context: PagesContext): void {
  const { page, frame, onConnection } = context;
  const buyPage = async (
    request: FastifyRequest,
    reply: FastifyReply,
    o: { id: string; amount: string; problem: string | null },
  ) => {
    const { view, utility } = await onConnection(request, o.id, async (scope) => ({
      view: {
        ...(await buyView(scope.tx, {
          ...scope,
          ...{ amount: o.amount, problem: o.problem, tariffs: context.tariffs },
        })),
        bankTransfer: bankTransferTo(context.bankAccount ?? null, scope.connection),
      },
      utility: scope.utility,
    }));
    const html = renderBuy(frame(request, reply, utility), view);
    return page(reply, html, o.problem === null ? 200 : 422);
  };

  on(app, pageRoutes.buy, ({ request, reply, uuid }) => {
    const id = uuid('id');
    return buyPage(request, reply, { id, amount: '', problem: null });
  });

  on(app, pageRoutes.makeOffer, async ({ request, reply, uuid }) => {
    const id = uuid('id');
    const { amount = '' } = checkForm(request, context.publicUrl);
    const place = await onConnection(request, id, async ({ connection }) => connection);
    const utility = await context.utilities.get(place.utilityId);
    const voice = await context.voiceFor(request, utility);
    const parsed = parseTypedAmount(amount, utility.currency);
    if (!parsed.ok) {
      return buyPage(request, reply, {
        id,
        amount,
        problem: amountText(parsed.error, utility, voice),
      });
    }
    const quote = await context.vending.makeQuote(place, parsed.value);
    if (!quote.ok) {
      const problem = refusalText(quote.error, utility, voice);
      return buyPage(request, reply, { id, amount, problem });
    }
    return reply.redirect(
      pathOf(pageRoutes.offer, { id: idFromUuid('quote', quote.value.quoteId) }),
      303,
    );
  });
}
