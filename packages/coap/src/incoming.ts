// Requests of others: put together from their parts, handed on once, answered once; a repeat gets
// the same answer again. Long answers go in parts.

import { type CoapMessage, code } from './message.ts';
import {
  type Block,
  blockBytes,
  blockIn,
  blockOption,
  isForProxy,
  optionNumbers,
  textOptions,
  textsIn,
  uintIn,
  uintOption,
  unknownCritical,
} from './options.ts';
import { enqueueMessage, methodCodes } from './outgoing.ts';
import {
  type Exchange,
  emptyOf,
  fault,
  joined,
  newMessageId,
  newNumber,
  type PeerState,
  rememberSeen,
  type State,
  say,
  seenBefore,
  send,
  sendBytes,
} from './state.ts';
import type { CoapResponse, IncomingRequest, Method, Peer } from './types.ts';

/** Until a request is said to be taken, its answer to come later. */
const takenAfterMs = 1_000;
const methods = new Map<number, Method>(
  Object.entries(methodCodes).map(([method, value]) => [value, method as Method]),
);

type Came = { readonly of: PeerState; readonly message: CoapMessage; readonly nowMs: number };

export function takeRequest(state: State, peer: Peer, came: Came) {
  const { of, message, nowMs } = came;
  const before = seenBefore(of, message.messageId, nowMs);
  if (before !== null) {
    if (before.reply !== null) sendBytes(state, peer, before.reply);
    return;
  }
  rememberSeen(of, message.messageId, nowMs);
  const refuse = (text: Parameters<typeof code>[0]): void =>
    answerNow(state, peer, { of, message, response: { code: code(text) }, extra: [] });
  if (unknownCritical(message.options)) return refuse('4.02');
  if (isForProxy(message.options)) return refuse('5.05');
  const method = methods.get(message.code);
  if (method === undefined) return refuse('4.05');
  const [path, query] = [textsIn(message.options, 'uriPath'), textsIn(message.options, 'uriQuery')];
  const [block1, block2] = [blockIn(message.options, 'block1'), blockIn(message.options, 'block2')];
  if (!path.ok || !query.ok || !block1.ok || !block2.ok) return refuse('4.02');
  const key = `${message.code} ${JSON.stringify([path.value, query.value])}`;
  if (block2.value !== null && block2.value.number > 0) {
    const { served } = of;
    if (served?.key !== key) return refuse('4.08');
    return answerInParts(state, peer, {
      of,
      message,
      response: served.response,
      block: block2.value,
      key,
    });
  }
  const body =
    block1.value === null
      ? message.payload
      : assemble(state, peer, { ...came, key, block: block1.value });
  if (body === null) return;
  const request: IncomingRequest = {
    ...{ method, path: path.value, query: query.value, token: message.token, payload: body },
    contentFormat: uintIn(message.options, 'contentFormat'),
    accept: uintIn(message.options, 'accept'),
    observe: uintIn(message.options, 'observe'),
  };
  if (of.exchanges.size >= state.limits.open) return refuse('5.03');
  const number = newNumber(state);
  const hasBlock1 =
    message.options.find((option) => option.number === optionNumbers.block1) ?? null;
  of.exchanges.set(number, {
    ...{ number, message, request, key, hasBlock1, cameMs: nowMs, isTaken: false },
    block2: block2.value,
  });
  state.peerOfExchange.set(number, peer);
  state.busy.add(peer);
  say(state, { kind: 'request', peer, exchange: number, request });
}

/** The whole body once its last part is there; null while not, or when it was refused. */
function assemble(
  state: State,
  peer: Peer,
  { of, message, key, block }: Came & { readonly key: string; readonly block: Block },
): Uint8Array | null {
  const echo = blockOption('block1', block);
  const refuse = (text: Parameters<typeof code>[0]): null => {
    of.assembling = null;
    answerNow(state, peer, { of, message, response: { code: code(text) }, extra: [echo] });
    return null;
  };
  if (block.number === 0) of.assembling = { key, parts: [], length: 0 };
  const { assembling } = of;
  const isInTurn =
    assembling?.key === key && assembling.length === block.number * blockBytes(block);
  if (assembling === null || !isInTurn) return refuse('4.08');
  if (block.isMore && message.payload.length !== blockBytes(block)) return refuse('4.00');
  if (assembling.length + message.payload.length > state.limits.bodyBytes) {
    fault(state, peer, 'tooLarge');
    return refuse('4.13');
  }
  assembling.parts.push(message.payload);
  assembling.length += message.payload.length;
  if (block.isMore) {
    answerNow(state, peer, { of, message, response: { code: code('2.31') }, extra: [echo] });
    return null;
  }
  of.assembling = null;
  return joined(assembling.parts, assembling.length);
}

