// Energy (watt-hours) and power (watts): the only place where they are made.

import type { Brand } from './brand.ts';

export type EnergyWh = Brand<bigint, 'EnergyWh'>;
export type PowerW = Brand<bigint, 'PowerW'>;

// A register of a payment meter never counts past this: 10 TWh. Above it, somebody mixed units.
const limit = 10n ** 13n;

/**
 * Watt-hours from an integer. Throws RangeError beyond +-10 TWh or for a fraction: that is a bug,
 * not a refusal.
 */
export function energyWh(value: bigint | number): EnergyWh {
  return ranged(value, 'energyWh') as EnergyWh;
}

/** Watts from an integer. Throws RangeError beyond +-10 TW or for a fraction. */
export function powerW(value: bigint | number): PowerW {
  return ranged(value, 'powerW') as PowerW;
}

function ranged(value: bigint | number, name: string): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError(`${name} must be an integer`);
  }
  const integer = BigInt(value);
  if (integer > limit || integer < -limit) throw new RangeError(`${name} is out of range`);
  return integer;
}

/**
 * Kilowatt-hours for people: 12345n Wh -> "12.3" (digits: decimals shown, truncated towards zero).
 */
export function formatKwh(energy: bigint, digits = 1): string {
  const negative = energy < 0n;
  const magnitude = negative ? -energy : energy;
  const step = 10n ** BigInt(3 - digits);
  const scaled = magnitude / step;
  if (digits === 0) return `${negative && scaled > 0n ? '-' : ''}${scaled}`;
  const unit = 10n ** BigInt(digits);
  const fraction = (scaled % unit).toString().padStart(digits, '0');
  return `${negative && scaled > 0n ? '-' : ''}${scaled / unit}.${fraction}`;
}
