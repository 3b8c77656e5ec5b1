// What a device of a simulated bus holds: the quantities of a home, in the registers and forms that
// its map names. The inverse of reading by a map, so that one document says both.

import { type Quantities, type RegisterMap, registersOfItem, scaleOf } from '@prewatt/fieldbus';
import { put32, type SimulatedBus } from './simulated-bus.ts';

/** A home that draws so much at unity, in the quantities that maps have. */
export function quantitiesOf(importWh: number, powerW: number): Quantities {
  const third = Math.floor(powerW / 3);
  const currentMa = Math.floor((powerW * 1000) / 230);
  return {
    ...{ importWh, powerW, apparentPowerVa: powerW, powerFactorPermille: 1000 },
    ...{ importWhL1: Math.floor(importWh / 3), importWhL2: Math.floor(importWh / 3) },
    ...{ importWhL3: Math.floor(importWh / 3), powerWL1: powerW - 2 * third },
    ...{ powerWL2: third, powerWL3: third, frequencyMhz: 50_000 },
    ...{ voltageMvL1: 230_000, voltageMvL2: 230_000, voltageMvL3: 230_000 },
    ...{ currentMaL1: currentMa, currentMaL2: 0, currentMaL3: 0 },
  };
}

/** Puts values where the map looks for them; what a home has not is nought. */
export function fillByMap(
  bus: Pick<SimulatedBus, 'unit' | 'dlt645' | 'iec'>,
  { map, address }: { readonly map: RegisterMap; readonly address: string },
  values: Quantities,
): void {
  for (const item of map.items) {
    const scale = scaleOf(item.scale, item.quantity);
    const raw = scale === null ? 0 : ((values[item.quantity] ?? 0) * scale.over) / scale.times;
    // Of credit of its own a plain meter says nothing, rather than nought.
    if (item.quantity === 'remainingWh' && !('at' in item)) continue;
    if ('identifier' in item) {
      const digits = String(Math.floor(raw))
        .padStart(item.bytes * 2, '0')
        .slice(-item.bytes * 2);
      bus.dlt645(address).set(item.identifier, (digits.match(/../g) ?? []).toReversed().join(''));
    } else if (map.protocol === 'iec62056-21' && 'address' in item) {
      // A readout has a point; a register has whole numbers of its scale.
      const text = map.reading === 'readout' ? raw.toFixed(3) : String(Math.floor(raw));
      bus.iec.meter(address, map).values.set(item.address, text.padStart(10, '0'));
    } else if ('at' in item) {
      const { registers } = bus.unit(Number(address));
      const words = wordsOf(item.type, raw);
      const at = Number.parseInt(item.at, 16);
      const placed = item.lowFirst ? words.toReversed() : words;
      for (const [index, word] of placed.entries()) registers.set(at + index, word);
    }
  }
}

type ModbusType = Parameters<typeof registersOfItem>[0]['type'];

function wordsOf(type: ModbusType, value: number): number[] {
  const view = new DataView(new ArrayBuffer(registersOfItem({ type }) * 2));
  if (type === 'f32') view.setFloat32(0, value);
  else if (type === 'f64') view.setFloat64(0, value);
  else if (type === 'u64' || type === 'i64') view.setBigUint64(0, BigInt(Math.floor(value)));
  else if (type === 'u32' || type === 'i32') view.setUint32(0, Math.floor(value));
  else view.setUint16(0, Math.floor(value));
  return Array.from({ length: view.byteLength / 2 }, (_, at) => view.getUint16(at * 2));
}

const sunSpecAt = 40_000;
const [commonLength, inverterLength, storageLength] = [66, 50, 24];

/** Models 1, 101 and 124 of SunSpec: an inverter with a battery. */
export function fillSunSpec(
  { unit }: Pick<SimulatedBus, 'unit'>,
  number: number,
  plant: { readonly generationW: number; readonly batteryPermille: number },
): void {
  const { registers } = unit(number);
  const model = (at: number, id: number, length: number): number => {
    registers.set(at, id).set(at + 1, length);
    for (let point = 2; point < length + 2; point += 1) registers.set(at + point, 0xffff);
    return at;
  };
  put32(registers, sunSpecAt, 0x5375_6e53);
  const common = model(sunSpecAt + 2, 1, commonLength);
  for (let point = 2; point < commonLength; point += 1) registers.set(common + point, 0);
  registers.set(common + 2, 0x5072).set(common + 3, 0x6577);
  const inverter = model(common + commonLength + 2, 101, inverterLength);
  registers.set(inverter + 14, plant.generationW).set(inverter + 15, 0);
  registers
    .set(inverter + 16, 5000)
    .set(inverter + 17, 0xfffe)
    .set(inverter + 38, 4);
  registers.set(inverter + 10, 2300).set(inverter + 13, 0xffff);
  const storage = model(inverter + inverterLength + 2, 124, storageLength);
  registers.set(storage + 8, plant.batteryPermille).set(storage + 22, 0xffff);
  registers.set(storage + 11, 4);
  registers.set(storage + storageLength + 2, 0xffff).set(storage + storageLength + 3, 0);
}
