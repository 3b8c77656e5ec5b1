// The public face of vending.

export { copiesOf, copyLines, recordCopy } from './copies.ts';
export { type OpenSaleRefusal, quoteRefusalText, type StuckReason, stuckText } from './errors.ts';
export { metersSalesStuck } from './issue.ts';
export { withLimits } from './limits.ts';
export { type MeterTakes, meterTakes, nothingTaken, takesOfSale } from './meter-takes.ts';
export { paidMinorOf } from './paid.ts';
export { type PricedSale, type PriceTable, trialQuoteOf } from './price.ts';
export { hasBoughtSince, purchasesUpTo, salesBetween } from './purchases.ts';
export { createQuoting, debtsOf, type Quoting } from './quote.ts';
export {
  quoteJson,
  storedLinesJson,
  storedQuoteJson,
  storedTakenJson,
  takenJson,
} from './quote-json.ts';
export { createReceiptLinks, type ReceiptLinks, receiptLinkDays } from './receipt-links.ts';
export { noReceiptTokens, receiptTokenOf, storedReceiptTokens } from './receipt-token.ts';
export type { IssuedSale, SaleState } from './sale.ts';
export { saleLife } from './sale-life.ts';
export { createVending, type OpenedSale, type Vending } from './service.ts';
export { type AnHourCost, anHourText, type WalletOwing } from './wallet-words.ts';
export {
  insertCarriedSale,
  isCarriedSale,
  isNotCarried,
  markReversed,
  markSeen,
  markTakenAfterReversal,
} from './write-sales.ts';
