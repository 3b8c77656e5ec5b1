// Lamps behind controllers of LwM2M: a visit tells a level and hears level, power and energy. Which
// level is due, and what becomes of what a lamp says, is the street lights' own.

import { doneIn, type Entry, type Path, writeRequest } from '@prewatt/lwm2m';
import type { DriverFault } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import { nameOfLamp } from './lamp-store.ts';
import type { Light, WritePath } from './light.ts';
import { readNumber, wholeOf } from './objects.ts';
import { askDevice, type Running, realNow } from './running.ts';

export type LampSaid = {
  readonly levelPercent: number;
  /** Null: it does not measure. */
  readonly milliW: number | null;
  readonly energyWh: bigint | null;
};

/** `refused`: it is there and does not take it. `asleep`: it listens when it is heard next. */
export type LampVisitFault = DriverFault | 'refused' | 'asleep';

export type LampDevices = {
  /** False in a process that listens to no devices. */
  readonly isOpen: () => boolean;
  /** Tells a lamp its level, where there is one, and reads what it says then. */
  readonly visit: (
    lampId: string,
    wish: { readonly levelPercent: number | null },
  ) => Promise<Result<LampSaid, LampVisitFault>>;
};

export async function visitLamp(
  running: Running,
  lampId: string,
  { levelPercent }: { readonly levelPercent: number | null },
): Promise<Result<LampSaid, LampVisitFault>> {
  const device = running.devices.get(nameOfLamp(lampId));
  if (device === undefined || running.registrations.of(device.link.endpoint) === null) {
    return err('unreachable');
  }
  if (!(await device.greeting)) return err('unreachable');
  if (!running.registrations.isAwake(device.link.endpoint, realNow(running))) return err('asleep');
  const { light } = device;
  if (light === null) return err('refused');
  const ask = (request: Parameters<typeof askDevice>[2]) => askDevice(running, device, request);
  const write = async (path: WritePath, value: Entry['value']) => {
    const written = await ask(writeRequest(path, [{ path, value }], 'text'));
    if (!written.ok) return written;
    return doneIn(written.value).ok ? ok(undefined) : err('refused' as const);
  };
  if (levelPercent !== null) {
    // Dimmed before it is lit: it does not flash.
    const steps = [
      ...(levelPercent === 0 ? [] : [[light.dimmer, int(levelPercent)] as const]),
      [light.isOn, { type: 'boolean', value: levelPercent > 0 }] as const,
    ];
    for (const [path, value] of steps) {
      const done = await write(path, value);
      if (!done.ok) return done;
    }
  }
  return readLamp(ask, light, device.meter.measuring);
}

const int = (value: number): Entry['value'] => ({ type: 'integer', value });

async function readLamp(
  ask: Parameters<typeof readNumber>[0],
  light: Light,
  measuring: { readonly energy: Path; readonly power: Path; readonly factor: number } | null,
): Promise<Result<LampSaid, LampVisitFault>> {
  const isOn = await readNumber(ask, light.isOn);
  if (!isOn.ok) return isOn;
  const dimmer = await readNumber(ask, light.dimmer);
  if (!dimmer.ok) return dimmer;
  if (isOn.value === null) return err('malformed');
  const level = isOn.value === 1 ? (dimmer.value ?? 100) : 0;
  if (!Number.isInteger(level) || level < 0 || level > 100) return err('malformed');
  const power = measuring === null ? ok(null) : await readNumber(ask, measuring.power);
  if (!power.ok) return power;
  const energy = await readNumber(ask, measuring?.energy ?? light.activeEnergy);
  if (!energy.ok) return energy;
  const milliW = measuring === null ? null : wholeOf(power.value, measuring.factor * 1_000);
  const energyWh = wholeOf(energy.value, measuring?.factor ?? 1);
  if (power.value !== null && milliW === null) return err('malformed');
  if (energy.value !== null && energyWh === null) return err('malformed');
  return ok({
    ...{ levelPercent: level, energyWh },
    milliW: milliW === null ? null : Math.min(Number(milliW), mostMilliW),
  });
}

/** What the column takes: no lamp draws a megawatt. */
const mostMilliW = 1_000_000_000;
