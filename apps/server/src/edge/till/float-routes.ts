// A shop pays its float in: a phone is asked for the money, and the page says how that stands. The
// form's name is the payment's, so that a press that was repeated asks once.

import { randomUUID } from 'node:crypto';
import { pathOf, requestIdSchema, type TillFloatRow, tillPages } from '@prewatt/api';
import { idFromUuid, parsePhone, parseTypedAmount } from '@prewatt/quantities';
import { renderTillFloat, renderTillFloatPayment, renderTillPayer } from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import {
  type FloatPayment,
  type FloatRefusal,
  floatPayments,
  floatState,
} from '../../money/payments/index.ts';
import { checkForm } from '../../registry/sign-in/index.ts';
import { amountText } from '../consumer/index.ts';
import type { AtDesk, TillContext } from './context.ts';
import { deskView } from './session.ts';

type Call = { readonly request: FastifyRequest; readonly reply: FastifyReply };
type Typed = {
  readonly amount: string;
  readonly phone: string;
  readonly problem: string | null;
  readonly requestId?: string;
};

const shown = 10;

const said: Record<FloatRefusal, string> = {
  vendorBlocked: 'This shop may not sell at present; ask the utility.',
  requestIdReused: 'This form has asked for another amount or phone already. Begin again.',
  amountTooSmall: 'That is less than the smallest payment.',
  amountTooLarge:
    'That is more than one payment may bring. Pay in less, or bring it to the utility.',
  askIsOpen:
    'This phone was asked a few minutes ago. Look at its payment below before you ask again.',
  tooOftenToday:
    'This shop has asked too often today. Bring the money to the utility, or wait a day.',
  tooMuchToday: 'That is more than a shop may pay in this way in a day. Bring it to the utility.',
};

export function floatPages(app: FastifyInstance, context: TillContext): void {
  on(app, tillPages.float, ({ request, reply }) =>
    context.atDesk(request, reply, (desk) =>
      floatPage(context, { request, reply }, desk, { amount: '', phone: '', problem: null }),
    ),
  );

  on(app, tillPages.payFloat, ({ request, reply }) => {
    const form = checkForm(request, context.publicUrl);
    const [amount, phone] = [(form.amount ?? '').slice(0, 20), (form.phone ?? '').slice(0, 30)];
    const named = requestIdSchema.safeParse(form.requestId);
    return context.atDesk(request, reply, async (desk) => {
      const { utility } = desk;
      const refused = (problem: string) =>
        floatPage(context, { request, reply }, desk, {
          ...{ amount, phone, problem },
          ...(named.success ? { requestId: named.data } : {}),
        });
      if (!named.success) return reply.redirect(pathOf(tillPages.float), 303);
      const parsed = parseTypedAmount(amount, utility.currency);
      if (!parsed.ok) return refused(amountText(parsed.error, utility));
      const number = parsePhone(phone, utility.zone);
      if (!number.ok) return refused('Write the phone’s number with all its digits.');
      const started = await context.payments.startFloat({
        ...{ utilityId: desk.phone.utilityId, vendorId: desk.phone.vendorId },
        ...{ requestId: named.data, amountMinor: parsed.value, phone: number.value },
        askedBy: `${desk.clerk.name}, ${desk.phone.label}`,
      });
      if (!started.ok) return refused(said[started.error]);
      const id = idFromUuid('payment', started.value.paymentId);
      return reply.redirect(pathOf(tillPages.floatPayment, { id }), 303);
    });
  });

  on(app, tillPages.floatPayment, async ({ request, reply, uuid }) => {
    const paymentId = uuid('id');
    // A provider's page leads back to here on the phone that pays, which may be anybody's.
    if ((await context.session.phoneOf(request)) === null) {
      return context.page(reply, renderTillPayer(await context.strangeFrame(request, reply)));
    }
    return context.atDesk(request, reply, async (desk) => {
      const [payment] = await paymentsOf(context, desk, { paymentId, limit: 1 });
      if (payment === undefined) throw notFound('payment');
      const view = { desk: await deskView(context, desk), payment: rowOf(context, payment) };
      const frame = context.frame(request, reply, desk.utility);
      return context.page(reply, renderTillFloatPayment(frame, view));
    });
  });
}

const paymentsOf = (
  { database }: TillContext,
  { phone }: AtDesk,
  o: { readonly paymentId?: string; readonly limit: number },
): Promise<readonly FloatPayment[]> =>
  database.inUtility(phone.utilityId, (tx) =>
    floatPayments(tx, { ...o, vendorId: phone.vendorId }),
  );

async function floatPage(
  context: TillContext,
  { request, reply }: Call,
  desk: AtDesk,
  typed: Typed,
): Promise<FastifyReply> {
  const last = await paymentsOf(context, desk, { limit: shown });
  const html = renderTillFloat(context.frame(request, reply, desk.utility), {
    ...{ desk: await deskView(context, desk), requestId: `till-${randomUUID()}`, ...typed },
    last: last.map((payment) => rowOf(context, payment)),
  });
  return context.page(reply, html, typed.problem === null ? 200 : 422);
}

function rowOf({ publicUrl }: TillContext, payment: FloatPayment): TillFloatRow {
  const { checkoutUrl } = payment;
  const state = floatState(payment);
  // Where the phone alone is asked, the provider's page is ours.
  const hasPage = checkoutUrl !== null && new URL(checkoutUrl).origin !== new URL(publicUrl).origin;
  return {
    paymentId: idFromUuid('payment', payment.paymentId),
    amountMinor: payment.amountMinor.toString(),
    state,
    otherAmountMinor: payment.otherAmountMinor?.toString() ?? null,
    phone: payment.phone,
    askedBy: payment.askedBy,
    askedAtMs: payment.askedAtMs,
    decidedAtMs: payment.decidedAtMs,
    providerReference: payment.providerReference,
    payUrl: hasPage && state === 'waiting' ? checkoutUrl : null,
  };
}
