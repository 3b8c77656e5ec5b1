// The registers of a meter that readings are kept of, and the number each has in the database; and
// the bits of a meter's own remarks. A number is data: it never changes and is never given twice.

import type { MeterRegister, ProfileFlag } from '@prewatt/protocol';

export const registerNumbers: Readonly<Record<MeterRegister, number>> = {
  importEnergyWh: 1,
  exportEnergyWh: 2,
  creditedEnergyWh: 3,
  importEnergyWhL1: 11,
  importEnergyWhL2: 12,
  importEnergyWhL3: 13,
  exportEnergyWhL1: 21,
  exportEnergyWhL2: 22,
  exportEnergyWhL3: 23,
  importEnergyWhT1: 31,
  importEnergyWhT2: 32,
  importEnergyWhT3: 33,
  importEnergyWhT4: 34,
  importEnergyWhT5: 35,
  importEnergyWhT6: 36,
  importEnergyWhT7: 37,
  importEnergyWhT8: 38,
};

const flagBits: Readonly<Record<ProfileFlag, number>> = { powerFailed: 1, clockAdjusted: 2 };

/** A meter's remarks as the bits of `readings.meter_flags`. */
export const bitsOf = (flags: readonly ProfileFlag[] | undefined): number =>
  flags === undefined ? 0 : flags.reduce((bits, flag) => bits | flagBits[flag], 0);
