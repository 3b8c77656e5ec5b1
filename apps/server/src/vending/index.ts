// The public face of vending.

export { copyLines, recordCopy } from './copies.ts';
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
export { receiptTokenOf } from './money.ts';
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
