// The wire formats of the outside world: payment rails, message gateways, vending systems of others
// and our own webhooks. Raw bytes in, closed unions out; what is decided about an order is decided
// by one judge for all rails. Effects (HTTP, storage, time) are the caller's.

export * from './airtel/index.ts';
export * from './bank/index.ts';
export { decimalOf, exponentOf, toMinor, wholeMinor } from './base/amounts.ts';
export { formFields } from './base/forms.ts';
export { type Json, parseJson } from './base/json.ts';
export {
  editDistance,
  hasCheckDigit,
  likelyMeters,
  meterInText,
  metersInText,
  metersNamed,
  nearMeters,
  plainMeter,
} from './base/meter-text.ts';
export { digitsOnly, e164, isMasked, lastDigits, nationalNumber } from './base/phones.ts';
export { type Headers, headerOf, type SignatureFault, sameText } from './base/signatures.ts';
export { type Answered, byHttpStatus } from './contract/http.ts';
export {
  judge,
  type StoredOrder,
  type Surroundings,
  type Verdict,
} from './contract/judge.ts';
export * from './contract/notice.ts';
export { type SequenceState, startSequence, stepSequence } from './contract/sequence.ts';
export {
  type Money,
  type OrderState,
  type Owed,
  type Weighed,
  weighFailure,
  weighMoney,
  weighWalkIn,
} from './contract/weigh.ts';
export * from './flutterwave/index.ts';
export * from './messaging/index.ts';
export * from './momo/index.ts';
export * from './mpesa/index.ts';
export * from './orange/index.ts';
export * from './paystack/index.ts';
export * from './pix/index.ts';
export * from './razorpay/index.ts';
export * from './receipts/index.ts';
export * from './settlements/index.ts';
export * from './smpp/index.ts';
export * from './stripe/index.ts';
export * from './ussd/index.ts';
export * from './vending-json/index.ts';
export * from './webhooks/index.ts';
export * from './xmlvend/index.ts';
