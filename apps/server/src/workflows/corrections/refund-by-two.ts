// A refund recorded as paid: within what one operator may do alone at once, beyond it once a second
// person has allowed it.

import type { Asked, RefundRow } from '@prewatt/api';
import { formatMoney, idFromUuid, ok, type Result } from '@prewatt/quantities';
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
import { type RefundDeps, type RefundRefusal, recordRefundPaid, refundOf } from './refunds.ts';

type Deps = RefundDeps;

const payloadSchema = z.strictObject({ refundId: z.uuid(), reference: z.string() });

export async function payRefund(
  tx: Tx,
  deps: Deps & { readonly approvals: Pick<Approvals, 'request'>; readonly clocks: Clocks },
  o: {
    readonly utility: Utility;
    readonly by: Operator;
    readonly refundId: string;
    readonly reference: string;
  },
): Promise<Result<RefundRow | Asked, RefundRefusal | 'requestIdReused'>> {
  const { utility, by, refundId, reference } = o;
  const utilityId = utility.id;
  const refund = await refundOf(tx, { utilityId, refundId });
  const record = () =>
    recordRefundPaid(tx, deps, {
      ...{ utilityId, refundId, reference },
      by: { requestedBy: by.operatorId, approvedBy: null, approvalId: null },
    });
  if (refund === null || refund.state === 'paid') return record();
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
    reason: `Paid back by the bank, reference ${reference}`,
    requestedBy: { operatorId: by.operatorId, name: by.name },
  });
  return asked.ok ? ok({ approvalId: idFromUuid('approval', asked.value.approvalId) }) : asked;
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
      const done = await recordRefundPaid(tx, deps, {
        ...{ ...payload, utilityId },
        by: {
          requestedBy: requestedBy.operatorId,
          approvedBy: approvedBy.operatorId,
          approvalId,
        },
      });
      return done.ok ? ok({ refundId: done.value.refundId }) : done;
    },
    refusals: sentencesOf('unknownRefund', 'refundPaidAlready') satisfies Record<
      RefundRefusal,
      string
    >,
  });
}
