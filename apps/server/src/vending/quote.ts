// The offer: what an amount buys now, with every deduction. Reads the ledger and the tariff; writes
// nothing.

import { accounts } from '@prewatt/ledger';
import { floorEnergyOf } from '@prewatt/protection';
import { err, expectOk, ok, type Result } from '@prewatt/quantities';
import { floorToEncodableUnits, maximumUnitsPerToken } from '@prewatt/sts/codec';
import {
  type Debt,
  parseDebtRule,
  positionFromJson,
  type Quote,
  quotePurchase,
} from '@prewatt/tariff';
import { sql } from 'kysely';
import { accountBalance } from '../accounting/index.ts';
import type { Connection } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import type { Tariffs } from '../tariffs/index.ts';
import type { Utility } from '../utilities/index.ts';
import type { QuoteRefusal } from './errors.ts';

/** A credit token counts in steps of 100 Wh (IEC 62055-41, 6.2.2). */
export const whPerUnit = 100n;

/** Most tokens of one sale; money beyond them stays prepaid. */
export const maximumTokens = 20;

/** The largest energy of at most `energyWh` that tokens of one sale can carry. */
export function floorToTokensWh(energyWh: bigint): bigint {
  const units = energyWh / whPerUnit;
  const full = units / maximumUnitsPerToken;
  if (full >= BigInt(maximumTokens)) {
    return BigInt(maximumTokens) * maximumUnitsPerToken * whPerUnit;
  }
  const rest = floorToEncodableUnits(units % maximumUnitsPerToken);
  return (full * maximumUnitsPerToken + rest) * whPerUnit;
}

export type PurchaseQuote = {
  readonly amountMinor: bigint;
  readonly broughtForwardMinor: bigint;
  readonly quote: Quote;
  /** The version of the tariff that priced it. */
  readonly tariffVersionId: string;
};

export type Quoting = {
  /**
   * `amountMinor` of new money, plus what is prepaid already and not held for another paid sale.
   */
  readonly quotePurchase: (
    tx: Tx,
    o: {
      readonly utility: Utility;
      readonly connection: Connection;
      readonly amountMinor: bigint;
      /** Part of the prepaid balance that is this purchase's own payment, already posted. */
      readonly postedMinor: bigint;
      readonly nowMs: number;
    },
  ) => Promise<Result<PurchaseQuote, QuoteRefusal>>;
};

export function createQuoting(tariffs: Pick<Tariffs, 'inForce'>): Quoting {
  return {
    quotePurchase: async (tx, o) => {
      const { connection, utility } = o;
      if (o.amountMinor < utility.minimumPurchaseMinor) return err('amountBelowMinimum');
      if (o.amountMinor > utility.maximumPurchaseMinor) return err('amountAboveMaximum');
      const civil = Temporal.Instant.fromEpochMilliseconds(o.nowMs).toZonedDateTimeISO(
        utility.zone,
      );
      const date = civil.toPlainDate().toString();
      const inForce = (await tariffs.inForce(tx, [connection]))(connection, date);
      const position = positionFromJson(connection.tariffPosition);
      if (inForce === null || !position.ok) return err('tariffUnusable');
      const broughtForwardMinor = (await freePrepaid(tx, connection)) - o.postedMinor;
      const quote = quotePurchase(inForce.tariff, {
        amountMinor: o.amountMinor + broughtForwardMinor,
        at: { date, time: civil.toPlainTime().toString().slice(0, 5) },
        parameters: inForce.parameters,
        position: position.value,
        debts: await debtsOf(tx, connection, { scale: utility.currency.scale, nowMs: o.nowMs }),
        protection: {
          debtShareCapBasisPoints: utility.protectionRules.debt.maximumSharePercent * 100,
          floorEnergyWh: floorEnergyOf(utility.protectionRules),
        },
        floorToEncodableWh: floorToTokensWh,
      });
      if (!quote.ok) {
        return err(quote.error.code === 'amount-too-small' ? 'amountTooSmall' : 'tariffUnusable');
      }
      return ok({
        amountMinor: o.amountMinor,
        broughtForwardMinor,
        quote: quote.value,
        tariffVersionId: inForce.versionId,
      });
    },
  };
}

/** Prepaid money less what other sales have been paid and wait for: that is theirs. */
async function freePrepaid(tx: Tx, connection: Connection): Promise<bigint> {
  const balance = await accountBalance(tx, connection.bucket, accounts.customerPrepaid(connection));
  const held = await tx
    .selectFrom('sales')
    .innerJoin('payments', (join) =>
      join.onRef('payments.bucket', '=', 'sales.bucket').onRef('payments.sale_id', '=', 'sales.id'),
    )
    .select(sql<bigint>`coalesce(sum(payments.received_minor), 0)::bigint`.as('total'))
    .where('sales.bucket', '=', connection.bucket)
    .where('sales.connection_id', '=', connection.connectionId)
    .where('sales.state', '=', 'stuck')
    .where('sales.issued_at', 'is', null)
    .executeTakeFirstOrThrow();
  return balance - held.total;
}

const dayMs = 86_400_000;

/** Arrears with what is still owed on each, oldest first. */
export async function debtsOf(
  tx: Tx,
  connection: { readonly bucket: number; readonly connectionId: string },
  o: { readonly scale: number; readonly nowMs: number },
): Promise<Debt[]> {
  const rows = await tx
    .selectFrom('debts')
    .selectAll()
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId)
    .orderBy('id')
    .execute();
  const debts: Debt[] = [];
  for (const row of rows) {
    const outstandingMinor = await accountBalance(
      tx,
      connection.bucket,
      accounts.customerDebt(row.id),
    );
    if (outstandingMinor <= 0n) continue;
    debts.push({
      id: row.id,
      label: row.label,
      outstandingMinor,
      rule: expectOk(parseDebtRule(row.rule, o.scale), 'debt rule'),
      ageDays: Math.max(0, Math.floor((o.nowMs - row.created_at) / dayMs)),
    });
  }
  return debts;
}
