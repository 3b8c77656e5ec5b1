// What prices depend on, read once for all connections of a transaction. The pricing itself is
// @prewatt/vending-rules.

import { dayMs, expectOk, zonedAt } from '@prewatt/quantities';
import { type Debt, parseDebtRule, positionFromJson } from '@prewatt/tariff';
import type { PriceBasis } from '@prewatt/vending-rules';
import type { Tx } from '../../base/database.ts';
import type { ConnectionToSell, OpenDebt } from '../../money/connections-to-sell/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { Tariffs, VersionsAhead } from '../tariffs/index.ts';

export type Quoting = {
  /** By connection. The connections are of one utility. */
  readonly basisOf: (
    tx: Tx,
    o: {
      readonly utility: Utility;
      readonly connections: readonly ConnectionToSell[];
      readonly nowMs: number;
      readonly ahead: VersionsAhead;
    },
  ) => Promise<(connection: ConnectionToSell) => PriceBasis>;
  /** What `basisOf` will mostly need. */
  readonly readAhead: Tariffs['readAhead'];
};

export function createQuoting(tariffs: Pick<Tariffs, 'inForce' | 'readAhead'>): Quoting {
  return {
    readAhead: tariffs.readAhead,
    basisOf: async (tx, o) => {
      const { utility, nowMs } = o;
      const inForce = await tariffs.inForce(tx, o.connections, o.ahead);
      const civil = zonedAt(nowMs, utility.zone);
      const date = civil.toPlainDate().toString();
      const at = { date, time: civil.toPlainTime().toString().slice(0, 5) };
      return (connection) => {
        const position = positionFromJson(connection.tariffPosition);
        return {
          utility,
          at,
          tariff: inForce(connection, date),
          position: position.ok ? position.value : null,
          freeMinor: connection.prepaidMinor - connection.heldMinor,
          moneyMeter: connection.creditMode === 'token' ? connection.moneyMeter : null,
          debts: debtsToQuote(connection.debts, { scale: utility.currency.scale, nowMs }),
        };
      };
    },
  };
}

function debtsToQuote(
  debts: readonly OpenDebt[],
  o: { readonly scale: number; readonly nowMs: number },
): Debt[] {
  return debts.map((debt) => ({
    id: debt.id,
    label: debt.label,
    outstandingMinor: debt.outstandingMinor,
    rule: expectOk(parseDebtRule(debt.rule, o.scale), 'debt rule'),
    ageDays: Math.max(0, Math.floor((o.nowMs - debt.createdAtMs) / dayMs)),
  }));
}

/** Arrears with what is still owed on each, oldest first. */
export async function debtsOf(
  tx: Tx,
  connection: Pick<Connection, 'bucket' | 'connectionId'>,
  o: { readonly scale: number; readonly nowMs: number },
): Promise<Debt[]> {
  const rows = await tx
    .selectFrom('debts')
    .selectAll()
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId)
    .where('outstanding_minor', '>', 0n)
    .orderBy('id')
    .execute();
  const debts = rows.map((row) => ({
    id: row.id,
    label: row.label,
    rule: row.rule,
    outstandingMinor: row.outstanding_minor,
    createdAtMs: row.created_at,
  }));
  return debtsToQuote(debts, o);
}
