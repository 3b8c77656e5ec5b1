// An operator's routes of corrections. What gives money away is only asked for here; approvals do
// it. Shapes: packages/api/src/corrections.ts.

import {
  type ApprovalKind,
  type Asked,
  acknowledgeBodySchema,
  chargeBodySchema,
  creditNoteBodySchema,
  type DebtRow,
  meterExchangeBodySchema,
  moveBodySchema,
  type Reversibility,
  refundPaidBodySchema,
  reprintBodySchema,
  reversalBodySchema,
  writeOffBodySchema,
} from '@prewatt/api';
import { accounts } from '@prewatt/ledger';
import { idFromUuid, type Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Grants } from '../../money/grants/index.ts';
import { accountBalance } from '../../money/ledger/index.ts';
import { type Approvals, problemOfApproval } from '../../registry/approvals/index.ts';
import {
  type ConnectionPlace,
  findMeter,
  loadConnection,
  placeOfConnection,
} from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { acknowledgeSale } from './acknowledge.ts';
import { statedOf } from './approval-facts.ts';
import { chargeDebt, mayWriteOff } from './debts.ts';
import { type CorrectionRefusal, correctionRefusals, proofLabels } from './errors.ts';
import { mayExchange } from './exchange.ts';
import { exchangeRefusals } from './exchange-approval.ts';
import { reprintSale } from './receipt.ts';
import { payRefund } from './refund-by-two.ts';
import { refundsOf } from './refunds.ts';
import { mayReverse } from './reversal.ts';
import { placeOfSale, readSale } from './store.ts';

export type CorrectionRoutesDeps = OperatorScopeDeps & {
  readonly grants: Grants;
  readonly approvals: Approvals;
  readonly newUuid: NewUuid;
  readonly publicUrl: string;
};

type ById = { Params: { id: string } };
type OfDebt = { Params: { id: string; debtId: string } };
type Payload = { readonly requestId: string; readonly reason: string } & Record<string, unknown>;
type SaleScope = OperatorScope & { readonly place: ConnectionPlace; readonly saleId: string };

