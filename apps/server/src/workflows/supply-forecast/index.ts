// Outlook: how long a connection's credit will last and what is promised when it ends, in energy
// where the meter holds energy, in money where the ledger holds money. Shown and told, never
// decided on.

export { lastingWords, owedWords, promiseWords } from './labels.ts';
export {
  type Outlook,
  type OutlookDeps,
  outlookOf,
  outlooksOf,
  type Promised,
  promisesAt,
} from './supply-forecast.ts';
