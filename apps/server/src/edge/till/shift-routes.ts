// Shifts on a shop's phone: opened, looked at, closed with a count of the cash, and the report that
// is printed then.

import { pathOf, tillPages } from '@prewatt/api';
import { err, ok, parseTypedAmount, type Result, uuidIn } from '@prewatt/quantities';
import { renderTillShift, renderTillShiftReport } from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import { textOfRefusal } from '../../money/vendors/index.ts';
import { checkForm } from '../../registry/sign-in/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { amountText } from '../consumer/index.ts';
import type { AtDesk, TillContext } from './context.ts';
import { otherThan, rowOf } from './sell-page.ts';
import { deskView } from './session.ts';

type Call = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/** Beyond these a report leaves sales out, and says how many. */
const salesOnReport = 500;

export function shiftPages(app: FastifyInstance, context: TillContext): void {
  const { shifts } = context.vendors;
  on(app, tillPages.shift, ({ request, reply }) =>
    context.atDesk(request, reply, (desk) =>
      shiftPage(context, { request, reply }, { desk, counted: '', problem: null }),
    ),
  );

  on(app, tillPages.openShift, ({ request, reply }) => {
    checkForm(request, context.publicUrl);
    return context.atDesk(request, reply, async (desk) => {
      const opened = await shifts.open(desk.phone, { clerkId: desk.clerk.clerkId });
      if (opened.ok) return reply.redirect(pathOf(tillPages.start), 303);
      const problem = textOfRefusal(opened.error);
      return shiftPage(context, { request, reply }, { desk, counted: '', problem });
    });
  });

  closeRoute(app, context);
  reportRoute(app, context);
}

/** An empty till is counted as nothing. */
function countOf(typed: string, utility: Utility): Result<bigint, string> {
  if (/^0+([.,]0+)?$/.test(typed.trim())) return ok(0n);
  const parsed = parseTypedAmount(typed, utility.currency);
  return parsed.ok ? ok(parsed.value) : err(amountText(parsed.error, utility));
}

function closeRoute(app: FastifyInstance, context: TillContext): void {
  const { shifts } = context.vendors;
  on(app, tillPages.closeShift, ({ request, reply }) => {
    const { counted = '', shift = '' } = checkForm(request, context.publicUrl);
    return context.atDesk(request, reply, async (desk) => {
      const refused = (problem: string) =>
        shiftPage(context, { request, reply }, { desk, counted, problem });
      if (!/^shift_[0-9a-f-]{36}$/.test(shift)) return refused(textOfRefusal('unknownShift'));
      const count = countOf(counted, desk.utility);
      if (!count.ok) return refused(count.error);
      const shiftId = uuidIn(shift);
      const closed = await shifts.close(desk.phone, { shiftId, countedMinor: count.value });
      if (!closed.ok) return refused(textOfRefusal(closed.error));
      return reply.redirect(pathOf(tillPages.shiftReport, { id: shift }), 303);
    });
  });
}

async function shiftPage(
  context: TillContext,
  { request, reply }: Call,
  o: { readonly desk: AtDesk; readonly counted: string; readonly problem: string | null },
): Promise<FastifyReply> {
  const { desk, counted, problem } = o;
  const { shifts } = context.vendors;
  const holder = await shifts.holder(desk.phone);
  const html = renderTillShift(context.frame(request, reply, desk.utility), {
    ...{ desk: await deskView(context, desk), counted, problem },
    shift: await shifts.current(desk.phone),
    ofOther: holder === null ? null : otherThan(desk.clerk.clerkId, holder),
  });
  return context.page(reply, html, problem === null ? 200 : 422);
}

function reportRoute(app: FastifyInstance, context: TillContext): void {
  const { shifts, history } = context.vendors;
  on(app, tillPages.shiftReport, ({ request, reply, uuid }) =>
    context.atDesk(request, reply, async (desk) => {
      const shiftId = uuid('id');
      const found = await shifts.find(desk.phone, shiftId);
      if (!found.ok) throw notFound('shift');
      const sales = await history.ofShift(desk.phone, shiftId, salesOnReport);
      const html = renderTillShiftReport(context.frame(request, reply, desk.utility), {
        desk: await deskView(context, desk),
        clerk: await shifts.clerkOf(desk.phone, shiftId),
        shift: found.value,
        sales: sales.map(rowOf),
        leftOut: Math.max(0, found.value.sales - sales.length),
      });
      return context.page(reply, html);
    }),
  );
}
