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
  tidExhausted: 'LatestKRNEx',
  keyExpired: 'LatestKRNEx',
  defaultKey: 'LatestKRNEx',
  keyChangeNotAllowed: 'SGCAuthorisationEx',
  tokenNotMade: 'STSDataEx',
  floatExceeded: 'VendorCreditEx',
  budgetExceeded: 'VendorCreditEx',
};

const nothingSold = 'Nothing was sold and nothing is owed.';

/** For the customer at the counter; what is not here is the shop's own matter. */
const customerWords: Partial<Record<ServerFault, string>> = {
  UnknownMeterEx: 'This meter number is not known. Please compare it with the one on the meter.',
  MSNOCheckDigitEx: 'This meter number is mistyped. Please compare it with the one on the meter.',
  BlockedMeterEx: 'No electricity can be sold for this meter at present. Please ask your supplier.',
  RequestAuthorisationEx: 'This amount cannot be sold.',
  DebtEx: 'This payment was not taken. Please ask your supplier what is owed.',
  LatestKRNEx: 'This meter needs attention before it can be sold to. Please ask your supplier.',
  FBEEx: 'There are no free units to collect for this meter.',
  SystemEx: 'Please wait: it is not yet known what came of this purchase.',
  ServeryBusyEx: 'Please wait: it is not yet known what came of this purchase.',
  IndeterminantLastResponseEx: 'Please wait: it is not yet known what came of this purchase.',
};

export const fault = (type: ServerFault, desc: string, code: string | null = null): Fault => ({
  type,
  desc,
  code,
  custMsg: customerWords[type] ?? nothingSold,
});

/** `words`: in place of the usual ones, where they name a limit. */
export const faultOfRefusal = (refusal: TillRefusal, words?: string): Fault =>
  fault(faultTypes[refusal], problemOfRefusal(refusal, words).problem.detail, refusal);
