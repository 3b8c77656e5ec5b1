// An operator's routes of money that no sale got: the list, and what two people decide about it.
// Shapes: packages/api/src/unallocated-money.ts.

import { type UnallocatedMoneyRow, unallocatedMoneyApi } from '@prewatt/api';
import { type Currency, idFromUuid, isoOf } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { meterPanOfAccount } from '../../money/payments/index.ts';
import { findMeter } from '../../registry/connections/index.ts';
import { createOperatorScope, requireActing } from '../../registry/sign-in/index.ts';
import {
  answer,
  ask,
  askedBefore,
  type CorrectionRoutesDeps,
  isRetired,
  problemOfCorrection,
} from './ask.ts';
import { candidatesOf } from './money-candidates.ts';
import { creditedOf, isInCurrency, knownMoney, mayDecide } from './unallocated.ts';
import { amountText, type UnallocatedRow, unallocatedOf } from './unallocated-list.ts';

export function unallocatedRoutes(app: FastifyInstance, context: CorrectionRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  on(app, unallocatedMoneyApi.list, ({ request, readQuery }) => {
    const { state } = readQuery();
    return scoped(request, async (s) => {
      const asked = { utilityId: s.utility.id, decided: state === 'decided' };
      const rows = await unallocatedOf(s.tx, asked);
      return { rows: rows.map((row) => rowOf(row, s.utility.currency)), nextCursor: null };
    });
  });
  on(app, unallocatedMoneyApi.candidates, ({ request, uuid }) => {
    const moneyId = uuid('id');
    return scoped(request, async (s) => {
      const money = answer(await knownMoney(s.tx, { utilityId: s.utility.id, moneyId }));
      const { account, payer_phone: phone } = money;
      const rows = await candidatesOf(s.tx, context, { utilityId: s.utility.id, account, phone });
      return { rows };
    });
  });
  on(app, unallocatedMoneyApi.move, async ({ request, reply, uuid, readBody }) => {
    const moneyId = uuid('id');
    const { toMeterPan, amountMinor: said, ...body } = readBody();
    const toPan = meterPanOfAccount(toMeterPan);
    const to = toPan === null ? null : await findMeter(context.database, toPan);
    const asked = await scoped(request, async (s) => {
      requireActing(s.operator);
      const utilityId = s.utility.id;
      if (to === null || to.utilityId !== utilityId || (await isRetired(s.tx, to))) {
        throw problemOfCorrection('unknownTarget');
      }
      const again = await askedBefore(s, 'moveMoney', body.requestId);
      const find = again ? knownMoney : mayDecide;
      const money = answer(await find(s.tx, { utilityId, moneyId }));
      const saidMinor = said === undefined ? null : BigInt(said);
      const credited = answer(creditedOf(money, s.utility.currency, saidMinor));
      const payload = {
        ...{ ...body, moneyId, toConnectionId: to.connectionId },
        amountMinor: credited.toString(),
      };
      return ask(context, s, { kind: 'moveMoney', payload });
    });
    return reply.code(202).send(asked);
  });
  on(app, unallocatedMoneyApi.refund, async ({ request, reply, uuid, readBody }) => {
    const moneyId = uuid('id');
    const body = readBody();
    const asked = await scoped(request, async (s) => {
      requireActing(s.operator);
      if (!(await askedBefore(s, 'refundMoney', body.requestId))) {
        answer(await mayDecide(s.tx, { utilityId: s.utility.id, moneyId }));
      }
      return ask(context, s, { kind: 'refundMoney', payload: { ...body, moneyId } });
    });
    return reply.code(202).send(asked);
  });
}

const orNull = (at: number | null): string | null => (at === null ? null : isoOf(at));

function rowOf(row: UnallocatedRow, currency: Currency): UnallocatedMoneyRow {
  return {
    moneyId: idFromUuid('money', row.id),
    provider: row.provider,
    providerReference: row.provider_reference,
    amountMinor: row.amount_minor.toString(),
    currencyCode: row.currency_code,
    amountText: amountText(row, currency),
    isInCurrency: isInCurrency(row, currency),
    cause: row.cause,
    cameAt: isoOf(row.came_at),
    saleId: row.sale_id === null ? null : idFromUuid('sale', row.sale_id),
    connectionName: row.connection_name,
    vendorName: row.vendor_name,
    account: row.account,
    payerPhone: row.payer_phone,
    payerName: row.payer_name,
    state: row.state,
    decidedAt: orNull(row.decided_at),
    requestedBy: row.requested_by_name,
    approvedBy: row.approved_by_name,
    refundReference: row.refund_reference,
    newSaleId: row.new_sale_id === null ? null : idFromUuid('sale', row.new_sale_id),
    creditedMinor: row.credited_minor === null ? null : row.credited_minor.toString(),
  };
}
