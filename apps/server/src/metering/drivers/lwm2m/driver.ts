// The driver of meters that speak LwM2M over CoAP: devices register by name and proof, and are then
// spoken to at the address where they were heard, while they listen. One that has the head-end's
// messages in its container gets and says them as they are; others are read object by object.

import type { CoapLimits } from '@prewatt/coap';
import { createRegistrations } from '@prewatt/lwm2m';
import {
  type DriverFault,
  type DriverListeners,
  decodeDownWord,
  type MeterDriver,
} from '@prewatt/protocol';
import { mostWaiting } from '../answering.ts';
import { mqttCapabilities } from '../mqtt/index.ts';
import { createSpeaker } from '../speaker.ts';
import { createCoapDoor } from './coap-door.ts';
import { type DeviceState, newDeviceState } from './device-state.ts';
import { answerDevice, goneByItself, sendDown } from './devices.ts';
import { linkedLamps } from './lamp-store.ts';
import { type LampDevices, visitLamp } from './lamps.ts';
import { type Lwm2mLink, linkedMeters } from './link-store.ts';
import { complain, type Lwm2mDriverOptions, type Running, realNow } from './running.ts';
import { takeNotice, workAt } from './visits.ts';

export type Lwm2mDriver = MeterDriver & {
  readonly isLinked: (meterPan: string) => boolean;
  /** Listens for devices; where it is not wanted, linked meters are away. */
  readonly open: (host: string, port: number) => Promise<void>;
  readonly port: () => number;
  /** Looks which meters are linked. */
  readonly refresh: () => Promise<void>;
  /** Ends registrations that are over, and reads what is due. */
  readonly sweep: () => Promise<void>;
  readonly counts: () => Lwm2mCounts;
  readonly lamps: LampDevices;
};
export type Lwm2mCounts = {
  readonly linked: number;
  readonly registered: number;
  readonly faults: Readonly<Partial<Record<DriverFault, number>>>;
};

const mostDevices = 20_000;
/** A tariff or a set of rules comes in one message. */
const mostBodyBytes = 65_536;
const usualGoodForS = 86_400;

export function createLwm2mDriver(
  o: Lwm2mDriverOptions & { readonly limits?: Partial<CoapLimits>; readonly awakeMs?: number },
): Lwm2mDriver {
  const door = createCoapDoor({
    ...{ random: o.random, nowMs: o.clocks.real.nowMs, log: o.log },
    limits: { bodyBytes: mostBodyBytes, ...o.limits },
    answer: (peer, request) => answerDevice(running, peer, request),
    notified: (peer, id, response) => takeNotice(running, { peer, id, response }),
    onFault: (peer, fault) => {
      const device = deviceAt(running, peer);
      if (device !== null) complain(running, device, fault === 'malformed' ? fault : 'tooMuch');
    },
  });
  const running: Running = {
    ...{ o, door, speaker: createSpeaker(), up: null, devices: new Map() },
    registrations: createRegistrations({
      ...{ random: o.random, most: mostDevices },
      ...(o.awakeMs === undefined ? {} : { awakeMs: o.awakeMs }),
    }),
    ...{
      byEndpoint: new Map(),
      byPan: new Map(),
      lookedMs: Number.NEGATIVE_INFINITY,
      faults: {},
      isClosed: false,
    },
    refresh: () => refresh(running),
  };
  const linkOf = (meterPan: string): Lwm2mLink | undefined => running.byPan.get(meterPan);
  return {
    name: 'lwm2m',
    // At best: of a meter whose objects are read, tokens are typed.
    capabilities: mqttCapabilities,
    isLinked: (meterPan) => linkOf(meterPan)?.of === 'meter',
    send: (meterPan, payload, how) => send(running, meterPan, { payload, ...how }),
    listen: async (listeners: DriverListeners) => {
      running.up = listeners.up;
      running.speaker.listenTo(listeners);
    },
    drop: (meterPan) => {
      const device = running.devices.get(meterPan);
      if (device !== undefined) goneByItself(running, device);
    },
    open: door.listen,
    port: door.port,
    refresh: () => refresh(running),
    sweep: () => sweep(running),
    counts: () => ({
      ...{ linked: running.byPan.size, registered: running.registrations.count() },
      faults: { ...running.faults },
    }),
    lamps: {
      isOpen: () => door.port() !== 0,
      visit: (lampId, wish) => visitLamp(running, lampId, wish),
    },
    close: async () => {
      running.isClosed = true;
      running.speaker.end();
      await door.close();
    },
  };
}

