// Requests and notifications of ours: one at a time to a peer, repeated until they are taken, their
// bodies and those of the answers in parts where they are long.

import { type CoapMessage, code, isResponse } from './message.ts';
import {
  blockBytes,
  blockIn,
  blockOption,
  textOptions,
  textsIn,
  uintIn,
  uintOption,
} from './options.ts';
import {
  fault,
  joined,
  newMessageId,
  newNumber,
  type Observation,
  type Outgoing,
  type PeerState,
  peerOf,
  type State,
  say,
  send,
} from './state.ts';
import type { CoapRequest, CoapResponse, Method, Peer, RequestFault } from './types.ts';

export const methodCodes: Readonly<Record<Method, number>> = {
  ...{ get: 1, post: 2, put: 3, delete: 4, fetch: 5, patch: 6, iPatch: 7 },
};
const none = new Uint8Array(0);
const continues = code('2.31');
const tokenBytes = 8;

/** Its number; null when too many wait for the peer. */
export function enqueueRequest(
  state: State,
  peer: Peer,
  {
    request,
    nowMs,
    into = null,
  }: {
    readonly request: CoapRequest;
    readonly nowMs: number;
    readonly into?: number | null;
  },
): number | null {
  const of = peerOf(state, peer, nowMs);
  if (of.queue.length >= state.limits.queued) return null;
  const out = outgoingOf(state, { kind: 'request', request, into });
  of.queue.push(out);
  startNext(state, peer, nowMs);
  return out.id;
}

export function enqueueMessage(
  state: State,
  peer: Peer,
  o: { readonly kind: 'notification' | 'answer'; readonly message: CoapMessage; nowMs: number },
): number | null {
  const of = peerOf(state, peer, o.nowMs);
  if (of.queue.length >= state.limits.queued) return null;
  const out = outgoingOf(state, { kind: o.kind, request: null, into: null });
  out.message = o.message;
  of.queue.push(out);
  startNext(state, peer, o.nowMs);
  return out.id;
}

const outgoingOf = (state: State, o: Pick<Outgoing, 'kind' | 'request' | 'into'>): Outgoing => ({
  ...o,
  id: newNumber(state),
  message: { type: 'con', code: 0, messageId: 0, token: none, options: [], payload: none },
  ...{ sends: 0, timeoutMs: 0, dueMs: 0, isTaken: false, sentBytes: 0, parts: [], partBytes: 0 },
  exponent: state.limits.blockExponent,
});

function startNext(state: State, peer: Peer, nowMs: number): void {
  const of = state.peers.get(peer);
  if (of === undefined || of.current !== null) return;
  const next = of.queue.shift();
  if (next === undefined) {
    if (of.exchanges.size === 0) state.busy.delete(peer);
    return;
  }
  of.current = next;
  state.busy.add(peer);
  if (next.request !== null) next.message = firstMessage(state, next, next.request);
  transmit(state, peer, { out: next, nowMs });
}

type At = { readonly out: Outgoing; readonly nowMs: number };

/** Under an id of its own, from the first time on. */
function transmit(state: State, peer: Peer, { out, nowMs }: At): void {
  const { ackTimeoutMs } = state.limits;
  out.message = { ...out.message, messageId: newMessageId(state) };
  out.sends = 1;
  out.isTaken = false;
  // Between one and one and a half times, so that devices do not repeat in step.
  out.timeoutMs = Math.round(ackTimeoutMs * (1 + (state.random(1)[0] ?? 0) / 512));
  out.dueMs = nowMs + out.timeoutMs;
  send(state, peer, out.message);
}

const optionsOf = (request: CoapRequest): CoapMessage['options'] => [
  ...textOptions('uriPath', request.path),
  ...textOptions('uriQuery', request.query ?? []),
  ...(request.contentFormat === undefined
    ? []
    : [uintOption('contentFormat', request.contentFormat)]),
  ...(request.accept === undefined ? [] : [uintOption('accept', request.accept)]),
];

function firstMessage(state: State, out: Outgoing, request: CoapRequest): CoapMessage {
  const payload = request.payload ?? none;
  const part = payload.subarray(0, blockBytes(out));
  out.sentBytes = part.length;
  const isMore = part.length < payload.length;
  return {
    ...{ type: 'con', code: methodCodes[request.method], messageId: 0, payload: part },
    token: state.random(tokenBytes),
    options: [
      ...optionsOf(request),
      ...(request.observe === undefined ? [] : [uintOption('observe', request.observe)]),
      ...(isMore ? [blockOption('block1', { number: 0, isMore, exponent: out.exponent })] : []),
      ...(isMore ? [uintOption('size1', payload.length)] : []),
    ],
  };
}

