// Protection: when supply may not be cut, and how long credit will last. The same rules in every
// place.

export { type Forecast, forecastDepletion } from './forecast.ts';
export {
  addEvaluation,
  type CreditDays,
  creditDays,
  evaluateForecasts,
  everyMidnight,
  type ForecastEvaluation,
  type ForecastTally,
  type LoadSeries,
  newEvaluation,
  type Starts,
} from './forecast-evaluation.ts';
export {
  type DisconnectReason,
  type MayDisconnect,
  mayDisconnect,
  type SupplyMoment,
} from './may-disconnect.ts';
export { recoverOwed } from './recover-owed.ts';
export {
  checkProtectionRules,
  emergencyCreditOf,
  type FriendlyHours,
  floorEnergyOf,
  noProtection,
  type ProtectionRules,
  type RulesError,
} from './rules.ts';
export type { UsageInterval } from './usage-model.ts';
