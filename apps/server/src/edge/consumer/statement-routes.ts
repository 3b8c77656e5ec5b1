// The customer's statement and trial quote. Both only read: a trial leaves no row behind.

import { pageRoutes } from '@prewatt/api';
import { civilDateOf, idFromUuid, parseTypedAmount, zonedAt } from '@prewatt/quantities';
import { renderStatement, renderTrial } from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { badRequest } from '../../base/http/problem.ts';
import { trialQuoteOf, type Vending } from '../../money/vending/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import { periodOf, statementOf } from '../../reports/statements/index.ts';
import type { PagesContext, Scope } from './pages.ts';
import { amountText, refusalText } from './refusals.ts';

/** A page has to load on a slow link: the rest of a busy month is a page of its own. */
const entriesPerPage = 20;

const nameOf = (connection: Connection) => ({
  connectionId: idFromUuid('connection', connection.connectionId),
  name: connection.name,
});

const notAMonth = 'Write the month like 2026-11.';

export function statementPages(app: FastifyInstance, o: PagesContext): void {
  on(app, pageRoutes.statement, async ({ request, reply, uuid, readQuery }) => {
    const id = uuid('id');
    const { month = null, cursor = null } = readQuery();
    if (month !== null && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw badRequest(notAMonth);
    if (cursor !== null && !/^\d{1,9}$/.test(cursor))
      throw badRequest('This page of the statement does not exist. Open the statement again.');
    const { view, utility } = await o.onConnection(request, id, async (scope) => ({
      view: await statementView(scope, { month, cursor }),
      utility: scope.utility,
    }));
    return o.page(reply, renderStatement(o.frame(request, reply, utility), view));
  });

  on(app, pageRoutes.price, async ({ request, reply, uuid, readQuery }) => {
    const id = uuid('id');
    const { amount = '' } = readQuery();
    const { view, utility } = await o.onConnection(request, id, async (scope) => ({
      view: await trialView(scope, o.vending, amount.slice(0, 40)),
      utility: scope.utility,
    }));
    const html = renderTrial(o.frame(request, reply, utility), view);
    return o.page(reply, html, view.problem === null ? 200 : 422);
  });
}

async function statementView(
  scope: Scope,
  o: { readonly month: string | null; readonly cursor: string | null },
) {
  const { zone } = scope.utility;
  const present = zonedAt(scope.nowMs, zone).toPlainDate().toPlainYearMonth();
  const month = o.month === null ? present : Temporal.PlainYearMonth.from(o.month);
  const whole = periodOf({
    from: month.toPlainDate({ day: 1 }).toString(),
    to: month.toPlainDate({ day: month.daysInMonth }).toString(),
    zone,
    nowMs: scope.nowMs,
  });
  const sinceMs = scope.sinceMs ?? 0;
  if (whole === null || whole.toMs <= sinceMs) throw badRequest(notAMonth);
  const period =
    whole.fromMs >= sinceMs
      ? whole
      : { ...whole, from: civilDateOf(sinceMs, zone), fromMs: sinceMs };
  const { tx, utility, connection } = scope;
  const { cursor } = o;
  const pageSize = entriesPerPage;
  return {
    connection: nameOf(connection),
    statement: await statementOf(tx, { utility, connection, period, cursor, pageSize }),
    month: month.toString(),
    previousMonth: whole.fromMs <= sinceMs ? null : month.subtract({ months: 1 }).toString(),
    nextMonth:
      Temporal.PlainYearMonth.compare(month, present) >= 0
        ? null
        : month.add({ months: 1 }).toString(),
  };
}

async function trialView(scope: Scope, vending: Pick<Vending, 'price'>, amount: string) {
  const { utility, connection } = scope;
  const view = {
    connection: nameOf(connection),
    minimumMinor: utility.minimumPurchaseMinor.toString(),
    maximumMinor: utility.maximumPurchaseMinor.toString(),
    amount,
  };
  if (amount === '') return { ...view, problem: null, quote: null };
  const parsed = parseTypedAmount(amount, utility.currency);
  if (!parsed.ok)
    return { ...view, problem: amountText(parsed.error, utility, scope.voice), quote: null };
  const priced = await vending.price(scope.tx, connection, parsed.value);
  if (!priced.ok) {
    return { ...view, problem: refusalText(priced.error, utility, scope.voice), quote: null };
  }
  return { ...view, problem: null, quote: trialQuoteOf(priced.value) };
}
