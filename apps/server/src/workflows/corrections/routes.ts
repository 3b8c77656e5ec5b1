// An operator's routes of corrections. What gives money away is only asked for here; approvals do
// it. Shapes: packages/api/src/corrections.ts.

import {
  type DebtRow,
  debtApi,
  exchangeApi,
  type Reversibility,
  refundApi,
  saleApi,
} from '@prewatt/api';
import { accounts } from '@prewatt/ledger';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on, type RouteCall } from '../../base/http/on.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import { accountBalance } from '../../money/ledger/index.ts';
import {
  type ConnectionPlace,
  findMeter,
  loadConnection,
  placeOfConnection,
} from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { acknowledgeSale } from './acknowledge.ts';
import { statedOf } from './approval-facts.ts';
import {
  answer,
  ask,
  askedBefore,
  type CorrectionRoutesDeps,
  isRetired,
  problemOfCorrection,
} from './ask.ts';
import { mayGiveCreditNote } from './credit.ts';
import { chargeDebt, mayWriteOff } from './debts.ts';
import { correctionRefusals, proofLabels } from './errors.ts';
import { mayExchange } from './exchange.ts';
import { exchangeRefusals } from './exchange-approval.ts';
import { reprintSale } from './receipt.ts';
import { payRefund } from './refund-by-two.ts';
import { railReferenceOf } from './refund-orders.ts';
import { refundsOf } from './refunds.ts';
import { mayReverse } from './reversal.ts';
import { placeOfSale } from './store.ts';
import { unallocatedRoutes } from './unallocated-routes.ts';

type SaleScope = OperatorScope & { readonly place: ConnectionPlace; readonly saleId: string };
type SaleCall = Pick<RouteCall<typeof saleApi.detail>, 'request' | 'uuid'>;

export function correctionRoutes(context: CorrectionRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    reverseRoutes(app, context);
    moveRoutes(app, context);
    seenRoutes(app, context);
    debtRoutes(app, context);
    exchangeRoute(app, context);
    refundRoutes(app, context);
    unallocatedRoutes(app, context);
  };
}

/** What work on a sale needs: it is of the operator's utility, or not there. */
function createOnSale(context: CorrectionRoutesDeps) {
  const { scoped } = createOperatorScope(context);
  const onSale = <T>(
    { request, uuid }: SaleCall,
    work: (scope: SaleScope) => Promise<T>,
  ): Promise<T> => {
    const saleId = uuid('id');
    return scoped(request, async (scope) => {
      const place = await placeOfSale(scope.tx, scope.utility.id, saleId);
      if (place === null) throw notFound('sale');
      return work({ ...scope, place, saleId });
    });
  };
  const acting = <T>(call: SaleCall, work: (scope: SaleScope) => Promise<T>): Promise<T> =>
    onSale(call, (scope) => {
      requireActing(scope.operator);
      return work(scope);
    });
  return { onSale, acting };
}

function reverseRoutes(app: FastifyInstance, context: CorrectionRoutesDeps): void {
  const { onSale, acting } = createOnSale(context);
  on(app, saleApi.reversibility, (call) =>
    onSale(call, async (s): Promise<Reversibility> => {
      const may = await mayReverse(s.tx, { ...s, moneyGoes: 'prepaid', stated: null });
      if (may.ok) {
        const { proof } = may.value;
        return { reversible: true, code: proof, text: proofLabels[proof] };
      }
      return { reversible: false, code: may.error, text: correctionRefusals[may.error][2] };
    }),
  );
  on(app, saleApi.reverse, async (call) => {
    const body = call.readBody();
    const asked = await acting(call, async (s) => {
      if (!(await askedBefore(s, 'reversal', body.requestId))) {
        answer(await mayReverse(s.tx, { ...s, ...body, stated: statedOf(body, s.nowMs) }));
      }
      return ask(context, s, { kind: 'reversal', payload: { ...body, saleId: s.saleId } });
    });
    return call.reply.code(202).send(asked);
  });
}