function deviceAt({ registrations, byEndpoint, devices }: Running, peer: string) {
  const registered = registrations.by(peer);
  const link = registered === null ? undefined : byEndpoint.get(registered.endpoint);
  return link === undefined ? null : (devices.get(link.meterPan) ?? null);
}

async function refresh(running: Running): Promise<void> {
  const byEndpoint = new Map<string, Lwm2mLink>();
  const byPan = new Map<string, Lwm2mLink>();
  for (const { id } of await running.o.utilities()) {
    const links = await running.o.database.inUtility(id, async (tx) => [
      ...(await linkedMeters(tx, id)),
      ...(await linkedLamps(tx, id)),
    ]);
    for (const link of links) {
      byEndpoint.set(link.endpoint, link);
      byPan.set(link.meterPan, link);
    }
  }
  running.byEndpoint = byEndpoint;
  running.byPan = byPan;
  for (const [meterPan, device] of running.devices) {
    const link = byPan.get(meterPan);
    const isSame = link?.endpoint === device.link.endpoint && isSameSecret(link, device.link);
    if (link !== undefined && isSame) continue;
    // Let go, or linked anew: it registers again, by what holds now.
    goneByItself(running, device);
    running.devices.delete(meterPan);
    if (link !== undefined) running.devices.set(meterPan, newDeviceState(link));
  }
}

/** Sealed anew with every link: another one is another link. */
const isSameSecret = (a: Lwm2mLink, b: Lwm2mLink): boolean =>
  a.sealed === null || b.sealed === null ? a.sealed === b.sealed : a.sealed.equals(b.sealed);

async function sweep(running: Running): Promise<void> {
  for (const { endpoint } of running.registrations.expire(realNow(running))) {
    const link = running.byEndpoint.get(endpoint);
    const device = link === undefined ? undefined : running.devices.get(link.meterPan);
    if (device !== undefined) goneByItself(running, device);
  }
  const nowMs = realNow(running);
  for (const device of running.devices.values()) {
    if (device.isUp === true && device.nextReadMs <= nowMs) void workAt(running, device);
  }
}

type Sending = {
  readonly payload: Uint8Array;
  readonly atMostOnce?: boolean;
  readonly goodForS?: number;
};

async function send(running: Running, meterPan: string, sending: Sending): Promise<void> {
  const device = running.devices.get(meterPan);
  const isAcknowledged = takeAcknowledgement(running, meterPan, sending.payload);
  if (isAcknowledged && device?.speaks !== 'messages') return;
  if (device === undefined || running.registrations.of(device.link.endpoint) === null) {
    throw new Error('the meter is not registered here');
  }
  if (device.speaks === 'objects') return takeCommand(running, device, sending.payload);
  const nowMs = realNow(running);
  if (device.isUp !== true) throw new Error('the meter is away');
  if (running.registrations.isAwake(device.link.endpoint, nowMs)) {
    void sendDown(running, device, sending.payload);
    return;
  }
  if (sending.atMostOnce === true) return;
  const untilMs = nowMs + (sending.goodForS ?? usualGoodForS) * 1_000;
  if (!device.messages.put(sending.payload, untilMs)) throw new Error('too much waits for it');
}

/** What this driver numbered itself, of a device that is read object by object. */
function takeAcknowledgement(running: Running, meterPan: string, payload: Uint8Array): boolean {
  const decoded = decodeDownWord(payload);
  if (!decoded.ok) throw new Error('the head-end sent what no driver can read');
  if (decoded.value.kind !== 'acknowledge') return false;
  if (running.devices.get(meterPan)?.speaks === 'objects') {
    running.speaker.acknowledged(meterPan, decoded.value.sequence);
  }
  return true;
}

async function takeCommand(
  running: Running,
  device: DeviceState,
  payload: Uint8Array,
): Promise<void> {
  const decoded = decodeDownWord(payload);
  if (!decoded.ok) return;
  const { value: message } = decoded;
  const { commands, cancels } = device.commands;
  if (message.kind === 'command') {
    if (device.isUp !== true) throw new Error('the meter is away');
    if (commands.size >= mostWaiting) throw new Error('too much waits for the meter');
    commands.set(message.commandId, message);
  } else if (message.kind === 'cancel') cancels.add(message.commandId);
  void workAt(running, device);
}
