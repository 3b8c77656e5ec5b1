// Who is on a bus: every unit of Modbus is called once at each speed that a map names, and meters
// of DL/T 645, of both editions, by the ends of their addresses, since several that answer at once
// only make noise. A few minutes; nothing is written to any device.

import { askDlt645, type Dlt645Edition, type Dlt645Fault } from './dlt645.ts';
import { anyAddress } from './dlt645-frame.ts';
import { bitsPerByte, type LineSettings, type Talk } from './line.ts';
import { blocksOf, type ModbusMaster, readMeter } from './read-meter.ts';
import type { ModbusMap, RegisterMap } from './register-map.ts';
import { findSunSpec } from './sunspec.ts';

export type FoundDevice = {
  readonly protocol: RegisterMap['protocol'];
  readonly line: LineSettings;
  readonly address: string;
  /** Maps by which it gave a whole and plausible reading; none: it answers, and no map reads it. */
  readonly maps: readonly string[];
  /** Read by no map: an inverter or battery of SunSpec, or coils, as what drives contactors has. */
  readonly other?: 'sunSpec' | 'coils';
};

const lastUnit = 247;
/** A meter of DL/T 645 may wait so long before it answers, and an answer has so many bytes. */
const [mostDelayMs, answerBytes] = [500, 24];
const editions: readonly Dlt645Edition[] = ['2007', '1997'];
/** The pairs of digits that an address may end with. */
const pairs = Array.from({ length: 100 }, (_, index) => String(index).padStart(2, '0'));
const wholeAddress = 12;

/** `hasOneSpeed`: a converter has the speed, so that each device answers whichever is asked for. */
export async function discoverDevices(
  talk: Talk,
  modbus: ModbusMaster,
  { maps, hasOneSpeed }: { readonly maps: Iterable<RegisterMap>; readonly hasOneSpeed: boolean },
): Promise<FoundDevice[]> {
  const all = [...maps];
  const found: FoundDevice[] = [];
  for (const line of linesOf(all)) {
    const isHere = (map: RegisterMap) => JSON.stringify(map.line) === JSON.stringify(line);
    const here = all.filter(isHere);
    if (!(await talk.setLine(line)).ok) continue;
    const ofModbus = here.filter((map) => map.protocol === 'modbus');
    if (ofModbus.length > 0)
      found.push(...(await findUnits(talk, modbus, { line, maps: ofModbus })));
    for (const edition of editions) {
      const protocol = `dlt645-${edition}` as const;
      const names = here.filter((map) => map.protocol === protocol).map(({ name }) => name);
      if (names.length === 0) continue;
      for (const address of await findAddresses(createCall(talk, edition, line))) {
        found.push({ protocol, line, address, maps: names });
      }
    }
  }
  return hasOneSpeed ? eachOnce(found) : found;
}

/** Of one device that answered at several speeds, the first at which a map reads it. */
function eachOnce(found: readonly FoundDevice[]): FoundDevice[] {
  const keyOf = ({ protocol, address }: FoundDevice) => `${protocol} ${address}`;
  return [...Map.groupBy(found, keyOf).values()].flatMap((same) => {
    const best = same.find(({ maps }) => maps.length > 0) ?? same[0];
    return best === undefined ? [] : [{ ...best, maps: same.flatMap(({ maps }) => maps) }];
  });
}

function linesOf(maps: readonly RegisterMap[]): LineSettings[] {
  const texts = new Set(maps.map(({ line }) => JSON.stringify(line)));
  return [...texts].map((text) => JSON.parse(text) as LineSettings);
}

async function findUnits(
  talk: Talk,
  modbus: ModbusMaster,
  { line, maps }: { readonly line: LineSettings; readonly maps: readonly ModbusMap[] },
): Promise<FoundDevice[]> {
  const found: FoundDevice[] = [];
  const [first] = maps;
  const [probe] = first === undefined ? [] : blocksOf(first);
  if (first === undefined || probe === undefined) return [];
  for (let unit = 1; unit <= lastUnit; unit += 1) {
    const { at, count } = probe;
    const answer = await modbus.readRegisters({ unit, function: first.function, at, count });
    // A refusal is an answer: somebody is there.
    if (!answer.ok && answer.error !== 'refusedByDevice') continue;
    const address = String(unit);
    const names: string[] = [];
    for (const map of maps) {
      const reading = await readMeter(talk, modbus, { map, address });
      if (reading.ok && isPlausible(reading.value)) names.push(map.name);
    }
    const other = names.length === 0 ? await otherOf(modbus, unit) : {};
    found.push({ protocol: 'modbus', line, address, maps: names, ...other });
  }
  return found;
}

async function otherOf(modbus: ModbusMaster, unit: number): Promise<Pick<FoundDevice, 'other'>> {
  const read = (at: number, count: number) =>
    modbus.readRegisters({ unit, function: 3, at, count });
  if ((await findSunSpec(read)).ok) return { other: 'sunSpec' };
  return (await modbus.readCoil({ unit, at: 0 })).ok ? { other: 'coils' } : {};
}

/** Registers of another meter read as voltage and frequency are hardly ever those of a grid. */
function isPlausible(reading: { readonly voltageMvL1?: number; readonly frequencyMhz?: number }) {
  const { voltageMvL1, frequencyMhz } = reading;
  const isVoltage = voltageMvL1 !== undefined && voltageMvL1 > 80_000 && voltageMvL1 < 300_000;
  return (
    isVoltage && (frequencyMhz === undefined || (frequencyMhz > 40_000 && frequencyMhz < 70_000))
  );
}

async function findAddresses(call: (end: string) => Promise<Called>): Promise<string[]> {
  const found = new Set<string>();
  const first = await call('');
  if (first.kind === 'nobody') return [];
  // Of several the loudest may have been understood, so the ends are tried in any case.
  const ends = [...pairs];
  for (let end = ends.shift(); end !== undefined; end = ends.shift()) {
    const answer = await call(end);
    if (answer.kind === 'one') found.add(answer.address);
    if (answer.kind === 'several' && end.length < wholeAddress) {
      const known = end;
      ends.push(...pairs.map((pair) => pair + known));
    }
  }
  return [...found].sort();
}

type Called =
  | { readonly kind: 'nobody' | 'several' }
  | { readonly kind: 'one'; readonly address: string };

/** Calls all whose address ends so, and asks for their energy. */
function createCall(talk: Talk, edition: Dlt645Edition, line: LineSettings) {
  const timeoutMs = mostDelayMs + (answerBytes * bitsPerByte(line) * 1000) / line.baud;
  return async (end: string): Promise<Called> => {
    const address = anyAddress.slice(end.length) + end;
    const request = { address, ...askEnergy[edition] };
    const answer = await askDlt645(talk, request, { timeoutMs, tries: 1 });
    if (answer.ok) return { kind: 'one', address: answer.value.address };
    const isNoise: readonly Dlt645Fault[] = ['garbled', 'babbling'];
    if (isNoise.includes(answer.error)) return { kind: 'several' };
    if (answer.error === 'silent' || answer.error === 'closed') return { kind: 'nobody' };
    // It refuses, and an error does not say who it is: the whole address is found by its ends.
    return end.length < wholeAddress ? { kind: 'several' } : { kind: 'one', address: end };
  };
}

/** The read of each edition: forward energy in all, 00010000 and 9010. */
const askEnergy = {
  '2007': { control: 0x11, data: Uint8Array.of(0, 0, 1, 0) },
  '1997': { control: 0x01, data: Uint8Array.of(0x10, 0x90) },
} as const;
