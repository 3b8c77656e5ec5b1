// What the core refuses, as faults of XMLVend: the type that a client goes by, words for who sells
// and words for who buys. A new refusal of the core does not compile until it has its fault.

import type { ServerFault } from '@prewatt/rails';
import { problemOfRefusal, type TillRefusal } from '../../money/vendors/index.ts';

export type Fault = {
  readonly type: ServerFault;
  /** For the operator of the terminal. */
  readonly desc: string;
  readonly code: string | null;
  readonly custMsg: string;
};

const faultTypes: Record<TillRefusal, ServerFault> = {
  keyRefused: 'ClientIDAuthorisationEx',
  requestIdReused: 'DuplicateMsgIDEx',
  vendorBlocked: 'ClientIDAuthorisationEx',
  noOpenShift: 'StartBatchEx',
  unknownMeter: 'UnknownMeterEx',
  meterExchanged: 'UnknownMeterEx',
  meterBlocked: 'BlockedMeterEx',
  creditModeChanging: 'BlockedMeterEx',
  meterCountsMoney: 'STSDataEx',
  tariffNotForMeter: 'STSDataEx',
  amountBelowMinimum: 'RequestAuthorisationEx',
  amountAboveMaximum: 'RequestAuthorisationEx',
  tariffUnusable: 'RequestAuthorisationEx',
  amountTooSmall: 'RequestAuthorisationEx',
  nothingOwed: 'DebtEx',
  moreThanOwed: 'DebtEx',
  vendingKeyMissing: 'SGCAuthorisationEx',
  vendingKeyUnusable: 'SGCAuthorisationEx',
  keyStoreAway: 'SGCAuthorisationEx',
  tidExhausted: 'LatestKRNEx',
  keyExpired: 'LatestKRNEx',
  defaultKey: 'LatestKRNEx',
  keyChangeNotAllowed: 'SGCAuthorisationEx',
  tokenNotMade: 'STSDataEx',
  floatExceeded: 'VendorCreditEx',
  budgetExceeded: 'VendorCreditEx',
};

const unknownYet = 'Please wait: it is not yet known what came of this request.';
const noAmount = 'This amount cannot be sold.';
const notAtPresent =
  'No electricity can be sold for this meter at present. Please ask your supplier.';
const noUndoing =
  'A purchase is not undone at a shop: if it was made, it stands. Please ask your supplier.';
const shopsBooks = 'This is a matter of the shop’s own books; what was bought stays as it is.';
const numberOnMeter = 'Please give the number that stands on the meter.';
const shopMayNot = 'This shop cannot sell at present. What was bought before stays bought.';

/**
 * For the customer at the counter, true for whatever request is refused so: one that sells nothing,
 * or that asks about a sale which stands.
 */
const customerWords: Record<ServerFault, string> = {
  XMLVendSchemaEx: 'The shop’s request was not understood. Nothing was bought by it.',
  UseCaseSupportEx: 'This is not done here. Nothing was bought by this request.',
  ClientIDSSLEx: shopMayNot,
  ClientIDAuthorisationEx: shopMayNot,
  DuplicateMsgIDEx: 'The shop mixed up two requests. It must ask what came of the first one.',
  MSNOCheckDigitEx: 'This meter number is mistyped. Please compare it with the one on the meter.',
  UnknownMeterEx: 'This meter number is not known. Please compare it with the one on the meter.',
  BlockedMeterEx: notAtPresent,
  STSDataEx: 'The data of this meter do not fit. Nothing was bought by this request.',
  RequestAuthorisationEx: 'This is not allowed here. Nothing was bought by this request.',
  VendorCreditEx: 'This shop cannot take this amount at present. Nothing was bought.',
  LastResponseEx: 'Nothing was bought by the request that was asked about.',
  ReversalEx: noUndoing,
  ConfirmationEx: 'There is no answer to confirm. The shop must ask what came of its request.',
  ReprintEx: 'This shop has no such receipt.',
  ConfirmCustomerEx: numberOnMeter,
  InsufficientMeterDataEx: numberOnMeter,
  VerifyTokenEx: 'This shop sold no such token for this meter. Please ask where it was bought.',
  CancelEx: noUndoing,
  FBEEx: 'There are no free units to collect for this meter.',
  DebtEx: 'This payment was not taken. Please ask your supplier what is owed.',
  StartBatchEx: shopsBooks,
  EndBatchEx: shopsBooks,
  CheckBatchTotalEx: shopsBooks,
  ReprintEndBatchEx: shopsBooks,
  UpdateMtrKeySameEx: 'This meter needs no other key: there is nothing to type.',
  LatestKRNEx: 'This meter needs attention before it can be sold to. Please ask your supplier.',
  SGCAuthorisationEx: notAtPresent,
  ExpiredMessageEx: 'Nothing was bought by this request. The shop must send a new one.',
  ServeryBusyEx: unknownYet,
  IndeterminantLastResponseEx: unknownYet,
  SystemEx: unknownYet,
};

export const otherCurrency = 'This currency is not taken here. Nothing was bought.';
export const toldWords = {
  report: 'Your report did not reach your supplier. Please tell them yourself.',
  books: shopsBooks,
} as const;

/** Where a type of fault stands for refusals of several kinds. */
const wordsOfRefusal: Partial<Record<TillRefusal, string>> = {
  noOpenShift: 'This shop cannot sell at the moment. Nothing was bought.',
  amountBelowMinimum: noAmount,
  amountAboveMaximum: noAmount,
  amountTooSmall: noAmount,
  tariffUnusable: notAtPresent,
};

/** `custMsg`: in place of the usual words of the type, where more is known. */
export const fault = (
  type: ServerFault,
  desc: string,
  o: { readonly code?: string; readonly custMsg?: string | undefined } = {},
): Fault => ({ type, desc, code: o.code ?? null, custMsg: o.custMsg ?? customerWords[type] });

/** `words`: in place of the usual ones, where they name a limit. */
export const faultOfRefusal = (refusal: TillRefusal, words?: string): Fault =>
  fault(faultTypes[refusal], problemOfRefusal(refusal, words).problem.detail, {
    code: refusal,
    custMsg: wordsOfRefusal[refusal],
  });
