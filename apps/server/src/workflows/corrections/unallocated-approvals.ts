// What the second person is shown about money that no sale got, and how their yes is carried out.

import { approvalReasonSchema } from '@prewatt/api';
import { formatMoney, idFromUuid, ok } from '@prewatt/quantities';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import { type ApprovalOperation, defineOperation } from '../../registry/approvals/index.ts';
import { loadConnection, placeOfConnection } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { fact } from './approval-facts.ts';
import type { CreditDeps } from './credit.ts';
import { correctionRefusals, sentencesOf, targetSentences } from './errors.ts';
import {
  type MoneyRef,
  type MoneyRefusal,
  type MoveMoneyRefusal,
  mayDecide,
  moveMoney,
  refundMoney,
} from './unallocated.ts';
import { amountText } from './unallocated-list.ts';

const common = { requestId: z.string(), reason: approvalReasonSchema, moneyId: z.uuid() };
const movePayload = z.strictObject({
  ...common,
  toConnectionId: z.uuid(),
  amountMinor: z.string().regex(/^\d{1,18}$/),
});
const refundPayload = z.strictObject({ ...common, reference: z.string() });

type Deps = CreditDeps & { readonly utilities: Utilities };

const moneySentences = sentencesOf('unknownMoney', 'moneyDecided') satisfies Record<
  MoneyRefusal,
  string
>;

/** What the provider named beside the money; of money without an order nothing. */
function orderFact(connectionName: string | null, vendorName: string | null) {
  if (vendorName !== null) return [fact('Paid for', `the float of ${vendorName}`)];
  return connectionName === null ? [] : [fact('Paid for', `a purchase of ${connectionName}`)];
}

async function moneyFacts(tx: Tx, deps: Deps, o: MoneyRef) {
  const may = await mayDecide(tx, o);
  if (!may.ok) return [fact('Money', correctionRefusals[may.error][2])];
  const { currency } = await deps.utilities.get(o.utilityId);
  const { provider, provider_reference: reference, connection_name: name } = may.value;
  const { account, cause, vendor_name: shop } = may.value;
  return [
    fact('Amount', amountText(may.value, currency)),
    fact('Taken by', `${provider}, ${reference}`),
    ...orderFact(name, shop),
    ...(account === null ? [] : [fact('The payer wrote', account)]),
    ...(cause === 'notProved' ? [fact('Proof', 'none: the provider did not say it is there')] : []),
  ];
}

export function unallocatedApprovals(
  deps: Deps,
): Record<'moveMoney' | 'refundMoney', ApprovalOperation> {
  return {
    moveMoney: defineOperation({
      payload: movePayload,
      describe: async (tx, { utilityId, payload }) => {
        const place = placeOfConnection(utilityId, payload.toConnectionId);
        const to = await loadConnection(tx, place);
        const { currency } = await deps.utilities.get(utilityId);
        return {
          title: 'Move unallocated money to a connection',
          facts: [
            ...(await moneyFacts(tx, deps, { utilityId, moneyId: payload.moneyId })),
            fact('To', to === null ? 'unknown' : `${to.name}, meter ${to.meter.meterPan}`),
            fact('Credited', formatMoney(BigInt(payload.amountMinor), currency)),
          ],
        };
      },
      perform: async (tx, o) => {
        const { payload, utilityId } = o;
        const moved = await moveMoney(tx, deps, {
          ...payload,
          utilityId,
          to: placeOfConnection(utilityId, payload.toConnectionId),
          amountMinor: BigInt(payload.amountMinor),
          by: o,
        });
        return moved.ok ? ok({ newSaleId: idFromUuid('sale', moved.value.newSaleId) }) : moved;
      },
      refusals: {
        ...moneySentences,
        ...sentencesOf('amountNeeded', 'amountKnown'),
        ...targetSentences,
      } satisfies Record<MoveMoneyRefusal, string>,
    }),
    refundMoney: defineOperation({
      payload: refundPayload,
      describe: async (tx, { utilityId, payload }) => ({
        title: 'Record unallocated money as paid back',
        facts: [
          ...(await moneyFacts(tx, deps, { utilityId, moneyId: payload.moneyId })),
          fact('Reference', payload.reference),
        ],
      }),
      perform: async (tx, o) => {
        const { payload, utilityId } = o;
        const done = await refundMoney(tx, deps, { ...payload, utilityId, by: o });
        return done.ok ? ok({ moneyId: idFromUuid('money', payload.moneyId) }) : done;
      },
      refusals: moneySentences,
    }),
  };
}
