// A refund recorded as paid: within what one operator may do alone at once, beyond it once a second
// person has allowed it.

import { type Asked, providersThatRefund, type RefundRow } from '@prewatt/api';
import { err, formatMoney, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import {
  type ApprovalOperation,
  type Approvals,
  defineOperation,
} from '../../registry/approvals/index.ts';
import { takeAlone } from '../../registry/limits/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { correctionRefusals, sentencesOf } from './errors.ts';
import { orderRefund, railReferenceOf } from './refund-orders.ts';
import { type RefundDeps, type RefundRefusal, recordRefundPaid, refundOf } from './refunds.ts';
import type { By } from './store.ts';

type Deps = RefundDeps;

const payloadSchema = z.strictObject({ refundId: z.uuid(), reference: z.string() });

type PayRefusal = RefundRefusal | 'railCannotRefund';

export async function payRefund(
  tx: Tx,
  deps: Deps & { readonly approvals: Pick<Approvals, 'request'>; readonly clocks: Clocks },
  o: {
    readonly utility: Utility;
    readonly by: Operator;
    readonly refundId: string;
    readonly reference: string;
  },
): Promise<Result<RefundRow | Asked, PayRefusal | 'requestIdReused'>> {
  const { utility, by, refundId, reference } = o;
  const utilityId = utility.id;
  const refund = await refundOf(tx, { utilityId, refundId });
  const record = () =>
    carryOut(tx, deps, {
      ...{ utilityId, refundId, reference },
      by: { requestedBy: by.operatorId, approvedBy: null, approvalId: null },
    });
  if (refund === null || refund.state === 'paid') return record();
  const isAsked = refund.sent?.state === 'asked' || refund.sent?.state === 'accepted';
  if (isAsked && reference === railReferenceOf(refundId)) return ok(refund);
  const byRail = mayBeSent(refund, reference);
  if (!byRail.ok) return byRail;
  const alone = await takeAlone(
    tx,
    { newUuid: deps.newUuid, realNowMs: deps.clocks.real.nowMs() },
    {
      ...{ utility, operatorId: by.operatorId, kind: 'refundPayment', subject: refundId },
      amountMinor: BigInt(refund.amountMinor),
    },
  );
  if (alone.ok) return record();
  const asked = await deps.approvals.request(tx, {
    utilityId,
    kind: 'refundPayment',
    // Another bank reference is another request; the same again is the same.
    requestId: `refund:${refundId}:${Buffer.from(reference).toString('hex').slice(0, 40)}`,
    payload: { refundId, reference },
    reason:
      reference === railReferenceOf(refundId)
        ? `To be sent back by ${refund.provider}`
        : `Paid back by the bank, reference ${reference}`,
    requestedBy: { operatorId: by.operatorId, name: by.name },
  });
  return asked.ok ? ok({ approvalId: idFromUuid('approval', asked.value.approvalId) }) : asked;
}

/** Only what is due, was not sent before, and came by a provider that sends back. */
function mayBeSent(
  refund: RefundRow,
  reference: string,
): Result<void, 'railCannotRefund' | 'refundBeingSent'> {
  if (!reference.startsWith('rail:')) return ok(undefined);
  if (refund.sent?.state === 'failed') return err('railCannotRefund');
  if (refund.sent !== null) return err('refundBeingSent');
  return providersThatRefund.includes(refund.provider) ? ok(undefined) : err('railCannotRefund');
}

/** Recorded as a person paid it; or ordered from the provider, which then sends it. */
async function carryOut(
  tx: Tx,
  deps: Deps,
  o: {
    readonly utilityId: string;
    readonly refundId: string;
    readonly reference: string;
    readonly by: By;
  },
): Promise<Result<RefundRow, PayRefusal>> {
  if (!o.reference.startsWith('rail:')) return recordRefundPaid(tx, deps, o);
  await tx
    .selectFrom('refunds')
    .select('id')
    .where('id', '=', o.refundId)
    .where('utility_id', '=', o.utilityId)
    .forUpdate()
    .execute();
  const refund = await refundOf(tx, o);
  if (refund === null) return err('unknownRefund');
  if (refund.state === 'paid') {
    return refund.paidReference === o.reference ? ok(refund) : err('refundPaidAlready');
  }
  const may = mayBeSent(refund, o.reference);
  if (!may.ok) return may;
  await orderRefund(tx, { ...o, at: new Date(deps.nowMs()) });
  const ordered = await refundOf(tx, o);
  return ordered === null ? err('unknownRefund') : ok(ordered);
}

export function refundPaymentApproval(
  deps: Deps & { readonly utilities: Utilities },
): ApprovalOperation {
  return defineOperation({
    payload: payloadSchema,
    describe: async (tx, { utilityId, payload }) => {
      const refund = await refundOf(tx, { utilityId, refundId: payload.refundId });
      const { currency } = await deps.utilities.get(utilityId);
      return {
        title: 'Record a refund as paid',
        facts: [
          ...(refund === null
            ? [{ label: 'Refund', value: correctionRefusals.unknownRefund[2] }]
            : [
                { label: 'Amount', value: formatMoney(BigInt(refund.amountMinor), currency) },
                { label: 'Connection', value: refund.connectionName },
                { label: 'Sale', value: refund.saleId },
              ]),
          { label: 'Bank reference', value: payload.reference },
        ],
      };
    },
    perform: async (tx, { utilityId, payload, approvalId, requestedBy, approvedBy }) => {
      const done = await carryOut(tx, deps, {
        ...{ ...payload, utilityId },
        by: {
          requestedBy: requestedBy.operatorId,
          approvedBy: approvedBy.operatorId,
          approvalId,
        },
      });
      return done.ok ? ok({ refundId: done.value.refundId }) : done;
    },
    refusals: sentencesOf(
      'unknownRefund',
      'refundPaidAlready',
      'refundBeingSent',
      'railCannotRefund',
    ) satisfies Record<PayRefusal, string>,
  });
}
