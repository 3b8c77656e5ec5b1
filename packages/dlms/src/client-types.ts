// What a client is told to open an association with, and what it says of it: options and events.

import type { Mechanism } from './acse.ts';
import type { Protection } from './cipher.ts';
import type { ClientAnswer, TransferFault } from './client-transfer.ts';
import type { DlmsCrypto, RandomBytes } from './crypto.ts';
import type { DataNotification, EventNotification } from './notification.ts';
import type { OpenFault, SecurityContext } from './security-context.ts';

export type ClientAuthentication = {
  readonly mechanism: Exclude<Mechanism, 'high'>;
  /** Password, or secret of MD5, SHA-1 and SHA-256. */
  readonly secret?: Uint8Array;
  /** ECDSA: the client's private key and the server's public one. */
  readonly privateKey?: Uint8Array;
  readonly publicKey?: Uint8Array;
};

export type ClientSecurity = {
  readonly context: SecurityContext;
  /** Of requests, and what answers must have at least. `none`: titles and GMAC only, in clear. */
  readonly protection: Protection;
  /** General-glo and general-ded in place of a ciphered tag for each service. */
  readonly general: boolean;
  /** A key for this association alone, handed over in the initiate. */
  readonly dedicated: boolean;
};

export type AssociationOptions = {
  readonly authentication: ClientAuthentication;
  readonly security: ClientSecurity | null;
  readonly crypto: DlmsCrypto;
  readonly random: RandomBytes;
  readonly maxPduSize?: number;
  readonly conformance?: number;
  /** The longest answer in blocks. */
  readonly longestValue?: number;
};

export type RefusalWhy =
  | { readonly kind: 'turnedAway'; readonly result: number; readonly diagnostic: number }
  /** Of the initiate: the class of the error and its number. */
  | { readonly kind: 'initiate'; readonly errorClass: number; readonly error: number }
  /** The meter has not proved that it knows the secret. */
  | { readonly kind: 'notProved' }
  /** It did not accept our proof. */
  | { readonly kind: 'proofRefused' }
  | { readonly kind: 'malformed' }
  | ExceptionWhy;

export type ExceptionWhy = {
  readonly kind: 'exception';
  readonly stateError: number;
  readonly serviceError: number;
  /** The counter that the meter expects, where it says so. */
  readonly invocationCounter: number | null;
};

export type FailureWhy =
  | { readonly kind: TransferFault }
  | { readonly kind: 'timeout' | 'linkLost' | 'countersUsedUp' }
  | ExceptionWhy;

export type ClientEvent =
  | {
      readonly kind: 'opened';
      readonly conformance: number;
      readonly maxPduSize: number;
      readonly serverTitle: Uint8Array | null;
    }
  | { readonly kind: 'refused'; readonly why: RefusalWhy }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: ClientAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly why: FailureWhy }
  | { readonly kind: 'released' }
  | {
      readonly kind: 'notification';
      readonly notification: DataNotification | EventNotification;
      readonly isProtected: boolean;
    }
  /** Something came that answers nothing, or cannot be trusted: passed over. */
  | { readonly kind: 'ignored'; readonly why: 'unexpected' | 'malformed' | OpenFault };
