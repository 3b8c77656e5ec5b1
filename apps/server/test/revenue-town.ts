// A part of a network with homes whose readings tests make up: simulated loads, thieves among
// them, written as the registers that meters report and the energy that went in.

import {
  type SimulatedAreas,
  simulateAreas,
  simulateLoads,
  type TheftKind,
} from '@prewatt/revenue-protection';
import { insertRows } from '../src/base/rows.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import {
  addNode,
  addPlacement,
  recordNodeReadings,
} from '../src/workflows/revenue-protection/index.ts';
import type { Harness } from './harness.ts';

const perDay = 48;
const halfHourMs = 1_800_000;
export const townDays = 60;

export type RevenueTown = {
  readonly simulated: SimulatedAreas;
  /** By the simulated home. */
  readonly homes: ReadonlyMap<string, MeterPlace & { readonly meterPan: string }>;
};

/** `midnightMs`: the midnight after the last day of readings. */
export async function createRevenueTown(
  h: Harness,
  o: {
    readonly homes: number;
    readonly seed: number;
    readonly thiefShare: number;
    readonly kinds: readonly TheftKind[];
    readonly midnightMs: number;
  },
): Promise<RevenueTown> {
  const loads = simulateLoads({
    ...{ count: o.homes, days: townDays, perDay, seed: o.seed, dailyWh: 12_000 },
  });
  const simulated = simulateAreas(loads, {
    ...{ name: 'T', seed: o.seed, perDay, homesPerArea: 12, thiefShare: o.thiefShare },
    ...{ honestChangeShare: 0.2, hookShare: 0, kinds: o.kinds },
  });
  const fromMs = o.midnightMs - townDays * perDay * halfHourMs;
  const homes = new Map<string, MeterPlace & { readonly meterPan: string }>();
  const deps = { newUuid: newUuidOf(h), nowMs: () => h.clock.nowMs };
  for (const area of simulated.areas) {
    const node = { utilityId: h.utilityId, code: area.areaId, name: `Street ${area.areaId}` };
    await h.database.inUtility(h.utilityId, (tx) =>
      addNode(tx, deps, { ...node, kind: 'transformer', parentCode: null }),
    );
    const energyWh = [...(area.feederWh ?? [])];
    await h.database.inUtility(h.utilityId, (tx) =>
      recordNodeReadings(tx, {
        ...{ utilityId: h.utilityId, nodeCode: area.areaId, fromMs, energyWh },
      }),
    );
    for (const home of area.homes) {
      const place = await h.addConnection();
      homes.set(home.homeId, place);
      await writeRegister(h, { place, wh: home.energyWh, fromMs });
      const placement = { place, nodeCode: area.areaId, phase: null, since: null };
      await h.database.inUtility(h.utilityId, (tx) => addPlacement(tx, deps, placement));
    }
  }
  return { simulated, homes };
}

const newUuidOf = (h: Harness) => {
  const { newUuid } = h.services;
  return newUuid;
};

const readingColumns = {
  bucket: 'smallint',
  meter_id: 'uuid',
  register: 'smallint',
  read_at: 'timestamptz',
  utility_id: 'uuid',
  value: 'bigint',
  received_at: 'timestamptz',
} as const;

/** Half-hours that were not read leave no reading at their end. */
export async function writeRegister(
  h: Harness,
  o: { readonly place: MeterPlace; readonly wh: Int32Array; readonly fromMs: number },
): Promise<void> {
  const { place, wh, fromMs } = o;
  let value = 1_000n;
  const rowAt = (ms: number) => ({
    ...{ bucket: place.bucket, meter_id: place.meterId, register: 1, read_at: new Date(ms) },
    ...{ utility_id: h.utilityId, value, received_at: new Date(ms) },
  });
  const rows = [rowAt(fromMs)];
  wh.forEach((each, t) => {
    if (each < 0) return;
    value += BigInt(each);
    rows.push(rowAt(fromMs + (t + 1) * halfHourMs));
  });
  await h.database.inUtility(h.utilityId, (tx) =>
    insertRows('readings', readingColumns, rows).execute(tx),
  );
}
