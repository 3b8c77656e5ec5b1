// What a shop paid into its float by a payment provider, as operators see it: asked, waiting, paid,
// or why not.

import { vendorApi } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import { type FloatPayment, floatPayments, floatState } from '../../money/payments/index.ts';
import { createOperatorScope, type OperatorScopeDeps } from '../../registry/sign-in/index.ts';

const rowsShown = 50;

export function floatRoutes(app: FastifyInstance, context: OperatorScopeDeps): void {
  const { scoped } = createOperatorScope(context);
  on(app, vendorApi.floatPayments, ({ request, uuid }) => {
    const vendorId = uuid('id');
    return scoped(request, async ({ tx }) => {
      const vendor = await tx
        .selectFrom('vendors')
        .select('id')
        .where('id', '=', vendorId)
        .executeTakeFirst();
      if (vendor === undefined) throw notFound('vendor');
      return { rows: (await floatPayments(tx, { vendorId, limit: rowsShown })).map(rowOf) };
    });
  });
}

const rowOf = (paid: FloatPayment) => ({
  paymentId: idFromUuid('payment', paid.paymentId),
  amountMinor: paid.amountMinor.toString(),
  state: floatState(paid),
  otherAmountMinor: paid.otherAmountMinor?.toString() ?? null,
  phone: paid.phone,
  askedBy: paid.askedBy,
  askedAt: isoOf(paid.askedAtMs),
  decidedAt: paid.decidedAtMs === null ? null : isoOf(paid.decidedAtMs),
  provider: paid.provider,
  providerReference: paid.providerReference,
});
