// Selling on a shop's phone: the offer, whose address holds the name of the sale, then the sale and
// its receipt. However often the button is pressed or the page loaded again, the name sells once.

import { randomUUID } from 'node:crypto';
import { pathOf, requestIdSchema, tillPages } from '@prewatt/api';
import { formatMoney, parseTypedAmount, uuidIn } from '@prewatt/quantities';
import { escpos, qrPath } from '@prewatt/rails';
import {
  renderTillDebt,
  renderTillOffer,
  renderTillSale,
  renderTillSales,
} from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import { withLimits } from '../../money/vending/index.ts';
import {
  fullNumber,
  receiptContent,
  type SellRefusal,
  textOfRefusal,
} from '../../money/vendors/index.ts';
import { checkForm } from '../../registry/sign-in/index.ts';
import { amountText } from '../consumer/index.ts';
import type { AtDesk, TillContext } from './context.ts';
import { otherThan, rowOf, sellPage } from './sell-page.ts';
import { deskView } from './session.ts';

type Call = { readonly request: FastifyRequest; readonly reply: FastifyReply };
type Wish = {
  readonly requestId: string;
  readonly meterPan: string;
  readonly amountMinor: bigint;
  /** It pays what is owed, and buys nothing. */
  readonly pays: 'debts' | undefined;
};

/** How long after a sale its receipt is printed as such; later it is a copy. */
const freshForMs = 15 * 60_000;
const salesShown = 50;

export function salePages(app: FastifyInstance, context: TillContext): void {
  offerRoutes(app, context);
  sellRoute(app, context);
  receiptRoutes(app, context);
}

/** Digits alone: people write a meter's number in groups. */
const digitsOf = (typed: string): string => typed.replace(/[\s-]/g, '').slice(0, 30);

function refusalText(code: SellRefusal, { utility }: AtDesk): string {
  return code === 'amountBelowMinimum' || code === 'amountAboveMaximum'
    ? withLimits(code, utility)
    : textOfRefusal(code);
}

/** What speaks against it, seen before the customer is asked for money; null: nothing. */
async function whyNotOffered(
  { vendors: { selling } }: TillContext,
  desk: AtDesk,
  wish: Omit<Wish, 'requestId'>,
): Promise<string | null> {
  const looked =
    wish.pays === undefined
      ? await selling.quote(desk.phone, wish)
      : await selling.confirmMeter(desk.phone, wish.meterPan);
  if (!looked.ok) return refusalText(looked.error, desk);
  if (wish.pays !== undefined) {
    const owedMinor = await selling.owedAt(desk.phone, wish.meterPan);
    if (owedMinor === 0n) return refusalText('nothingOwed', desk);
    if (wish.amountMinor > owedMinor) {
      const owed = formatMoney(owedMinor, desk.utility.currency);
      return `This is more than what is owed there: ${owed}.`;
    }
  }
  const isCovered = await selling.covers(desk.phone, wish.amountMinor);
  return isCovered ? null : refusalText('floatExceeded', desk);
}

function offerRoutes(app: FastifyInstance, context: TillContext): void {
  on(app, tillPages.makeOffer, ({ request, reply }) => {
    const { meter: typed = '', amount = '', pays: asked } = checkForm(request, context.publicUrl);
    const meter = digitsOf(typed);
    return context.atDesk(request, reply, async (desk) => {
      const refused = (problem: string) =>
        sellPage(context, { request, reply }, desk, { meter: typed, amount, problem });
      if (!/^\d{11}$|^\d{13}$|^\d{18}$/.test(meter)) {
        return refused('A meter’s number has 11, 13 or 18 digits.');
      }
      const parsed = parseTypedAmount(amount, desk.utility.currency);
      if (!parsed.ok) return refused(amountText(parsed.error, desk.utility));
      const wish = { meterPan: fullNumber(meter), amountMinor: parsed.value };
      const pays = asked === 'debts' ? asked : undefined;
      const against = await whyNotOffered(context, desk, { ...wish, pays });
      if (against !== null) return refused(against);
      return reply.redirect(offerPath({ ...wish, pays, requestId: `till-${randomUUID()}` }), 303);
    });
  });

  on(app, tillPages.offer, ({ request, reply, readQuery }) =>
    context.atDesk(request, reply, async (desk) => {
      const { meter = '', amount = '', pays } = readQuery();
      const wish = wishOf({ ...request.params, meter, amount, pays });
      if (wish === null) return reply.redirect(pathOf(tillPages.start), 303);
      return offerPage(context, { request, reply }, { desk, wish, problem: null });
    }),
  );
}

