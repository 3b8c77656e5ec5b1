// Tariffs: money to energy and back under a checked document, with debt recovery, floors and plain
// explanations.

export {
  type BackTest,
  type BackTestRow,
  backTest,
  type PastPurchase,
  type PastPurchases,
} from './back-test.ts';
export { type CivilMoment, periodAt } from './conditions.ts';
export { isForCosem } from './cosem-part.ts';
export type { Debt, DebtRule } from './debt.ts';
export { parseDebtRule } from './debt-rule.ts';
export { readDebtRule, writeDebtRule } from './debt-rule-text.ts';
export { compareTariffs, describeTariff, type TariffSection } from './describe.ts';
export type { Charging } from './describe-parts.ts';
export { describePosition, monthSoFar } from './describe-position.ts';
export type { Tariff, TariffDocumentError } from './document.ts';
export { type ExampleResult, exampleLines, runExamples } from './examples.ts';
export { type ComparedPurchase, explainChange } from './explain.ts';
export { tariffInForce } from './in-force.ts';
export { type MoneyCreditOptions, type MoneyQuote, quoteMoneyCredit } from './money-credit.ts';
export {
  isForMeter,
  type MoneyParts,
  meterDocument,
  meterPartOf,
  moneyParts,
  type NoMoneyParts,
} from './money-parts.ts';
export { parseTariff } from './parse-tariff.ts';
export {
  type Accrual,
  positionFromJson,
  positionToJson,
  rollPosition,
  startPosition,
  type TariffPosition,
  type TariffPositionJson,
} from './position.ts';
export { countingPeriod } from './prepare.ts';
export { quoteEnergy, quoteFreeAllowance, quotePurchase } from './quote.ts';
export type { Protection, Quote, QuoteLine, QuoteOptions, QuoteRefusal } from './quote-types.ts';
export { refilledExample } from './refill-example.ts';
export { type UndonePurchase, undoPurchase } from './undo-purchase.ts';
export { smallSharesIn, type UnreachablePart, unreachableIn } from './unreachable.ts';
export { type RatedUsage, rateUsage, type UsageInterval, type UsageLine } from './usage.ts';
export { costOfUse, type UseCost } from './usage-cost.ts';
export { priceAhead } from './use-ahead.ts';
