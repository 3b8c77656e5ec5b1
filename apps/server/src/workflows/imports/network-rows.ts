// Rows of files of the network: nodes, which meter is behind which, and what went in at a node.

import type { RowFaultCode } from './errors.ts';

export type NodeRow = {
  readonly kind: 'networkNodes';
  readonly code: string;
  readonly name: string;
  readonly nodeKind: 'feeder' | 'transformer';
  readonly parentCode: string | null;
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
export type NetworkRow = NodeRow | PlacementRow | NodeReadingRow;

type Fields = {
  readonly get: (column: string) => string;
  readonly required: (column: string, limit?: number) => string;
  readonly optional: (column: string, limit?: number) => string;
  readonly fault: (code: RowFaultCode, column: string) => null;
};

export function readNode(f: Fields): NodeRow | null {
  const code = f.required('node', 60);
  const name = f.required('name');
  const parent = f.optional('feeder', 60);
  const kind = f.required('kind').toLowerCase();
  if (kind !== 'feeder' && kind !== 'transformer') {
    return kind === '' ? null : f.fault('nodeKind', 'kind');
  }
  const parentCode = parent === '' ? null : parent;
  return { kind: 'networkNodes', code, name, nodeKind: kind, parentCode };
}

const phases = { L1: 'L1', L2: 'L2', L3: 'L3', ALL: 'all' } as const;

export function readPlacement(f: Fields, meterPan: string | null): PlacementRow | null {
  const nodeCode = f.required('node', 60);
  const written = f.optional('phase', 10).toUpperCase();
  const phase = written === '' ? null : phases[written as keyof typeof phases];
  if (phase === undefined) return f.fault('phase', 'phase');
  const since = f.optional('since', 10);
  if (since !== '' && !isDay(since)) return f.fault('dateFormat', 'since');
  if (meterPan === null) return null;
  const day = since === '' ? null : since;
  return { kind: 'networkPlacements', meterPan, nodeCode, phase, since: day };
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

const halfHourMs = 1_800_000;
/** A thousand homes do not take more through one meter in half an hour. */
const mostWh = 2_000_000_000;

export function readNodeReading(f: Fields): NodeReadingRow | null {
  const nodeCode = f.required('node', 60);
  const startsAt = f.required('starts_at', 40).replace(' ', 'T');
  const energy = f.required('energy_wh', 12);
  const startsAtMs = /[+-]\d{2}:\d{2}$|Z$/.test(startsAt) ? Date.parse(startsAt) : Number.NaN;
  if (startsAt !== '' && (Number.isNaN(startsAtMs) || startsAtMs % halfHourMs !== 0)) {
    return f.fault('halfHour', 'starts_at');
  }
  if (energy !== '' && (!/^\d+$/.test(energy) || Number(energy) > mostWh)) {
    return f.fault('energyFormat', 'energy_wh');
  }
  return startsAt === '' || energy === ''
    ? null
    : { kind: 'networkReadings', nodeCode, startsAtMs, energyWh: BigInt(energy) };
}
