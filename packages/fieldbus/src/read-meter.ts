// Reads one meter of the bus by its map: which blocks to ask for, in which order, and what they
// come to. A value that cannot be one spoils that quantity alone; a fault of the line ends the
// reading, so that half a reading is never taken for a whole one.

import { err, ok, type Result } from '@prewatt/quantities';
import { type Dlt645Fault, readDlt645 } from './dlt645.ts';
import { type IecFault, readIecReadout, readIecRegisters } from './iec62056-21-session.ts';
import type { BusFault, Talk } from './line.ts';
import { type ModbusItem, readItem, registersOf } from './map-values.ts';
import type { Quantities, QuantityName } from './quantities-of-meters.ts';
import type { ModbusMap, RegisterMap } from './register-map.ts';

export type ModbusFault = BusFault | 'refusedByDevice' | 'badAnswer';

/** What a library of Modbus does for us, on the line that the bus gives it. */
export type ModbusMaster = {
  /** `count` registers from `at` on, as bytes, high byte first. */
  readonly readRegisters: (of: {
    readonly unit: number;
    readonly function: 3 | 4;
    readonly at: number;
    readonly count: number;
  }) => Promise<Result<Uint8Array, ModbusFault>>;
  readonly writeCoil: (of: {
    readonly unit: number;
    readonly at: number;
    readonly on: boolean;
  }) => Promise<Result<void, ModbusFault>>;
  readonly readCoil: (of: {
    readonly unit: number;
    readonly at: number;
  }) => Promise<Result<boolean, ModbusFault>>;
};

export type ReadFault = ModbusFault | Dlt645Fault | IecFault;

export type MeterOnBus = {
  readonly map: RegisterMap;
  /** A unit of Modbus, twelve digits of DL/T 645, or the address of IEC 62056-21. */
  readonly address: string;
};

/** One reading. Quantities whose registers held no value are absent. */
export async function readMeter(
  talk: Talk,
  modbus: ModbusMaster,
  { map, address }: MeterOnBus,
): Promise<Result<Quantities, ReadFault>> {
  if (map.protocol === 'iec62056-21') return readByIec(talk, map, address);
  const set = await talk.setLine(map.line);
  if (!set.ok) return set;
  if (map.protocol === 'modbus') return readByModbus(modbus, map, Number(address));
  const values: [QuantityName, number][] = [];
  for (const item of map.items) {
    const edition = map.protocol === 'dlt645-1997' ? '1997' : '2007';
    const raw = await readDlt645(talk, { edition, address, identifier: item.identifier });
    // A meter that lacks one quantity has the others.
    if (!raw.ok && raw.error === 'noSuchData') continue;
    if (!raw.ok) return raw;
    const value = readItem(item, raw.value);
    if (value !== null) values.push([item.quantity, value]);
  }
  return ok(Object.fromEntries(values));
}

export type Block = {
  readonly at: number;
  readonly count: number;
  readonly items: readonly ModbusItem[];
};
/** The most registers that one answer holds by the standard. */
const longestBlock = 125;

/** The fewest requests that read all items without reading over a gap that the map forbids. */
export function blocksOf({ items, gap }: Pick<ModbusMap, 'items' | 'gap'>): Block[] {
  const sorted = [...items].sort((a, b) => addressOf(a) - addressOf(b));
  const blocks: Block[] = [];
  for (const item of sorted) {
    const [at, count] = [addressOf(item), registersOf(item)];
    const last = blocks.at(-1);
    const end = at + count;
    if (last !== undefined && at - (last.at + last.count) <= gap && end - last.at <= longestBlock) {
      const grown = Math.max(last.count, end - last.at);
      blocks.splice(-1, 1, { at: last.at, count: grown, items: [...last.items, item] });
    } else {
      blocks.push({ at, count, items: [item] });
    }
  }
  return blocks;
}

async function readByModbus(
  modbus: ModbusMaster,
  map: ModbusMap,
  unit: number,
): Promise<Result<Quantities, ReadFault>> {
  const values: [QuantityName, number][] = [];
  for (const { at, count, items } of blocksOf(map)) {
    const block = await modbus.readRegisters({ unit, function: map.function, at, count });
    if (!block.ok) return block;
    if (block.value.length !== count * 2) return err('badAnswer');
    for (const item of items) {
      const from = (addressOf(item) - at) * 2;
      const value = readItem(item, block.value.slice(from, from + registersOf(item) * 2));
      if (value !== null) values.push([item.quantity, value]);
    }
  }
  return ok(Object.fromEntries(values));
}

async function readByIec(
  talk: Talk,
  map: Extract<RegisterMap, { protocol: 'iec62056-21' }>,
  address: string,
): Promise<Result<Quantities, ReadFault>> {
  const asked = { address, line: map.line };
  const texts = new Map<string, string>();
  if (map.reading === 'readout') {
    const sets = await readIecReadout(talk, asked);
    if (!sets.ok) return sets;
    for (const set of sets.value) texts.set(set.address, set.values[0]?.value ?? '');
  } else {
    const registers = map.items.map((item) => item.address);
    const read = await readIecRegisters(talk, { ...asked, password: map.password, registers });
    if (!read.ok) return read;
    for (const [register, text] of read.value) texts.set(register, text);
  }
  const values = map.items.flatMap((item): [QuantityName, number][] => {
    const value = readItem(item, texts.get(item.address) ?? '');
    return value === null ? [] : [[item.quantity, value]];
  });
  return ok(Object.fromEntries(values));
}

const addressOf = (item: ModbusItem): number => Number.parseInt(item.at, 16);
