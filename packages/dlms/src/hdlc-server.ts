// The meter's end of an HDLC link: the secondary station. It speaks when it is polled, keeps what
// was not acknowledged, and sends it again from where the client says.

import { concat, noBytes } from './bytes.ts';
import {
  clientAddress,
  createFrameReader,
  encodeFrame,
  type HdlcAddress,
  type HdlcFrame,
} from './hdlc-frame.ts';
import {
  acknowledge,
  agreedLimits,
  controls,
  defaultLimits,
  encodeLimits,
  type HdlcLimits,
  informationControl,
  newSendWindow,
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

export type HdlcServerEvent =
  | {
      readonly kind: 'connected' | 'disconnected';
      readonly client: number;
      readonly server: number;
    }
  | {
      readonly kind: 'apdu';
      readonly client: number;
      readonly server: number;
      readonly apdu: Uint8Array;
    };

export type HdlcServer = {
  /**
   * The bytes to send. `handle` is called with each event in turn and gives the answer to an APDU;
   * null for none.
   */
  readonly feed: (
    bytes: Uint8Array,
    handle: (event: HdlcServerEvent) => Uint8Array | null,
  ) => Uint8Array;
  /** Something unasked, in unnumbered frames. */
  readonly notify: (o: Peer & { readonly apdu: Uint8Array }) => Uint8Array;
  /** The line was silent for longer than between two bytes of a frame. */
  readonly silence: () => void;
};

export type Peer = { readonly client: number; readonly server: number };

export type HdlcServerOptions = {
  /** Logical devices that are here. */
  readonly servers: readonly number[];
  /** The physical address; null answers to any. */
  readonly physical: number | null;
  readonly limits?: HdlcLimits;
  readonly longestApdu?: number;
};

type Link = {
  readonly peer: Peer;
  readonly address: HdlcAddress;
  limits: HdlcLimits;
  expected: number;
  readonly out: SendWindow;
  parts: Uint8Array[];
  partBytes: number;
};

type Handler = (event: HdlcServerEvent) => Uint8Array | null;

/** Clients on one line at once: more than any has, and a bound. */
const mostLinks = 16;
const broadcast = [0x7f, 0x3fff];

export function createHdlcServer(options: HdlcServerOptions): HdlcServer {
  const { limits: own = defaultLimits, longestApdu = 0xffff } = options;
  const reader = createFrameReader();
  const links = new Map<string, Link>();
  const keyOf = ({ client, server }: Peer) => `${client} ${server}`;

  const handle = (frame: HdlcFrame, events: Handler): Uint8Array => {
    if (!isFor(options, frame)) return noBytes;
    const peer = { client: frame.source.upper, server: frame.destination.upper };
    const control = readControl(frame.control);
    const link = links.get(keyOf(peer));
    const isPoll = (frame.control & pollBit) !== 0;
    if (control.kind === 'snrm') return connect(frame, peer, events);
    if (control.kind === 'ui') {
      const apdu = withoutLlc(frame.information);
      if (apdu !== null) events({ kind: 'apdu', ...peer, apdu });
      // What comes unnumbered (the acknowledgement of a push) is not answered.
      return noBytes;
    }
    if (link === undefined) return isPoll ? unnumbered(frame, 'dm') : noBytes;
    switch (control.kind) {
      case 'disc':
        links.delete(keyOf(peer));
        events({ kind: 'disconnected', ...peer });
        return unnumbered(frame, 'ua');
      case 'information':
        return takeInformation(link, frame, { control, events, longestApdu });
      case 'receiveReady':
        if (!acknowledge(link.out, control.received)) return reject(frame, peer, events);
        return isPoll ? answerPoll(link) : noBytes;
      case 'receiveNotReady':
        acknowledge(link.out, control.received);
        return isPoll ? supervise(link) : noBytes;
      default:
        return reject(frame, peer, events);
    }
  };
  const connect = (frame: HdlcFrame, peer: Peer, events: Handler): Uint8Array => {
    const key = keyOf(peer);
    if (!links.has(key) && links.size >= mostLinks) return unnumbered(frame, 'dm');
    if (links.has(key)) events({ kind: 'disconnected', ...peer });
    const limits = agreedLimits(own, readLimits(frame.information));
    links.set(key, {
      peer,
      address: frame.destination,
      limits,
      expected: 0,
      out: newSendWindow(),
      parts: [],
      partBytes: 0,
    });
    events({ kind: 'connected', ...peer });
    return unnumbered(frame, 'ua', encodeLimits(limits));
  };
  /** The numbers of both ends do not fit any more: only SNRM brings them together again. */
  const reject = (frame: HdlcFrame, peer: Peer, events: Handler): Uint8Array => {
    links.delete(keyOf(peer));
    events({ kind: 'disconnected', ...peer });
    return unnumbered(frame, 'frmr', Uint8Array.of(frame.control, 0, 0x01));
  };
  return {
    feed: (bytes, events) => concat(...reader.feed(bytes).map((frame) => handle(frame, events))),
    notify: ({ apdu, ...peer }) => notifyFrames(links.get(keyOf(peer)), peer, apdu),
    silence: reader.silence,
  };
}

const isFor = (
  { servers, physical }: HdlcServerOptions,
  { destination, source }: HdlcFrame,
): boolean =>
  source.length === 1 &&
  servers.includes(destination.upper) &&
  (physical === null ||
    destination.lower === null ||
    destination.lower === physical ||
    broadcast.includes(destination.lower));

function notifyFrames(link: Link | undefined, peer: Peer, apdu: Uint8Array): Uint8Array {
  const source = link?.address ?? { upper: peer.server, lower: null, length: 1 };
  const size = (link?.limits ?? defaultLimits).transmitBytes;
  const window = newSendWindow();
  queueSegments(window, withLlc(apdu, 'client'), size);
  const frames = window.waiting.map(({ information, more }) =>
    encodeFrame({
      destination: clientAddress(peer.client),
      source,
      control: controls.ui,
      segmented: more,
      information,
    }),
  );
  return concat(...frames);
}

type Taking = {
  readonly control: { readonly sent: number; readonly received: number };
  readonly events: Handler;
  readonly longestApdu: number;
};

function takeInformation(
  link: Link,
  frame: HdlcFrame,
  { control, events, longestApdu }: Taking,
): Uint8Array {
  const isPoll = (frame.control & pollBit) !== 0;
  acknowledge(link.out, control.received);
  // Out of turn: a repeat whose answer was lost, or one after a gap. The answer says what is here.
  if (control.sent !== link.expected) return isPoll ? answerPoll(link) : noBytes;
  link.expected = (link.expected + 1) & 7;
  // Whoever sends on has what was sent before, or does not want it any more.
  if (link.out.waiting.length > 0 && link.parts.length === 0) dropOutgoing(link);
  link.partBytes += frame.information.length;
  if (link.partBytes <= longestApdu + 3) link.parts.push(frame.information.slice());
  if (frame.segmented) return isPoll ? supervise(link) : noBytes;
  const isWhole = link.partBytes <= longestApdu + 3;
  const apdu = isWhole ? withoutLlc(concat(...link.parts, noBytes)) : null;
  link.parts = [];
  link.partBytes = 0;
  if (apdu === null) return isPoll ? supervise(link) : noBytes;
  const answer = events({ kind: 'apdu', ...link.peer, apdu });
  if (answer !== null) {
    queueSegments(link.out, withLlc(answer, 'client'), link.limits.transmitBytes);
  }
  return isPoll ? answerPoll(link) : noBytes;
}

/** The number stays: it is the one that the client expects next. */
function dropOutgoing(link: Link): void {
  link.out.waiting = [];
  link.out.out = 0;
}

const reply = (link: Link, control: number, rest?: Partial<HdlcFrame>): Uint8Array =>
  encodeFrame({
    destination: clientAddress(link.peer.client),
    source: link.address,
    control,
    segmented: false,
    information: noBytes,
    ...rest,
  });

const supervise = (link: Link): Uint8Array => reply(link, readyControl(link.expected));

/** What waits, up to a window, from the first that is not acknowledged; or that all is here. */
function answerPoll(link: Link): Uint8Array {
  const going = takeWindow(link.out, link.limits.transmitWindow);
  if (going.length === 0) return supervise(link);
  const frames = going.map(({ number, segment }, index) =>
    reply(link, informationControl(number, link.expected, index === going.length - 1), {
      segmented: segment.more,
      information: segment.information,
    }),
  );
  return concat(...frames);
}

/** From the address that was asked to the one that asked. */
const unnumbered = (
  asked: HdlcFrame,
  kind: Unnumbered,
  information: Uint8Array = noBytes,
): Uint8Array =>
  encodeFrame({
    destination: asked.source,
    source: asked.destination,
    control: controls[kind] | pollBit,
    segmented: false,
    information,
  });
