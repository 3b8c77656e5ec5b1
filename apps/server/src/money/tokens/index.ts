// The public face of tokens: what is written when they are made, and what meters say about them.

export { createEpochWatch, type EpochWatch, epochText } from './epoch.ts';
export { digitsOfToken, saleOfToken, topUpsBetween } from './for-metering.ts';
export { keyChangeOfSale } from './key-change-of-sale.ts';
export {
  deliveryOf,
  insertKeyChanges,
  insertTokensOfSales,
  type KeyChangeRows,
  keyChangeRows,
  type NewToken,
  type RecordTokensDeps,
  recordTokens,
  type TokenSubject,
} from './persist-tokens.ts';
export { beyondTids } from './restore.ts';
export { createTokenResults, type TokenFollower, type TokenResults } from './results.ts';
export { type WaitingTokens, waitingTokens } from './waiting.ts';
