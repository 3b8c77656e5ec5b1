// The public face of vending.

export { copyLines, recordCopy } from './copies.ts';
export { currencyTokensFor } from './currency-floor.ts';
export { e5PerMinorOf, isOfCurrency, receiptTokenOf } from './currency-token-pricing.ts';
export type { IssuedSale, SaleState } from './decide.ts';
export {
  type CashSaleRefusal,
  type OpenSaleRefusal,
  type QuoteRefusal,
  quoteRefusalText,
  type StuckReason,
  stuckText,
} from './errors.ts';
export { withLimits } from './limits.ts';
export { energyInMoney, moneyInEnergy, perKwhOnMeter } from './meter-price.ts';
export { moveOf } from './moved.ts';
export type { PricedSale } from './price.ts';
export {
  createQuoting,
  debtsOf,
  floorToTokensWh,
  maximumTokens,
  type Quoting,
  whPerUnit,
} from './quote.ts';
export { createVending, type OpenedSale, type Vending } from './service.ts';
