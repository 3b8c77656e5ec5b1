// A connection's statement: what its prepaid money and its debts did in a period, entry by entry,
// straight from the ledger, so that it cannot say anything else. Reads only.

import type { CustomerStatement } from '@prewatt/api';
import { idFromUuid, zonedAt } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { selectFacts } from './facts.ts';
import { kindOf, partsOf, sentenceOf } from './labels.ts';
import { selectDebtSums, selectEntries, selectSums } from './store.ts';

/** Civil dates, both included, and the same as instants (the end is not included). */
export type Period = {
  readonly from: string;
  readonly to: string;
  readonly fromMs: number;
  readonly toMs: number;
};

/** A period of civil dates in a zone; without dates the present month. Null if it ends early. */
export function periodOf(o: {
  readonly from: string | null;
  readonly to: string | null;
  readonly zone: string;
  readonly nowMs: number;
}): Period | null {
  const today = zonedAt(o.nowMs, o.zone).toPlainDate();
  const to = o.to === null ? today : Temporal.PlainDate.from(o.to);
  const from = o.from === null ? to.with({ day: 1 }) : Temporal.PlainDate.from(o.from);
  if (Temporal.PlainDate.compare(from, to) > 0) return null;
  const startOf = (date: Temporal.PlainDate) => date.toZonedDateTime(o.zone).epochMilliseconds;
  return {
    from: from.toString(),
    to: to.toString(),
    fromMs: startOf(from),
    toMs: startOf(to.add({ days: 1 })),
  };
}

/** One page of a statement; `cursor` is what the page before gave. */
export async function statementOf(
  tx: Tx,
  o: {
    readonly utility: Utility;
    readonly connection: Connection;
    readonly period: Period;
    readonly cursor: string | null;
    readonly pageSize: number;
  },
): Promise<CustomerStatement> {
  const { connection, utility, period, pageSize } = o;
  const offset = Number(o.cursor ?? '0');
  const sums = await selectSums(tx, connection, period);
  const debts = await selectDebtSums(tx, connection, period);
  const rows = await selectEntries(tx, connection, { ...period, offset, limit: pageSize + 1 });
  const shown = rows.slice(0, pageSize);
  const facts = await selectFacts(tx, connection, shown);
  return {
    connectionId: idFromUuid('connection', connection.connectionId),
    connectionName: connection.name,
    customerName: connection.customerName,
    meterPan: connection.meter.meterPan,
    currency: { ...utility.currency },
    zone: utility.zone,
    from: period.from,
    to: period.to,
    openingPrepaidMinor: sums.openingPrepaid.toString(),
    openingOwedMinor: sums.openingOwed.toString(),
    closingPrepaidMinor: sums.closingPrepaid.toString(),
    closingOwedMinor: sums.closingOwed.toString(),
    debts: debts.map((debt) => ({
      debtId: idFromUuid('debt', debt.id),
      label: debt.label,
      openingMinor: debt.opening.toString(),
      closingMinor: debt.closing.toString(),
    })),
    rows: shown.map((row) => ({
      at: new Date(row.posted_at).toISOString(),
      kind: kindOf[row.act],
      text: sentenceOf(row, facts, utility).trim(),
      saleId: row.sale_id === null ? null : idFromUuid('sale', row.sale_id),
      parts: partsOf(row, facts),
      prepaidChangeMinor: row.prepaid.toString(),
      owedChangeMinor: row.owed.toString(),
      prepaidAfterMinor: row.prepaid_after.toString(),
      owedAfterMinor: row.owed_after.toString(),
    })),
    nextCursor: rows.length > pageSize ? String(offset + pageSize) : null,
  };
}
