// SunSpec: inverters and batteries that say by themselves which models they have and where. Models
// 1 (who), 101 to 103 (inverter), 124 (storage) and 802 (battery); points by the offsets of the
// published models (sunspec/models, Apache-2.0). A point that a device has not is absent here.

import { err, ok, type Result } from '@prewatt/quantities';
import { fromAscii } from './bytes.ts';
import type { Quantities } from './quantities-of-meters.ts';

/** Registers from `at` on, as bytes. */
export type ReadRegisters<F> = (at: number, count: number) => Promise<Result<Uint8Array, F>>;

export type SunSpecModel = { readonly id: number; readonly at: number; readonly length: number };
export type SunSpecDevice = {
  readonly models: readonly SunSpecModel[];
  readonly maker: string;
  readonly model: string;
  readonly serial: string;
};

/** By their numbers, from 1 on. */
export const inverterStates = [
  'off',
  'sleeping',
  'starting',
  'producing',
  'throttled',
  'stopping',
  'fault',
  'standby',
] as const;
export type InverterState = (typeof inverterStates)[number];
export const chargeStates = [
  'off',
  'empty',
  'discharging',
  'charging',
  'full',
  'holding',
  'testing',
] as const;
export type ChargeState = (typeof chargeStates)[number];

export type SunSpecReading = {
  readonly quantities: Quantities;
  readonly inverter: InverterState | null;
  readonly charge: ChargeState | null;
};

/** Where the standard lets the models begin. */
const bases = [40_000, 50_000, 0];
const wholeModels: readonly number[] = [101, 102, 103, 124, 802];
const endModel = 0xffff;
const mostModels = 64;
const registersPerRead = 120;

/** Finds the device's models. `notSunSpec`: no base has the mark. */
export async function findSunSpec<F>(
  read: ReadRegisters<F>,
): Promise<Result<SunSpecDevice, F | 'notSunSpec'>> {
  for (const base of bases) {
    const mark = await read(base, 2);
    if (!mark.ok || fromAscii(mark.value) !== 'SunS') continue;
    const models = await walkModels(read, base + 2);
    if (!models.ok) return models;
    const common = models.value.find(({ id }) => id === 1);
    if (common === undefined || common.length < 64) return err('notSunSpec');
    const about = await read(common.at + 2, 64);
    if (!about.ok) return about;
    const text = (from: number, registers: number): string =>
      fromAscii(about.value.subarray(from * 2, (from + registers) * 2))
        .replaceAll(/[^\x20-\x7e]/g, '')
        .trim();
    return ok({
      ...{ models: models.value, maker: text(0, 16), model: text(16, 16), serial: text(48, 16) },
    });
  }
  return err('notSunSpec');
}

/** What the device's models say now. */
export async function readSunSpec<F>(
  read: ReadRegisters<F>,
  { models }: Pick<SunSpecDevice, 'models'>,
): Promise<Result<SunSpecReading, F>> {
  let reading: SunSpecReading = { quantities: {}, inverter: null, charge: null };
  for (const { id, at, length } of models) {
    if (!wholeModels.includes(id)) continue;
    const block = await readLong(read, at, Math.min(length + 2, 2 * registersPerRead));
    if (!block.ok) return block;
    const points = pointsOf(block.value);
    if (id <= 103) reading = withInverter(reading, points);
    else if (id === 124) reading = withStorage(reading, points);
    else reading = withBattery(reading, points);
  }
  return ok(reading);
}

async function walkModels<F>(
  read: ReadRegisters<F>,
  first: number,
): Promise<Result<readonly SunSpecModel[], F>> {
  const models: SunSpecModel[] = [];
  let at = first;
  while (models.length < mostModels && at + 2 <= 0x1_0000) {
    const head = await read(at, 2);
    if (!head.ok) return head;
    const [id, length] = [u16(head.value, 0), u16(head.value, 1)];
    if (id === endModel || head.value.length < 4) break;
    models.push({ id, at, length });
    at += length + 2;
  }
  return ok(models);
}

