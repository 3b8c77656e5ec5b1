// An operator's routes of statements and trial quotes. They read; every role may.

import { type CustomerStatement, type QueryOf, statementApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { createCells, csvLines } from '../../base/csv.ts';
import { on, type RouteCall } from '../../base/http/on.ts';
import { badRequest, HttpProblem, notFound } from '../../base/http/problem.ts';
import { quoteRefusalText, trialQuoteOf, type Vending } from '../../money/vending/index.ts';
import {
  type Connection,
  loadConnection,
  placeOfConnection,
} from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
} from '../../registry/sign-in/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type Period, periodOf, statementOf } from './service.ts';

export type StatementRoutesDeps = OperatorScopeDeps & {
  readonly vending: Vending;
};

const pageSize = 200;
const longestDays = 3_700;

type ConnectionCall = Pick<RouteCall<typeof statementApi.statement>, 'request' | 'uuid'>;
type Scope = OperatorScope & { readonly connection: Connection };

export function statementRoutes(context: StatementRoutesDeps) {
  const { scoped } = createOperatorScope(context);

  const onConnection = <T>(
    { request, uuid }: ConnectionCall,
    work: (scope: Scope) => Promise<T>,
  ): Promise<T> => {
    const id = uuid('id');
    return scoped(request, async (scope) => {
      const connection = await loadConnection(scope.tx, placeOfConnection(scope.utility.id, id));
      if (connection === null) throw notFound('connection');
      return work({ ...scope, connection });
    });
  };

  const periodAsked = (query: QueryOf<typeof statementApi.statement>, scope: Scope) => {
    const { zone } = scope.utility;
    const period = periodOf({
      from: query.from ?? null,
      to: query.to ?? null,
      zone,
      nowMs: scope.nowMs,
    });
    if (period === null) throw badRequest('from: after to');
    if (period.toMs - period.fromMs > longestDays * 86_400_000) {
      throw badRequest('from: a statement covers ten years at most');
    }
    return { period, cursor: query.cursor ?? null };
  };

  return async (app: FastifyInstance): Promise<void> => {
    on(app, statementApi.statement, (call) =>
      onConnection(call, (s) =>
        statementOf(s.tx, { ...s, ...periodAsked(call.readQuery(), s), pageSize }),
      ),
    );
    on(app, statementApi.file, async (call) => {
      const { text, period } = await onConnection(call, async (s) => {
        const { period } = periodAsked(call.readQuery(), s);
        return { text: await csvOf(s, period), period };
      });
      return call.reply
        .type('text/csv; charset=utf-8; header=present')
        .header(
          'content-disposition',
          `attachment; filename="statement-${period.from}-${period.to}.csv"`,
        )
        .header('cache-control', 'no-store')
        .send(text);
    });
    on(app, statementApi.trialQuote, (call) => {
      const { amountMinor } = call.readQuery();
      return onConnection(call, async (s) => {
        const priced = await context.vending.price(s.tx, s.connection, BigInt(amountMinor));
        if (priced.ok) return trialQuoteOf(priced.value);
        throw new HttpProblem({
          status: priced.error === 'unknownConnection' ? 404 : 409,
          code: priced.error,
          title: 'Nothing can be bought for this amount',
          detail: quoteRefusalText[priced.error],
        });
      });
    });
  };
}

async function csvOf(scope: Scope, period: Period): Promise<string> {
  const header = [
    'at',
    'kind',
    'text',
    'sale_id',
    'prepaid_change',
    'prepaid_after',
    'owed_change',
    'owed_after',
    'currency',
    'time_zone',
  ];
  const lines = [csvLines([header])];
  let cursor: string | null = null;
  do {
    const page: CustomerStatement = await statementOf(scope.tx, {
      ...scope,
      period,
      cursor,
      pageSize,
    });
    if (cursor === null) lines.push(balanceLine(scope.utility, page, 'opening'));
    lines.push(csvLines(page.rows.map((row) => cellsOf(scope.utility, row))));
    cursor = page.nextCursor;
    if (cursor === null) lines.push(balanceLine(scope.utility, page, 'closing'));
  } while (cursor !== null);
  return lines.join('');
}

function cellsOf(utility: Utility, row: CustomerStatement['rows'][number]): string[] {
  const c = createCells(utility);
  const money = (minor: string) => c.money(BigInt(minor));
  const parts = row.parts.map((part) => `${part.label} ${money(part.amountMinor)}`).join(', ');
  return [
    c.at(Date.parse(row.at)),
    row.kind,
    parts === '' ? row.text : `${row.text} ${parts}`,
    row.saleId ?? '',
    money(row.prepaidChangeMinor),
    money(row.prepaidAfterMinor),
    money(row.owedChangeMinor),
    money(row.owedAfterMinor),
    c.currency,
    c.zone,
  ];
}

function balanceLine(
  utility: Utility,
  page: CustomerStatement,
  which: 'opening' | 'closing',
): string {
  const c = createCells(utility);
  const prepaid = which === 'opening' ? page.openingPrepaidMinor : page.closingPrepaidMinor;
  const owed = which === 'opening' ? page.openingOwedMinor : page.closingOwedMinor;
  const at = which === 'opening' ? page.from : page.to;
  const [prepaidText, owedText] = [c.money(BigInt(prepaid)), c.money(BigInt(owed))];
  return csvLines([[at, which, '', '', '', prepaidText, '', owedText, c.currency, c.zone]]);
}