function moveRoutes(app: FastifyInstance, context: CorrectionRoutesDeps): void {
  const { acting } = createOnSale(context);
  on(app, saleApi.move, async (call) => {
    const { toMeterPan, ...body } = call.readBody();
    const to = await findMeter(context.database, toMeterPan);
    const asked = await acting(call, async (s) => {
      if (to === null || to.utilityId !== s.utility.id || (await isRetired(s.tx, to))) {
        throw problemOfCorrection('unknownTarget');
      }
      if (to.connectionId === s.place.connectionId) throw problemOfCorrection('sameConnection');
      if (!(await askedBefore(s, 'moveSale', body.requestId))) await mayMove(s, body);
      const payload = { ...body, saleId: s.saleId, toConnectionId: to.connectionId };
      return ask(context, s, { kind: 'moveSale', payload });
    });
    return call.reply.code(202).send(asked);
  });
  on(app, saleApi.creditNote, async (call) => {
    const body = call.readBody();
    const asked = await acting(call, async (s) => {
      if (!(await askedBefore(s, 'creditNote', body.requestId)))
        await mayCredit(s, BigInt(body.amountMinor));
      return ask(context, s, { kind: 'creditNote', payload: { ...body, saleId: s.saleId } });
    });
    return call.reply.code(202).send(asked);
  });
}

/** What an operator has seen of a sale: its digits again, or that a meter took them after all. */
function seenRoutes(app: FastifyInstance, context: CorrectionRoutesDeps): void {
  const { acting } = createOnSale(context);
  on(app, saleApi.reprint, (call) => {
    const { reason } = call.readBody();
    return acting(call, async (s) =>
      answer(await reprintSale(s.tx, { ...s, reason, operatorId: s.operator.operatorId })),
    );
  });
  on(app, saleApi.acknowledge, (call) => {
    const { reason } = call.readBody();
    return acting(call, async (s) => {
      const { operatorId } = s.operator;
      answer(await acknowledgeSale(s.tx, correctionDeps(context), { ...s, reason, operatorId }));
      return { acknowledged: true };
    });
  });
}

function debtRoutes(app: FastifyInstance, context: CorrectionRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  on(app, debtApi.list, ({ request, uuid }) => {
    const id = uuid('id');
    return scoped(request, async (s) => ({
      rows: await debtRows(s.tx, placeOfConnection(s.utility.id, id)),
      nextCursor: null,
    }));
  });
  on(app, debtApi.charge, async ({ request, reply, uuid, readBody }) => {
    const id = uuid('id');
    const body = readBody();
    const { debtId } = await scoped(request, async (s) => {
      requireActing(s.operator);
      const charged = await chargeDebt(s.tx, correctionDeps(context), {
        ...body,
        place: placeOfConnection(s.utility.id, id),
        amountMinor: BigInt(body.amountMinor),
        by: { requestedBy: s.operator.operatorId, approvedBy: null, approvalId: null },
      });
      if (charged === null) throw notFound('connection');
      return answer(charged);
    });
    return reply.code(201).send({ debtId: idFromUuid('debt', debtId) });
  });
  on(app, debtApi.writeOff, async ({ request, reply, uuid, readBody }) => {
    const connectionId = uuid('id');
    const debtId = uuid('debtId');
    const body = readBody();
    const asked = await scoped(request, async (s) => {
      requireActing(s.operator);
      const place = placeOfConnection(s.utility.id, connectionId);
      if (!(await askedBefore(s, 'debtWriteOff', body.requestId))) {
        answer(await mayWriteOff(s.tx, { place, debtId, amountMinor: BigInt(body.amountMinor) }));
      }
      return ask(context, s, { kind: 'debtWriteOff', payload: { ...body, connectionId, debtId } });
    });
    return reply.code(202).send(asked);
  });
}

