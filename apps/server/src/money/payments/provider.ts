// What a payment provider is to us: an adapter behind one contract. Adapters know the provider's
// wire format and its signatures; they know nothing of sales. The formats themselves are
// packages/rails: an adapter is those functions and HTTP.

import type { Currency, Result } from '@prewatt/quantities';
import type { SettledRow } from '@prewatt/rails';
import type { Password, Told } from '../kept-notifications/index.ts';

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
  /** Nobody looks at a page: where a rail has both, the phone is asked. */
  readonly asksPhone: boolean;
  /** The customer lets us keep the card, for rails that can. */
  readonly keepsCard: boolean;
};

/** A card that the provider keeps for us, by its token: never a number. */
export type CardToken = {
  readonly token: string;
  /** As people know it: "visa, ending in 4081". */
  readonly label: string;
};

/** What became of taking money from a kept card; `pending` is asked about. */
export type Charged = { readonly providerRequest: string | null; readonly status: ProviderStatus };

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
  /** And its amount: counts where the rail's own answer names none. */
  readonly hintedMinor?: bigint | null;
  /** How long ago the money was asked for: some rails want not to be asked at once. */
  readonly askedForMs: number;
};

/** `unreachable`: nothing is known, it is asked again. `refused`: somebody must mend something. */
export type ProviderFailure = 'unreachable' | 'refused';

/**
 * Of a request for money. `unreachable`: a phone may ring, nobody knows. `notAsked`: nobody was
 * asked, since it never left, or was turned away, or its page was never shown. `refused` neither.
 */
export type OpenFailure = ProviderFailure | 'notAsked';

/** What the provider says became of a payment. */
export type ProviderStatus =
  /** `isGuess`: they were not asked, since it is too early, or there is no name to ask by. */
  | { readonly status: 'pending'; readonly isGuess?: true }
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
  /** When it came, where that is not now: a signature is good for minutes. */
  readonly heardAtMs?: number;
};

/** Money that somebody paid by himself, naming an account: no request of ours is behind it. */
export type Arrived = {
  readonly providerReference: string;
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  /** What the payer wrote as the account, untouched. */
  readonly account: string | null;
  /** E.164, where it was readable; says nothing of who is to get the token. */
  readonly payerPhone: string | null;
  readonly payerName: string | null;
  readonly paidAtMs: number | null;
};

/** What is known of money without an order when the provider is asked about it. */
export type AskedArrival = Arrived & {
  /** The rail's answer may come later, to this address. */
  readonly answerUrl: string;
  /** One part of that address, which names the question and which nobody can guess. */
  readonly answerTo: string;
};

/** Whether money may come, as a rail asks before it moves any. */
export type MayArrive = 'yes' | 'unknownAccount' | 'amount';

export type Notification =
  /** Signed and complete: taken at its word. */
  | {
      readonly kind: 'word';
      readonly reference: string;
      readonly status: ProviderStatus;
      readonly told?: Told;
    }
  /** Proves nothing: the provider is asked at once. */
  | {
      readonly kind: 'hint';
      readonly reference: string;
      readonly providerRequest: string | null;
      readonly hintedReference: string | null;
      /** As it was said, where it was. */
      readonly hintedMinor?: bigint | null;
      readonly told?: Told;
    }
  /** Money without an order; `isProved` when it is signed and complete. `reply` is sent back. */
  | {
      readonly kind: 'arrived';
      readonly money: Arrived;
      readonly isProved: boolean;
      readonly told?: Told;
      readonly reply?: object;
    }
  /** The rail asks whether it may take money for an account; nothing has moved. */
  | {
      readonly kind: 'mayArrive';
      readonly account: string | null;
      readonly amountMinor: bigint | null;
      readonly currencyCode: string;
      readonly told?: Told;
      readonly reply: (answer: MayArrive) => object;
    }
  /** The answer to a question about money without an order. */
  | {
      readonly kind: 'answer';
      readonly answerTo: string;
      readonly status: ProviderStatus;
      readonly told?: Told;
    }
  /** What became of money that was sent back, where the rail says so later. */
  | { readonly kind: 'refundAnswer'; readonly answerTo: string; readonly said: RefundWord }
  /** Not about a payment that is open: acknowledged. */
  | { readonly kind: 'aside' };

