// Deciding and pricing a sale: what an amount buys, which tokens carry it and where the money goes.

export {
  type KeyedMeter,
  type KeyIdentity,
  type MoneyMeter,
  type PriceBasis,
  refusalOfToken,
  refusalToBegin,
  type SellableConnection,
  type SellingUtility,
  type TariffInForce,
} from './connection.ts';
export { currencyTokensFor, floorToCurrencyMinor } from './currency-floor.ts';
export { decideSale } from './decide-sale.ts';
export { energyTokenCountOf, floorToTokensWh, maximumTokens, whPerUnit } from './energy-tokens.ts';
export {
  type KeysToIssue,
  keyChangeTokenCountOf,
  type NewKeyChange,
  newKeyChange,
} from './key-change.ts';
export { energyInMoney, moneyInEnergy, perKwhOnMeter } from './meter-price.ts';
export { e5PerMinorOf, isOfCurrency } from './money-credit.ts';
export { decideDebtPayment, paidDebtCode } from './pay-debts.ts';
export { basisAfter, priceOf } from './price.ts';
export { priceIntoWallet, walletOwedCode } from './price-into-wallet.ts';
export type { PurchaseQuote, SoldPurchase } from './purchase.ts';
export type {
  DebtRefusal,
  KeyRefusal,
  QuoteRefusal,
  SaleRefusal,
  TokenRefusal,
} from './refusals.ts';
export type {
  Carried,
  Chance,
  DecidedSale,
  IssuedSale,
  IssuedToken,
  LiftToken,
  SaleOrder,
  SaleState,
} from './sale.ts';
