// Somebody pays for a home that is not theirs, by its meter number and without signing in. They are
// shown the initials and the street; the token goes to the home's own phone, and to nobody else.

import { randomUUID } from 'node:crypto';
import { type FriendPaidView, pageRoutes, pathOf, type SaleState } from '@prewatt/api';
import { dayMs, ok, parsePhone, parseTypedAmount, type Result } from '@prewatt/quantities';
import {
  renderFriend,
  renderFriendHome,
  renderFriendPaid,
  type Voice,
  voiceOf,
} from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { instant } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import { friendRequest } from '../../money/payments/index.ts';
import { paidMinorOf } from '../../money/vending/index.ts';
import { checkForm, headersOf } from '../../registry/sign-in/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { createFriendLimits, type FriendHome, friendHome } from './friend.ts';
import { type PagesContext, strict } from './pages.ts';
import { amountText } from './refusals.ts';

/** Purchases of strangers for one home in a day, paid or open. */
const mostADay = 5;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type FriendAsked = {
  readonly home: FriendHome;
  readonly meter: string;
  readonly amount: string;
  readonly phone: string;
  readonly problem: string | null;
  readonly id: string;
};

/** What the pages share: who must sign in, the home of a number, and how it is shown. */
function createFriendPages(o: PagesContext) {
  const limits = createFriendLimits(o.database);
  /** Whether a phone has to be asked, and nobody has proved to hold one. */
  const needsPhone = async (request: FastifyRequest): Promise<boolean> =>
    o.payments.asksOnPhone && (await o.signIn.phoneOf(headersOf(request))) === null;
  const askMeter = async (
    request: FastifyRequest,
    reply: FastifyReply,
    shown: { readonly meter: string; readonly refused?: 'none' | 'tooOften' },
  ) => {
    const { meter, refused } = shown;
    const mustSignIn = await needsPhone(request);
    const frame = await o.publicPage(request, reply);
    const { noMeter, tooOften } = voiceOf(frame).words.friend;
    const problem = refused === undefined ? null : { none: noMeter, tooOften }[refused];
    const status = refused === undefined ? 200 : { none: 422, tooOften: 429 }[refused];
    return o.page(reply, renderFriend(frame, { meter, problem, mustSignIn }), status);
  };
  const find = async (request: FastifyRequest, meter: string) => {
    await o.languages.find(request);
    if (!(await limits.mayAsk(request.ip))) return 'tooOften';
    const found = await friendHome(o, meter);
    await limits.asked(request.ip, found === null ? 'missed' : 'found');
    return found ?? 'none';
  };
  const homePage = (request: FastifyRequest, reply: FastifyReply, a: FriendAsked) => {
    const { home, meter, amount, phone, problem, id: requestId } = a;
    const { utility } = home;
    const frame = o.frame(request, reply, utility);
    const shown = home.shown ?? voiceOf(frame).words.friend.thisMeter;
    const html = renderFriendHome(frame, {
      ...{ meter, amount, phone, problem, requestId, shown, providerName: o.providerLabel },
      // Whoever is asked on their phone gets the receipt there.
      asksForPhone: !o.payments.asksOnPhone,
      minimumMinor: utility.minimumPurchaseMinor.toString(),
      maximumMinor: utility.maximumPurchaseMinor.toString(),
    });
    return o.page(reply, html, problem === null ? 200 : 422);
  };
  return { needsPhone, askMeter, find, homePage };
}

export function friendPages(app: FastifyInstance, o: PagesContext): void {
  const { needsPhone, askMeter, find, homePage } = createFriendPages(o);

  on(app, pageRoutes.friend, ({ request, reply }) => askMeter(request, reply, { meter: '' }));

  on(app, pageRoutes.friendHome, {
    ...strict,
    handler: async ({ request, reply }) => {
      const { meter = '' } = checkForm(request, o.publicUrl);
      const typed = meter.slice(0, 40);
      if (await needsPhone(request)) return reply.redirect(pathOf(pageRoutes.friend), 303);
      const home = await find(request, typed);
      if (typeof home === 'string') {
        return askMeter(request, reply, { meter: typed, refused: home });
      }
      const fresh = { amount: '', phone: '', problem: null, id: randomUUID() };
      return homePage(request, reply, { home, meter: typed, ...fresh });
    },
  });

  on(app, pageRoutes.friendPay, {
    ...strict,
    handler: async ({ request, reply }) => {
      const form = checkForm(request, o.publicUrl);
      const meter = (form.meter ?? '').slice(0, 40);
      const payerPhone = await o.signIn.phoneOf(headersOf(request));
      if (o.payments.asksOnPhone && payerPhone === null) {
        return reply.redirect(pathOf(pageRoutes.friend), 303);
      }
      const home = await find(request, meter);
      if (typeof home === 'string') return askMeter(request, reply, { meter, refused: home });
      const id = uuid.test(form.requestId ?? '') ? (form.requestId ?? '') : randomUUID();
      const amount = (form.amount ?? '').slice(0, 20);
      const phone = (form.phone ?? '').slice(0, 40);
      const asked = o.payments.asksOnPhone ? payerPhone : null;
      const voice = await o.voiceFor(request, home.utility);
      const paid = await startPaying(o, { home, amount, id, phone, asked, voice });
      if ('url' in paid) return reply.redirect(paid.url, 303);
      return homePage(request, reply, { home, meter, amount, phone, id, problem: paid.problem });
    },
  });

  on(app, pageRoutes.friendPaid, async ({ request, reply, uuid: idOf }) => {
    const paid = await paidBy(o, idOf('id'));
    if (paid === null) throw notFound('payment');
    const { utility, state, paidMinor } = paid;
    const amount = (await o.voiceFor(request, utility)).money(paidMinor.toString());
    return o.page(reply, renderFriendPaid(o.frame(request, reply, utility), { state, amount }));
  });
}

