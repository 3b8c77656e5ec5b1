// Routes of the consumer pages. They hold no state: the session says whose connections, the path
// says which.

import type { Frame, LiveReading } from '@prewatt/api';
import { homeZoneOf, idFromUuid, parsePhone, parseTypedAmount } from '@prewatt/quantities';
import {
  renderBuy,
  renderCode,
  renderHome,
  renderPrices,
  renderPurchases,
  renderQuote,
  renderSale,
  renderSaleFragment,
  renderSignIn,
} from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database, Tx } from '../../base/database.ts';
import type { LiveHub } from '../../base/http/live-hub.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { notFound, signedOut } from '../../base/http/problem.ts';
import type { Clocks } from '../../base/time.ts';
import type { Payments, StartRefusal } from '../../money/payments/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import { quoteRefusalText, type Vending, withLimits } from '../../money/vending/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import {
  checkForm,
  formValue,
  headersOf,
  type SignIn,
  setCookies,
} from '../../registry/sign-in/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { publicFrame } from './frame.ts';
import { limitPages } from './limit-routes.ts';
import { messagePages } from './message-routes.ts';
import { meterPages } from './meter-routes.ts';
import { pricesView } from './prices.ts';
import { amountText } from './refusals.ts';
import { statementPages } from './statement-routes.ts';
import {
  buyView,
  frameOf,
  homeView,
  liveReading,
  offerExpired,
  purchasesView,
  quoteView,
  saleOfRequest,
  saleView,
} from './views.ts';

export type ConsumerRoutesDeps = {
  readonly clocks: Clocks;
  readonly database: Database;
  readonly hub: LiveHub;
  readonly payments: Payments;
  readonly providerLabel: string;
  readonly publicUrl: string;
  readonly signIn: SignIn;
  readonly tariffs: Tariffs;
  readonly utilities: Utilities;
  readonly vending: Vending;
};

/**
 * Per address. Phones of one carrier share an address, so it cannot be tight; phones are counted
 * too.
 */
const strict = { config: { rateLimit: { max: 60, timeWindow: 60_000 } } };
/** Codes one phone may be sent: an address limit alone would let many addresses flood it. */
const codesPerPhone = { max: 20, timeWindow: 3_600_000 };

type Scope = {
  readonly tx: Tx;
  readonly utility: Utility;
  readonly connection: Connection;
  readonly nowMs: number;
};

