// The head-end's side of one connection to one logical device: opens, asks one thing after the
// other, releases. Bytes and "no answer in time" in, bytes and events out; the caller owns clock
// and socket.

import { concat, noBytes } from './bytes.ts';
import { type AssociationStep, createClientAssociation } from './client-association.ts';
import type { ClientRequest } from './client-transfer.ts';
import type { ClientEvent as AssociationEvent, AssociationOptions } from './client-types.ts';
import type { CounterStore } from './counters.ts';
import { createHdlcClient, type HdlcClient } from './hdlc-client.ts';
import type { HdlcAddress } from './hdlc-frame.ts';
import type { HdlcLimits } from './hdlc-link.ts';
import { createWrapperReader, encodeWrapper, type WrapperFault } from './wrapper.ts';

export type ClientEvent =
  | AssociationEvent
  /** To be stored before the bytes are sent. */
  | { readonly kind: 'counters'; readonly counters: CounterStore }
  /** The link below is gone or of no more use; what was pending has failed. */
  | { readonly kind: 'linkDown'; readonly why: 'asked' | 'refused' | 'silence' | WrapperFault };

export type ClientOutput = {
  readonly events: readonly ClientEvent[];
  readonly bytesToSend: Uint8Array;
};

export type DlmsClient = {
  /** Opens the link (HDLC) and the association on it. */
  readonly open: () => ClientOutput;
  /** Throws while another request is pending or the association is not open: see `isIdle`. */
  readonly request: (request: ClientRequest) => ClientOutput & { readonly id: number };
  /** Ends the association, and the link below. */
  readonly release: () => ClientOutput;
  readonly feed: (bytes: Uint8Array) => ClientOutput;
  /** What was asked for last has not come in time. HDLC asks again as often as it is allowed to. */
  readonly timedOut: () => ClientOutput;
  readonly isIdle: () => boolean;
};

export type DlmsClientOptions = AssociationOptions & {
  readonly clientSap: number;
  readonly serverSap: number;
  readonly transport:
    | { readonly kind: 'wrapper' }
    | {
        readonly kind: 'hdlc';
        readonly address: HdlcAddress;
        readonly limits?: HdlcLimits;
        readonly retries?: number;
      };
};

/** What the framing below turns bytes into. */
type LineEvent =
  | { readonly kind: 'up' }
  | { readonly kind: 'apdu'; readonly apdu: Uint8Array; readonly unasked: boolean }
  | { readonly kind: 'down'; readonly why: 'asked' | 'refused' | 'silence' | WrapperFault };

type LineOutput = { readonly events: readonly LineEvent[]; readonly bytes: Uint8Array };

type Line = {
  readonly connect: () => LineOutput;
  readonly send: (apdu: Uint8Array) => Uint8Array;
  readonly disconnect: () => LineOutput;
  readonly feed: (bytes: Uint8Array) => LineOutput;
  readonly timedOut: () => LineOutput;
};

export function createDlmsClient(options: DlmsClientOptions): DlmsClient {
  const association = createClientAssociation(options);
  const line = options.transport.kind === 'wrapper' ? wrapperLine(options) : hdlcLine(options);
  let nextId = 1;

  const takeStep = (step: AssociationStep, events: ClientEvent[]): Uint8Array => {
    events.push(...step.events);
    const bytes = step.apdu === null ? noBytes : line.send(step.apdu);
    // Released above: the link below has no more use.
    const isOver = step.events.some(({ kind }) => kind === 'released');
    return isOver ? concat(bytes, takeLine(line.disconnect(), events)) : bytes;
  };
  const takeLine = (output: LineOutput, events: ClientEvent[]): Uint8Array => {
    const parts = [output.bytes];
    for (const event of output.events) {
      if (event.kind === 'apdu') {
        parts.push(takeStep(association.take(event.apdu, event.unasked), events));
      } else if (event.kind === 'up') {
        const apdu = association.open();
        if (apdu !== null) parts.push(line.send(apdu));
        else events.push({ kind: 'refused', why: { kind: 'proofRefused' } });
      } else {
        events.push(...association.fail('linkLost').events);
        events.push({ kind: 'linkDown', why: event.why });
      }
    }
    return concat(...parts);
  };
  const output = (run: (events: ClientEvent[]) => Uint8Array): ClientOutput => {
    const events: ClientEvent[] = [];
    const bytesToSend = run(events);
    const counters = options.security?.context.counters.takeChange() ?? null;
    if (counters !== null) events.push({ kind: 'counters', counters });
    return { events, bytesToSend };
  };
  return {
    open: () => output((events) => takeLine(line.connect(), events)),
    request: (request) => {
      const id = nextId;
      nextId += 1;
      const result = output((events) => takeStep(association.request(id, request), events));
      return { ...result, id };
    },
    release: () =>
      output((events) => {
        // In the middle of something the link is just let go.
        const apdu = association.isIdle() ? association.release() : null;
        return apdu === null ? takeLine(line.disconnect(), events) : line.send(apdu);
      }),
    feed: (bytes) => output((events) => takeLine(line.feed(bytes), events)),
    timedOut: () => output((events) => takeLine(line.timedOut(), events)),
    isIdle: association.isIdle,
  };
}

function wrapperLine({ clientSap, serverSap }: DlmsClientOptions): Line {
  let reader = createWrapperReader();
  const nothing: LineOutput = { events: [], bytes: noBytes };
  return {
    connect: () => {
      reader = createWrapperReader();
      return { events: [{ kind: 'up' }], bytes: noBytes };
    },
    send: (apdu) => encodeWrapper({ source: clientSap, destination: serverSap, apdu }),
    disconnect: () => nothing,
    feed: (bytes) => {
      const { frames, fault } = reader.feed(bytes);
      const events: LineEvent[] = frames
        .filter(({ source }) => source === serverSap)
        .map(({ apdu }) => ({ kind: 'apdu', apdu, unasked: false }));
      if (fault !== null) events.push({ kind: 'down', why: fault });
      return { events, bytes: noBytes };
    },
    // Nothing below repeats anything: over TCP silence is the end.
    timedOut: () => ({ events: [{ kind: 'down', why: 'silence' }], bytes: noBytes }),
  };
}

function hdlcLine(options: DlmsClientOptions): Line {
  const { transport, clientSap } = options;
  if (transport.kind !== 'hdlc') throw new Error('not HDLC');
  const { address: server, limits, retries } = transport;
  const hdlc: HdlcClient = createHdlcClient({
    clientSap,
    server,
    ...(limits === undefined ? {} : { limits }),
    ...(retries === undefined ? {} : { retries }),
  });
  const taken = ({ events, bytesToSend }: ReturnType<HdlcClient['feed']>): LineOutput => ({
    events: events.map((event): LineEvent => {
      if (event.kind === 'connected') return { kind: 'up' };
      return event.kind === 'apdu' ? event : { kind: 'down', why: event.why };
    }),
    bytes: bytesToSend,
  });
  return {
    connect: () => ({ events: [], bytes: hdlc.connect() }),
    // The event of its end follows.
    send: (apdu) => (hdlc.isUp() ? hdlc.send(apdu) : noBytes),
    disconnect: () => ({ events: [], bytes: hdlc.disconnect() }),
    feed: (bytes) => taken(hdlc.feed(bytes)),
    timedOut: () => taken(hdlc.timedOut()),
  };
}
