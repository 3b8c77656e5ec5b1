// What Daraja is set up with, and how it is called.

import type { Notice } from '@prewatt/rails';

export type DarajaConfig = {
  readonly baseUrl: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly shortcode: string;
  readonly passkey: string;
  readonly kind: 'pay-bill' | 'till';
  /** Of a till: its number. */
  readonly till: string | null;
  /** A part of the callback's address that nobody can guess. */
  readonly callbackSecret: string;
  /** Empty: any, as behind a proxy that hides them. */
  readonly addresses: readonly string[];
  /** Whether Pull Transactions is switched on for the short code. */
  readonly pull: boolean;
  /** Who may ask what became of money that came to the pay-bill; null: nobody is asked. */
  readonly initiator: {
    readonly name: string;
    /** The initiator's password under Safaricom's certificate, as their portal makes it. */
    readonly securityCredential: string;
  } | null;
};

/** One call to them; null when there is no token to call with. */
export type Ask = (name: string, path: string, body: object) => Promise<Notice | null>;
