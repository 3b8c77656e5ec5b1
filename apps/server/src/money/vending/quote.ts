// The offer: what an amount buys now, with every deduction. What it needs is read once for all
// connections of a transaction; the pricing itself is pure.

import { floorEnergyOf } from '@prewatt/protection';
import { err, expectOk, ok, type Result } from '@prewatt/quantities';
import { floorToEncodableUnits, maximumUnitsPerToken } from '@prewatt/sts/codec';
import {
  type CivilMoment,
  type Debt,
  parseDebtRule,
  positionFromJson,
  type Quote,
  quotePurchase,
  type TariffPosition,
} from '@prewatt/tariff';
import type { Tx } from '../../base/database.ts';
import type {
  Connection,
  ConnectionToSell,
  MoneyMeter,
  OpenDebt,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { TariffInForce, Tariffs, VersionsAhead } from '../tariffs/index.ts';
import { isOfCurrency, priceMoney } from './currency-token-pricing.ts';
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
  /** Money on the meter, where it counts in money; null: the credit is energy, or a wallet's. */
  readonly creditMinor: bigint | null;
};

/** What of a purchase a sale's row and receipt need: all that there is of one into a wallet. */
export type SoldPurchase = Omit<PurchaseQuote, 'quote'> & {
  readonly quote: Pick<
    Quote,
    'energyWh' | 'lines' | 'remainderMinor' | 'monthEnergyWhBefore' | 'positionAfter'
  >;
};

/** All that the price of a connection's next purchase depends on, but for the amount. */
export type PriceBasis = {
  readonly utility: Utility;
  readonly at: CivilMoment;
  /** Null when none is in force. */
  readonly tariff: TariffInForce | null;
  /** Null when the stored one cannot be read. */
  readonly position: TariffPosition | null;
  /** Prepaid money that is not held for another paid sale. */
  readonly freeMinor: bigint;
  readonly debts: readonly Debt[];
  /** The credit is money on the meter; null: it is energy. */
  readonly moneyMeter: MoneyMeter | null;
};

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
      const civil = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(utility.zone);
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

/**
 * Prices `amountMinor` of new money together with what is prepaid already. `postedMinor` is the
 * part of the prepaid balance that is this purchase's own payment.
 */
export function priceOf(
  basis: PriceBasis,
  o: { readonly amountMinor: bigint; readonly postedMinor: bigint },
): Result<PurchaseQuote, QuoteRefusal> {
  const { utility, tariff, position, moneyMeter } = basis;
  if (moneyMeter !== null && !isOfCurrency(moneyMeter, utility.currency)) {
    return err('meterCountsMoney');
  }
  if (o.amountMinor < utility.minimumPurchaseMinor) return err('amountBelowMinimum');
  if (o.amountMinor > utility.maximumPurchaseMinor) return err('amountAboveMaximum');
  if (tariff === null || position === null) return err('tariffUnusable');
  const broughtForwardMinor = basis.freeMinor - o.postedMinor;
  if (moneyMeter !== null) {
    return priceMoney({ ...basis, tariff, position, moneyMeter }, { ...o, broughtForwardMinor });
  }
  const quote = quotePurchase(tariff.tariff, {
    amountMinor: o.amountMinor + broughtForwardMinor,
    at: basis.at,
    parameters: tariff.parameters,
    position,
    debts: basis.debts,
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
    tariffVersionId: tariff.versionId,
    creditMinor: null,
  });
}

/** What the next purchase of the connection is priced on, after this one. */
export function basisAfter(basis: PriceBasis, purchase: SoldPurchase): PriceBasis {
  const { lines, positionAfter, remainderMinor } = purchase.quote;
  const repaid = (debtId: string) =>
    lines.reduce((sum, line) => (line.debtId === debtId ? sum + line.amountMinor : sum), 0n);
  return {
    ...basis,
    position: positionAfter,
    freeMinor: remainderMinor,
    debts: basis.debts
      .map((debt) => ({ ...debt, outstandingMinor: debt.outstandingMinor - repaid(debt.id) }))
      .filter((debt) => debt.outstandingMinor > 0n),
  };
}

const dayMs = 86_400_000;

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
