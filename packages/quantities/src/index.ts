// Quantities: money, energy, power, time, identifiers and Result. The only place where units are
// made.

export type { Brand } from './brand.ts';
export {
  type Clock,
  civilDateOf,
  civilMonth,
  dayMs,
  hourMs,
  isoOf,
  isoOrNull,
  minuteMs,
  type RandomBytes,
  startOfDayMs,
  zonedAt,
} from './clock.ts';
export { countText } from './count-text.ts';
export { type EnergyWh, energyWh, formatKwh, type PowerW, powerW } from './energy.ts';
export {
  bucketCount,
  bucketOfConnection,
  type Id,
  type IdPrefix,
  idFromUuid,
  parseId,
  uuidIn,
  uuidOf,
  uuidV7,
} from './identifiers.ts';
export {
  type AmountError,
  type Currency,
  formatAmount,
  formatMoney,
  type MinorUnits,
  type Money,
  minorUnits,
  parseAmount,
  parseTypedAmount,
} from './money.ts';
export { homeZoneOf, parsePhone } from './phone.ts';
export { type Err, err, expectOk, type Ok, ok, type Result, unreachable } from './result.ts';
export { divideCeil, divideFloor, divideHalfUp } from './rounding.ts';
