// What the parts of the driver have in common: its devices, who is registered, how one is asked
// something, and what becomes of a fault.

import type { CoapRequest, CoapResponse } from '@prewatt/coap';
import type { Registrations } from '@prewatt/lwm2m';
import type { DriverFault } from '@prewatt/protocol';
import { err, minuteMs, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import type { Database } from '../../../base/database.ts';
import type { Log } from '../../../base/log.ts';
import type { Clocks } from '../../../base/time.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { Speaker } from '../speaker.ts';
import type { AskFault, CoapDoor } from './coap-door.ts';
import type { DeviceState } from './device-state.ts';
import { keepingOf } from './keeping.ts';
import type { Lwm2mLink } from './link-store.ts';

export type Lwm2mDriverOptions = {
  readonly database: Database;
  readonly clocks: Clocks;
  /** 32 bytes. */
  readonly masterKey: Buffer;
  readonly random: RandomBytes;
  readonly utilities: () => Promise<readonly { readonly id: string }[]>;
  /** A fault that somebody should look at, and its end. */
  readonly onFault: (meterPan: string, fault: DriverFault) => void;
  readonly onMended: (meterPan: string) => void;
  /** A lamp has said that it is there; the place is the lamp's. */
  readonly onLamp: (place: MeterPlace) => Promise<void>;
  readonly log: Log;
};

export type Running = {
  readonly o: Lwm2mDriverOptions;
  readonly door: CoapDoor;
  readonly registrations: Registrations;
  readonly speaker: Speaker;
  /** Takes a message of a device's container; resolves when the head-end has taken it. */
  up: ((meterPan: string, payload: Uint8Array) => Promise<void> | undefined) | null;
  /** By the meter's number. */
  readonly devices: Map<string, DeviceState>;
  /** By the name under which it registers. */
  byEndpoint: Map<string, Lwm2mLink>;
  byPan: Map<string, Lwm2mLink>;
  readonly refresh: () => Promise<void>;
  lookedMs: number;
  readonly faults: Partial<Record<DriverFault, number>>;
  isClosed: boolean;
};

export const realNow = ({ o }: Running): number => o.clocks.real.nowMs();

/** On the list at once; the others when they come so often in a row. */
const graveFaults: readonly DriverFault[] = [
  ...(['notProved', 'otherMeter', 'replay', 'tooMuch', 'malformed'] as const),
];
const faultsInARow = 3;
/** A fault of a device is kept and told no more often than this. */
const toldEveryMs = minuteMs;

export function complain(running: Running, device: DeviceState, fault: DriverFault): void {
  const { o } = running;
  const { meterPan, of } = device.link;
  running.faults[fault] = (running.faults[fault] ?? 0) + 1;
  const nowMs = realNow(running);
  if (nowMs - (device.toldMs.get(fault) ?? Number.NEGATIVE_INFINITY) < toldEveryMs) return;
  device.toldMs.set(fault, nowMs);
  device.faults += 1;
  const isTold = graveFaults.includes(fault) || device.faults >= faultsInARow;
  if (isTold && of === 'meter') o.onFault(meterPan, fault);
  const atMs = o.clocks.business.nowMs();
  const { fault: keep } = keepingOf(device.link);
  keep(o.database, device.link.place, { fault, atMs }).catch((error) => {
    if (!running.isClosed) o.log.warn({ error: String(error) }, 'a fault of a device not kept');
  });
}

export function setUp(running: Running, device: DeviceState, isUp: boolean): void {
  if (device.isUp === isUp) return;
  device.isUp = isUp;
  // A lamp has no link of the head-end.
  if (device.link.of === 'meter')
    running.speaker.link(device.link.meterPan, isUp ? 'online' : 'offline');
}

const faultOf: Readonly<Record<AskFault, DriverFault>> = {
  timeout: 'noAnswer',
  reset: 'noAnswer',
  malformed: 'malformed',
  tooLarge: 'tooMuch',
  ...{ forgotten: 'unreachable', full: 'unreachable', closed: 'unreachable' },
};

/** Of a device that is registered; silence makes it count as away until it is heard again. */
export async function askDevice(
  running: Running,
  device: DeviceState,
  request: CoapRequest,
): Promise<Result<CoapResponse & { readonly id: number }, DriverFault>> {
  const registered = running.registrations.of(device.link.endpoint);
  if (registered === null) return err('unreachable');
  const answered = await running.door.ask(registered.peer, request);
  if (answered.ok) {
    device.faults = 0;
    return ok({ ...answered.value.response, id: answered.value.id });
  }
  const fault = faultOf[answered.error];
  if (fault === 'noAnswer' && !running.isClosed) setUp(running, device, false);
  if (fault !== 'unreachable') complain(running, device, fault);
  return err(fault);
}
