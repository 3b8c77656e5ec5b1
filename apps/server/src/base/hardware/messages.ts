// What the process asks the worker that speaks to the token, and what comes back.

import type { Result } from '@prewatt/quantities';
import type { HardwareFault } from './fault.ts';

/** HMAC-SHA-256 of a message under a key that does not leave the token. */
export type HmacJob = { readonly keyId: Uint8Array; readonly message: Uint8Array };

export type Requests = {
  /** In the order of the jobs; null where the token holds no such key. */
  readonly hmac: {
    readonly asks: { readonly jobs: readonly HmacJob[] };
    readonly answers: readonly (Uint8Array | null)[];
  };
  /** Brings a key in, for HMAC alone; harmless to repeat. */
  readonly bringIn: {
    readonly asks: { readonly keyId: Uint8Array; readonly label: string; readonly key: Uint8Array };
    readonly answers: null;
  };
  readonly destroy: { readonly asks: { readonly keyId: Uint8Array }; readonly answers: null };
  readonly state: { readonly asks: object; readonly answers: TokenState };
};

export type TokenState = {
  readonly label: string;
  readonly maker: string;
  readonly model: string;
  /** Keys for HMAC that we brought in, by their ids in hex. */
  readonly keyIds: readonly string[];
};

export type RequestKind = keyof Requests;
export type Request<K extends RequestKind = RequestKind> = {
  readonly [Kind in K]: { readonly id: number; readonly kind: Kind } & Requests[Kind]['asks'];
}[K];
export type Reply = {
  readonly id: number;
  readonly result: Result<Requests[RequestKind]['answers'], HardwareFault>;
};
