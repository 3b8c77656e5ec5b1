// Inverters and batteries of a mini-grid: read by SunSpec or by a map, put together as one plant.

import {
  type ChargeState,
  findSunSpec,
  type InverterState,
  type ModbusMaster,
  type Quantities,
  type RegisterMap,
  readMeter,
  readSunSpec,
  type SunSpecDevice,
  type Talk,
} from '@prewatt/fieldbus';
import type { PowerSetting } from './site.ts';

export type PowerReading = {
  readonly atMs: number;
  readonly quantities: Quantities;
  readonly inverter: InverterState | null;
  readonly charge: ChargeState | null;
};

export type PowerDevice = {
  readonly id: string;
  readonly setting: PowerSetting;
  readonly reading: () => PowerReading | null;
  /** Whether it answered. */
  readonly read: (talk: Talk, modbus: ModbusMaster) => Promise<boolean>;
};

export function createPowerDevice(
  setting: PowerSetting,
  { id, map, nowMs }: { id: string; map: RegisterMap | null; nowMs: () => number },
): PowerDevice {
  let reading: PowerReading | null = null;
  let known: SunSpecDevice | null = null;
  const read: PowerDevice['read'] = async (talk, modbus) => {
    if (map !== null) {
      const quantities = await readMeter(talk, modbus, { map, address: String(setting.unit) });
      if (!quantities.ok) return false;
      reading = { atMs: nowMs(), quantities: quantities.value, inverter: null, charge: null };
      return true;
    }
    if (!(await talk.setLine(setting.line)).ok) return false;
    const registers = (at: number, count: number) =>
      modbus.readRegisters({ unit: setting.unit, function: 3, at, count });
    if (known === null) {
      const found = await findSunSpec(registers);
      if (!found.ok) return false;
      known = found.value;
    }
    const read = await readSunSpec(registers, known);
    if (!read.ok) {
      known = null;
      return false;
    }
    reading = { atMs: nowMs(), ...read.value };
    return true;
  };
  return { id, setting, reading: () => reading, read };
}

/** Older readings than this tell nothing of the battery now. */
const freshMs = 600_000;

export type Plant = {
  readonly batteryPermille: number | null;
  readonly batteryW: number | null;
  readonly generationW: number | null;
  readonly inverter: InverterState | null;
  readonly charge: ChargeState | null;
};

/** The plant as its devices show it now; with several batteries the lowest counts. */
export function plantOf(devices: readonly PowerDevice[], nowMs: number): Plant {
  const fresh = devices.flatMap((device) => {
    const reading = device.reading();
    return reading !== null && nowMs - reading.atMs <= freshMs ? [reading] : [];
  });
  const values = (name: 'batteryPermille' | 'batteryW' | 'generationW'): number[] =>
    fresh.flatMap(({ quantities }) => quantities[name] ?? []);
  const sum = (list: readonly number[]): number | null =>
    list.length === 0 ? null : list.reduce((total, value) => total + value, 0);
  const charges = values('batteryPermille');
  return {
    batteryPermille: charges.length === 0 ? null : Math.min(...charges),
    batteryW: sum(values('batteryW')),
    generationW: sum(values('generationW')),
    inverter: fresh.find(({ inverter }) => inverter !== null)?.inverter ?? null,
    charge: fresh.find(({ charge }) => charge !== null)?.charge ?? null,
  };
}
