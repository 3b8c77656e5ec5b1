// The demo's network: a substation, one feeder, and three transformers behind it, the feeder and
// these read by half-hour, and one flat whose meter has counted half of its use for some days. The
// first list finds it, and a visit to it is planned.

import { dayMs, parseId, startOfDayMs, uuidOf } from '@prewatt/quantities';
import {
  addNode,
  addPlacement,
  openCase,
  recordNodeReadings,
  revenuePage,
} from '@prewatt/server/revenue-protection';
import { createNewUuid } from '@prewatt/server/services';
import { sql } from 'kysely';
import { createRandom, seedFrom } from './random.ts';
import type { Town } from './town.ts';
import type { TownHome } from './utility.ts';
import { zone } from './zone.ts';

const perDay = 48;
const homesPerNode = 16;
const substation = 'S-1';
const feeder = 'F-1';
/** Its meter counts half from this day of the history on. */
const thief = 20;
const thiefFromDay = 6;

export async function seedNetwork(town: Town, o: { readonly historyDays: number }): Promise<void> {
  const { utilityId, homes } = town;
  const services = town.services();
  const deps = {
    newUuid: createNewUuid({ nowMs: town.nowMs }, createRandom(seedFrom(7, 'network')).bytes),
    nowMs: town.nowMs,
  };
  const span = {
    fromMs: startOfDayMs(town.nowMs() - (o.historyDays - 1) * dayMs, zone),
    count: (o.historyDays - 1) * perDay,
  };
  const nodes = Map.groupBy(homes, ({ index }) => `T-${Math.floor(index / homesPerNode) + 1}`);
  const whole = new Float64Array(span.count);
  await services.database.inUtility(utilityId, async (tx) => {
    const station = { utilityId, code: substation, name: 'Hillside substation' };
    const stands = { kind: 'substation', parentCode: null, placeMicro: placeOf(0) } as const;
    await addNode(tx, deps, { ...station, ...stands });
    const top = { utilityId, code: feeder, name: 'Ridgeview feeder', parentCode: substation };
    await addNode(tx, deps, { ...top, kind: 'feeder', placeMicro: placeOf(1) });
    for (const [code, some] of nodes) {
      const name = `Transformer ${code.slice(2)}, Ridgeview Court`;
      const node = { utilityId, code, name, kind: 'transformer' as const, parentCode: feeder };
      await addNode(tx, deps, { ...node, placeMicro: placeOf(1 + Number(code.slice(2))) });
      const used = await usedBy(town, some, span);
      for (const { bucket, connectionId } of some) {
        const place = { utilityId, bucket, connectionId };
        await addPlacement(tx, deps, { place, nodeCode: code, phase: null, since: null });
      }
      const energyWh = [...used].map(withLoss);
      energyWh.forEach((wh, t) => {
        whole[t] = (whole[t] ?? 0) + wh;
      });
      await recordNodeReadings(tx, { utilityId, nodeCode: code, fromMs: span.fromMs, energyWh });
    }
    const energyWh = [...whole].map(withLoss);
    await recordNodeReadings(tx, { utilityId, nodeCode: feeder, fromMs: span.fromMs, energyWh });
  });
  await planFirstVisit(town, deps);
}

/** Along a road that bends, on a made-up hillside. */
const placeOf = (nth: number) => ({
  latitude: -26_204_100 - nth * 1_400,
  longitude: 28_047_300 + ([0, 1_900, 900, 3_100, 4_400][nth % 5] ?? 0),
});

/** What lines lose: a little always, more the more flows. */
const withLoss = (wh: number): number => Math.round(wh * 1.015 + (wh * wh) / 2_000_000 + 25);

/** By half-hour, with what the one flat used and its meter did not count. */
async function usedBy(
  town: Town,
  homes: readonly TownHome[],
  o: { readonly fromMs: number; readonly count: number },
): Promise<Float64Array> {
  const used = new Float64Array(o.count);
  const ids = homes.map(({ meterId }) => meterId);
  const { rows } = await sql<{ meter_id: string; nth: number; wh: number }>`
    SELECT meter_id, nth, wh FROM (SELECT meter_id,
        (extract(epoch FROM read_at - ${new Date(o.fromMs)}::timestamptz) / 1800 - 1)::float8 AS nth,
        (value - lag(value) OVER (PARTITION BY meter_id ORDER BY read_at))::float8 AS wh
      FROM prewatt.readings WHERE meter_id = ANY(${ids}::uuid[]) AND register = 1) each
    WHERE nth >= 0 AND nth < ${o.count} AND wh IS NOT NULL`.execute(town.owner.directories);
  const stealing = homes.find(({ index }) => index === thief)?.meterId;
  for (const { meter_id, nth, wh } of rows) {
    const t = Math.floor(nth);
    const isUncounted = meter_id === stealing && t >= thiefFromDay * perDay;
    used[t] = (used[t] ?? 0) + (isUncounted ? 2 * wh : wh);
  }
  return used;
}

/** Before three in the morning there is no list yet; the server makes it by itself. */
async function planFirstVisit(town: Town, deps: Parameters<typeof openCase>[1]): Promise<void> {
  const services = town.services();
  const utility = await services.utilities.get(town.utilityId);
  await services.revenue.sweep(utility);
  const { rows: operators } = await sql<{ id: string }>`SELECT id FROM prewatt.operators
    WHERE utility_id = ${utility.id}::uuid AND name = 'Duty operator'`.execute(
    town.owner.directories,
  );
  const operatorId = operators[0]?.id;
  await services.database.inUtility(utility.id, async (tx) => {
    const asked = { utilityId: utility.id, standing: 'visit' as const, visits: 1, offset: 0 };
    const { rows } = await revenuePage(tx, { ...asked, nowMs: town.nowMs() });
    const id = parseId('connection', rows[0]?.connectionId ?? '');
    const home = id.ok
      ? town.homes.find(({ connectionId }) => connectionId === uuidOf(id.value))
      : undefined;
    if (home === undefined || operatorId === undefined) return;
    const { bucket, connectionId } = home;
    const visitOn = new Date(town.nowMs() + dayMs).toISOString().slice(0, 10);
    await openCase(tx, deps, {
      ...{ utility, operatorId, place: { utilityId: utility.id, bucket, connectionId } },
      asked: { requestId: 'first-visit-of-the-demo', visitOn },
    });
  });
}