/** The next part of our body, as long as the peer takes them. */
function sendNextPart(state: State, peer: Peer, { out, nowMs }: At) {
  const { request } = out;
  if (request === null) return;
  const payload = request.payload ?? none;
  const length = blockBytes(out);
  const number = Math.floor(out.sentBytes / length);
  const part = payload.subarray(number * length, (number + 1) * length);
  out.sentBytes = number * length + part.length;
  const isMore = out.sentBytes < payload.length;
  out.message = {
    ...out.message,
    payload: part,
    options: [
      ...optionsOf(request),
      blockOption('block1', { number, isMore, exponent: out.exponent }),
    ],
  };
  transmit(state, peer, { out, nowMs });
}

function askNextPart(state: State, peer: Peer, { out, nowMs }: At): void {
  const { request } = out;
  if (request === null) return;
  const number = Math.floor(out.partBytes / blockBytes(out));
  const { contentFormat: _, ...bare } = request;
  out.message = {
    ...out.message,
    token: state.random(tokenBytes),
    payload: none,
    options: [
      ...optionsOf(bare),
      blockOption('block2', { number, isMore: false, exponent: out.exponent }),
    ],
  };
  transmit(state, peer, { out, nowMs });
}

function finish(state: State, peer: Peer, nowMs: number): void {
  const of = state.peers.get(peer);
  if (of !== undefined) of.current = null;
  startNext(state, peer, nowMs);
}

function failCurrent(state: State, peer: Peer, o: { what: RequestFault; nowMs: number }): void {
  const current = state.peers.get(peer)?.current ?? null;
  if (current !== null && current.kind !== 'answer') {
    const id = current.into ?? current.id;
    say(state, { kind: 'failed', peer, id, fault: o.what });
  }
  finish(state, peer, o.nowMs);
}

/** What was taken is repeated no more: a request waits for its answer, anything else is done. */
export function acknowledged(state: State, peer: Peer, o: { messageId: number; nowMs: number }) {
  const out = state.peers.get(peer)?.current ?? null;
  if (out === null || out.message.messageId !== o.messageId || out.isTaken) return;
  if (out.kind === 'request') {
    out.isTaken = true;
    out.dueMs = o.nowMs + state.limits.answerMs;
    return;
  }
  if (out.kind === 'notification') say(state, { kind: 'notified', peer, id: out.id });
  finish(state, peer, o.nowMs);
}

export function wasReset(state: State, peer: Peer, o: { messageId: number; nowMs: number }): void {
  const out = state.peers.get(peer)?.current ?? null;
  if (out === null || out.message.messageId !== o.messageId) return;
  failCurrent(state, peer, { what: 'reset', nowMs: o.nowMs });
}

export const tokenKey = (token: Uint8Array): string => token.toHex();

/** False: it belongs to nothing of ours. */
export function tookResponse(
  state: State,
  peer: Peer,
  { message, nowMs }: { readonly message: CoapMessage; readonly nowMs: number },
): boolean {
  const of = state.peers.get(peer);
  if (of === undefined || !isResponse(message.code)) return false;
  const { current } = of;
  const key = tokenKey(message.token);
  if (current?.kind === 'request' && tokenKey(current.message.token) === key) {
    takeAnswer(state, peer, { of, out: current, message, nowMs });
    return true;
  }
  const observation = of.observations.get(key);
  if (observation === undefined) return false;
  takeNotification(state, peer, { of, observation, message, nowMs });
  return true;
}

type Answer = At & { readonly of: PeerState; readonly message: CoapMessage };

