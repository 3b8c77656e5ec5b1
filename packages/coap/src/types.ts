// What goes into an endpoint and what comes out of it. Bytes, instants and random tokens are handed
// in; datagrams to send and events come out.

import type { RandomBytes } from '@prewatt/quantities';

/** Where a message comes from and goes to: "10.1.2.3:5683". Only compared, never read. */
export type Peer = string;

export type Method = 'get' | 'post' | 'put' | 'delete' | 'fetch' | 'patch' | 'iPatch';

/** What one asks of another; a body longer than a block goes in parts. */
export type CoapRequest = {
  readonly method: Method;
  /** Segments: "/3/0" is `['3', '0']`. */
  readonly path: readonly string[];
  readonly query?: readonly string[];
  readonly contentFormat?: number;
  readonly accept?: number;
  /** 0 begins to observe, 1 ends it. */
  readonly observe?: 0 | 1;
  readonly payload?: Uint8Array;
};

export type CoapResponse = {
  readonly code: number;
  readonly contentFormat?: number;
  readonly observe?: number;
  readonly maxAgeS?: number;
  /** Of what a POST has made. */
  readonly location?: readonly string[];
  readonly payload?: Uint8Array;
};

/** A request that came, whole, with the token under which its notifications go. */
export type IncomingRequest = Required<Pick<CoapRequest, 'method' | 'path' | 'query'>> & {
  readonly token: Uint8Array;
  readonly contentFormat: number | null;
  readonly accept: number | null;
  readonly observe: number | null;
  readonly payload: Uint8Array;
};

/** Why nothing came of a request. */
export type RequestFault =
  /** It was sent as often as it may be, or answered with silence once taken. */
  | 'timeout'
  /** The peer does not know what it is about. */
  | 'reset'
  /** The answer is none that can be read. */
  | 'malformed'
  /** The answer has more bytes than are taken. */
  | 'tooLarge'
  /** The peer was forgotten for others. */
  | 'forgotten';

export type PeerFault = 'malformed' | 'flood' | 'tooLarge';

export type CoapEvent =
  /** To be answered by `respond` with the number of the exchange. */
  | {
      readonly kind: 'request';
      readonly peer: Peer;
      readonly exchange: number;
      readonly request: IncomingRequest;
    }
  | {
      readonly kind: 'response';
      readonly peer: Peer;
      readonly id: number;
      readonly response: CoapResponse;
    }
  /** Of an observation: `id` is that of the request which began it. */
  | {
      readonly kind: 'notification';
      readonly peer: Peer;
      readonly id: number;
      readonly response: CoapResponse;
    }
  /** A notification of ours was acknowledged. */
  | { readonly kind: 'notified'; readonly peer: Peer; readonly id: number }
  | {
      readonly kind: 'failed';
      readonly peer: Peer;
      readonly id: number;
      readonly fault: RequestFault;
    }
  /** Once in a while, however often. */
  | { readonly kind: 'fault'; readonly peer: Peer; readonly fault: PeerFault };

export type Datagram = { readonly peer: Peer; readonly bytes: Uint8Array };

export type CoapOutput = {
  readonly datagrams: readonly Datagram[];
  readonly events: readonly CoapEvent[];
};

export type CoapLimits = {
  /** Peers that are remembered; the one that was silent longest is forgotten. */
  readonly peers: number;
  /** Bytes of a whole body. */
  readonly bodyBytes: number;
  /** Bytes of one part: 2 ** (exponent + 4). NB-IoT carries 512 with ease. */
  readonly blockExponent: number;
  /** Requests that wait for a peer. */
  readonly queued: number;
  /** Exchanges of a peer that wait for our answer. */
  readonly open: number;
  /** Observations of a peer. */
  readonly observations: number;
  /** Datagrams of a peer in ten seconds; what comes beyond is not looked at. */
  readonly datagramsInTenS: number;
  /** Until the first repeat, and how often one is repeated (RFC 7252, 4.8). */
  readonly ackTimeoutMs: number;
  readonly repeats: number;
  /** Until an answer comes once the request was taken. */
  readonly answerMs: number;
};

/** Those of RFC 7252 where it has one. */
export const usualLimits: CoapLimits = {
  ...{ peers: 20_000, bodyBytes: 16_384, blockExponent: 5, queued: 64, open: 16 },
  ...{ observations: 32, datagramsInTenS: 200 },
  ...{ ackTimeoutMs: 2_000, repeats: 4, answerMs: 60_000 },
};

export type CoapOptions = {
  readonly random: RandomBytes;
  readonly limits?: Partial<CoapLimits>;
};