type Answering = {
  readonly of: PeerState;
  readonly message: CoapMessage;
  readonly response: CoapResponse;
};

/** With the acknowledgement, or as a message of its own to one that asked for none. */
function answerNow(
  state: State,
  peer: Peer,
  { of, message, response, extra }: Answering & { readonly extra: CoapMessage['options'] },
): void {
  const isConfirmable = message.type === 'con';
  const bytes = send(state, peer, {
    type: isConfirmable ? 'ack' : 'non',
    messageId: isConfirmable ? message.messageId : newMessageId(state),
    ...{ code: response.code, token: message.token },
    options: [...optionsOf(response), ...extra],
    payload: response.payload ?? new Uint8Array(0),
  });
  const seen = of.seen.get(message.messageId);
  if (seen !== undefined && isConfirmable) seen.reply = bytes;
}

export const optionsOf = (response: CoapResponse): CoapMessage['options'] => [
  ...(response.contentFormat === undefined
    ? []
    : [uintOption('contentFormat', response.contentFormat)]),
  ...(response.observe === undefined ? [] : [uintOption('observe', response.observe)]),
  ...(response.maxAgeS === undefined ? [] : [uintOption('maxAge', response.maxAgeS)]),
  ...textOptions('locationPath', response.location ?? []),
];

type InParts = Answering & {
  readonly block: Pick<Block, 'number' | 'exponent'>;
  readonly key: string;
};

function answerInParts(state: State, peer: Peer, o: InParts) {
  const { response, block } = o;
  const payload = response.payload ?? new Uint8Array(0);
  const length = blockBytes(block);
  const begins = block.number * length;
  if (begins >= payload.length && block.number > 0) {
    return answerNow(state, peer, { ...o, response: { code: code('4.02') }, extra: [] });
  }
  const isMore = begins + length < payload.length;
  const { observe: _, ...later } = response;
  answerNow(state, peer, {
    ...o,
    response: {
      ...(block.number === 0 ? response : later),
      payload: payload.subarray(begins, begins + length),
    },
    extra: [blockOption('block2', { ...block, isMore })],
  });
}

/** Throws on an exchange that is not there: it was answered, or its peer was forgotten. */
export function respondTo(
  state: State,
  number: number,
  { response, nowMs }: { readonly response: CoapResponse; readonly nowMs: number },
): void {
  const peer = state.peerOfExchange.get(number);
  const of = peer === undefined ? undefined : state.peers.get(peer);
  const exchange = of?.exchanges.get(number);
  if (peer === undefined || of === undefined || exchange === undefined) return;
  of.exchanges.delete(number);
  state.peerOfExchange.delete(number);
  const { message, key, hasBlock1 } = exchange;
  const payload = response.payload ?? new Uint8Array(0);
  const exponent = Math.min(exchange.block2?.exponent ?? 6, state.limits.blockExponent);
  const isLong = payload.length > blockBytes({ exponent });
  if (isLong) of.served = { key, response, tag: number };
  const extra = hasBlock1 === null ? [] : [hasBlock1];
  if (exchange.isTaken) {
    const part = isLong ? payload.subarray(0, blockBytes({ exponent })) : payload;
    const inParts = isLong ? [blockOption('block2', { number: 0, isMore: true, exponent })] : [];
    enqueueMessage(state, peer, {
      kind: 'answer',
      message: {
        ...{ type: 'con', code: response.code, messageId: 0, token: message.token, payload: part },
        options: [...optionsOf(response), ...extra, ...inParts],
      },
      nowMs,
    });
    return;
  }
  if (isLong) {
    answerInParts(state, peer, { of, message, response, key, block: { number: 0, exponent } });
  } else answerNow(state, peer, { of, message, response, extra });
}

/** Says that a request was taken when its answer takes longer; forgets one never answered. */
export function takeWaiting(state: State, peer: Peer, nowMs: number): void {
  const of = state.peers.get(peer);
  if (of === undefined) return;
  for (const exchange of of.exchanges.values()) {
    const waitedMs = nowMs - exchange.cameMs;
    if (waitedMs > state.limits.answerMs) {
      of.exchanges.delete(exchange.number);
      state.peerOfExchange.delete(exchange.number);
    } else if (waitedMs >= takenAfterMs) takeOne(state, peer, { of, exchange });
  }
  if (of.exchanges.size === 0 && of.current === null) state.busy.delete(peer);
}

function takeOne(state: State, peer: Peer, o: { of: PeerState; exchange: Exchange }): void {
  const { exchange, of } = o;
  const { message } = exchange;
  if (exchange.isTaken || message.type !== 'con') return;
  exchange.isTaken = true;
  const bytes = send(state, peer, emptyOf('ack', message.messageId));
  const seen = of.seen.get(message.messageId);
  if (seen !== undefined) seen.reply = bytes;
}
