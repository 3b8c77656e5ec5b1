// The meter's side of one connection, TCP or serial: bytes in, bytes and events out. The framing
// below (wrapper or HDLC), the associations of each client above it.

import { encodeApdu } from './apdu.ts';
import {
  type AssociationEvent,
  type AssociationServer,
  createAssociationServer,
} from './association-server.ts';
import { concat, noBytes } from './bytes.ts';
import type { Protection } from './cipher.ts';
import type { CounterStore } from './counters.ts';
import type { DlmsCrypto, RandomBytes } from './crypto.ts';
import type { HdlcLimits } from './hdlc-link.ts';
import { createHdlcServer, type HdlcServer } from './hdlc-server.ts';
import type { LogicalDevice } from './logical-device.ts';
import type { DataNotification, EventNotification } from './notification.ts';
import { createWrapperReader, encodeWrapper, type WrapperFault } from './wrapper.ts';

export type ServerEvent =
  | (AssociationEvent & { readonly clientSap: number; readonly serverSap: number })
  /** To be stored before the bytes are sent: counters once used must not be used again. */
  | { readonly kind: 'counters'; readonly serverSap: number; readonly counters: CounterStore }
  /** The connection is of no more use: close it. */
  | { readonly kind: 'fault'; readonly fault: WrapperFault };

export type ServerOutput = {
  readonly events: readonly ServerEvent[];
  readonly bytesToSend: Uint8Array;
};

export type DlmsServer = {
  readonly feed: (bytes: Uint8Array) => ServerOutput;
  /** Says something unasked to a client. */
  readonly push: (push: Push) => ServerOutput;
  /** On a line: it was silent for longer than between two bytes of a frame. */
  readonly silence: () => void;
  /** The connection is gone: its associations end. */
  readonly close: () => readonly ServerEvent[];
};

export type Push = {
  readonly clientSap: number;
  readonly serverSap: number;
  readonly notification: DataNotification | EventNotification;
  /** As general-glo; `none` is in clear. */
  readonly protection: Protection;
};

export type DlmsServerOptions = {
  readonly devices: readonly LogicalDevice[];
  readonly crypto: DlmsCrypto;
  readonly random: RandomBytes;
  readonly transport:
    | { readonly kind: 'wrapper' }
    | { readonly kind: 'hdlc'; readonly physical: number | null; readonly limits?: HdlcLimits };
};

type Peer = { readonly client: number; readonly server: number };

export function createDlmsServer(options: DlmsServerOptions): DlmsServer {
  const { devices, crypto, random } = options;
  const associations = new Map<string, AssociationServer>();
  const associationOf = (peer: Peer): AssociationServer | null => {
    const device = devices.find(({ sap }) => sap === peer.server);
    if (device === undefined) return null;
    const key = `${peer.client} ${peer.server}`;
    const known = associations.get(key);
    if (known !== undefined) return known;
    const created = createAssociationServer({ device, clientSap: peer.client, crypto, random });
    // Strangers are turned away each time anew: only clients that have a profile are remembered.
    const isClient = device.associations.some(({ clientSap }) => clientSap === peer.client);
    if (isClient) associations.set(key, created);
    return created;
  };
  const placed = (events: readonly AssociationEvent[], peer: Peer): ServerEvent[] =>
    events.map((event) => ({ ...event, clientSap: peer.client, serverSap: peer.server }));
  const changedCounters = (): ServerEvent[] =>
    devices.flatMap(({ sap, security }) => {
      const counters = security?.counters.takeChange() ?? null;
      return counters === null ? [] : [{ kind: 'counters', serverSap: sap, counters } as const];
    });
  const answer = (peer: Peer, apdu: Uint8Array, events: ServerEvent[]): Uint8Array | null => {
    const handled = associationOf(peer)?.handle(apdu);
    if (handled === undefined) return null;
    events.push(...placed(handled.events, peer));
    return handled.reply;
  };
  const drop = (peer: Peer): ServerEvent[] =>
    placed(associations.get(`${peer.client} ${peer.server}`)?.drop() ?? [], peer);
  const line = createLine(options, answer, drop);
  return {
    feed: (bytes) => {
      const output = line.feed(bytes);
      return { ...output, events: [...output.events, ...changedCounters()] };
    },
    push: (push) => {
      const device = devices.find(({ sap }) => sap === push.serverSap);
      const apdu = device === undefined ? null : pushedApdu(device, push);
      const peer = { client: push.clientSap, server: push.serverSap };
      const bytesToSend = apdu === null ? noBytes : line.notify(peer, apdu);
      return { events: changedCounters(), bytesToSend };
    },
    silence: line.silence,
    close: () =>
      [...associations.keys()].flatMap((key) => {
        const [client = 0, server = 0] = key.split(' ').map(Number);
        return drop({ client, server });
      }),
  };
}

/** Null when the device has no keys, or none that are fresh. */
function pushedApdu({ security }: LogicalDevice, push: Push): Uint8Array | null {
  const plain = encodeApdu(push.notification);
  if (push.protection === 'none') return plain;
  if (security === null) return null;
  return security.close({
    form: { key: 'global', general: true },
    protection: push.protection,
    suite: security.suite,
    plain,
    dedicated: null,
  });
}

type Line = Pick<DlmsServer, 'feed' | 'silence'> & {
  readonly notify: (peer: Peer, apdu: Uint8Array) => Uint8Array;
};

type Answer = (peer: Peer, apdu: Uint8Array, events: ServerEvent[]) => Uint8Array | null;

function createLine(
  { devices, transport }: DlmsServerOptions,
  answer: Answer,
  drop: (peer: Peer) => ServerEvent[],
): Line {
  if (transport.kind === 'wrapper') return wrapperLine(answer);
  const { physical, limits } = transport;
  const hdlc = createHdlcServer({
    servers: devices.map(({ sap }) => sap),
    physical,
    ...(limits === undefined ? {} : { limits }),
  });
  return hdlcLine(hdlc, answer, drop);
}

function wrapperLine(answer: Answer): Line {
  const reader = createWrapperReader();
  const framed = ({ client, server }: Peer, apdu: Uint8Array) =>
    encodeWrapper({ source: server, destination: client, apdu });
  return {
    feed: (bytes) => {
      const { frames, fault } = reader.feed(bytes);
      const events: ServerEvent[] = [];
      const parts: Uint8Array[] = [];
      for (const { source, destination, apdu } of frames) {
        const peer = { client: source, server: destination };
        const reply = answer(peer, apdu, events);
        if (reply !== null) parts.push(framed(peer, reply));
      }
      if (fault !== null) events.push({ kind: 'fault', fault });
      return { events, bytesToSend: concat(...parts) };
    },
    silence: () => undefined,
    notify: framed,
  };
}

function hdlcLine(hdlc: HdlcServer, answer: Answer, drop: (peer: Peer) => ServerEvent[]): Line {
  return {
    feed: (bytes) => {
      const events: ServerEvent[] = [];
      const output = hdlc.feed(bytes, (event) => {
        const peer = { client: event.client, server: event.server };
        if (event.kind === 'apdu') return answer(peer, event.apdu, events);
        // A new link begins without an association, as one that has ended.
        events.push(...drop(peer));
        return null;
      });
      return { events, bytesToSend: output };
    },
    silence: hdlc.silence,
    notify: (peer, apdu) => hdlc.notify({ ...peer, apdu }),
  };
}
