// Tariffs: money to energy and back under a checked document, with debt recovery, floors and plain explanations.

export type { CivilMoment } from './conditions.ts';
export type { Debt, DebtRule } from './debt.ts';
export { parseTariff, type Tariff, type TariffDocumentError } from './document.ts';
export { type ExampleResult, runExamples } from './examples.ts';
export {
  type Accrual,
  positionFromJson,
  positionToJson,
  rollPosition,
  startPosition,
  type TariffPosition,
  type TariffPositionJson,
} from './position.ts';
export {
  type Protection,
  type Quote,
  type QuoteLine,
  type QuoteOptions,
  type QuoteRefusal,
  quoteEnergy,
  quoteFreeAllowance,
  quotePurchase,
} from './quote.ts';
