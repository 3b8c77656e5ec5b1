// What the devices of a bus measure, each with the unit in its name, and how a data sheet's scale
// ("0.01 kWh") becomes a factor. Integers only: rounding happens once, here.

/** Every quantity that a register map may name, with the unit that its number counts. */
export const quantityUnits = {
  importWh: 'Wh',
  exportWh: 'Wh',
  importWhL1: 'Wh',
  importWhL2: 'Wh',
  importWhL3: 'Wh',
  powerW: 'W',
  powerWL1: 'W',
  powerWL2: 'W',
  powerWL3: 'W',
  reactivePowerVar: 'var',
  apparentPowerVa: 'VA',
  reactiveImportVarh: 'varh',
  voltageMvL1: 'mV',
  voltageMvL2: 'mV',
  voltageMvL3: 'mV',
  currentMaL1: 'mA',
  currentMaL2: 'mA',
  currentMaL3: 'mA',
  frequencyMhz: 'mHz',
  powerFactorPermille: '‰',
  /** Of meters that count their own credit. */
  remainingWh: 'Wh',
  generationW: 'W',
  generatedWh: 'Wh',
  batteryPermille: '‰',
  batteryMv: 'mV',
  /** The sign is the device's own: the published models fix none. */
  batteryW: 'W',
} as const;
export type QuantityName = keyof typeof quantityUnits;
export type Quantities = Partial<Readonly<Record<QuantityName, number>>>;
type BaseUnit = (typeof quantityUnits)[QuantityName];

/** Units of data sheets, as so many of ours. */
const units: Readonly<Record<string, { readonly base: BaseUnit; readonly count: number }>> = {
  Wh: { base: 'Wh', count: 1 },
  kWh: { base: 'Wh', count: 1000 },
  MWh: { base: 'Wh', count: 1_000_000 },
  W: { base: 'W', count: 1 },
  kW: { base: 'W', count: 1000 },
  var: { base: 'var', count: 1 },
  kvar: { base: 'var', count: 1000 },
  VA: { base: 'VA', count: 1 },
  kVA: { base: 'VA', count: 1000 },
  varh: { base: 'varh', count: 1 },
  kvarh: { base: 'varh', count: 1000 },
  mV: { base: 'mV', count: 1 },
  V: { base: 'mV', count: 1000 },
  mA: { base: 'mA', count: 1 },
  A: { base: 'mA', count: 1000 },
  mHz: { base: 'mHz', count: 1 },
  Hz: { base: 'mHz', count: 1000 },
  '1': { base: '‰', count: 1000 },
  '%': { base: '‰', count: 10 },
};

export type Scale = { readonly times: number; readonly over: number };

/** `0.01 kWh` for a quantity that counts Wh: times 10; null when the two do not fit. */
export function scaleOf(text: string, quantity: QuantityName): Scale | null {
  const found = /^(\d{1,6})(?:\.(\d{1,6}))? (\S+)$/.exec(text);
  if (found === null) return null;
  const [, whole = '', fraction = '', name = ''] = found;
  const unit = units[name];
  if (unit === undefined || unit.base !== quantityUnits[quantity]) return null;
  return { times: Number(whole + fraction) * unit.count, over: 10 ** fraction.length };
}

/** The nearest integer; null when it is none that a number holds exactly. */
export function scaled(value: number, { times, over }: Scale): number | null {
  const result = Math.round((value * times) / over);
  return Number.isSafeInteger(result) ? result + 0 : null;
}