export function consumerRoutes(context: ConsumerRoutesDeps) {
  const { signIn } = context;
  const nowMs = () => context.clocks.business.nowMs();
  const page = (reply: FastifyReply, html: string, status = 200) =>
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(html);

  const frame = (request: FastifyRequest, reply: FastifyReply, utility: Utility): Frame =>
    frameOf({
      utility,
      nowMs: nowMs(),
      clockSpeed: context.clocks.speed,
      csrf: formValue(request, reply, context.publicUrl),
    });

  const publicPage = (request: FastifyRequest, reply: FastifyReply): Promise<Frame> =>
    publicFrame(context, formValue(request, reply, context.publicUrl));

  const placesOf = async (request: FastifyRequest): Promise<readonly ConnectionPlace[]> => {
    const places = await signIn.customerOf(headersOf(request));
    if (places === null) throw signedOut();
    return places;
  };

  /** Runs `work` on one of the customer's connections; 404 for any other. */
  const onConnection = async <T>(
    request: FastifyRequest,
    connectionId: string,
    work: (scope: Scope, places: readonly ConnectionPlace[]) => Promise<T>,
  ): Promise<T> => {
    const places = await placesOf(request);
    const place = places.find((each) => each.connectionId === connectionId);
    if (place === undefined) throw notFound('connection');
    return inScope(place, (scope) => work(scope, places));
  };

  const inScope = async <T>(
    place: ConnectionPlace,
    work: (scope: Scope) => Promise<T>,
  ): Promise<T> => {
    const utility = await context.utilities.get(place.utilityId);
    return context.database.inUtility(place.utilityId, async (tx) => {
      const connection = await loadConnection(tx, place);
      if (connection === null) throw notFound('connection');
      return work({ tx, utility, connection, nowMs: nowMs() });
    });
  };

  /** The first of the customer's connections for which `find` has an answer. */
  const onAny = async <T>(
    request: FastifyRequest,
    what: string,
    find: (scope: Scope) => Promise<T | null>,
  ): Promise<{ readonly found: T; readonly place: ConnectionPlace; readonly utility: Utility }> => {
    for (const place of await placesOf(request)) {
      const found = await inScope(place, find);
      if (found !== null)
        return { found, place, utility: await context.utilities.get(place.utilityId) };
    }
    throw notFound(what);
  };

  /** Before the tenant is known: numbers as at home, where all utilities are of one country. */
  const homeZone = async (): Promise<string | undefined> =>
    homeZoneOf((await context.utilities.list()).map(({ zone }) => zone));

  const signInRoutes = (app: FastifyInstance): void => {
    const countCode = app.createRateLimit({
      ...codesPerPhone,
      keyGenerator: async (request) => `code:${phoneOf(request, await homeZone())}`,
    });

    app.get('/', async (request, reply) => {
      const places = await signIn.customerOf(headersOf(request));
      const [first] = places ?? [];
      if (first === undefined) return reply.redirect('/sign-in', 303);
      return reply.redirect(`/connections/${idFromUuid('connection', first.connectionId)}`, 303);
    });

    app.get('/sign-in', async (request, reply) =>
      page(reply, renderSignIn(await publicPage(request, reply), { phone: '', problem: null })),
    );

    app.post('/sign-in', strict, async (request, reply) => {
      const { phone: typed = '' } = checkForm(request, context.publicUrl);
      const phone = parsePhone(typed, await homeZone());
      const shown = await publicPage(request, reply);
      if (!phone.ok) {
        const problem = 'Write the number with its country code, for example +27 82 555 0101.';
        return page(reply, renderSignIn(shown, { phone: typed, problem }), 422);
      }
      const count = await countCode(request);
      if (!count.isAllowed && count.isExceeded) {
        const problem = 'Too many codes were sent to this number. Wait an hour, then try again.';
        return page(reply, renderSignIn(shown, { phone: typed, problem }), 429);
      }
      await signIn.requestCode(phone.value);
      return page(reply, renderCode(shown, { phone: phone.value, problem: null }));
    });

    app.post('/sign-in/code', strict, async (request, reply) => {
      const { phone: typed = '', code = '' } = checkForm(request, context.publicUrl);
      const phone = parsePhone(typed, await homeZone());
      const cookies =
        phone.ok && /^\d{6}$/.test(code.trim())
          ? await signIn.confirmCode(phone.value, code.trim())
          : null;
      if (cookies === null) {
        const problem =
          'That code is wrong or has expired. Check the last message, or ask for a new code.';
        const shown = await publicPage(request, reply);
        return page(reply, renderCode(shown, { phone: typed, problem }), 422);
      }
      setCookies(reply, cookies);
      return reply.redirect('/', 303);
    });

    app.post('/sign-out', async (request, reply) => {
      checkForm(request, context.publicUrl);
      setCookies(reply, await signIn.signOut(headersOf(request)));
      return reply.redirect('/sign-in', 303);
    });
  };

  const connectionRoutes = (app: FastifyInstance): void => {
    type ById = { Params: { id: string }; Querystring: { cursor?: string } };

    app.get<ById>('/connections/:id', async (request, reply) => {
      const id = uuidFromPath('connection', request.params.id);
      const { view, utility } = await onConnection(request, id, async (scope, places) => ({
        view: await homeView(scope.tx, {
          ...scope,
          places,
          tariffs: context.tariffs,
        }),
        utility: scope.utility,
      }));
      return page(reply, renderHome(frame(request, reply, utility), view));
    });

    app.get<ById>('/connections/:id/live', async (request, reply) => {
      const id = uuidFromPath('connection', request.params.id);
      const place = await onConnection(request, id, async ({ connection }) => connection);
      context.hub.stream(request, reply, {
        concerns: (notice) => concernsConnection(notice, id),
        update: async (send) => {
          const live: LiveReading = await inScope(place, (scope) =>
            liveReading(scope.tx, { ...scope, tariffs: context.tariffs }),
          );
          send('live', live);
        },
      });
    });

    app.get<ById>('/connections/:id/purchases', async (request, reply) => {
      const id = uuidFromPath('connection', request.params.id);
      const { cursor = null } = request.query;
      const before = cursor !== null && /^[0-9a-f-]{36}$/.test(cursor) ? cursor : null;
      const { view, utility } = await onConnection(request, id, async (scope) => ({
        view: await purchasesView(scope.tx, { connection: scope.connection, before }),
        utility: scope.utility,
      }));
      return page(reply, renderPurchases(frame(request, reply, utility), view));
    });

    const buyPage = async (
      request: FastifyRequest,
      reply: FastifyReply,
      o: { id: string; amount: string; problem: string | null },
    ) => {
      const { view, utility } = await onConnection(request, o.id, async (scope) => ({
        view: await buyView(scope.tx, { ...scope, amount: o.amount, problem: o.problem }),
        utility: scope.utility,
      }));
      const html = renderBuy(frame(request, reply, utility), view);
      return page(reply, html, o.problem === null ? 200 : 422);
    };

    app.get<ById>('/connections/:id/buy', (request, reply) => {
      const id = uuidFromPath('connection', request.params.id);
      return buyPage(request, reply, { id, amount: '', problem: null });
    });

    app.post<ById>('/connections/:id/buy', async (request, reply) => {
      const id = uuidFromPath('connection', request.params.id);
      const { amount = '' } = checkForm(request, context.publicUrl);
      const place = await onConnection(request, id, async ({ connection }) => connection);
      const utility = await context.utilities.get(place.utilityId);
      const parsed = parseTypedAmount(amount, utility.currency);
      if (!parsed.ok) {
        return buyPage(request, reply, { id, amount, problem: amountText(parsed.error, utility) });
      }
      const quote = await context.vending.makeQuote(place, parsed.value);
      if (!quote.ok) {
        const problem = withLimits(quote.error, utility);
        return buyPage(request, reply, { id, amount, problem });
      }
      return reply.redirect(`/quotes/${idFromUuid('quote', quote.value.quoteId)}`, 303);
    });
  };

  const purchaseRoutes = (app: FastifyInstance): void => {
    type ById = { Params: { id: string } };

    const quotePage = async (
      request: FastifyRequest,
      reply: FastifyReply,
      o: { quoteId: string; problem: string | null },
    ) => {
      const { found, utility } = await onAny(request, 'quote', ({ tx, connection, utility }) =>
        quoteView(tx, {
          tariffs: context.tariffs,
          connection,
          ...o,
          utility,
          providerName: context.providerLabel,
          clocks: context.clocks,
        }),
      );
      const html = renderQuote(frame(request, reply, utility), found);
      return page(reply, html, o.problem === null ? 200 : 409);
    };

    /** What became of an offer that was bought already; null for one that was not. */
    const saleOf = async (request: FastifyRequest, quoteId: string) => {
      for (const place of await placesOf(request)) {
        const sale = await inScope(place, ({ tx, connection }) =>
          saleOfRequest(tx, { connection, requestId: requestIdOf(quoteId) }),
        );
        if (sale !== null) return sale;
      }
      return null;
    };
    const toSale = (reply: FastifyReply, saleId: string) =>
      reply.redirect(`/sales/${idFromUuid('sale', saleId)}`, 303);

    app.get<ById>('/quotes/:id', async (request, reply) => {
      const quoteId = uuidFromPath('quote', request.params.id);
      // Whoever comes back to a bought offer wants its purchase, not to pay again.
      const sale = await saleOf(request, quoteId);
      if (sale !== null) return toSale(reply, sale.saleId);
      return quotePage(request, reply, { quoteId, problem: null });
    });

    app.post<ById>('/quotes/:id/pay', strict, async (request, reply) => {
      checkForm(request, context.publicUrl);
      const quoteId = uuidFromPath('quote', request.params.id);
      const { place } = await onAny(request, 'quote', ({ tx, connection, utility }) =>
        quoteView(tx, {
          tariffs: context.tariffs,
          connection,
          quoteId,
          utility,
          providerName: context.providerLabel,
          problem: null,
          clocks: context.clocks,
        }),
      );
      const sale = await saleOf(request, quoteId);
      if (sale !== null && sale.state !== 'awaitingPayment') return toSale(reply, sale.saleId);
      const started = await context.payments.startPurchase(place, {
        quoteId,
        requestId: requestIdOf(quoteId),
      });
      if (!started.ok)
        return quotePage(request, reply, { quoteId, problem: startText[started.error] });
      return reply.redirect(started.value.checkoutUrl, 303);
    });

    app.get<ById>('/sales/:id', async (request, reply) => {
      const saleId = uuidFromPath('sale', request.params.id);
      const { found, utility } = await onAny(request, 'purchase', (scope) =>
        saleView(scope.tx, { ...scope, tariffs: context.tariffs, saleId }),
      );
      return page(reply, renderSale(frame(request, reply, utility), found));
    });

    app.get<ById>('/sales/:id/live', async (request, reply) => {
      const saleId = uuidFromPath('sale', request.params.id);
      const { place, utility } = await onAny(request, 'purchase', (scope) =>
        saleView(scope.tx, { ...scope, tariffs: context.tariffs, saleId }),
      );
      const shown = frame(request, reply, utility);
      context.hub.stream(request, reply, {
        // Somebody is watching a purchase arrive: each step shows as it happens.
        calmMs: 150,
        concerns: (notice) =>
          notice.kind === 'sale'
            ? notice.saleId === saleId
            : concernsConnection(notice, place.connectionId),
        update: async (send) => {
          const view = await inScope(place, (scope) =>
            saleView(scope.tx, { ...scope, tariffs: context.tariffs, saleId }),
          );
          if (view !== null)
            send('sale', { html: renderSaleFragment({ ...shown, nowMs: nowMs() }, view) });
        },
      });
    });
  };

  return async (app: FastifyInstance): Promise<void> => {
    signInRoutes(app);
    connectionRoutes(app);
    purchaseRoutes(app);
    app.get<{ Params: { id: string } }>('/connections/:id/prices', async (request, reply) => {
      const id = uuidFromPath('connection', request.params.id);
      const { view, utility } = await onConnection(request, id, async (scope) => ({
        view: await pricesView(scope.tx, { ...scope, tariffs: context.tariffs }),
        utility: scope.utility,
      }));
      return page(reply, renderPrices(frame(request, reply, utility), view));
    });
    limitPages(app, { onConnection, frame, page });
    meterPages(app, { onConnection, frame, page });
    messagePages(app, { onConnection, frame, page, publicUrl: context.publicUrl });
    statementPages(app, { onConnection, frame, page, vending: context.vending });
  };
}

function phoneOf(request: FastifyRequest, zone: string | undefined): string {
  const { phone } = request.body as { phone?: unknown };
  const parsed = parsePhone(typeof phone === 'string' ? phone : '', zone);
  return parsed.ok ? parsed.value : 'none';
}

/** One quote is bought once: pressing the button twice is the same request. */
const requestIdOf = (quoteId: string): string => `quote:${quoteId}`;

function concernsConnection(notice: { readonly kind: string }, connectionId: string): boolean {
  if ('connectionIds' in notice) return (notice.connectionIds as string[]).includes(connectionId);
  return 'connectionId' in notice && notice.connectionId === connectionId;
}

const startText: Record<StartRefusal, string> = {
  requestIdReused: 'This offer was already bought for another amount. Start again.',
  unknownQuote: 'This offer no longer exists. Start again.',
  quoteExpired: offerExpired,
  meterBlocked: quoteRefusalText.meterBlocked,
  providerUnavailable:
    'The payment service does not answer just now. Nothing was charged; try again in a minute.',
};
