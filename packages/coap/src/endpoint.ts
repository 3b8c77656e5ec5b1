// A CoAP endpoint, server and client in one over the same socket: datagrams and instants in,
// datagrams and events out. What a peer can make it remember is bounded.

import { optionsOf, respondTo, takeRequest, takeWaiting } from './incoming.ts';
import { type CoapMessage, code, decodeMessage, isRequest } from './message.ts';
import { blockBytes, blockOption, uintOption } from './options.ts';
import {
  acknowledged,
  enqueueMessage,
  enqueueRequest,
  repeatDue,
  tookResponse,
  wasReset,
} from './outgoing.ts';
import {
  emptyOf,
  exchangeLifetimeMs,
  fault,
  forgetPeer,
  isWithinWindow,
  peerOf,
  rememberSeen,
  type State,
  seenBefore,
  send,
  sendBytes,
  takeOutput,
} from './state.ts';
import {
  type CoapOptions,
  type CoapOutput,
  type CoapRequest,
  type CoapResponse,
  type Peer,
  usualLimits,
} from './types.ts';

export type CoapEndpoint = {
  /** Any bytes. */
  readonly receive: (peer: Peer, bytes: Uint8Array, nowMs: number) => CoapOutput;
  /** `id` is null when too many requests wait for the peer. */
  readonly request: (
    peer: Peer,
    request: CoapRequest,
    nowMs: number,
  ) => CoapOutput & { readonly id: number | null };
  /** Of an exchange that is no longer known, nothing comes. */
  readonly respond: (exchange: number, response: CoapResponse, nowMs: number) => CoapOutput;
  /**
   * Under the token of the request that began the observation. Null: too many wait. A body longer
   * than a block goes as far as that; the peer asks for the rest by a GET of the same path.
   */
  readonly notify: (
    peer: Peer,
    o: { readonly token: Uint8Array; readonly response: CoapResponse },
    nowMs: number,
  ) => CoapOutput & { readonly id: number | null };
  /** To be called now and then: repeats and gives up what is due. */
  readonly tick: (nowMs: number) => CoapOutput;
  /** Nothing is known of the peer any more; what was under way to it has failed. */
  readonly forget: (peer: Peer) => CoapOutput;
  /** How many peers are remembered, and with how many something is under way. */
  readonly counts: () => { readonly peers: number; readonly busy: number };
};

export function createCoapEndpoint(o: CoapOptions): CoapEndpoint {
  const [high = 0, low = 0] = o.random(2);
  const state: State = {
    limits: { ...usualLimits, ...o.limits },
    random: o.random,
    ...{ peers: new Map(), busy: new Set(), peerOfExchange: new Map() },
    ...{ nextMessageId: (high << 8) | low, nextNumber: 0, datagrams: [], events: [] },
  };
  return {
    receive: (peer, bytes, nowMs) => {
      receive(state, peer, { bytes, nowMs });
      return takeOutput(state);
    },
    request: (peer, request, nowMs) => {
      const id = enqueueRequest(state, peer, { request, nowMs });
      return { id, ...takeOutput(state) };
    },
    respond: (exchange, response, nowMs) => {
      respondTo(state, exchange, { response, nowMs });
      return takeOutput(state);
    },
    notify: (peer, { token, response }, nowMs) => {
      const id = notify(state, peer, { token, response, nowMs });
      return { id, ...takeOutput(state) };
    },
    tick: (nowMs) => {
      tick(state, nowMs);
      return takeOutput(state);
    },
    forget: (peer) => {
      forgetPeer(state, peer);
      return takeOutput(state);
    },
    counts: () => ({ peers: state.peers.size, busy: state.busy.size }),
  };
}

type Came = { readonly bytes: Uint8Array; readonly nowMs: number };

