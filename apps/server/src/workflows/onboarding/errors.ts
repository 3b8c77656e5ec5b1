// Why a connection, a debt or an opening balance cannot be taken on, in the order of the checks.

import type { PanError } from '@prewatt/sts/keys';

/**
 * `meterExists`: the number is registered here with other particulars. The same particulars again
 * are no refusal: the answer is `unchanged`. `meterNumberUnusable`: another utility has it, which
 * nobody here is told.
 */
export type ConnectionRefusal =
  | PanError
  | 'nameEmpty'
  | 'phoneFormat'
  | 'supplyGroupFormat'
  | 'tariffIndexFormat'
  | 'keyRevisionRange'
  | 'debtRuleFormat'
  | 'amountNotPositive'
  | 'meterExists'
  | 'meterNumberUnusable'
  | 'tariffUnknown';

/** `debtExists`: a debt of this label stands there with another amount or rule. */
export type DebtRefusal =
  | 'labelEmpty'
  | 'debtRuleFormat'
  | 'amountNotPositive'
  | 'connectionUnknown'
  | 'debtExists';

/** `openingBalanceExists`: another amount was brought in before. */
export type OpeningBalanceRefusal =
  | 'amountNotPositive'
  | 'connectionUnknown'
  | 'openingBalanceExists';

/** Whether it wrote something, or found it done with the same particulars. */
export type Outcome = 'created' | 'unchanged';