async function readLong<F>(
  read: ReadRegisters<F>,
  at: number,
  count: number,
): Promise<Result<Uint8Array, F>> {
  const whole = new Uint8Array(count * 2);
  for (let done = 0; done < count; done += registersPerRead) {
    const part = await read(at + done, Math.min(registersPerRead, count - done));
    if (!part.ok) return part;
    whole.set(part.value.subarray(0, whole.length - done * 2), done * 2);
  }
  return ok(whole);
}

type Points = {
  readonly unsigned: (at: number) => number | null;
  /** A point and its power of ten, in thousandths when `milli`. */
  readonly value: (at: number, scaleAt: number, options: Shape) => number | null;
  readonly counter: (at: number, scaleAt: number) => number | null;
};
type Shape = { readonly signed?: boolean; readonly milli?: boolean };

/** Offsets count registers from the model's id; marks of absent points are null. */
function pointsOf(bytes: Uint8Array): Points {
  const unsigned = (at: number): number | null => {
    const value = u16(bytes, at);
    return at * 2 + 2 > bytes.length || value === 0xffff ? null : value;
  };
  const signed = (at: number): number | null => {
    const value = u16(bytes, at);
    if (at * 2 + 2 > bytes.length || value === 0x8000) return null;
    return value > 0x7fff ? value - 0x1_0000 : value;
  };
  const scaledBy = (raw: number | null, scaleAt: number, milli: boolean): number | null => {
    const power = signed(scaleAt);
    if (raw === null || power === null || power < -10 || power > 10) return null;
    const result = Math.round(raw * 10 ** (power + (milli ? 3 : 0)));
    return Number.isSafeInteger(result) ? result + 0 : null;
  };
  return {
    unsigned,
    value: (at, scaleAt, { signed: isSigned = false, milli = false }) =>
      scaledBy(isSigned ? signed(at) : unsigned(at), scaleAt, milli),
    counter: (at, scaleAt) => {
      const value = u16(bytes, at) * 0x1_0000 + u16(bytes, at + 1);
      return scaledBy(value === 0 || value === 0xffff_ffff ? null : value, scaleAt, false);
    },
  };
}

function withInverter(reading: SunSpecReading, points: Points): SunSpecReading {
  const state = points.unsigned(38);
  return {
    ...reading,
    quantities: add(reading.quantities, {
      generationW: points.value(14, 15, { signed: true }),
      generatedWh: points.counter(24, 26),
      frequencyMhz: points.value(16, 17, { milli: true }),
      voltageMvL1: points.value(10, 13, { milli: true }),
      currentMaL1: points.value(3, 6, { milli: true }),
    }),
    inverter: (state === null ? undefined : inverterStates[state - 1]) ?? null,
  };
}

function withStorage(reading: SunSpecReading, points: Points): SunSpecReading {
  return {
    ...reading,
    quantities: add(reading.quantities, {
      batteryPermille: permille(points.value(8, 22, { milli: true })),
      batteryMv: points.value(10, 24, { milli: true }),
    }),
    charge: reading.charge ?? chargeOf(points.unsigned(11)),
  };
}

/** The battery's own word goes before that of the inverter's storage model. */
function withBattery(reading: SunSpecReading, points: Points): SunSpecReading {
  return {
    ...reading,
    quantities: add(reading.quantities, {
      batteryPermille: permille(points.value(11, 56, { milli: true })),
      batteryMv: points.value(34, 59, { milli: true }),
      batteryW: points.value(47, 63, { signed: true }),
    }),
    charge: chargeOf(points.unsigned(16)) ?? reading.charge,
  };
}

/** Thousandths of a per cent are a hundred to a permille. */
const permille = (milliPercent: number | null): number | null =>
  milliPercent === null ? null : Math.round(milliPercent / 100);

const chargeOf = (state: number | null): ChargeState | null =>
  (state === null ? undefined : chargeStates[state - 1]) ?? null;

function add(before: Quantities, found: Readonly<Record<string, number | null>>): Quantities {
  const present = Object.entries(found).filter(([, value]) => value !== null);
  return { ...before, ...Object.fromEntries(present) };
}

const u16 = (bytes: Uint8Array, register: number): number =>
  (bytes[register * 2] ?? 0) * 256 + (bytes[register * 2 + 1] ?? 0);
