// The quote for a meter that counts its credit in money: what the till takes, and what goes on the
// meter. The same rules as for energy (law 2 exactly; under a protection, fees and debt leave a
// floor), with a minor unit of credit in the place of a watt-hour.

import { err, formatMoney, ok, type Result } from '@prewatt/quantities';
import type { CivilMoment } from './conditions.ts';
import type { Debt } from './debt.ts';
import type { Tariff } from './document.ts';
import { moneyParts, type NoMoneyParts } from './money-parts.ts';
import type { TariffPosition } from './position.ts';
import { quotePurchase } from './quote.ts';
import type { Quote, QuoteLine, QuoteRefusal } from './quote-types.ts';

/** A quote whose credit is money: no energy is sold, and one line is the credit on the meter. */
export type MoneyQuote = Quote & { readonly creditMinor: bigint };

export type MoneyCreditOptions = {
  readonly amountMinor: bigint;
  readonly at: CivilMoment;
  readonly position: TariffPosition;
  readonly debts: readonly Debt[];
  readonly protection:
    | {
        /** Debt takes at most this share of a purchase (10000 = all of it). */
        readonly debtShareCapBasisPoints: number;
        /** What each purchase leaves for the meter, or all of its money if that is less. */
        readonly floorMinor: bigint;
      }
    | 'none';
  /** The largest sum that a token carries and that is not above the given one. */
  readonly floorToEncodableMinor: (minor: bigint) => bigint;
  readonly parameters?: Readonly<Record<string, string>>;
};

/** What a payment puts on the meter. */
export function quoteMoneyCredit(
  tariff: Tariff,
  o: MoneyCreditOptions,
): Result<MoneyQuote, QuoteRefusal | ({ readonly code: 'no-money-parts' } & NoMoneyParts)> {
  const parts = moneyParts(tariff);
  if (!parts.ok) return err({ code: 'no-money-parts', ...parts.error });
  const { protection, floorToEncodableMinor, ...rest } = o;
  const quote = quotePurchase(parts.value.till, {
    ...rest,
    protection:
      protection === 'none'
        ? 'none'
        : {
            debtShareCapBasisPoints: protection.debtShareCapBasisPoints,
            floorEnergyWh: protection.floorMinor,
          },
    floorToEncodableWh: floorToEncodableMinor,
  });
  if (!quote.ok) return quote;
  const { energyWh: creditMinor, lines, positionAfter } = quote.value;
  return ok({
    ...quote.value,
    creditMinor,
    energyWh: 0n,
    lines: lines.map((line) => (line.code === 'energy' ? creditLine(tariff, line) : line)),
    // No energy of the month was bought.
    positionAfter: {
      ...positionAfter,
      energyWhThisMonth: positionAfter.energyWhThisMonth - creditMinor,
    },
  });
}

function creditLine(tariff: Tariff, line: QuoteLine): QuoteLine {
  const { kind, label, amountMinor } = line;
  const money = formatMoney(amountMinor, tariff.currency);
  const explanation =
    `${money} go on the meter, which charges energy, its taxes and standing charges by itself ` +
    'as they come.';
  return { kind, code: 'credit', label, amountMinor, explanation };
}
