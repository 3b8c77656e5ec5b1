// A purchase from its offer on: paying for it, and watching it arrive.

import { pageRoutes, pathOf } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { hasReceipt, renderQuote, renderSale, renderSaleFragment } from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import type { StartRefusal } from '../../money/payments/index.ts';
import { checkForm, sessionIdOf } from '../../registry/sign-in/index.ts';
import { concernsConnection, type PagesContext, strict } from './pages.ts';
import { receiptFileOf } from './receipt-file.ts';
import { quoteView, saleOfRequest, saleView } from './views.ts';

export function offerPages(app: FastifyInstance, context: PagesContext): void {
  const { page, frame, onAny, placesOf, inScope } = context;
  const { tariffs, clocks, providerLabel: providerName } = context;

  const offerOf = (request: FastifyRequest, o: { quoteId: string; problem: string | null }) =>
    onAny(request, 'quote', ({ tx, connection, utility, voice }) =>
      quoteView(tx, {
        ...{ ...o, tariffs, connection, utility, providerName, clocks, voice },
        canKeepCard: context.payments.cards.canBeKept,
      }),
    );

  const quotePage = async (
    request: FastifyRequest,
    reply: FastifyReply,
    o: { quoteId: string; problem: string | null },
  ) => {
    const { found, utility } = await offerOf(request, o);
    const html = renderQuote(frame(request, reply, utility), found);
    return page(reply, html, o.problem === null ? 200 : 409);
  };

  /** What became of an offer that was bought already; null for one that was not. */
  const saleOf = async (request: FastifyRequest, quoteId: string) => {
    for (const place of await placesOf(request)) {
      const sale = await inScope(request, place, ({ tx, connection }) =>
        saleOfRequest(tx, { connection, requestId: requestIdOf(quoteId) }),
      );
      if (sale !== null) return sale;
    }
    return null;
  };
  const toSale = (reply: FastifyReply, saleId: string) =>
    reply.redirect(pathOf(pageRoutes.sale, { id: idFromUuid('sale', saleId) }), 303);

  on(app, pageRoutes.offer, async ({ request, reply, uuid }) => {
    const quoteId = uuid('id');
    // Whoever comes back to a bought offer wants its purchase, not to pay again.
    const sale = await saleOf(request, quoteId);
    if (sale !== null) return toSale(reply, sale.saleId);
    return quotePage(request, reply, { quoteId, problem: null });
  });

  on(app, pageRoutes.pay, {
    ...strict,
    handler: async ({ request, reply, uuid }) => {
      const form = checkForm(request, context.publicUrl);
      const quoteId = uuid('id');
      const { place, utility } = await offerOf(request, { quoteId, problem: null });
      const sale = await saleOf(request, quoteId);
      if (sale !== null && sale.state !== 'awaitingPayment') return toSale(reply, sale.saleId);
      const started = await context.payments.startPurchase(place, {
        quoteId,
        requestId: requestIdOf(quoteId),
        keepsCard: form.keepCard === 'on',
      });
      if (!started.ok) {
        const { words } = await context.voiceFor(request, utility);
        return quotePage(request, reply, {
          quoteId,
          problem: words.said[startText[started.error]],
        });
      }
      return reply.redirect(started.value.checkoutUrl, 303);
    },
  });
}

export function salePages(app: FastifyInstance, context: PagesContext): void {
  const { page, frame, onAny, inScope, receiptLinks, tariffs } = context;
  const findSale = (request: FastifyRequest, saleId: string) =>
    onAny(request, 'purchase', (scope) =>
      saleView(scope.tx, { ...scope, ...{ tariffs, receiptLinks }, saleId }),
    );

  on(app, pageRoutes.sale, async ({ request, reply, uuid }) => {
    const saleId = uuid('id');
    const { found, place, utility } = await findSale(request, saleId);
    // Back from paying, or pressing reload: the provider is asked, not the customer.
    if (found.state === 'awaitingPayment') await context.payments.askSoon(place, saleId);
    return page(reply, renderSale(frame(request, reply, utility), found));
  });

  on(app, pageRoutes.saleReceipt, {
    ...strict,
    handler: async ({ request, reply, uuid }) => {
      const { found, utility } = await findSale(request, uuid('id'));
      if (!hasReceipt(found)) throw notFound('receipt');
      const speech = frame(request, reply, utility);
      const { publicUrl } = context;
      const { fileName, bytes } = await receiptFileOf(found, { utility, speech, publicUrl });
      return reply
        .type('application/pdf')
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="${fileName}"`)
        .send(Buffer.from(bytes));
    },
  });

  on(app, pageRoutes.saleLive, async ({ request, reply, uuid }) => {
    const saleId = uuid('id');
    const { place, utility } = await findSale(request, saleId);
    const shown = frame(request, reply, utility);
    context.hub.stream(request, reply, {
      sessionId: await sessionIdOf(context.signIn, request),
      // Somebody is watching a purchase arrive: each step shows as it happens.
      calmMs: 150,
      concerns: (notice) =>
        notice.kind === 'sale'
          ? notice.saleId === saleId
          : concernsConnection(notice, place.connectionId),
      update: async (send) => {
        const view = await inScope(request, place, (scope) =>
          saleView(scope.tx, { ...scope, ...{ tariffs, receiptLinks }, saleId }),
        );
        if (view !== null)
          send('sale', {
            html: renderSaleFragment({ ...shown, nowMs: context.clocks.business.nowMs() }, view),
          });
      },
    });
  });
}

/** One quote is bought once: pressing the button twice is the same request. */
const requestIdOf = (quoteId: string): string => `quote:${quoteId}`;

const startText = {
  requestIdReused: 'offerReused',
  unknownQuote: 'offerUnknown',
  quoteExpired: 'offerExpired',
  meterBlocked: 'meterBlocked',
  providerUnavailable: 'providerAway',
} as const satisfies Record<StartRefusal, string>;
