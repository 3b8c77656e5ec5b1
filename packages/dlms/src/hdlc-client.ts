// The head-end's end of an HDLC link: the primary station. It opens, sends, polls for what follows,
// and asks again when the caller says that an answer did not come in time.

import { concat, noBytes } from './bytes.ts';
import {
  clientAddress,
  createFrameReader,
  encodeFrame,
  type HdlcAddress,
  type HdlcFrame,
  sameAddress,
} from './hdlc-frame.ts';
import {
  acknowledge,
  agreedLimits,
  type Control,
  controls,
  defaultLimits,
  encodeLimits,
  type HdlcLimits,
  informationControl,
  newSendWindow,
  nextSent,
  pollBit,
  queueSegments,
  readControl,
  readLimits,
  readyControl,
  type SendWindow,
  takeWindow,
  type Unnumbered,
  withLlc,
  withoutLlc,
} from './hdlc-link.ts';

export type HdlcClientEvent =
  | { readonly kind: 'connected'; readonly limits: HdlcLimits }
  | { readonly kind: 'apdu'; readonly apdu: Uint8Array; readonly unasked: boolean }
  /** By us, by the other end, or because nothing came back. */
  | { readonly kind: 'disconnected'; readonly why: 'asked' | 'refused' | 'silence' };

export type HdlcClientOutput = {
  readonly events: readonly HdlcClientEvent[];
  readonly bytesToSend: Uint8Array;
};

export type HdlcClient = {
  readonly connect: () => Uint8Array;
  /** One APDU at a time, once the link is connected and the answer to the last one is here. */
  readonly send: (apdu: Uint8Array) => Uint8Array;
  /** False also when what ended the link came in the same bytes as an answer. */
  readonly isUp: () => boolean;
  readonly disconnect: () => Uint8Array;
  readonly feed: (bytes: Uint8Array) => HdlcClientOutput;
  /** The answer has not come in time: asks again, or gives the link up. */
  readonly timedOut: () => HdlcClientOutput;
};

export type HdlcClientOptions = {
  readonly clientSap: number;
  readonly server: HdlcAddress;
  readonly limits?: HdlcLimits;
  /** How often the same thing is asked again. */
  readonly retries?: number;
  readonly longestApdu?: number;
};

type Phase = 'idle' | 'connecting' | 'ready' | 'waiting' | 'disconnecting';

type State = {
  phase: Phase;
  limits: HdlcLimits;
  expected: number;
  out: SendWindow;
  parts: Uint8Array[];
  partBytes: number;
  unasked: Uint8Array[];
  retriesLeft: number;
};

export function createHdlcClient(options: HdlcClientOptions): HdlcClient {
  const { retries = 3, limits: own = defaultLimits, longestApdu = 0x10_0000 } = options;
  const reader = createFrameReader();
  const state: State = {
    ...{ phase: 'idle', limits: own, expected: 0, out: newSendWindow() },
    ...{ parts: [], partBytes: 0, unasked: [], retriesLeft: retries },
  };
  const { unnumbered, sendWindow, poll } = createSending(options, state);
  const snrm = (): Uint8Array => unnumbered('snrm', encodeLimits(own));
  const drop = (): void => {
    state.phase = 'idle';
    state.out = newSendWindow();
    state.parts = [];
    state.partBytes = 0;
  };
  const link = { state, own, longestApdu, sendWindow, poll, drop };
  return {
    connect: () => {
      drop();
      state.phase = 'connecting';
      state.retriesLeft = retries;
      return snrm();
    },
    send: (apdu) => {
      if (state.phase !== 'ready') throw new Error(`HDLC cannot send while ${state.phase}`);
      state.phase = 'waiting';
      state.retriesLeft = retries;
      queueSegments(state.out, withLlc(apdu, 'server'), state.limits.transmitBytes);
      return sendWindow();
    },
    isUp: () => state.phase === 'ready' || state.phase === 'waiting',
    disconnect: () => {
      drop();
      state.phase = 'disconnecting';
      state.retriesLeft = retries;
      return unnumbered('disc');
    },
    feed: (bytes) => {
      const events: HdlcClientEvent[] = [];
      const parts = reader
        .feed(bytes)
        .filter(
          ({ source, destination }) =>
            sameAddress(source, options.server) && destination.upper === options.clientSap,
        )
        .map((each) => {
          const sent = takeFrame(link, each, events);
          if (sent.length > 0 || events.length > 0) state.retriesLeft = retries;
          return sent;
        });
      return { events, bytesToSend: concat(...parts) };
    },
    timedOut: () => {
      reader.silence();
      if (state.phase === 'idle' || state.phase === 'ready') return nothing;
      if (state.retriesLeft === 0) {
        drop();
        return { events: [{ kind: 'disconnected', why: 'silence' }], bytesToSend: noBytes };
      }
      state.retriesLeft -= 1;
      const again = { connecting: snrm, waiting: poll, disconnecting: () => unnumbered('disc') };
      return { events: [], bytesToSend: again[state.phase]() };
    },
  };
}

