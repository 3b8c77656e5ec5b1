// What a word about money means for the payment that it names, or for the meter. The server settles
// payments by these rules, and the judge of single messages and of sequences of them uses the same.

/** `failed`: nobody paid so far; money that comes late still counts. */
export type OrderState = 'open' | 'failed' | 'paid' | 'reversed';

/** What was asked for, as it stands. */
export type Owed = {
  readonly state: OrderState;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** The provider's name of the money that paid it; null before. */
  readonly paidBy: string | null;
};

/** Money that is proved; null is what the rail did not say. */
export type Money = {
  readonly providerRef: string | null;
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
};

/**
 * `pays`: all that was said agrees; `again`: the word by which it was paid; `secondPayment`: other
 * money for what is paid; the rest is not what was asked for.
 */
export type Weighed = 'pays' | 'again' | 'secondPayment' | 'otherCurrency' | 'otherAmount';

export function weighMoney(owed: Owed, money: Money): Weighed {
  if (owed.state === 'paid' && owed.paidBy !== null && owed.paidBy === money.providerRef) {
    return 'again';
  }
  if (money.currency !== null && money.currency !== owed.currency) return 'otherCurrency';
  if (isSettled(owed.state)) return 'secondPayment';
  return money.amountMinor === null || money.amountMinor === owed.amountMinor
    ? 'pays'
    : 'otherAmount';
}

/** A failure ends what is open; what is paid stays paid, whatever is reported later. */
export const weighFailure = (state: OrderState): 'fails' | 'late' =>
  isSettled(state) ? 'late' : 'fails';

export const isSettled = (state: OrderState): state is 'paid' | 'reversed' =>
  state === 'paid' || state === 'reversed';

/** Money that names a meter and no order; `told`: the notification, before the rail was asked. */
export function weighWalkIn(
  money: Money,
  of: { readonly currency: string; readonly toldMinor: bigint | null; readonly isMeter: boolean },
): 'pays' | 'noAmount' | 'otherCurrency' | 'otherAmount' | 'unknownAccount' {
  if (money.amountMinor === null || money.amountMinor <= 0n) return 'noAmount';
  if (money.currency !== null && money.currency !== of.currency) return 'otherCurrency';
  if (of.toldMinor !== null && of.toldMinor !== money.amountMinor) return 'otherAmount';
  return of.isMeter ? 'pays' : 'unknownAccount';
}