function receive(state: State, peer: Peer, { bytes, nowMs }: Came) {
  if (!isWithinWindow(state, peer, nowMs)) return fault(state, peer, 'flood');
  const decoded = decodeMessage(bytes);
  if (!decoded.ok) {
    // Another version is ignored in silence (RFC 7252, 3).
    if (decoded.error !== 'version') fault(state, peer, 'malformed');
    return;
  }
  const message = decoded.value;
  const { messageId } = message;
  if (message.type === 'rst') return wasReset(state, peer, { messageId, nowMs });
  if (message.type === 'ack') return takeAck(state, peer, { message, nowMs });
  if (message.code === 0) {
    // A confirmable empty message is a ping.
    if (message.type === 'con') send(state, peer, emptyOf('rst', messageId));
    return;
  }
  const of = peerOf(state, peer, nowMs);
  if (isRequest(message.code)) return takeRequest(state, peer, { of, message, nowMs });
  takeSeparate(state, peer, { message, nowMs });
}

type Read = { readonly message: CoapMessage; readonly nowMs: number };

function takeAck(state: State, peer: Peer, { message, nowMs }: Read) {
  const { messageId } = message;
  if (message.code === 0) return acknowledged(state, peer, { messageId, nowMs });
  const current = state.peers.get(peer)?.current ?? null;
  // An answer that rides on an acknowledgement belongs to what was sent under its id.
  if (current?.message.messageId !== messageId) return;
  if (!tookResponse(state, peer, { message, nowMs })) fault(state, peer, 'malformed');
}

/** An answer or a notification in a message of its own: acknowledged once it is ours. */
function takeSeparate(state: State, peer: Peer, { message, nowMs }: Read): void {
  const of = peerOf(state, peer, nowMs);
  const { messageId } = message;
  const isConfirmable = message.type === 'con';
  const before = seenBefore(of, messageId, nowMs);
  if (before !== null) {
    if (before.reply !== null) sendBytes(state, peer, before.reply);
    return;
  }
  const seen = rememberSeen(of, messageId, nowMs);
  const isOurs = tookResponse(state, peer, { message, nowMs });
  if (isOurs && !isConfirmable) return;
  // Whoever notifies what nobody observes is told so (RFC 7641, 3.6).
  const bytes = send(state, peer, emptyOf(isOurs ? 'ack' : 'rst', messageId));
  if (isConfirmable) seen.reply = bytes;
}

type Notice = {
  readonly token: Uint8Array;
  readonly response: CoapResponse;
  readonly nowMs: number;
};

function notify(state: State, peer: Peer, { token, response, nowMs }: Notice): number | null {
  const payload = response.payload ?? new Uint8Array(0);
  const exponent = state.limits.blockExponent;
  const length = blockBytes({ exponent });
  const isMore = payload.length > length;
  return enqueueMessage(state, peer, {
    kind: 'notification',
    message: {
      ...{ type: 'con', code: response.code, messageId: 0, token },
      options: [
        ...optionsOf(response),
        ...(isMore ? [blockOption('block2', { number: 0, isMore, exponent })] : []),
        ...(isMore ? [uintOption('size2', payload.length)] : []),
      ],
      payload: payload.subarray(0, length),
    },
    nowMs,
  });
}

function tick(state: State, nowMs: number): void {
  for (const peer of [...state.busy]) {
    repeatDue(state, peer, nowMs);
    takeWaiting(state, peer, nowMs);
  }
  // Those that are silent stand first.
  for (const [peer, of] of state.peers) {
    if (nowMs - of.heardMs < exchangeLifetimeMs) break;
    if (state.busy.has(peer) || of.observations.size > 0) continue;
    state.peers.delete(peer);
  }
}

export const coapCodes = {
  created: code('2.01'),
  deleted: code('2.02'),
  changed: code('2.04'),
  content: code('2.05'),
  badRequest: code('4.00'),
  unauthorized: code('4.01'),
  badOption: code('4.02'),
  forbidden: code('4.03'),
  notFound: code('4.04'),
  methodNotAllowed: code('4.05'),
  notAcceptable: code('4.06'),
  tooLarge: code('4.13'),
  unsupportedFormat: code('4.15'),
  serverError: code('5.00'),
  notImplemented: code('5.01'),
  unavailable: code('5.03'),
} as const;
