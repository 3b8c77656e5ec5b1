// One association over one socket: opened, asked one thing after the other, released. Time, bytes
// and patience are bounded here, so that a device that stalls or floods costs little. Counters are
// stored before what uses them is sent.

import type { Duplex } from 'node:stream';
import {
  type ClientAnswer,
  type ClientEvent,
  type ClientOutput,
  type ClientRequest,
  type CounterStore,
  conforms,
  createDlmsClient,
  type DlmsClient,
  type DlmsClientOptions,
  type ExceptionResponse,
  serviceErrors,
} from '@prewatt/dlms';
import type { DriverFault } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';

export type SessionLimits = {
  /** For each answer. HDLC asks again as often as it may. */
  readonly answerMs: number;
  /** Of the whole session. */
  readonly sessionMs: number;
  readonly sessionBytes: number;
  /** Frames that answer nothing. */
  readonly strayFrames: number;
};
export const sessionLimits: SessionLimits = {
  answerMs: 8_000,
  sessionMs: 90_000,
  sessionBytes: 1_000_000,
  strayFrames: 20,
};

export type SessionOptions = {
  /** A socket, plain or by TLS; on a bench a serial port. */
  readonly socket: Duplex;
  readonly client: Omit<DlmsClientOptions, 'longestValue'>;
  readonly keepCounters: (counters: CounterStore) => Promise<void>;
  readonly limits: SessionLimits;
};

/** `counter`: the meter expects a higher one; null where it does not say which. */
export type OpenRefusal = DriverFault | { readonly counter: number | null };

export type Opened = {
  readonly conformance: number;
  readonly maxPduSize: number;
  readonly serverTitle: Uint8Array | null;
};

export type DlmsSession = {
  readonly open: () => Promise<Result<Opened, OpenRefusal>>;
  readonly ask: (request: ClientRequest) => Promise<Result<ClientAnswer, DriverFault>>;
  /** Never fails; the socket stays. */
  readonly release: () => Promise<void>;
  /** Several values in one request. */
  readonly takesLists: () => boolean;
};

type Settled =
  | { readonly kind: 'opened'; readonly opened: Opened }
  | { readonly kind: 'answer'; readonly answer: ClientAnswer }
  | { readonly kind: 'released' }
  | { readonly kind: 'fault'; readonly fault: OpenRefusal };

type State = {
  readonly o: SessionOptions;
  readonly client: DlmsClient;
  waiting: ((settled: Settled) => void) | null;
  timer: NodeJS.Timeout | null;
  /** What has ended the session; nothing is sent after it. */
  over: OpenRefusal | null;
  bytes: number;
  strays: number;
  conformance: number;
  /** Outputs go out in their order, each after its counters are stored. */
  queue: Promise<void>;
};

/** Listens to the socket until `release`. The socket is the caller's to open and to close. */
export function createSession(o: SessionOptions): DlmsSession {
  const client = createDlmsClient({ ...o.client, longestValue: o.limits.sessionBytes });
  const state: State = {
    ...{ o, client, waiting: null, timer: null, over: null },
    ...{ bytes: 0, strays: 0, conformance: 0, queue: Promise.resolve() },
  };
  const end = setTimeout(() => finish(state, 'tooMuch'), o.limits.sessionMs);
  const hear = (bytes: Buffer): void => {
    state.bytes += bytes.length;
    if (state.bytes > o.limits.sessionBytes) finish(state, 'tooMuch');
    else put(state, () => client.feed(bytes));
  };
  const gone = (): void => finish(state, 'noAnswer');
  o.socket.on('data', hear);
  o.socket.once('close', gone);
  const detach = (): void => {
    clearTimeout(end);
    if (state.timer !== null) clearTimeout(state.timer);
    o.socket.off('data', hear);
    o.socket.off('close', gone);
  };
  return {
    open: async () => {
      const settled = await wait(state, () => client.open());
      if (settled.kind === 'fault') return err(settled.fault);
      if (settled.kind !== 'opened') return err('malformed');
      state.conformance = settled.opened.conformance;
      return ok(settled.opened);
    },
    ask: async (request) => {
      const settled = await wait(state, () => client.request(request));
      if (settled.kind === 'answer') return ok(settled.answer);
      const fault = settled.kind === 'fault' ? settled.fault : 'malformed';
      return err(typeof fault === 'string' ? fault : 'notLetIn');
    },
    release: async () => {
      if (state.over === null) await wait(state, () => client.release());
      detach();
      await state.queue;
    },
    takesLists: () => conforms(state.conformance, 'multipleReferences'),
  };
}

