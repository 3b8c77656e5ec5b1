// Scaler and unit (attribute 3 of registers): a raw number, its power of ten and its unit. Values
// stay whole numbers; nothing is rounded that the caller does not ask for.

import { err, ok, type Result } from '@prewatt/quantities';
import { type AttributeType, enumType, integerType, record } from './attribute-types.ts';
import type { Data } from './data.ts';

/** Units that meters of energy, water and gas use, with the numbers of IEC 62056-6-2. */
export const units = {
  year: 1,
  month: 2,
  week: 3,
  day: 4,
  hour: 5,
  minute: 6,
  second: 7,
  degree: 8,
  celsius: 9,
  currency: 10,
  metre: 11,
  metrePerSecond: 12,
  cubicMetre: 13,
  correctedCubicMetre: 14,
  cubicMetrePerHour: 15,
  correctedCubicMetrePerHour: 16,
  litre: 19,
  kilogram: 20,
  pascal: 23,
  bar: 24,
  joule: 25,
  watt: 27,
  voltAmpere: 28,
  var: 29,
  wattHour: 30,
  voltAmpereHour: 31,
  varHour: 32,
  ampere: 33,
  coulomb: 34,
  volt: 35,
  ohm: 38,
  hertz: 44,
  pulsePerWattHour: 45,
  pulsePerVarHour: 46,
  pulsePerVoltAmpereHour: 47,
  percent: 56,
  ampereHour: 57,
  count: 255,
} as const;

export type ScalerUnit = {
  /** The power of ten: value = raw x 10^scaler. */
  readonly scaler: number;
  /** By name, or the number of a unit that has no name here. */
  readonly unit: keyof typeof units | number;
};

export const scalerUnitType: AttributeType<ScalerUnit> = record({
  scaler: integerType,
  unit: enumType(units),
});

/** A raw whole number of any width; null where the data is none. */
export function wholeOf(data: Data): bigint | null {
  if (data.type === 'long64' || data.type === 'long64Unsigned') return data.value;
  const isFloat = data.type === 'float32' || data.type === 'float64';
  if (isFloat || !('value' in data) || typeof data.value !== 'number') return null;
  return BigInt(data.value);
}

/**
 * A register's value as a whole number of 10^`exponent` of its unit: watt-hours with 0, milliwatt-
 * hours with -3. Refused where it is no whole number, or where digits would be lost.
 */
export function scaledTo(
  data: Data,
  { scaler }: Pick<ScalerUnit, 'scaler'>,
  exponent: number,
): Result<bigint, 'notWhole' | 'inexact'> {
  const raw = wholeOf(data);
  if (raw === null) return err('notWhole');
  const shift = scaler - exponent;
  if (Math.abs(shift) > 60) return err('inexact');
  if (shift >= 0) return ok(raw * 10n ** BigInt(shift));
  const divisor = 10n ** BigInt(-shift);
  return raw % divisor === 0n ? ok(raw / divisor) : err('inexact');
}

/** The same rounded towards zero, where digits may go. */
export function scaledDown(data: Data, scalerUnit: ScalerUnit, exponent: number): bigint | null {
  const raw = wholeOf(data);
  const shift = scalerUnit.scaler - exponent;
  if (raw === null || Math.abs(shift) > 60) return null;
  return shift >= 0 ? raw * 10n ** BigInt(shift) : raw / 10n ** BigInt(-shift);
}
