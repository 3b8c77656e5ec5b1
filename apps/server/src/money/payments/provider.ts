// What a payment provider is to us: an adapter behind one interface. Adapters know the provider's
// wire format and its signatures; they know nothing of sales.

import type { Currency, Result } from '@prewatt/quantities';

export type CheckoutRequest = {
  /** Our payment's id: the provider answers the same reference with the same checkout. */
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly description: string;
  readonly notifyUrl: string;
  readonly returnUrl: string;
};

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
    };

/** In the order of the checks. */
export type NotificationRefusal = 'badSignature' | 'staleSignature' | 'malformed';

export type PaymentProvider = {
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly createCheckout: (
    request: CheckoutRequest,
  ) => Promise<Result<{ readonly checkoutUrl: string }, ProviderFailure>>;
  /** Asks what became of a payment; `null` when the provider has never heard of it. */
  readonly statusOf: (reference: string) => Promise<Result<ProviderStatus | null, ProviderFailure>>;
  /** Checks a notification's signature over the raw bytes, then reads it. */
  readonly readNotification: (
    rawBody: Buffer,
    header: (name: string) => string | undefined,
  ) => Result<{ readonly reference: string; readonly status: ProviderStatus }, NotificationRefusal>;
};
