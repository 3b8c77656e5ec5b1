// Outlook: how long a connection's credit will last and what is promised when it ends, in energy
// where the meter holds energy, in money where the ledger holds money. Shown and told, never
// decided on.

export {
  type Outlook,
  type OutlookDeps,
  outlookOf,
  outlooksOf,
  type Promised,
  promisesAt,
} from './outlook.ts';
export { lastingWords, owedWords, promiseWords } from './words.ts';