export function correctionRoutes(context: CorrectionRoutesDeps) {
  const { nowMs, scoped } = createOperatorScope(context);
  const deps = { newUuid: context.newUuid, nowMs };

  const onSale = <T>(
    request: FastifyRequest<ById>,
    work: (scope: SaleScope) => Promise<T>,
  ): Promise<T> => {
    const saleId = uuidFromPath('sale', request.params.id);
    return scoped(request, async (scope) => {
      const place = await placeOfSale(scope.tx, scope.utility.id, saleId);
      if (place === null) throw notFound('sale');
      return work({ ...scope, place, saleId });
    });
  };

  const acting = <T>(
    request: FastifyRequest<ById>,
    work: (scope: SaleScope) => Promise<T>,
  ): Promise<T> =>
    onSale(request, (scope) => {
      requireActing(scope.operator);
      return work(scope);
    });

  const ask = async (
    s: OperatorScope,
    o: { readonly kind: ApprovalKind; readonly payload: Payload },
  ): Promise<Asked> => {
    const { requestId, reason } = o.payload;
    const asked = await context.approvals.request(s.tx, {
      utilityId: s.utility.id,
      kind: o.kind,
      requestId,
      payload: o.payload,
      reason,
      requestedBy: { operatorId: s.operator.operatorId, name: s.operator.name },
    });
    if (!asked.ok) throw problemOfApproval(asked.error);
    return { approvalId: idFromUuid('approval', asked.value.approvalId) };
  };

  /** The first answer to a request that was made before, whatever has become of its sale since. */
  const askedBefore = async (s: OperatorScope, kind: ApprovalKind, requestId: string) => {
    const row = await s.tx
      .selectFrom('approvals')
      .select(['id', 'kind'])
      .where('utility_id', '=', s.utility.id)
      .where('request_id', '=', requestId)
      .executeTakeFirst();
    return row !== undefined && row.kind === kind;
  };

  const saleRoutes = (app: FastifyInstance): void => {
    app.get<ById>('/api/operator/sales/:id/reversibility', (request) =>
      onSale(request, async (s): Promise<Reversibility> => {
        const may = await mayReverse(s.tx, { ...s, moneyGoes: 'prepaid', stated: null });
        if (may.ok) {
          const { proof } = may.value;
          return { reversible: true, code: proof, text: proofLabels[proof] };
        }
        return { reversible: false, code: may.error, text: correctionRefusals[may.error][2] };
      }),
    );
    app.post<ById>('/api/operator/sales/:id/reversal', async (request, reply) => {
      const body = parse(reversalBodySchema, request.body);
      const asked = await acting(request, async (s) => {
        if (!(await askedBefore(s, 'reversal', body.requestId))) {
          answer(await mayReverse(s.tx, { ...s, ...body, stated: statedOf(body, s.nowMs) }));
        }
        return ask(s, { kind: 'reversal', payload: { ...body, saleId: s.saleId } });
      });
      return reply.code(202).send(asked);
    });
    app.post<ById>('/api/operator/sales/:id/move', async (request, reply) => {
      const { toMeterPan, ...body } = parse(moveBodySchema, request.body);
      const to = await findMeter(context.database, toMeterPan);
      const asked = await acting(request, async (s) => {
        if (to === null || to.utilityId !== s.utility.id || (await isRetired(s.tx, to))) {
          throw problemOfCorrection('unknownTarget');
        }
        if (to.connectionId === s.place.connectionId) throw problemOfCorrection('sameConnection');
        if (!(await askedBefore(s, 'moveSale', body.requestId))) await mayMove(s, body);
        const payload = { ...body, saleId: s.saleId, toConnectionId: to.connectionId };
        return ask(s, { kind: 'moveSale', payload });
      });
      return reply.code(202).send(asked);
    });
    app.post<ById>('/api/operator/sales/:id/credit-note', async (request, reply) => {
      const body = parse(creditNoteBodySchema, request.body);
      const asked = await acting(request, async (s) => {
        if (!(await askedBefore(s, 'creditNote', body.requestId)))
          await mayMove(s, { by: 'creditNote' });
        return ask(s, { kind: 'creditNote', payload: { ...body, saleId: s.saleId } });
      });
      return reply.code(202).send(asked);
    });
    app.post<ById>('/api/operator/sales/:id/reprint', (request) => {
      const { reason } = parse(reprintBodySchema, request.body);
      return acting(request, async (s) =>
        answer(await reprintSale(s.tx, { ...s, reason, operatorId: s.operator.operatorId })),
      );
    });
    app.post<ById>('/api/operator/sales/:id/acknowledge', (request) => {
      const { reason } = parse(acknowledgeBodySchema, request.body);
      return acting(request, async (s) => {
        const { operatorId } = s.operator;
        answer(await acknowledgeSale(s.tx, deps, { ...s, reason, operatorId }));
        return { acknowledged: true };
      });
    });
  };

  const debtRoutes = (app: FastifyInstance): void => {
    app.get<ById>('/api/operator/connections/:id/debts', (request) => {
      const id = uuidFromPath('connection', request.params.id);
      return scoped(request, async (s) => ({
        rows: await debtRows(s.tx, placeOfConnection(s.utility.id, id)),
        nextCursor: null,
      }));
    });
    app.post<ById>('/api/operator/connections/:id/debts', async (request, reply) => {
      const id = uuidFromPath('connection', request.params.id);
      const body = parse(chargeBodySchema, request.body);
      const { debtId } = await scoped(request, async (s) => {
        requireActing(s.operator);
        const charged = await chargeDebt(s.tx, deps, {
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
    app.post<OfDebt>(
      '/api/operator/connections/:id/debts/:debtId/write-off',
      async (request, reply) => {
        const connectionId = uuidFromPath('connection', request.params.id);
        const debtId = uuidFromPath('debt', request.params.debtId);
        const body = parse(writeOffBodySchema, request.body);
        const asked = await scoped(request, async (s) => {
          requireActing(s.operator);
          const place = placeOfConnection(s.utility.id, connectionId);
          if (!(await askedBefore(s, 'debtWriteOff', body.requestId))) {
            answer(
              await mayWriteOff(s.tx, { place, debtId, amountMinor: BigInt(body.amountMinor) }),
            );
          }
          return ask(s, { kind: 'debtWriteOff', payload: { ...body, connectionId, debtId } });
        });
        return reply.code(202).send(asked);
      },
    );
  };

  const exchangeRoute = (app: FastifyInstance): void => {
    app.post<ById>('/api/operator/connections/:id/meter-exchange', async (request, reply) => {
      const connectionId = uuidFromPath('connection', request.params.id);
      const body = parse(meterExchangeBodySchema, request.body);
      const asked = await scoped(request, async (s) => {
        requireActing(s.operator);
        const connection = await loadConnection(
          s.tx,
          placeOfConnection(s.utility.id, connectionId),
        );
        if (connection === null) throw notFound('connection');
        if (!(await askedBefore(s, 'meterExchange', body.requestId))) {
          const at = { askedAtMs: nowMs(), nowMs: nowMs() };
          const may = await mayExchange(s.tx, context, connection, { ...body, ...at });
          if (!may.ok) {
            const [status, detail] = exchangeRefusals[may.error];
            throw new HttpProblem({ status, code: may.error, title: 'Not possible', detail });
          }
        }
        return ask(s, { kind: 'meterExchange', payload: { ...body, connectionId } });
      });
      return reply.code(202).send(asked);
    });
  };

  const refundRoutes = (app: FastifyInstance): void => {
    app.get('/api/operator/refunds', (request) => {
      const query = z.object({ state: z.enum(['due', 'paid']).default('due') });
      const { state } = parse(query, request.query);
      return scoped(request, async (s) => ({
        rows: await refundsOf(s.tx, { utilityId: s.utility.id, state }),
        nextCursor: null,
      }));
    });
    app.post<ById>('/api/operator/refunds/:id/paid', async (request, reply) => {
      const refundId = uuidFromPath('refund', request.params.id);
      const { reference } = parse(refundPaidBodySchema, request.body);
      const done = await scoped(request, async (s) => {
        requireActing(s.operator);
        const paying = { ...s, by: s.operator, refundId, reference };
        return answer(await payRefund(s.tx, { ...context, nowMs }, paying));
      });
      return reply.code('approvalId' in done ? 202 : 200).send(done);
    });
  };

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    saleRoutes(app);
    debtRoutes(app);
    exchangeRoute(app);
    refundRoutes(app);
  };
}

type MoveAsked = { readonly by: 'reversal' | 'creditNote' } & Parameters<typeof statedOf>[0];

/** Early, so that nobody is asked to allow what cannot be. */
async function mayMove(s: SaleScope, asked: MoveAsked): Promise<void> {
  if (asked.by === 'reversal') {
    const stated = statedOf(asked, s.nowMs);
    const may = await mayReverse(s.tx, { ...s, moneyGoes: 'connection', stated });
    if (!may.ok) throw problemOfCorrection(may.error);
    return;
  }
  const sale = await readSale(s.tx, s.place, s.saleId);
  if (sale === null) throw problemOfCorrection('unknownSale');
  if (sale.state === 'reversed') throw problemOfCorrection('alreadyReversed');
  if (sale.payer === null) throw problemOfCorrection('notPaid');
}

async function isRetired(
  tx: Tx,
  meter: { readonly bucket: number; readonly meterId: string },
): Promise<boolean> {
  const row = await tx
    .selectFrom('meters')
    .select('retired_at')
    .where('bucket', '=', meter.bucket)
    .where('id', '=', meter.meterId)
    .executeTakeFirst();
  return row === undefined || row.retired_at !== null;
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

function problemOfCorrection(code: CorrectionRefusal): HttpProblem {
  const [status, title, detail] = correctionRefusals[code];
  return new HttpProblem({ status, code, title, detail });
}

function answer<T>(result: Result<T, CorrectionRefusal>): T {
  if (!result.ok) throw problemOfCorrection(result.error);
  return result.value;
}