function wait(state: State, begin: () => ClientOutput): Promise<Settled> {
  return new Promise((resolve) => {
    if (state.over !== null) return resolve({ kind: 'fault', fault: state.over });
    state.waiting = resolve;
    put(state, begin);
  });
}

function settle(state: State, settled: Settled): void {
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = null;
  const { waiting } = state;
  state.waiting = null;
  waiting?.(settled);
}

function finish(state: State, fault: OpenRefusal): void {
  state.over ??= fault;
  settle(state, { kind: 'fault', fault: state.over });
}

/** Runs a step of the client and sends what comes of it, behind what is being sent. */
function put(state: State, step: () => ClientOutput): void {
  state.queue = state.queue.then(async () => {
    if (state.over !== null) return;
    const { events, bytesToSend } = step();
    await keepCounters(state, events);
    const { socket, limits } = state.o;
    if (bytesToSend.length > 0 && !socket.destroyed) socket.write(bytesToSend);
    for (const event of events) hearEvent(state, event);
    if (state.waiting === null || state.over !== null) return;
    if (bytesToSend.length > 0 || state.timer === null) watch(state, limits.answerMs);
  });
  state.queue = state.queue.catch(() => finish(state, 'noAnswer'));
}

function watch(state: State, answerMs: number): void {
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = setTimeout(() => {
    state.timer = null;
    put(state, () => state.client.timedOut());
  }, answerMs);
}

async function keepCounters(state: State, events: readonly ClientEvent[]): Promise<void> {
  for (const event of events) {
    if (event.kind === 'counters') await state.o.keepCounters(event.counters);
  }
}

function hearEvent(state: State, event: ClientEvent): void {
  const settled = settledBy(state, event);
  if (settled?.kind === 'fault') finish(state, settled.fault);
  else if (settled !== null) settle(state, settled);
}

/** What an event means for whoever waits; null for nothing. */
function settledBy(state: State, event: ClientEvent): Settled | null {
  const fault = (of: OpenRefusal): Settled => ({ kind: 'fault', fault: of });
  switch (event.kind) {
    case 'opened':
      return { kind: 'opened', opened: event };
    case 'answer':
      return { kind: 'answer', answer: event.answer };
    case 'released':
      return { kind: 'released' };
    case 'refused':
      return fault(refusalOf(event.why));
    case 'failed':
      return fault(failureOf(event.why));
    case 'linkDown':
      return fault(event.why === 'refused' ? 'notLetIn' : 'noAnswer');
    case 'ignored':
      if (event.why === 'replay') return fault('replay');
      state.strays += 1;
      return state.strays > state.o.limits.strayFrames ? fault('malformed') : null;
    default:
      return null;
  }
}

type Why<K extends ClientEvent['kind']> = Extract<ClientEvent, { kind: K; why: unknown }>['why'];

const isCounter = (why: Pick<ExceptionResponse, 'serviceError'>): boolean =>
  why.serviceError === serviceErrors.invocationCounterError;

function refusalOf(why: Why<'refused'>): OpenRefusal {
  switch (why.kind) {
    case 'exception':
      return isCounter(why) ? { counter: why.invocationCounter } : 'notLetIn';
    case 'turnedAway':
    case 'initiate':
    case 'proofRefused':
      return 'notLetIn';
    default:
      return why.kind;
  }
}

function failureOf(why: Why<'failed'>): OpenRefusal {
  switch (why.kind) {
    case 'exception':
      return isCounter(why) ? { counter: why.invocationCounter } : 'notLetIn';
    case 'timeout':
    case 'linkLost':
      return 'noAnswer';
    case 'countersUsedUp':
      return 'countersUsedUp';
    case 'tooLong':
      return 'tooMuch';
    default:
      return 'malformed';
  }
}