function exchangeRoute(app: FastifyInstance, context: CorrectionRoutesDeps): void {
  const { nowMs, scoped } = createOperatorScope(context);
  on(app, exchangeApi.request, async ({ request, reply, uuid, readBody }) => {
    const connectionId = uuid('id');
    const body = readBody();
    const asked = await scoped(request, async (s) => {
      requireActing(s.operator);
      const connection = await loadConnection(s.tx, placeOfConnection(s.utility.id, connectionId));
      if (connection === null) throw notFound('connection');
      if (!(await askedBefore(s, 'meterExchange', body.requestId))) {
        const at = { askedAtMs: nowMs(), nowMs: nowMs() };
        const may = await mayExchange(s.tx, context, connection, { ...body, ...at });
        if (!may.ok) {
          const [status, detail] = exchangeRefusals[may.error];
          throw new HttpProblem({ status, code: may.error, title: 'Not possible', detail });
        }
      }
      return ask(context, s, { kind: 'meterExchange', payload: { ...body, connectionId } });
    });
    return reply.code(202).send(asked);
  });
}

function refundRoutes(app: FastifyInstance, context: CorrectionRoutesDeps): void {
  const { nowMs, scoped } = createOperatorScope(context);
  on(app, refundApi.list, ({ request, readQuery }) => {
    const { state } = readQuery();
    return scoped(request, async (s) => ({
      rows: await refundsOf(s.tx, { utilityId: s.utility.id, state }),
      nextCursor: null,
    }));
  });
  on(app, refundApi.send, async ({ request, reply, uuid }) => {
    const refundId = uuid('id');
    const reference = railReferenceOf(refundId);
    const done = await scoped(request, async (s) => {
      requireActing(s.operator);
      const paying = { ...s, by: s.operator, refundId, reference };
      return answer(await payRefund(s.tx, { ...context, nowMs }, paying));
    });
    return reply.code('approvalId' in done ? 202 : 200).send(done);
  });
  on(app, refundApi.paid, async ({ request, reply, uuid, readBody }) => {
    const refundId = uuid('id');
    const { reference } = readBody();
    const done = await scoped(request, async (s) => {
      requireActing(s.operator);
      const paying = { ...s, by: s.operator, refundId, reference };
      return answer(await payRefund(s.tx, { ...context, nowMs }, paying));
    });
    return reply.code('approvalId' in done ? 202 : 200).send(done);
  });
}

const correctionDeps = ({ newUuid, clocks }: CorrectionRoutesDeps) => ({
  newUuid,
  nowMs: () => clocks.business.nowMs(),
});

type MoveAsked = { readonly by: 'reversal' | 'creditNote' } & Parameters<typeof statedOf>[0];

/** Early, so that nobody is asked to allow what cannot be. */
async function mayMove(s: SaleScope, asked: MoveAsked): Promise<void> {
  if (asked.by === 'reversal') {
    const stated = statedOf(asked, s.nowMs);
    const may = await mayReverse(s.tx, { ...s, moneyGoes: 'connection', stated });
    if (!may.ok) throw problemOfCorrection(may.error);
    return;
  }
  await mayCredit(s, null);
}

/** An amount, or all that was paid. */
async function mayCredit(s: SaleScope, amountMinor: bigint | null): Promise<void> {
  answer(await mayGiveCreditNote(s.tx, { ...s, amountMinor }));
}

async function debtRows(tx: Tx, place: ConnectionPlace): Promise<DebtRow[]> {
  const rows = await tx
    .selectFrom('debts')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .orderBy('id')
    .execute();
  const shown: DebtRow[] = [];
  for (const row of rows) {
    const outstanding = await accountBalance(tx, place, accounts.customerDebt(row.id));
    shown.push({
      debtId: idFromUuid('debt', row.id),
      label: row.label,
      createdAt: new Date(row.created_at).toISOString(),
      outstandingMinor: outstanding.toString(),
      rule: row.rule as DebtRow['rule'],
    });
  }
  return shown;
}
