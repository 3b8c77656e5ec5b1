// The page that the code on a receipt opens, for whoever holds the paper: that it was sold by this
// utility, for how much and when, whether it stands, and how far it is: paid, made, in the meter.
// No name, no meter, no token: who lost a receipt has lost nothing by this page. Long identifiers
// and a limit keep it from being searched.

import { type Frame, pageRoutes, pathOf, type ReceiptCheckView } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { renderReceiptCheck, voiceOf } from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import { paidMinorOf } from '../../money/vending/index.ts';
import { loadConnection } from '../../registry/connections/index.ts';
import { type TokenRow, tokenProof, tokenSince } from '../../registry/token-log/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type PagesContext, strict } from './pages.ts';
import { saleSteps } from './views.ts';

/** The address in the code of a receipt. */
export const receiptLink = (publicUrl: string, saleId: string): string =>
  new URL(pathOf(pageRoutes.receiptCheck, { id: saleId }), publicUrl).href;

export function receiptCheckPage(app: FastifyInstance, context: PagesContext): void {
  on(app, pageRoutes.receiptCheck, {
    ...strict,
    handler: async ({ request, reply, uuid }) => {
      const saleId = uuid('id');
      for (const utility of await context.utilities.list()) {
        const frame = context.frame(request, reply, utility);
        const view = await context.database.inUtility(utility.id, (tx) =>
          checkView(tx, { utility, saleId, frame }),
        );
        if (view !== null) return context.page(reply, renderReceiptCheck(frame, view));
      }
      throw notFound('receipt');
    },
  });
  on(app, pageRoutes.receiptLog, {
    ...strict,
    handler: async ({ reply, uuid }) => {
      const saleId = uuid('id');
      for (const { id } of await context.utilities.list()) {
        const proof = await context.database.inUtility(id, async (tx) => {
          const token = await firstToken(tx, saleId);
          return token === undefined ? null : await tokenProof(tx, token);
        });
        if (proof !== null) return reply.header('cache-control', 'no-store').send(proof);
      }
      throw notFound('receipt');
    },
  });
}

/** The first token of a sale, which stands for all that were made with it. */
const firstToken = (tx: Tx, saleId: string): Promise<TokenRow | undefined> =>
  tx
    .selectFrom('tokens')
    .select(['bucket', 'id', 'entered'])
    .where('sale_id', '=', saleId)
    .orderBy('entered')
    .executeTakeFirst();

/** Null for a sale that is not here, or was never paid. */
async function checkView(
  tx: Tx,
  o: { readonly utility: Utility; readonly saleId: string; readonly frame: Frame },
): Promise<ReceiptCheckView | null> {
  const { utility, saleId, frame } = o;
  const sale = await tx
    .selectFrom('sales')
    .select(paidMinorOf('sales').as('paid_minor'))
    .select([
      'id',
      'bucket',
      'connection_id',
      'energy_wh',
      'credit_minor',
      'requested_at',
      'reversed_at',
    ])
    .where('id', '=', saleId)
    .where('state', 'in', ['issued', 'delivered', 'stuck', 'reversed'])
    .executeTakeFirst();
  if (sale === undefined) return null;
  const token = await firstToken(tx, saleId);
  const { bucket, connection_id: connectionId } = sale;
  const connection = await loadConnection(tx, { utilityId: utility.id, bucket, connectionId });
  const isUndone = sale.reversed_at !== null;
  return {
    saleId: idFromUuid('sale', sale.id),
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
