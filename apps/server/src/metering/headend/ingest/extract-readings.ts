// The readings in a message: which register showed what, and when.

import type { MeterRegister, ProfileFlag, UpMessage } from '@prewatt/protocol';
import type { MeterPlace } from '../../../registry/connections/index.ts';

export type RegisterPoint = {
  readonly register: MeterRegister;
  readonly atMs: number;
  readonly value: bigint;
  readonly flags?: readonly ProfileFlag[] | undefined;
};
export type MeterReport = {
  readonly place: MeterPlace;
  readonly points: readonly RegisterPoint[];
};

export function pointsOf(
  message: Extract<UpMessage, { kind: 'profile' | 'registers' }>,
): RegisterPoint[] {
  if (message.kind === 'registers') {
    const atMs = message.capturedAtMs;
    return message.values.map(({ register, value }) => ({ register, atMs, value }));
  }
  const points: RegisterPoint[] = [];
  for (const { endsAtMs: atMs, importEnergyWh, exportEnergyWh, flags } of message.entries) {
    points.push({ register: 'importEnergyWh', atMs, value: importEnergyWh, flags });
    if (exportEnergyWh === undefined) continue;
    points.push({ register: 'exportEnergyWh', atMs, value: exportEnergyWh, flags });
  }
  return points;
}
