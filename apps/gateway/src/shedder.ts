// Load shedding of a site: keeps the decision over restarts, and wakes the contactors of a group
// whose turn it is.

import { join } from 'node:path';
import { readSmallFile, replaceFile } from '@prewatt/virtual-meter/small-file';
import { z } from 'zod';
import type { Plant } from './power-plant.ts';
import {
  decideShedding,
  nothingShed,
  type SheddingState,
  type SupplyOfHome,
  supplyOf,
} from './shedding.ts';
import type { Site } from './site.ts';

export type Shedder = {
  readonly isCut: (order: number | undefined) => boolean;
  readonly supplyOf: (order: number | undefined) => SupplyOfHome;
  readonly decide: (plant: Plant, nowMs: number) => void;
};

const schema = z.strictObject({
  groupsCut: z.number().int().min(0),
  noticeSinceMs: z.number().int().nullable(),
  steppedAtMs: z.number().int(),
});

export function createShedder(
  { channels, shedding }: Pick<Site, 'channels' | 'shedding'>,
  { folder, switched }: { readonly folder: string; readonly switched: (meterPan: string) => void },
): Shedder {
  const path = join(folder, 'shedding.json');
  const orders = [...new Set(channels.flatMap(({ shedOrder }) => shedOrder ?? []))].sort(
    (a, b) => a - b,
  );
  const kept = shedding === undefined ? null : readSmallFile(path);
  let state: SheddingState = kept === null ? nothingShed : schema.parse(JSON.parse(kept));
  const of = (order: number | undefined): SupplyOfHome =>
    shedding === undefined ? 'on' : supplyOf(state, { order, orders }, shedding);
  return {
    supplyOf: of,
    isCut: (order) => of(order) === 'cutByBattery',
    decide: ({ batteryPermille }, nowMs) => {
      if (shedding === undefined) return;
      const input = { nowMs, batteryPermille, groups: orders.length };
      const next = decideShedding(state, input, shedding);
      if (JSON.stringify(next) === JSON.stringify(state)) return;
      replaceFile(path, JSON.stringify(next));
      const before = state;
      state = next;
      if (before.groupsCut === next.groupsCut) return;
      const moved = orders[Math.min(before.groupsCut, next.groupsCut)];
      for (const { meterPan, shedOrder } of channels) if (shedOrder === moved) switched(meterPan);
    },
  };
}
