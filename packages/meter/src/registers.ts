// The registers of the meter by name, in whole watt-hours: for billing snapshots, for reading on
// demand and for views.

import type { MeterRegister } from '@prewatt/protocol';
import type { Draft, MeterState } from './state.ts';
import type { RegisterValue } from './stored.ts';

const wholeWh = (milliWh: number): number => Math.floor(milliWh / 1000);

/** Every register that this meter has. */
export function registersOf(state: MeterState | Draft): RegisterValue[] {
  const values: RegisterValue[] = [
    { register: 'importEnergyWh', value: wholeWh(state.importMilliWh) },
    { register: 'exportEnergyWh', value: wholeWh(state.exportMilliWh) },
    { register: 'creditedEnergyWh', value: wholeWh(state.creditedMilliWh) },
  ];
  const { phases, calendar } = state;
  if (phases !== null) {
    for (const [index, milliWh] of phases.importMilliWh.entries()) {
      const register = `importEnergyWhL${index + 1}` as MeterRegister;
      values.push({ register, value: wholeWh(milliWh) });
    }
    for (const [index, milliWh] of phases.exportMilliWh.entries()) {
      const register = `exportEnergyWhL${index + 1}` as MeterRegister;
      values.push({ register, value: wholeWh(milliWh) });
    }
  }
  for (const [index, milliWh] of calendar.periodMilliWh.entries()) {
    const register = `importEnergyWhT${index + 1}` as MeterRegister;
    values.push({ register, value: wholeWh(milliWh) });
  }
  return values;
}
