// Every way in which a purchase is refused before it is made. Callers give each code its words.

/** Refusals of a quote, in the order of the checks. */
export type QuoteRefusal =
  | 'unknownConnection'
  | 'meterBlocked'
  | 'creditModeChanging'
  | 'meterCountsMoney'
  | 'amountBelowMinimum'
  | 'amountAboveMaximum'
  | 'tariffUnusable'
  | 'tariffNotForMeter'
  | 'amountTooSmall';

/** Why there is no key to make a token under, in the order of the checks. */
export type KeyRefusal = 'vendingKeyMissing' | 'vendingKeyUnusable' | 'keyStoreAway';

/** Why no token could be made. */
export type TokenRefusal =
  | 'tidExhausted'
  | 'keyExpired'
  | 'defaultKey'
  | 'keyChangeNotAllowed'
  | 'tokenNotMade';

/** Refusals of money that pays debts, apart from a purchase. */
export type DebtRefusal = 'nothingOwed' | 'moreThanOwed' | 'tariffUnusable';

/** Refusals of a sale, in the order of the checks. */
export type SaleRefusal = QuoteRefusal | KeyRefusal | TokenRefusal;
