// M-Pesa: Safaricom's Daraja (push, pay-bill, results, Pull) and Vodacom's OpenAPI.

export { isPushUnknown, readDarajaAnswer } from './answers.ts';
export {
  confirmationReply,
  readC2b,
  readPullAnswer,
  type ValidationReply,
  type ValidationRules,
  validateC2b,
} from './c2b.ts';
export {
  callbackUrlFault,
  callbackWordIn,
  darajaAddresses,
  darajaTimestamp,
  pullBody,
  reversalBody,
  type StkPush,
  stkPassword,
  stkPushBody,
  stkQueryBody,
  transactionStatusBody,
} from './requests.ts';
export { type DarajaResult, type ResultChannel, readResult } from './results.ts';
export { readStkCallback } from './stk.ts';
export { readVodacomAnswer } from './vodacom.ts';