/** In the order of the checks. */
export type NotificationRefusal =
  | 'unlistedSender'
  | 'wrongSecret'
  | 'badSignature'
  | 'staleSignature'
  | 'malformed';

/** `notDone`: the money is still with us, for now; it is not known that it stays. */
export type RefundWord = 'done' | 'failed' | 'notDone';

/** Money of a payment to be sent back to who paid it. */
export type AskedRefund = {
  /** Ours: the same again must never send the money twice. */
  readonly reference: string;
  /** Our payment's id, and the provider's name of its money. */
  readonly paymentReference: string;
  readonly providerReference: string;
  readonly amountMinor: bigint;
  /** All that the payment brought: some rails send back the whole alone. */
  readonly paymentMinor: bigint;
  readonly currencyCode: string;
  /** The rail's answer may come later, to this address; one part of it nobody can guess. */
  readonly answerUrl: string;
  readonly answerTo: string;
  /** The provider's name of this refund, once it was said. */
  readonly providerRefund: string | null;
  /** It may have been sent before: a rail without a key against doubles is looked through first. */
  readonly mayBeSent: boolean;
};
export type RefundStatus = {
  readonly status: 'accepted' | 'done' | 'failed';
  readonly providerRefund: string | null;
};

/** Of a rail that keeps cards for its merchants. */
export type CardKeeping = {
  /** Of a payment that was opened with `keepsCard`; null when its way of paying cannot be kept. */
  readonly tokenOf: (asked: AskedPayment) => Promise<Result<CardToken | null, ProviderFailure>>;
  /** Takes the money while the customer is away. Called at most once for a payment. */
  readonly charge: (
    request: PaymentRequest,
    token: string,
  ) => Promise<Result<Charged, ProviderFailure>>;
};

export type PaymentProvider = {
  /** Also a part of the notify URL. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** It has no page: a phone is asked, always. */
  readonly asksOnPhone?: true;
  /** What a hint names is money that came, never a try that failed: none of it is let be. */
  readonly hintsAreMoney?: true;
  /** No key against doubles: `open` is called once for money that may have been asked for. */
  readonly asksOnce?: true;
  /** Asks the customer for money. */
  readonly open: (request: PaymentRequest) => Promise<Result<Opened, OpenFailure>>;
  /** Asks what became of a payment; `null` when the provider has never heard of it. */
  readonly askAgain: (
    asked: AskedPayment,
  ) => Promise<Result<ProviderStatus | null, ProviderFailure>>;
  /**
   * Asks whether money without an order is there: `null` when the answer comes as a notification.
   * Left out where the rail cannot be asked.
   */
  readonly askAboutArrival?: (
    asked: AskedArrival,
  ) => Promise<Result<ProviderStatus | null, ProviderFailure>>;
  /** Masked in what is kept of notifications. */
  readonly passwords?: readonly Password[];
  /** Left out where the rail keeps no cards. */
  readonly cards?: CardKeeping;
  /**
   * The rail's own list of money that came, for what a lost notification should have told. It is
   * proof: we asked. Left out where there is none.
   */
  readonly listArrivals?: (o: {
    readonly fromMs: number;
    readonly toMs: number;
  }) => Promise<Result<readonly Arrived[], ProviderFailure>>;
  /** What was paid out in these days, each payment once. Left out where there is no interface. */
  readonly settled?: (o: {
    readonly fromMs: number;
    readonly toMs: number;
  }) => Promise<Result<readonly SettledRow[], ProviderFailure>>;
  /** Sends money back, or says how far that is. Left out where a person has to do it. */
  readonly refund?: (asked: AskedRefund) => Promise<Result<RefundStatus, ProviderFailure>>;
  /** Checks a notification over its raw bytes, then reads it. Never throws, whatever came. */
  readonly notification: (came: RawNotification) => Result<Notification, NotificationRefusal>;
};
