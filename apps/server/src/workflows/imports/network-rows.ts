// Rows of files of the network: nodes, which meter is behind which, and what went in at a node.

import { type NodeKind, nodeKinds, type PlaceMicro } from '../revenue-protection/index.ts';
import type { RowFaultCode } from './errors.ts';

export type NodeRow = {
  readonly kind: 'networkNodes';
  readonly code: string;
  readonly name: string;
  readonly nodeKind: NodeKind;
  readonly parentCode: string | null;
  /** A civil day; null: always. */
  readonly since: string | null;
  readonly placeMicro: PlaceMicro | null;
};
export type PlacementRow = {
  readonly kind: 'networkPlacements';
  readonly meterPan: string;
  readonly nodeCode: string;
  readonly phase: 'L1' | 'L2' | 'L3' | 'all' | null;
  /** A civil day; null: always. */
  readonly since: string | null;
};
export type NodeReadingRow = {
  readonly kind: 'networkReadings';
  readonly nodeCode: string;
  readonly startsAtMs: number;
  readonly energyWh: bigint;
};
export type VoltageRow = {
  readonly kind: 'networkVoltages';
  readonly meterPan: string;
  readonly startsAtMs: number;
  readonly deciVolts: number;
};
export type NetworkRow = NodeRow | PlacementRow | NodeReadingRow | VoltageRow;

type Fields = {
  readonly get: (column: string) => string;
  readonly required: (column: string, limit?: number) => string;
  readonly optional: (column: string, limit?: number) => string;
  readonly fault: (code: RowFaultCode, column: string) => null;
};

/** What a pattern limits needs no second word about its length. */
const anyLength = Number.POSITIVE_INFINITY;

export function readNode(f: Fields): NodeRow | null {
  const code = f.required('node', 60);
  const name = f.required('name');
  const parent = f.optional('feeder', 60);
  const written = f.required('kind').toLowerCase();
  const nodeKind = nodeKinds.find((known) => known === written);
  if (nodeKind === undefined) return written === '' ? null : f.fault('nodeKind', 'kind');
  if (nodeKind === 'phase' && !/^L[123]$/.test(name)) return f.fault('phaseName', 'name');
  const since = f.optional('since', anyLength);
  if (since !== '' && !isDay(since)) return f.fault('dateFormat', 'since');
  const placeMicro = readPlace(f);
  if (placeMicro === undefined) return null;
  const [parentCode, day] = [parent === '' ? null : parent, since === '' ? null : since];
  return { kind: 'networkNodes', code, name, nodeKind, parentCode, since: day, placeMicro };
}

/** Null where none is given; undefined where a fault was noted. */
function readPlace(f: Fields): PlaceMicro | null | undefined {
  const latitude = f.optional('latitude', anyLength);
  const longitude = f.optional('longitude', anyLength);
  if (latitude === '' && longitude === '') return null;
  const [north, east] = [microOf(latitude, 90), microOf(longitude, 180)];
  if (north === null || east === null) {
    f.fault('degrees', north === null ? 'latitude' : 'longitude');
    return undefined;
  }
  return { latitude: north, longitude: east };
}

const microOf = (written: string, most: number): number | null =>
  /^-?\d{1,3}(\.\d{1,12})?$/.test(written) && Math.abs(Number(written)) <= most
    ? Math.round(Number(written) * 1e6)
    : null;

const phases = { L1: 'L1', L2: 'L2', L3: 'L3', ALL: 'all' } as const;

export function readPlacement(f: Fields, meterPan: string | null): PlacementRow | null {
  const nodeCode = f.required('node', 60);
  const written = f.optional('phase', anyLength).toUpperCase();
  const phase = written === '' ? null : phases[written as keyof typeof phases];
  if (phase === undefined) return f.fault('phase', 'phase');
  const since = f.optional('since', anyLength);
  if (since !== '' && !isDay(since)) return f.fault('dateFormat', 'since');
  if (meterPan === null) return null;
  const day = since === '' ? null : since;
  return { kind: 'networkPlacements', meterPan, nodeCode, phase, since: day };
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

export const halfHourMs = 1_800_000;
/** A thousand homes do not take more through one meter in half an hour. */
const mostWh = 2_000_000_000;

export function readNodeReading(f: Fields): NodeReadingRow | null {
  const nodeCode = f.required('node', 60);
  const energy = f.required('energy_wh', anyLength);
  const startsAtMs = readHalfHour(f);
  if (energy !== '' && (!/^\d{1,10}$/.test(energy) || Number(energy) > mostWh)) {
    return f.fault('energyFormat', 'energy_wh');
  }
  return startsAtMs === null || energy === ''
    ? null
    : { kind: 'networkReadings', nodeCode, startsAtMs, energyWh: BigInt(energy) };
}

/** Null where none is given, or a fault was noted. */
function readHalfHour(f: Fields): number | null {
  const startsAt = f.required('starts_at', anyLength).replace(' ', 'T');
  if (startsAt === '') return null;
  const startsAtMs = /[+-]\d{2}:\d{2}$|Z$/.test(startsAt) ? Date.parse(startsAt) : Number.NaN;
  const isHalfHour = !Number.isNaN(startsAtMs) && startsAtMs % halfHourMs === 0;
  return isHalfHour ? startsAtMs : f.fault('halfHour', 'starts_at');
}

export function readVoltage(f: Fields, meterPan: string | null): VoltageRow | null {
  const startsAtMs = readHalfHour(f);
  const written = f.required('voltage_v', anyLength);
  if (written !== '' && !/^\d{1,3}(\.\d{1,6})?$/.test(written)) {
    return f.fault('voltageFormat', 'voltage_v');
  }
  if (meterPan === null || startsAtMs === null || written === '') return null;
  const deciVolts = Math.round(Number(written) * 10);
  return { kind: 'networkVoltages', meterPan, startsAtMs, deciVolts };
}
