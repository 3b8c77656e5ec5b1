// Nodes of the network on a plain grid of degrees: no base map, no foreign host. Pure.

import type { LossNode } from '@prewatt/api';

type Place = { readonly latitude: number; readonly longitude: number };
export type GridLine = { readonly at: number; readonly label: string };
export type Grid = {
  readonly height: number;
  /** By node. */
  readonly points: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly meridians: readonly GridLine[];
  readonly parallels: readonly GridLine[];
};

const margin = 28;
/** A town that lies along one street still gets a picture. */
const leastSpanMicro = 2_000;
const steps = [1, 2, 5].flatMap((digit) => [100, 1_000, 10_000, 100_000].map((ten) => digit * ten));

/** Null where no node says where it stands. */
export function gridOf(
  nodes: readonly Pick<LossNode, 'nodeId' | 'placeMicro'>[],
  width: number,
): Grid | null {
  const placed = nodes.flatMap(({ nodeId, placeMicro }) =>
    placeMicro === null ? [] : [{ nodeId, ...placeMicro }],
  );
  if (placed.length === 0) return null;
  const north = boundsOf(placed.map(({ latitude }) => latitude));
  const east = boundsOf(placed.map(({ longitude }) => longitude));
  // A degree of longitude is shorter the further from the equator.
  const shrink = Math.max(0.05, Math.cos((((north.low + north.high) / 2) * Math.PI) / 180e6));
  const inner = width - 2 * margin;
  const most = Math.max(200, width * 0.75) - 2 * margin;
  const scale = Math.min(
    inner / ((east.high - east.low) * shrink),
    most / (north.high - north.low),
  );
  const height = (north.high - north.low) * scale + 2 * margin;
  const left = (width - (east.high - east.low) * shrink * scale) / 2;
  const x = (longitude: number): number => left + (longitude - east.low) * shrink * scale;
  const y = (latitude: number): number => margin + (north.high - latitude) * scale;
  const step = stepOf(Math.max(north.high - north.low, (east.high - east.low) * shrink));
  const seen = { low: east.low - left / (shrink * scale), high: 0 };
  seen.high = east.high + left / (shrink * scale);
  return {
    height,
    points: new Map(
      placed.map((at: Place & { nodeId: string }) => [
        at.nodeId,
        { x: x(at.longitude), y: y(at.latitude) },
      ]),
    ),
    meridians: linesIn(seen, step).map((each) => ({ at: x(each), label: degrees(each) })),
    parallels: linesIn(north, step).map((each) => ({ at: y(each), label: degrees(each) })),
  };
}

function boundsOf(values: readonly number[]): { low: number; high: number } {
  const low = values.reduce((one, other) => Math.min(one, other));
  const high = values.reduce((one, other) => Math.max(one, other));
  const more = Math.max(0, leastSpanMicro - (high - low)) / 2;
  return { low: low - more, high: high + more };
}

/** About four lines across. */
const stepOf = (span: number): number =>
  [...steps].sort((a, b) => a - b).find((step) => span / step <= 5) ?? 1_000_000;

function linesIn({ low, high }: { low: number; high: number }, step: number): number[] {
  const first = Math.ceil(low / step) * step;
  const count = Math.max(0, Math.min(400, Math.floor((high - first) / step) + 1));
  return Array.from({ length: count }, (_, i) => first + i * step);
}

const degrees = (micro: number): string => `${(micro / 1e6).toFixed(4)}°`;
