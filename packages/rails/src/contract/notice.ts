// What any payment rail said, in one shape: a notice is read from a notification, a status answer
// or a statement before anybody knows whose it is. Unions are closed; what a rail did not say is
// null.

/** Of a payment. Only `paid` vends, only a final `failed` lets an order go. */
export type PaymentOutcome = 'paid' | 'failed' | 'pending' | 'unknown' | 'reversed' | 'ignored';

/** `now`: the message is proof; `after-requery`: the provider is asked first; `no`: not on this. */
export type Vend = 'now' | 'after-requery' | 'no';

export type Flag =
  | 'duplicate'
  | 'late-success'
  | 'late-failure'
  | 'amount-mismatch'
  | 'amount-missing'
  | 'currency-mismatch'
  | 'unknown-reference'
  | 'unallocated'
  | 'masked-payer'
  | 'bad-signature'
  | 'untrusted-channel'
  | 'test-mode'
  | 'partial-refund'
  | 'dispute'
  | 'needs-operator';

export type Reason =
  | 'amount'
  | 'authentication'
  | 'below-minimum'
  | 'busy'
  | 'cancelled'
  | 'configuration'
  | 'expired'
  | 'insufficient-funds'
  | 'limit'
  | 'no-answer'
  | 'not-allowed'
  | 'payee-not-allowed'
  | 'payee-not-found'
  | 'payer-not-found'
  | 'prompt-not-sent'
  | 'provider-error'
  | 'provider-unavailable'
  | 'rejected'
  | 'removed'
  | 'throttled'
  | 'timeout'
  | 'wrong-pin';

/**
 * `poll`: ask again; `same-id`: repeat the request under the same idempotency key; `config`: an
 * operator mends the configuration first; `new-attempt`: the customer may try again.
 */
export type Retry = 'poll' | 'same-id' | 'config' | 'new-attempt';

export type Action = 'renew-token' | 'back-off' | 'capture' | 'submit-otp' | 'alarm';

export type Notice = {
  readonly kind: 'payment' | 'refund' | 'dispute' | 'other';
  readonly outcome: PaymentOutcome;
  /** Whether asking may stop. */
  readonly final: boolean;
  readonly retry: Retry | null;
  readonly action: Action | null;
  readonly reason: Reason | null;
  /** A message is `proof` when it is signed and complete, or the answer to our own question. */
  readonly trust: 'proof' | 'hint';
  /** ISO minor units of `currency`. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  readonly feeMinor: bigint | null;
  /** For a refund: what has gone back in all, and whether that is everything. */
  readonly refundedMinor: bigint | null;
  readonly refundedAll: boolean;
  /** The provider's name of the payment: the identity by which repeats are known. */
  readonly providerRef: string | null;
  /** Ours, where the rail sends it back. */
  readonly ourRef: string | null;
  /** The provider's name of the request (CheckoutRequestID, order_id, txid). */
  readonly requestRef: string | null;
  /** What the payer typed as an account, untouched. */
  readonly meterText: string | null;
  /** E.164 when it was readable. */
  readonly payer: string | null;
  /** The last three digits of a masked one, where its rail leaves them readable. */
  readonly payerEnd: string | null;
  readonly payerName: string | null;
  /** RFC 3339 with an offset. */
  readonly paidAt: string | null;
  readonly testMode: boolean;
  /** A success after this failure has been seen: keep looking at the statement. */
  readonly watchForLateSuccess: boolean;
  readonly flags: readonly Flag[];
  /** A rail that pays without an order: the account text names the meter. */
  readonly walkIn: boolean;
  /** The amount is not in the message by design (the order and the enquiry have it). */
  readonly amountElsewhere: boolean;
};

const nothing: Notice = {
  kind: 'payment',
  outcome: 'unknown',
  final: false,
  retry: null,
  action: null,
  reason: null,
  trust: 'hint',
  amountMinor: null,
  currency: null,
  feeMinor: null,
  refundedMinor: null,
  refundedAll: false,
  providerRef: null,
  ourRef: null,
  requestRef: null,
  meterText: null,
  payer: null,
  payerEnd: null,
  payerName: null,
  paidAt: null,
  testMode: false,
  watchForLateSuccess: false,
  flags: [],
  walkIn: false,
  amountElsewhere: false,
};

/** A notice; what is not said is null, unknown or false. */
export const notice = (said: Partial<Notice>): Notice => ({ ...nothing, ...said });

/** Nothing certain: asked again, or mended first. Never a failure (an order is kept). */
export const unsure = (retry: Retry, said: Partial<Notice> = {}): Notice =>
  notice({ outcome: 'unknown', final: false, retry, ...said });

/** Prompt sent or still under way. */
export const underWay = (said: Partial<Notice> = {}): Notice =>
  notice({ outcome: 'pending', final: false, retry: 'poll', ...said });

/** The customer did not pay and may try again. */
export const declined = (reason: Reason | null, said: Partial<Notice> = {}): Notice =>
  notice({ outcome: 'failed', final: true, retry: 'new-attempt', reason, ...said });

/** Not about a payment of ours: acknowledged and kept. */
export const aside = (said: Partial<Notice> = {}): Notice =>
  notice({ kind: 'other', outcome: 'ignored', final: true, ...said });

/** How a rail's parser refuses bytes; the message is kept and acknowledged all the same. */
export type Unreadable = 'malformed' | 'unexpected-shape';
