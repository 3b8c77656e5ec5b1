// The page that the link on a receipt opens, for whoever has it: that it was sold by this utility,
// for how much and when, whether it stands, and how far it is: paid, made, in the meter. No name,
// no token, of the meter four digits: who lost a receipt has lost nothing by this page. A link
// proves itself before anything is looked up, and is over after some months.

import {
  type Frame,
  pageRoutes,
  pathOf,
  type QuoteLineJson,
  type ReceiptCheckView,
} from '@prewatt/api';
import { dayMs, idFromUuid } from '@prewatt/quantities';
import { renderNoReceipt, renderReceiptCheck, voiceOf } from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import { paidMinorOf, receiptLinkDays } from '../../money/vending/index.ts';
import { loadConnection } from '../../registry/connections/index.ts';
import { type TokenRow, tokenProof, tokenSince } from '../../registry/token-log/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type PagesContext, strict } from './pages.ts';
import { paidDebts, saleSteps } from './views.ts';

type Found<T> = { readonly utility: Utility; readonly sale: T };

export function receiptCheckPage(app: FastifyInstance, context: PagesContext): void {
  const { clocks, database, receiptLinks, utilities } = context;

  /** The sale of a link, by what `find` reads of it; why there is none, else. */
  const findBy = async <T extends { readonly soldAtMs: number }>(
    link: string,
    find: (tx: Tx, o: { readonly utility: Utility; readonly saleId: string }) => Promise<T | null>,
  ): Promise<Found<T> | 'unknown' | { readonly overOf: Utility }> => {
    const saleId = receiptLinks.saleOf(link);
    if (saleId === null) return 'unknown';
    for (const utility of await utilities.list()) {
      const sale = await database.inUtility(utility.id, (tx) => find(tx, { utility, saleId }));
      if (sale === null) continue;
      const isOver = clocks.business.nowMs() - sale.soldAtMs > receiptLinkDays * dayMs;
      return isOver ? { overOf: utility } : { utility, sale };
    }
    return 'unknown';
  };

  on(app, pageRoutes.receiptCheck, {
    ...strict,
    handler: async ({ request, reply }) => {
      const { link } = request.params;
      unlisted(reply);
      const found = await findBy(link, (tx, o) =>
        checkView(tx, { ...o, link, frame: context.frame(request, reply, o.utility) }),
      );
      if (found === 'unknown') {
        const frame = await context.publicPage(request, reply);
        return context.page(reply, renderNoReceipt(frame, 'unknown'), 404);
      }
      await context.languages.find(request);
      if ('overOf' in found) {
        const frame = context.frame(request, reply, found.overOf);
        return context.page(reply, renderNoReceipt(frame, 'over'), 410);
      }
      const frame = context.frame(request, reply, found.utility);
      return context.page(reply, renderReceiptCheck(frame, found.sale));
    },
  });
  on(app, pageRoutes.receiptLog, {
    ...strict,
    handler: async ({ request, reply }) => {
      unlisted(reply);
      const found = await findBy(request.params.link, proofOf);
      if (found === 'unknown') throw notFound('receipt');
      if ('overOf' in found) throw receiptOver();
      return reply.header('cache-control', 'no-store').send(found.sale.proof);
    },
  });
}

/** What is no secret to whoever has the link is nobody else's business: no search, no referrer. */
const unlisted = (reply: FastifyReply): FastifyReply =>
  reply.header('x-robots-tag', 'noindex').header('referrer-policy', 'no-referrer');

const receiptOver = (): HttpProblem =>
  new HttpProblem({
    status: 410,
    code: 'receiptOver',
    title: 'No longer here',
    detail: `A receipt can be looked at for ${receiptLinkDays} days.`,
  });

/** Null where there is no token, or it is not in the log. */
async function proofOf(tx: Tx, { saleId }: { readonly saleId: string }) {
  const sale = await tx
    .selectFrom('sales')
    .select('requested_at')
    .where('id', '=', saleId)
    .executeTakeFirst();
  const token = sale && (await firstToken(tx, saleId));
  const proof = token && (await tokenProof(tx, token));
  return sale && proof ? { soldAtMs: sale.requested_at, proof } : null;
}

/** The first token of a sale, which stands for all that were made with it. */
const firstToken = (tx: Tx, saleId: string): Promise<TokenRow | undefined> =>
  tx
    .selectFrom('tokens')
    .select(['bucket', 'id', 'entered'])
    .where('sale_id', '=', saleId)
    .orderBy('entered')
    .executeTakeFirst();

/** Null for a sale that is not here. */
async function checkView(
  tx: Tx,
  o: {
    readonly utility: Utility;
    readonly saleId: string;
    readonly frame: Frame;
    readonly link: string;
  },
): Promise<ReceiptCheckView | null> {
  const { utility, saleId, frame } = o;
  const sale = await tx
    .selectFrom('sales')
    .innerJoin('meters', (join) =>
      join.onRef('meters.bucket', '=', 'sales.bucket').onRef('meters.id', '=', 'sales.meter_id'),
    )
    .select(paidMinorOf('sales').as('paid_minor'))
    .select([
      'sales.id',
      'sales.bucket',
      'sales.connection_id',
      'sales.state',
      'sales.energy_wh',
      'sales.credit_minor',
      'sales.lines',
      'sales.requested_at',
      'sales.reversed_at',
      'meters.meter_pan',
    ])
    .where('sales.id', '=', saleId)
    .executeTakeFirst();
  if (sale === undefined) return null;
  const token = await firstToken(tx, saleId);
  const { bucket, connection_id: connectionId } = sale;
  const connection = await loadConnection(tx, { utilityId: utility.id, bucket, connectionId });
  const isUndone = sale.reversed_at !== null;
  const lines = (sale.lines ?? []) as readonly QuoteLineJson[];
  return {
    saleId: idFromUuid('sale', sale.id),
    state: sale.state,
    ...paidDebts(sale.lines),
    meterEnd: sale.meter_pan.slice(-4),
    lines: lines.some(({ kind }) => kind === 'debt') ? [] : lines,
    logPath: pathOf(pageRoutes.receiptLog, { link: o.link }),
    amountMinor: sale.paid_minor.toString(),
    energyWh: sale.energy_wh?.toString() ?? null,
    creditMinor: sale.credit_minor?.toString() ?? null,
    soldAtMs: sale.requested_at,
    undoneAtMs: sale.reversed_at,
    steps:
      connection === null || isUndone
        ? []
        : await saleSteps(tx, { connection, saleId, nowMs: frame.nowMs, voice: voiceOf(frame) }),
    inLog: token === undefined ? null : await tokenSince(tx, token),
  };
}