async function startPaying(
  o: PagesContext,
  a: {
    readonly home: FriendHome;
    readonly amount: string;
    readonly id: string;
    /** For a receipt, as it was typed; empty for none. */
    readonly phone: string;
    /** That approves the payment; null where a page does. */
    readonly asked: string | null;
    readonly voice: Voice;
  },
): Promise<{ readonly url: string } | { readonly problem: string }> {
  const { place, utility } = a.home;
  const { say, words } = a.voice;
  const parsed = parseTypedAmount(a.amount, utility.currency);
  if (!parsed.ok) return { problem: amountText(parsed.error, utility, a.voice) };
  const { minimumPurchaseMinor: least, maximumPurchaseMinor: most } = utility;
  if (parsed.value < least || parsed.value > most) {
    const sum = (minor: bigint) => a.voice.money(minor.toString());
    return { problem: say(words.said.amountRange, { least: sum(least), most: sum(most) }) };
  }
  const receipt = receiptPhoneOf(a, utility);
  if (!receipt.ok) return { problem: words.friend.badPhone };
  const requestId = friendRequest(a.id);
  const others = await othersToday(o, a.home, requestId);
  if (others >= mostADay) return { problem: words.friend.others };
  const quote = await o.vending.makeQuote(place, parsed.value);
  // Why a home cannot buy is not for strangers.
  const notNow = { problem: words.friend.notNow };
  if (!quote.ok) return notNow;
  const started = await o.payments.startPurchase(place, {
    ...{ quoteId: quote.value.quoteId, requestId },
    ...(a.asked === null ? {} : { payerPhone: a.asked }),
    ...(receipt.value === null ? {} : { receiptPhone: receipt.value }),
  });
  return started.ok ? { url: started.value.checkoutUrl } : notNow;
}

/** Who gets the receipt: the phone that approves, or the one that was typed, or nobody. */
function receiptPhoneOf(
  { asked, phone }: { readonly asked: string | null; readonly phone: string },
  { zone }: Utility,
): Result<string | null, 'phone-format'> {
  if (asked !== null || phone.trim() === '') return ok(asked);
  return parsePhone(phone, zone);
}

/** Purchases of strangers for the home since a day ago, but for this one. */
const othersToday = (o: PagesContext, { place }: FriendHome, requestId: string): Promise<number> =>
  o.database.inUtility(place.utilityId, async (tx) => {
    const since = instant(o.clocks.business.nowMs() - dayMs);
    const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM sales
      WHERE bucket = ${place.bucket}::smallint AND connection_id = ${place.connectionId}::uuid
        AND request_id LIKE 'friend:%' AND request_id <> ${requestId}
        AND requested_at > ${since}::timestamptz
        AND state NOT IN ('paymentRefused', 'paymentExpired')`.execute(tx);
    return rows[0]?.n ?? 0;
  });

const paidStates: Readonly<Record<SaleState, FriendPaidView['state']>> = {
  awaitingPayment: 'open',
  issued: 'paid',
  delivered: 'paid',
  stuck: 'late',
  reversed: 'takenBack',
  paymentRefused: 'notPaid',
  paymentExpired: 'notPaid',
};

/** How a purchase of a stranger stands; null for every other payment. */
async function paidBy(o: PagesContext, paymentId: string) {
  const { directories } = o.database;
  const at = await directories
    .selectFrom('payment_directory')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .executeTakeFirst();
  if (at === undefined) return null;
  const sale = await o.database.inUtility(at.utility_id, (tx) =>
    tx
      .selectFrom('payments as p')
      .innerJoin('sales as s', (join) =>
        join.onRef('s.bucket', '=', 'p.bucket').onRef('s.id', '=', 'p.sale_id'),
      )
      .select(['s.id', 's.state', 's.request_id', 's.connection_id'])
      .select(paidMinorOf('s').as('paid_minor'))
      .where('p.bucket', '=', at.bucket)
      .where('p.id', '=', paymentId)
      .executeTakeFirst(),
  );
  if (sale?.request_id?.startsWith('friend:') !== true) return null;
  const utility = await o.utilities.get(at.utility_id);
  const place = { utilityId: utility.id, bucket: at.bucket, connectionId: sale.connection_id };
  const state = paidStates[sale.state as SaleState];
  if (state === 'open') await o.payments.askSoon(place, sale.id);
  return { utility, state, paidMinor: sale.paid_minor };
}
