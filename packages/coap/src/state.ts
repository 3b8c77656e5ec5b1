// What an endpoint remembers of each peer, bounded: messages that came, exchanges that wait for our
// answer, requests of ours under way. The one that was silent longest makes room.

import { type CoapMessage, encodeMessage } from './message.ts';
import type {
  CoapEvent,
  CoapLimits,
  CoapOptions,
  CoapOutput,
  CoapRequest,
  CoapResponse,
  Datagram,
  IncomingRequest,
  Peer,
  PeerFault,
} from './types.ts';

/** A repeat of a message comes within this time (RFC 7252, 4.8.2). */
export const exchangeLifetimeMs = 247_000;
/** Of a peer; beyond them the oldest is forgotten. */
const mostSeen = 64;
const windowMs = 10_000;

/** A message that came: its answer goes out again when it comes again. */
export type Seen = { readonly atMs: number; reply: Uint8Array | null };

/** A request that came and is not answered yet. */
export type Exchange = {
  readonly number: number;
  readonly message: CoapMessage;
  readonly request: IncomingRequest;
  readonly key: string;
  readonly block2: { readonly number: number; readonly exponent: number } | null;
  readonly hasBlock1: CoapMessage['options'][number] | null;
  readonly cameMs: number;
  isTaken: boolean;
};

/** Something of ours that is sent until it is acknowledged or answered. */
export type Outgoing = {
  readonly id: number;
  readonly kind: 'request' | 'notification' | 'answer';
  readonly request: CoapRequest | null;
  message: CoapMessage;
  sends: number;
  timeoutMs: number;
  dueMs: number;
  isTaken: boolean;
  /** Where the next part of our body begins, and how long parts are. */
  sentBytes: number;
  exponent: number;
  /** Of the answer, so far. */
  parts: Uint8Array[];
  partBytes: number;
  /** The body is that of a notification of this observation. */
  readonly into: number | null;
};

export type Observation = {
  readonly id: number;
  readonly request: CoapRequest;
  last: number;
  atMs: number;
};

/** A body that is served in parts. */
export type Served = {
  readonly key: string;
  readonly response: CoapResponse;
  readonly tag: number;
};

export type PeerState = {
  heardMs: number;
  readonly seen: Map<number, Seen>;
  readonly exchanges: Map<number, Exchange>;
  assembling: { readonly key: string; parts: Uint8Array[]; length: number } | null;
  served: Served | null;
  current: Outgoing | null;
  readonly queue: Outgoing[];
  readonly observations: Map<string, Observation>;
  window: { fromMs: number; count: number; told: Set<PeerFault> };
};

export type State = {
  readonly limits: CoapLimits;
  readonly random: CoapOptions['random'];
  readonly peers: Map<Peer, PeerState>;
  /** Peers with something under way, so that a tick looks at no others. */
  readonly busy: Set<Peer>;
  readonly peerOfExchange: Map<number, Peer>;
  nextMessageId: number;
  nextNumber: number;
  datagrams: Datagram[];
  events: CoapEvent[];
};

export function takeOutput(state: State): CoapOutput {
  const { datagrams, events } = state;
  state.datagrams = [];
  state.events = [];
  return { datagrams, events };
}

export const say = (state: State, event: CoapEvent): void => void state.events.push(event);

export function send(state: State, peer: Peer, message: CoapMessage): Uint8Array {
  const bytes = encodeMessage(message);
  state.datagrams.push({ peer, bytes });
  return bytes;
}

export const sendBytes = (state: State, peer: Peer, bytes: Uint8Array): void =>
  void state.datagrams.push({ peer, bytes });

const none = new Uint8Array(0);

export const emptyOf = (type: 'ack' | 'rst', messageId: number): CoapMessage => ({
  ...{ type, code: 0, messageId, token: none, options: [], payload: none },
});

export function newMessageId(state: State): number {
  state.nextMessageId = (state.nextMessageId + 1) & 0xffff;
  return state.nextMessageId;
}

export function newNumber(state: State): number {
  state.nextNumber += 1;
  return state.nextNumber;
}

export function peerOf(state: State, peer: Peer, nowMs: number): PeerState {
  const known = state.peers.get(peer);
  if (known !== undefined) {
    // The last to be heard stands last.
    state.peers.delete(peer);
    state.peers.set(peer, known);
    known.heardMs = nowMs;
    return known;
  }
  if (state.peers.size >= state.limits.peers) {
    const [oldest] = state.peers.keys();
    if (oldest !== undefined) forgetPeer(state, oldest);
  }
  const fresh: PeerState = {
    ...{ heardMs: nowMs, assembling: null, served: null, current: null, queue: [] },
    ...{ seen: new Map(), exchanges: new Map(), observations: new Map() },
    window: { fromMs: nowMs, count: 0, told: new Set() },
  };
  state.peers.set(peer, fresh);
  return fresh;
}

export function forgetPeer(state: State, peer: Peer): void {
  const known = state.peers.get(peer);
  if (known === undefined) return;
  state.peers.delete(peer);
  state.busy.delete(peer);
  for (const number of known.exchanges.keys()) state.peerOfExchange.delete(number);
  const ours = [...(known.current === null ? [] : [known.current]), ...known.queue];
  for (const { id, kind } of ours) {
    if (kind !== 'answer') say(state, { kind: 'failed', peer, id, fault: 'forgotten' });
  }
}

export function fault(state: State, peer: Peer, what: PeerFault): void {
  const told = state.peers.get(peer)?.window.told;
  if (told === undefined || told.has(what)) return;
  told.add(what);
  say(state, { kind: 'fault', peer, fault: what });
}

/** False when the peer has sent more than it may. */
export function isWithinWindow(state: State, peer: Peer, nowMs: number): boolean {
  const of = peerOf(state, peer, nowMs);
  if (nowMs - of.window.fromMs >= windowMs || nowMs < of.window.fromMs) {
    of.window = { fromMs: nowMs, count: 0, told: new Set() };
  }
  of.window.count += 1;
  return of.window.count <= state.limits.datagramsInTenS;
}

/** What came before under the same id, if it did not come too long ago. */
export function seenBefore(of: PeerState, messageId: number, nowMs: number): Seen | null {
  for (const [id, { atMs }] of of.seen) {
    if (nowMs - atMs < exchangeLifetimeMs && of.seen.size <= mostSeen) break;
    of.seen.delete(id);
  }
  return of.seen.get(messageId) ?? null;
}

export function rememberSeen(of: PeerState, messageId: number, nowMs: number): Seen {
  const seen: Seen = { atMs: nowMs, reply: null };
  of.seen.delete(messageId);
  of.seen.set(messageId, seen);
  return seen;
}

export function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