/** The frames of this end, from the link's state. */
function createSending({ server, clientSap }: HdlcClientOptions, state: State) {
  const frame = (control: number, rest?: Partial<HdlcFrame>): Uint8Array =>
    encodeFrame({
      destination: server,
      source: clientAddress(clientSap),
      control,
      segmented: false,
      information: noBytes,
      ...rest,
    });
  return {
    unnumbered: (kind: Unnumbered, information: Uint8Array = noBytes): Uint8Array =>
      frame(controls[kind] | pollBit, { information }),
    /** The segments that the other end's window has room for; the last one polls. */
    sendWindow: (): Uint8Array => {
      const going = takeWindow(state.out, state.limits.transmitWindow);
      return concat(
        ...going.map(({ number, segment }, index) =>
          frame(informationControl(number, state.expected, index === going.length - 1), {
            segmented: segment.more,
            information: segment.information,
          }),
        ),
      );
    },
    poll: (): Uint8Array => frame(readyControl(state.expected)),
  };
}

const nothing: HdlcClientOutput = { events: [], bytesToSend: noBytes };

type Link = {
  readonly state: State;
  readonly own: HdlcLimits;
  readonly longestApdu: number;
  readonly sendWindow: () => Uint8Array;
  readonly poll: () => Uint8Array;
  readonly drop: () => void;
};

function takeFrame(link: Link, frame: HdlcFrame, events: HdlcClientEvent[]): Uint8Array {
  const control = readControl(frame.control);
  const { state } = link;
  switch (control.kind) {
    case 'ua':
      return takeUa(link, frame, events);
    case 'dm':
    case 'frmr': {
      if (state.phase === 'idle') return noBytes;
      const why = state.phase === 'disconnecting' ? 'asked' : 'refused';
      link.drop();
      events.push({ kind: 'disconnected', why });
      return noBytes;
    }
    case 'ui':
      return takeUnasked(state, frame, events);
    case 'information':
      return takeInformation(link, frame, { control, events });
    case 'receiveReady':
      return state.phase === 'waiting' && acknowledge(state.out, control.received)
        ? afterReady(link)
        : noBytes;
    default:
      return noBytes;
  }
}

/** What is not there goes (again); with all there the answer is still being made. */
const afterReady = ({ state, sendWindow }: Link): Uint8Array =>
  state.out.waiting.length > 0 ? sendWindow() : noBytes;

function takeUa(link: Link, frame: HdlcFrame, events: HdlcClientEvent[]): Uint8Array {
  const { state } = link;
  if (state.phase === 'disconnecting') {
    link.drop();
    events.push({ kind: 'disconnected', why: 'asked' });
  } else if (state.phase === 'connecting') {
    link.drop();
    state.limits = agreedLimits(link.own, readLimits(frame.information));
    state.expected = 0;
    state.phase = 'ready';
    events.push({ kind: 'connected', limits: state.limits });
  }
  return noBytes;
}

function takeUnasked(state: State, frame: HdlcFrame, events: HdlcClientEvent[]): Uint8Array {
  state.unasked.push(frame.information.slice());
  const tooMuch = state.unasked.length > 64;
  if (frame.segmented && !tooMuch) return noBytes;
  const apdu = tooMuch ? null : withoutLlc(concat(...state.unasked, noBytes));
  state.unasked = [];
  if (apdu !== null) events.push({ kind: 'apdu', apdu, unasked: true });
  return noBytes;
}

function takeInformation(
  link: Link,
  frame: HdlcFrame,
  {
    control,
    events,
  }: {
    control: Extract<Control, { readonly kind: 'information' }>;
    events: HdlcClientEvent[];
  },
): Uint8Array {
  const { state } = link;
  const isFinal = (frame.control & pollBit) !== 0;
  if (state.phase !== 'waiting') return noBytes;
  const ahead = (control.sent - state.expected) & 7;
  if (ahead !== 0) {
    // One before it is missing: ask for that. A frame from before is a repeat.
    return isFinal && ahead < state.limits.receiveWindow ? link.poll() : noBytes;
  }
  // An answer before all was acknowledged is none to this question.
  if (!acknowledge(state.out, control.received) || nextSent(state.out) !== control.received) {
    return noBytes;
  }
  state.expected = (state.expected + 1) & 7;
  state.partBytes += frame.information.length;
  if (state.partBytes > link.longestApdu) {
    link.drop();
    events.push({ kind: 'disconnected', why: 'refused' });
    return noBytes;
  }
  state.parts.push(frame.information.slice());
  if (frame.segmented) return isFinal ? link.poll() : noBytes;
  const apdu = withoutLlc(concat(...state.parts, noBytes));
  state.parts = [];
  state.partBytes = 0;
  if (apdu === null) return noBytes;
  state.phase = 'ready';
  events.push({ kind: 'apdu', apdu, unasked: false });
  return noBytes;
}
