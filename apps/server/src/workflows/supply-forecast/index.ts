// Supply forecast: how long a connection's credit will last and what is promised when it ends, in
// energy where the meter holds energy, in money where the ledger holds money. Shown and told,
// never decided on.

export { createForecastKeeping } from './keep.ts';
export {
  endText,
  type Lasting,
  lastingOf,
  lastingText,
  leftText,
  owedText,
  promiseText,
  shortText,
  spanText,
} from './labels.ts';
export type { Promised } from './promises.ts';
export {
  forecastOf,
  isPowerOfNow,
  outlooksOf,
  promisesAt,
  type SupplyForecast,
  type SupplyForecastDeps,
  supplyForecastOf,
} from './supply-forecast.ts';