const offerPath = ({ requestId, meterPan, amountMinor, pays }: Wish): string =>
  pathOf(tillPages.offer, {
    requestId,
    query: { meter: meterPan, amount: amountMinor.toString(), ...(pays ? { pays } : {}) },
  });

/** What an address or a form wishes for; null where somebody has changed it. */
function wishOf(o: {
  readonly requestId: string;
  readonly meter: string;
  readonly amount: string;
  readonly pays?: string | undefined;
}): Wish | null {
  if (!requestIdSchema.safeParse(o.requestId).success) return null;
  if (!/^\d{18}$/.test(o.meter) || !/^[1-9]\d{0,14}$/.test(o.amount)) return null;
  const pays = o.pays === 'debts' ? o.pays : undefined;
  return { requestId: o.requestId, meterPan: o.meter, amountMinor: BigInt(o.amount), pays };
}

async function offerPage(
  context: TillContext,
  { request, reply }: Call,
  o: { readonly desk: AtDesk; readonly wish: Wish; readonly problem: string | null },
): Promise<FastifyReply> {
  const { desk, wish } = o;
  const { selling } = context.vendors;
  // Whoever comes back to an offer that was sold wants its receipt, not to sell again.
  const sold = await selling.receiptOf(desk.phone, wish.requestId);
  if (sold.ok) return toSale(reply, sold.value.saleId);
  const back = (problem: string) =>
    sellPage(context, { request, reply }, desk, {
      meter: wish.meterPan,
      amount: '',
      problem,
    });
  // What was refused when it was sold is said on the offer.
  const against = o.problem === null ? await whyNotOffered(context, desk, wish) : null;
  if (against !== null) return back(against);
  const meter = await selling.confirmMeter(desk.phone, wish.meterPan);
  if (!meter.ok) return back(textOfRefusal(meter.error));
  const frame = context.frame(request, reply, desk.utility);
  const asked = { requestId: wish.requestId, problem: o.problem };
  const status = o.problem === null ? 200 : 409;
  if (wish.pays !== undefined) {
    const amountMinor = wish.amountMinor.toString();
    const owedMinor = (await selling.owedAt(desk.phone, wish.meterPan)).toString();
    const seen = { ...meter.value, ...asked, amountMinor, owedMinor };
    const view = { desk: await deskView(context, desk), ...seen };
    return context.page(reply, renderTillDebt(frame, view), status);
  }
  const quoted = await selling.quote(desk.phone, wish);
  if (!quoted.ok) return back(refusalText(quoted.error, desk));
  const html = renderTillOffer(frame, {
    ...{ desk: await deskView(context, desk), ...quoted.value, ...meter.value, ...asked },
  });
  return context.page(reply, html, status);
}

const toSale = (reply: FastifyReply, saleId: string): FastifyReply =>
  reply.redirect(pathOf(tillPages.sale, { id: saleId }), 303);

function sellRoute(app: FastifyInstance, context: TillContext): void {
  const { selling, shifts } = context.vendors;
  on(app, tillPages.sell, ({ request, reply }) => {
    const { meter = '', amount = '', pays } = checkForm(request, context.publicUrl);
    return context.atDesk(request, reply, async (desk) => {
      const wish = wishOf({ ...request.params, meter, amount, pays });
      if (wish === null) return reply.redirect(pathOf(tillPages.start), 303);
      const refused = (problem: string) =>
        offerPage(context, { request, reply }, { desk, wish, problem });
      const holder = await shifts.holder(desk.phone);
      const other = holder === null ? null : otherThan(desk.clerk.clerkId, holder);
      if (other !== null) return refused(`The shift of ${other} is open; close it first.`);
      const sold = await selling.sell(desk.phone, wish);
      if (!sold.ok) return refused(soldText(sold.error, desk));
      return toSale(reply, sold.value.saleId);
    });
  });
}

