// The vendor's side: making every token of the standard (IEC 62055-41 clause 6.2). Pure: the last
// TID, the random nibble and the clock are handed in. Inputs are checked first; refusals are codes.
// This file is the face only.

export {
  type IssueKeyChangeError,
  isKeyTypeChangeAllowed,
  issueKeyChangeTokens,
  type KeyChangeParameters,
} from './issue-key-change.ts';
export {
  isBaseDateChangeAllowed,
  issueMoneySale,
  issueSale,
  type MoneySaleTokens,
  type SaleError,
  type SaleTokens,
  type VendedKey,
} from './issue-sale.ts';
export {
  controlOfTests,
  type IssueError,
  issueCreditToken,
  issueCurrencyToken,
  issueManagementToken,
  issueTestToken,
  type ManagementFunction,
  type TestTokenError,
  type TimedTokenOptions,
} from './issue-tokens.ts';
export type { Result } from './result.ts';
export {
  type BaseDate,
  isReservedTid,
  nextTid,
  reservedTidOfDay,
  type TidError,
  tidFromInstant,
} from './tid.ts';
export type { Commodity, CreditRegister } from './token-kinds.ts';
