// Batches on a shop's phone: started and ended by a clerk, under the name that the form carries, so
// that a press that was repeated does nothing twice.

import { randomUUID } from 'node:crypto';
import { pathOf, requestIdSchema, tillPages } from '@prewatt/api';
import { parseTypedAmount } from '@prewatt/quantities';
import { renderTillBatches } from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import type { BatchKind } from '../../money/vendors/index.ts';
import { checkForm } from '../../registry/sign-in/index.ts';
import { amountText } from '../consumer/index.ts';
import type { AtDesk, TillContext } from './context.ts';
import { deskView } from './session.ts';

type Call = { readonly request: FastifyRequest; readonly reply: FastifyReply };

const said = {
  vendorBlocked: 'This shop may not sell at present; ask the utility.',
  batchAlreadyOpen: 'Such a batch is open already.',
  noOpenBatch: 'No such batch is open.',
} as const;

export function batchPages(app: FastifyInstance, context: TillContext): void {
  const { batches } = context.vendors;
  const toPage = (reply: FastifyReply) => reply.redirect(pathOf(tillPages.batches), 303);

  on(app, tillPages.batches, ({ request, reply }) =>
    context.atDesk(request, reply, (desk) => batchPage(context, { request, reply }, desk, null)),
  );

  on(app, tillPages.startBatch, ({ request, reply }) => {
    const { requestId = '' } = checkForm(request, context.publicUrl);
    return context.atDesk(request, reply, async (desk) => {
      const kind = kindOf(request.params.kind);
      if (!requestIdSchema.safeParse(requestId).success) return toPage(reply);
      const started = await batches.start(desk.phone, { kind, requestId });
      if (started.ok) return toPage(reply);
      return batchPage(context, { request, reply }, desk, said[started.error]);
    });
  });

  on(app, tillPages.endBatch, ({ request, reply }) => {
    const { requestId = '', counted = '' } = checkForm(request, context.publicUrl);
    return context.atDesk(request, reply, async (desk) => {
      const kind = kindOf(request.params.kind);
      if (!requestIdSchema.safeParse(requestId).success) return toPage(reply);
      const refused = (problem: string) => batchPage(context, { request, reply }, desk, problem);
      const typed = counted.trim();
      const isNothing = /^0+([.,]0+)?$/.test(typed);
      const read =
        typed === '' || isNothing ? null : parseTypedAmount(typed, desk.utility.currency);
      if (read !== null && !read.ok) return refused(amountText(read.error, desk.utility));
      const countedMinor = isNothing ? 0n : (read?.value ?? null);
      const ended = await batches.end(desk.phone, { kind, requestId, countedMinor });
      return ended.ok ? toPage(reply) : refused(said[ended.error]);
    });
  });
}

function kindOf(text: string | undefined): BatchKind {
  if (text === 'sales' || text === 'bank') return text;
  throw notFound('batch');
}

async function batchPage(
  context: TillContext,
  { request, reply }: Call,
  desk: AtDesk,
  problem: string | null,
): Promise<FastifyReply> {
  const { batches } = context.vendors;
  const of = async (kind: BatchKind) => ({
    open: await batches.current(desk.phone, kind),
    last: await batches.lastEnded(desk.phone, kind),
  });
  const html = renderTillBatches(context.frame(request, reply, desk.utility), {
    desk: await deskView(context, desk),
    batches: { sales: await of('sales'), bank: await of('bank') },
    requestId: `till-${randomUUID()}`,
    problem,
  });
  return context.page(reply, html, problem === null ? 200 : 422);
}