function takeAnswer(state: State, peer: Peer, at: Answer) {
  const { out, message, nowMs } = at;
  const block1 = blockIn(message.options, 'block1');
  const block2 = blockIn(message.options, 'block2');
  if (!block1.ok || !block2.ok) {
    return failCurrent(state, peer, { what: 'malformed', nowMs });
  }
  if (message.code === continues && out.sentBytes < (out.request?.payload?.length ?? 0)) {
    // It takes shorter parts from now on (RFC 7959, 2.5); what was sent counts.
    out.exponent = Math.min(out.exponent, block1.value?.exponent ?? out.exponent);
    return sendNextPart(state, peer, { out, nowMs });
  }
  const begins = out.partBytes;
  const isInTurn =
    block2.value === null || block2.value.number * blockBytes(block2.value) === begins;
  if (!isInTurn) return failCurrent(state, peer, { what: 'malformed', nowMs });
  out.parts.push(message.payload);
  out.partBytes += message.payload.length;
  if (out.partBytes > state.limits.bodyBytes) {
    fault(state, peer, 'tooLarge');
    return failCurrent(state, peer, { what: 'tooLarge', nowMs });
  }
  if (begins === 0) noteObservation(state, at);
  if (block2.value?.isMore === true) {
    out.exponent = block2.value.exponent;
    const isWhole = message.payload.length === blockBytes(block2.value);
    if (!isWhole) return failCurrent(state, peer, { what: 'malformed', nowMs });
    return askNextPart(state, peer, { out, nowMs });
  }
  const response = responseOf(message, joined(out.parts, out.partBytes));
  if (response === null) return failCurrent(state, peer, { what: 'malformed', nowMs });
  say(
    state,
    out.into === null
      ? { kind: 'response', peer, id: out.id, response }
      : { kind: 'notification', peer, id: out.into, response },
  );
  finish(state, peer, nowMs);
}

function noteObservation(state: State, { of, out, message, nowMs }: Answer): void {
  const { request } = out;
  const last = uintIn(message.options, 'observe');
  if (request?.observe !== 0 || last === null) return;
  const [oldest] = of.observations.keys();
  if (of.observations.size >= state.limits.observations && oldest !== undefined) {
    of.observations.delete(oldest);
  }
  const { observe: _, ...plain } = request;
  of.observations.set(tokenKey(message.token), { id: out.id, request: plain, last, atMs: nowMs });
}

/** A number that is not newer came out of turn (RFC 7641, 3.4). */
const isNewer = ({ last, atMs }: Observation, next: number, nowMs: number): boolean =>
  (last < next && next - last < 2 ** 23) ||
  (last > next && last - next > 2 ** 23) ||
  nowMs > atMs + 128_000;

function takeNotification(
  state: State,
  peer: Peer,
  at: Omit<Answer, 'out'> & { readonly observation: Observation },
) {
  const { of, observation, message, nowMs } = at;
  const { id } = observation;
  const number = uintIn(message.options, 'observe');
  const block2 = blockIn(message.options, 'block2');
  const response = responseOf(message, message.payload);
  if (!block2.ok || response === null) return fault(state, peer, 'malformed');
  if (number === null) {
    of.observations.delete(tokenKey(message.token));
  } else {
    if (!isNewer(observation, number, nowMs)) return;
    observation.last = number;
    observation.atMs = nowMs;
  }
  if (block2.value?.isMore === true) {
    // The rest is asked for from the beginning, so that it is one body.
    enqueueRequest(state, peer, { request: observation.request, nowMs, into: id });
    return;
  }
  say(state, { kind: 'notification', peer, id, response });
}

function responseOf(message: CoapMessage, payload: Uint8Array): CoapResponse | null {
  const { options } = message;
  const location = textsIn(options, 'locationPath');
  if (!location.ok) return null;
  const [contentFormat, observe, maxAgeS] = [
    uintIn(options, 'contentFormat'),
    uintIn(options, 'observe'),
    uintIn(options, 'maxAge'),
  ];
  return {
    ...{ code: message.code, payload },
    ...(contentFormat === null ? {} : { contentFormat }),
    ...(observe === null ? {} : { observe }),
    ...(maxAgeS === null ? {} : { maxAgeS }),
    ...(location.value.length === 0 ? {} : { location: location.value }),
  };
}

/** Repeats what is due, and gives up what was repeated enough. */
export function repeatDue(state: State, peer: Peer, nowMs: number) {
  const out = state.peers.get(peer)?.current ?? null;
  if (out === null || out.dueMs > nowMs) return;
  if (out.isTaken || out.sends > state.limits.repeats) {
    return failCurrent(state, peer, { what: 'timeout', nowMs });
  }
  out.sends += 1;
  out.timeoutMs *= 2;
  out.dueMs = nowMs + out.timeoutMs;
  send(state, peer, out.message);
}
