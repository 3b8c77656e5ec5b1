// The payment objects of a meter (Account 111, Credit 112, Charge 113) as they are read and shown,
// and what they come to in energy. Amounts are the meter's own, with the scale of its currency.

import type { DlmsAccount } from '@prewatt/api';
import type { AttributeDescriptor, Data } from '@prewatt/dlms';
import { accountClass, attributeOf, chargeClass, creditClass } from '@prewatt/dlms/classes';
import type { DriverFault } from '@prewatt/protocol';
import { ok, type Result } from '@prewatt/quantities';
import type { DlmsModel } from './model.ts';
import type { DlmsSession } from './session.ts';
import { readAll, valueIn } from './values.ts';

const accountAttributes = [
  'accountModeAndStatus',
  'currentCreditInUse',
  'currentCreditStatus',
  'availableCredit',
  'amountToClear',
  'aggregatedDebt',
  'currency',
  'lowCreditThreshold',
] as const;

export const attributesOfAccount = (account: string | null): AttributeDescriptor[] =>
  account === null ? [] : accountAttributes.map((each) => attributeOf(accountClass, account, each));

export type AccountValues = Pick<
  DlmsAccount,
  | 'paymentMode'
  | 'accountStatus'
  | 'creditInUse'
  | 'creditStatus'
  | 'availableCredit'
  | 'amountToClear'
  | 'aggregatedDebt'
  | 'currency'
  | 'lowCreditThreshold'
>;

/** Null where the meter has no account, or gives none of what it is to say. */
export function accountOf(values: readonly (Data | null)[]): AccountValues | null {
  const [mode, inUse, status, available, toClear, debt, money, low] = values;
  const modeAndStatus = valueIn(accountClass, 'accountModeAndStatus', mode);
  const availableCredit = valueIn(accountClass, 'availableCredit', available);
  const currency = valueIn(accountClass, 'currency', money);
  if (modeAndStatus === null || availableCredit === null || currency === null) return null;
  return {
    paymentMode: String(modeAndStatus.paymentMode),
    accountStatus: String(modeAndStatus.accountStatus),
    creditInUse: valueIn(accountClass, 'currentCreditInUse', inUse),
    creditStatus: [...(valueIn(accountClass, 'currentCreditStatus', status) ?? [])],
    availableCredit,
    amountToClear: valueIn(accountClass, 'amountToClear', toClear),
    aggregatedDebt: valueIn(accountClass, 'aggregatedDebt', debt),
    currency: {
      name: currency.currencyName.slice(0, 20),
      scale: currency.currencyScale,
      unit: String(currency.currencyUnit),
    },
    lowCreditThreshold: valueIn(accountClass, 'lowCreditThreshold', low),
  };
}

/**
 * Watt-hours of an amount of an account that counts energy; null where it counts money or time.
 * Makers write the unit as the name: "Wh", or kWh for anything else.
 */
export function energyWhOf(
  amount: number | null,
  currency: AccountValues['currency'],
): bigint | null {
  if (amount === null || currency.unit !== 'consumption') return null;
  const exponent = currency.scale + (currency.name.toLowerCase() === 'wh' ? 0 : 3);
  if (Math.abs(exponent) > 12) return null;
  const factor = 10n ** BigInt(Math.abs(exponent));
  return exponent >= 0 ? BigInt(amount) * factor : BigInt(amount) / factor;
}

type Parts = Pick<DlmsAccount, 'credits' | 'charges'>;

/** Credits and charges, for people: read now and then. */
export async function readParts(
  session: DlmsSession,
  model: DlmsModel,
): Promise<Result<Parts, DriverFault>> {
  const creditNames = ['currentCreditAmount', 'creditType', 'priority', 'creditStatus'] as const;
  const chargeNames = ['totalAmountPaid', 'chargeType', 'totalAmountRemaining'] as const;
  const credits = await readAll(
    session,
    model.credits.flatMap((name) =>
      creditNames.map((each) => attributeOf(creditClass, name, each)),
    ),
  );
  if (!credits.ok) return credits;
  const charges = await readAll(
    session,
    model.charges.flatMap((name) =>
      chargeNames.map((each) => attributeOf(chargeClass, name, each)),
    ),
  );
  if (!charges.ok) return charges;
  // Meters of one firmware need not all have each: what this one lacks is left out.
  return ok({
    credits: model.credits.flatMap((logicalName, nth) => {
      const [amount, type, priority, status] = credits.value.slice(nth * creditNames.length);
      if (type == null) return [];
      const credit = {
        logicalName,
        type: String(valueIn(creditClass, 'creditType', type) ?? ''),
        priority: valueIn(creditClass, 'priority', priority),
        status: String(valueIn(creditClass, 'creditStatus', status) ?? ''),
        amount: valueIn(creditClass, 'currentCreditAmount', amount),
      };
      return [credit];
    }),
    charges: model.charges.flatMap((logicalName, nth) => {
      const [paid, type, left] = charges.value.slice(nth * chargeNames.length);
      if (type == null) return [];
      const charge = {
        logicalName,
        type: String(valueIn(chargeClass, 'chargeType', type) ?? ''),
        paid: valueIn(chargeClass, 'totalAmountPaid', paid),
        left: valueIn(chargeClass, 'totalAmountRemaining', left),
      };
      return [charge];
    }),
  });
}
