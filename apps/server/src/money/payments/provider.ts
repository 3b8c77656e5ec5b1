// What a payment provider is to us: an adapter behind one contract. Adapters know the provider's
// wire format and its signatures; they know nothing of sales. The formats themselves are
// packages/rails: an adapter is those functions and HTTP.

import type { Currency, Result } from '@prewatt/quantities';

export type PaymentRequest = {
  /** Our payment's id: the same reference again must never ask for the money twice. */
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly description: string;
  /** Where notifications go; an adapter may put more parts behind it. */
  readonly notifyUrl: string;
  /** Our page of the sale. */
  readonly returnUrl: string;
  /** E.164 of the customer, for rails that ask on the phone. */
  readonly phone: string | null;
};

export type Opened = {
  /** Where the customer goes: the provider's page, or ours while the phone asks. */
  readonly checkoutUrl: string;
  /** The provider's own name of the request, where it has to be asked by that. */
  readonly providerRequest: string | null;
};

/** What is known of a payment when the provider is asked about it. */
export type AskedPayment = {
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  readonly providerRequest: string | null;
  /** The provider's name of the money, as a notification that proves nothing said it. */
  readonly hintedReference: string | null;
};

/** `unreachable`: nothing is known, it is asked again. `refused`: somebody must mend something. */
export type ProviderFailure = 'unreachable' | 'refused';

/** What the provider says became of a payment. */
export type ProviderStatus =
  | { readonly status: 'pending' }
  | { readonly status: 'failed' }
  | {
      readonly status: 'succeeded';
      readonly providerReference: string;
      readonly receivedMinor: bigint;
      readonly currencyCode: string;
      /** How many digits of the amount stand behind the point, where the provider says so. */
      readonly currencyScale?: number;
    };

/** A notification as it came. */
export type RawNotification = {
  readonly rawBody: Buffer;
  readonly header: (name: string) => string | undefined;
  /** What stands behind the notify URL, part by part. */
  readonly path: readonly string[];
  /** The address that it came from. */
  readonly address: string;
};

export type Notification =
  /** Signed and complete: taken at its word. */
  | { readonly kind: 'word'; readonly reference: string; readonly status: ProviderStatus }
  /** Proves nothing: the provider is asked at once. */
  | {
      readonly kind: 'hint';
      readonly reference: string;
      readonly providerRequest: string | null;
      readonly hintedReference: string | null;
    }
  /** Not about a payment that is open: acknowledged. */
  | { readonly kind: 'aside' };

/** In the order of the checks. */
export type NotificationRefusal = 'badSignature' | 'staleSignature' | 'malformed';

export type PaymentProvider = {
  /** Also a part of the notify URL. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** Asks the customer for money. */
  readonly open: (request: PaymentRequest) => Promise<Result<Opened, ProviderFailure>>;
  /** Asks what became of a payment; `null` when the provider has never heard of it. */
  readonly askAgain: (
    asked: AskedPayment,
  ) => Promise<Result<ProviderStatus | null, ProviderFailure>>;
  /** Checks a notification over its raw bytes, then reads it. Never throws, whatever came. */
  readonly notification: (came: RawNotification) => Result<Notification, NotificationRefusal>;
};
