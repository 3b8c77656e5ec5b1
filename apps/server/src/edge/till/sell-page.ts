// The page from which a clerk sells: meter and amount, and the last few receipts.

import { renderTillSell } from '@prewatt/web/consumer';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TillSale } from '../../money/vendors/index.ts';
import type { AtDesk, TillContext } from './context.ts';
import { deskView } from './session.ts';

const lastShown = 5;

export const rowOf = ({ amountMinor, energyWh, ...sale }: TillSale) => ({
  ...sale,
  amountMinor: amountMinor.toString(),
  energyWh: energyWh?.toString() ?? null,
});

export async function sellPage(
  context: TillContext,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  desk: AtDesk,
  typed: { readonly meter: string; readonly amount: string; readonly problem: string | null } = {
    meter: '',
    amount: '',
    problem: null,
  },
): Promise<FastifyReply> {
  const { phone, clerk, utility } = desk;
  const holder = await context.vendors.shifts.holder(phone);
  const last = await context.vendors.history.last(phone, lastShown);
  const html = renderTillSell(context.frame(request, reply, utility), {
    desk: await deskView(context, desk),
    ...typed,
    shift: holder === null ? null : { ofOther: otherThan(clerk.clerkId, holder) },
    last: last.map(rowOf),
  });
  return context.page(reply, html, typed.problem === null ? 200 : 422);
}

/** Whose a shift is, where it is not this clerk's. */
export const otherThan = (
  clerkId: string,
  holder: { readonly clerkId: string | null; readonly name: string | null },
): string | null => (holder.clerkId === clerkId ? null : (holder.name ?? 'somebody else'));
