// Protection: when supply may not be cut, and how long credit will last. The same rules in every
// place.

export {
  checkProtectionRules,
  describeRulesError,
  type RulesError,
  type RulesFault,
} from './check-rules.ts';
export {
  describeRules,
  hasTimesWithoutCut,
  type RulesPart,
  timesWithoutCut,
} from './describe-rules.ts';
export type { LoadSeries } from './evaluated-home.ts';
export {
  expectedUseWh,
  type Forecast,
  forecastDepletion,
  presentEnd,
  soonestOf,
} from './forecast.ts';
export {
  addEvaluation,
  type Coverage,
  type CreditDays,
  coverageOf,
  creditDays,
  evaluateForecasts,
  everyMidnight,
  type ForecastEvaluation,
  type ForecastTally,
  newEvaluation,
  type Starts,
} from './forecast-evaluation.ts';
export { type LandingAhead, landingAhead } from './landing-ahead.ts';
export {
  type DisconnectReason,
  graceUntilMs,
  type MayDisconnect,
  mayDisconnect,
  type SupplyMoment,
} from './may-disconnect.ts';
export {
  expectedCostMicro,
  forecastMoney,
  type HourOfUse,
  type Pricing,
} from './money-forecast.ts';
export { type PurchaseHistory, type PurchaseOutlook, purchaseOutlook } from './purchases.ts';
export {
  isInRange,
  type RangeScore,
  type RangeWidths,
  rangeLevel,
  scoresOfHome,
  usualWidths,
  widthsFrom,
} from './range.ts';
export { recoverOwed } from './recover-owed.ts';
export {
  type HomeReplay,
  type ReplayCall,
  type ReplayCut,
  type ReplayHome,
  type ReplaySummary,
  replayHome,
  summarizeReplay,
} from './replay.ts';
export {
  emergencyCreditOf,
  type FriendlyHours,
  floorEnergyOf,
  type LandingByToken,
  type LandingStep,
  noProtection,
  type ProtectionRules,
  type VendingOutage,
  type WeatherDay,
  type WeatherKind,
  type WhenVendingStops,
  withVendingOutages,
  withWeatherDays,
} from './rules.ts';
export { powerLimitAt } from './soft-landing.ts';
export { type SupplyPromise, supplyPromise } from './supply-promise.ts';
export type { UsageInterval } from './usage-model.ts';
export {
  addWarnings,
  evaluateWarnings,
  newWarningEvaluation,
  thresholdWh,
  type WarningEvaluation,
  type WarningTally,
} from './warning-evaluation.ts';
export { type DailySpan, movedOutOfQuiet, type WarningKind, warningDue } from './warnings.ts';