const soldText = (code: 'keyRefused' | SellRefusal, desk: AtDesk): string =>
  code === 'keyRefused'
    ? 'This phone may not sell any more; ask the utility.'
    : refusalText(code, desk);

/** The receipt of a sale of this shop, as the copy that was asked for if it was made. */
async function receiptAt(
  context: TillContext,
  desk: AtDesk,
  o: { readonly saleId: string; readonly copy?: string | undefined },
) {
  const found = await context.vendors.selling.receiptOfSale(desk.phone, o.saleId);
  if (!found.ok) throw notFound('sale');
  const { receipt, copies, clerk } = found.value;
  const asked = Number(o.copy ?? '0');
  const copy = Number.isInteger(asked) && asked > 0 && asked <= copies ? asked : null;
  const age = context.clocks.business.nowMs() - Date.parse(receipt.soldAt);
  return { receipt, copy, clerk, isFresh: age < freshForMs };
}

function receiptRoutes(app: FastifyInstance, context: TillContext): void {
  const { history, selling } = context.vendors;
  const linkOf = ({ saleId }: { readonly saleId: string }): string =>
    context.receiptLinks.urlOf(uuidIn(saleId));
  on(app, tillPages.sales, ({ request, reply }) =>
    context.atDesk(request, reply, async (desk) => {
      const sales = (await history.last(desk.phone, salesShown)).map(rowOf);
      const view = { desk: await deskView(context, desk), sales };
      const shown = context.frame(request, reply, desk.utility);
      return context.page(reply, renderTillSales(shown, view));
    }),
  );

  on(app, tillPages.sale, ({ request, reply, uuid, readQuery }) =>
    context.atDesk(request, reply, async (desk) => {
      const found = await receiptAt(context, desk, { saleId: uuid('id'), ...readQuery() });
      const html = renderTillSale(context.frame(request, reply, desk.utility), {
        ...found,
        code: qrPath(linkOf(found.receipt)),
        desk: await deskView(context, desk),
      });
      return context.page(reply, html);
    }),
  );

  on(app, tillPages.printout, ({ request, reply, uuid, readQuery }) =>
    context.atDesk(request, reply, async (desk) => {
      const { paper: asked, copy: wished } = readQuery();
      const paper = asked === '80' ? 80 : 58;
      const found = await receiptAt(context, desk, { saleId: uuid('id'), copy: wished });
      const { receipt, copy, clerk } = found;
      // Neither the receipt of a moment ago nor a copy that was counted.
      if (copy === null && !found.isFresh) throw notFound('copy');
      const { vendorName, label } = desk.phone;
      const till = clerk === null ? label : `${label}, ${clerk}`;
      const link = linkOf(receipt);
      const { utility } = desk;
      const content = receiptContent(receipt, { utility, vendorName, till, copy, link });
      const name = `receipt-${receipt.saleId.slice(-12)}-${paper}${copy === null ? '' : `-copy-${copy}`}`;
      return reply
        .type('application/octet-stream')
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="${name}.escpos"`)
        .send(Buffer.from(escpos(content, paper).bytes));
    }),
  );

  on(app, tillPages.reprint, ({ request, reply, uuid }) => {
    checkForm(request, context.publicUrl);
    return context.atDesk(request, reply, async (desk) => {
      const saleId = uuid('id');
      const printed = await selling.reprint(desk.phone, saleId);
      if (!printed.ok) throw notFound('sale');
      const path = pathOf(tillPages.sale, {
        id: printed.value.saleId,
        query: { copy: String(printed.value.copy) },
      });
      return reply.redirect(path, 303);
    });
  });
}
