// What both processes know without telling each other: the meters by their place in a row, and what
// each one has read.

import { energyWh, expectOk } from '@prewatt/quantities';
import { drnWithCheckDigit, meterPanFromDrn } from '@prewatt/sts/keys';

const halfHourMs = 1_800_000;
/** The first interval ends half an hour after this. */
export const firstMs = Date.UTC(2026, 10, 2);

export function meterPanOf(index: number): string {
  const drn = expectOk(drnWithCheckDigit(`03${String(index).padStart(8, '0')}`), 'meter number');
  return expectOk(meterPanFromDrn(drn), 'meter number');
}

export const secretOf = (meterPan: string): string => `bench-secret-of-${meterPan}`;

/** Entries of a meter's n-th message. */
export const entriesOf = (o: { index: number; message: number; perMessage: number }) =>
  Array.from({ length: o.perMessage }, (_, i) => {
    const interval = o.message * o.perMessage + i + 1;
    const value = BigInt(1_000_000 + o.index * 10 + interval * 137);
    return { endsAtMs: firstMs + interval * halfHourMs, importEnergyWh: energyWh(value) };
  });
