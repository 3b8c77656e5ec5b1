// The network as pages show it: a tree as it hangs today, with the balance of each node, what its
// loss is worth, and what the homes behind it bought.

import { type LossNode, type LossState, lossStates, type Network } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import {
  type AreaVending,
  type BalanceState,
  balanceText,
  nodesAbove,
  type Tree,
  treeOn,
  vendingBalanceOf,
  vendingText,
} from '@prewatt/revenue-protection';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { homesOnNodes } from './areas.ts';
import { linksOf, type NodeKind } from './network.ts';
import { todayOf } from './span.ts';
import { newestRoundOf } from './views.ts';

type PartsRow = {
  readonly energy_in_wh: bigint | null;
  readonly metered_wh: bigint | null;
  readonly estimated_wh: bigint | null;
  readonly technical_wh: bigint | null;
  readonly technical_range_wh: bigint | null;
  readonly unexplained_wh: bigint | null;
  readonly low_wh: bigint | null;
  readonly high_wh: bigint | null;
};
type NodeRow = PartsRow & {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: NodeKind;
  readonly latitude_micro: number | null;
  readonly longitude_micro: number | null;
  readonly state: string | null;
  readonly from_day: string | null;
  readonly days: number | null;
  readonly outage_intervals: number | null;
  readonly own_homes: number | null;
  readonly buying_homes: number | null;
  readonly sold_wh: bigint | null;
  readonly sold_minor: bigint | null;
  readonly read_homes: number | null;
  readonly read_counted_wh: bigint | null;
  readonly read_sold_wh: bigint | null;
};

const textOf = (value: bigint | null): string | null => value?.toString() ?? null;
function partsOf(row: PartsRow) {
  const { technical_wh: technical, technical_range_wh: range } = row;
  const isTold = technical !== null && range !== null;
  return {
    energyInWh: textOf(row.energy_in_wh),
    meteredWh: textOf(row.metered_wh),
    estimatedWh: textOf(row.estimated_wh),
    technicalWh: textOf(technical),
    technicalLowWh: isTold ? textOf(technical > range ? technical - range : 0n) : null,
    technicalHighWh: isTold ? textOf(technical + range) : null,
    unexplainedWh: textOf(row.unexplained_wh),
    lowWh: textOf(row.low_wh),
    highWh: textOf(row.high_wh),
  };
}

const notYetWords = 'No balance yet: it is made each night once readings of the node are there.';
const stateOf = (text: string | null): LossState =>
  lossStates.find((known) => known === text) ?? 'notYet';
const wordsOf = (state: LossState): string =>
  state === 'notYet' ? notYetWords : balanceText[state satisfies BalanceState];

export async function networkOf(
  tx: Tx,
  { utility, nowMs }: { readonly utility: Utility; readonly nowMs: number },
): Promise<Network> {
  const rows = await nodeRows(tx, utility.id);
  const { day } = todayOf(nowMs, utility.zone);
  const tree = treeOn(await linksOf(tx, utility.id), day);
  const homesOn = await homesOnNodes(tx, utility.id, day);
  const round = await newestRoundOf(tx, utility.id);
  const { rows: counted } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM connections c
    WHERE c.utility_id = ${utility.id}::uuid AND c.closed_at IS NULL
      AND NOT EXISTS (SELECT FROM network_placements p
        WHERE p.bucket = c.bucket AND p.connection_id = c.id)`.execute(tx);
  const price = round?.price_per_kwh_minor ?? null;
  const around = surroundingsOf(rows, { tree, homesOn, price });
  const nodes = around.order.map((row) => nodeShown(row, around));
  const roots = around.order.filter(({ id }) => around.parentOf(id) === null);
  const sum = (of: (row: NodeRow) => bigint) => roots.reduce((all, row) => all + of(row), 0n);
  return {
    nodes,
    unplaced: counted[0]?.n ?? 0,
    pricePerKwhMinor: textOf(price),
    lostMinor: sum(({ id }) => around.lostIn(id)).toString(),
    soldMinor: sum(({ id }) => around.behind.get(id)?.soldMinor ?? 0n).toString(),
    round:
      round === null
        ? null
        : { day: round.day, isDone: round.stage === 'done', startedAt: isoOf(round.started_at) },
  };
}

async function nodeRows(tx: Tx, utilityId: string): Promise<readonly NodeRow[]> {
  const { rows } = await sql<NodeRow>`SELECT n.id, n.code, n.name, n.kind, n.latitude_micro,
      n.longitude_micro, b.state, b.from_day::text AS from_day, b.days, b.outage_intervals,
      b.energy_in_wh, b.metered_wh, b.estimated_wh, b.technical_wh, b.technical_range_wh,
      b.unexplained_wh, b.low_wh, b.high_wh, b.own_homes, b.buying_homes, b.sold_wh,
      b.sold_minor, b.read_homes, b.read_counted_wh, b.read_sold_wh
    FROM network_nodes n
    LEFT JOIN network_balances b ON b.node_id = n.id
    WHERE n.utility_id = ${utilityId}::uuid
    ORDER BY n.code COLLATE "C"`.execute(tx);
  return rows;
}

type Behind = AreaVending & { readonly placed: number; readonly soldMinor: bigint };
const nobody: Behind = {
  ...{ placed: 0, homes: 0, soldWh: 0n, soldMinor: 0n },
  ...{ readHomes: 0, readSoldWh: 0n, readCountedWh: 0n },
};

type Surroundings = {
  /** Each node after the one that it hangs on. */
  readonly order: readonly NodeRow[];
  readonly tree: Tree;
  /** As it is drawn: what hangs on itself hangs on nothing there. */
  readonly parentOf: (id: string) => string | null;
  readonly homesOn: ReadonlyMap<string, number>;
  readonly price: bigint | null;
  /** Of all homes behind a node. */
  readonly behind: ReadonlyMap<string, Behind>;
  readonly peers: ReadonlyMap<string, readonly NodeRow[]>;
  readonly belowOf: (id: string) => bigint | null;
  /** What is lost at a node and below it, without counting any of it twice. */
  readonly lostIn: (id: string) => bigint;
};

function surroundingsOf(
  rows: readonly NodeRow[],
  o: Pick<Surroundings, 'tree' | 'homesOn' | 'price'>,
): Surroundings {
  const { tree, homesOn, price } = o;
  const parentOf = (id: string): string | null =>
    tree.circled.has(id) ? null : (tree.parentOf.get(id) ?? null);
  const children = Map.groupBy(rows, ({ id }) => parentOf(id));
  const order: NodeRow[] = [];
  const add = (row: NodeRow): void => {
    order.push(row);
    for (const child of children.get(row.id) ?? []) add(child);
  };
  for (const root of children.get(null) ?? []) add(root);
  const behind = new Map<string, Behind>();
  for (const row of rows) {
    const above = tree.circled.has(row.id) ? [] : nodesAbove(tree, row.id);
    for (const id of [row.id, ...above]) {
      behind.set(id, withHomesOf(behind.get(id) ?? nobody, row, homesOn.get(row.id) ?? 0));
    }
  }
  const toldIn = (id: string): bigint | null => {
    const told = (children.get(id) ?? []).map((row) => row.unexplained_wh ?? toldIn(row.id));
    return told.reduce((sum, wh) => (wh === null ? sum : (sum ?? 0n) + wh), null);
  };
  const byId = new Map(rows.map((row) => [row.id, row]));
  const lostIn = (id: string): bigint => {
    const below = (children.get(id) ?? []).reduce((sum, child) => sum + lostIn(child.id), 0n);
    const own = lostOf(byId.get(id), price) ?? 0n;
    return own > below ? own : below;
  };
  const peers = Map.groupBy(rows, ({ kind }) => kind);
  return { ...{ order, tree, parentOf, homesOn, price, behind }, peers, belowOf: toldIn, lostIn };
}

const withHomesOf = (sum: Behind, row: NodeRow, placed: number): Behind => ({
  placed: sum.placed + placed,
  homes: sum.homes + (row.own_homes ?? 0),
  soldWh: sum.soldWh + (row.sold_wh ?? 0n),
  soldMinor: sum.soldMinor + (row.sold_minor ?? 0n),
  readHomes: sum.readHomes + (row.read_homes ?? 0),
  readSoldWh: sum.readSoldWh + (row.read_sold_wh ?? 0n),
  readCountedWh: sum.readCountedWh + (row.read_counted_wh ?? 0n),
});

/** Null where nothing is found to be lost, or nothing was sold to tell a price by. */
function lostOf(row: NodeRow | undefined, price: bigint | null): bigint | null {
  if (row === undefined || row.unexplained_wh === null || price === null) return null;
  return stateOf(row.state) === 'unexplainedLoss' ? (row.unexplained_wh * price) / 1000n : null;
}

function nodeShown(row: NodeRow, around: Surroundings): LossNode {
  const state = stateOf(row.state);
  const behind = around.behind.get(row.id) ?? nobody;
  const parentId = around.parentOf(row.id);
  const lost = lostOf(row, around.price);
  const { latitude_micro: latitude, longitude_micro: longitude } = row;
  return {
    nodeId: idFromUuid('node', row.id),
    ...{ code: row.code, name: row.name, kind: row.kind, state, words: wordsOf(state) },
    parentId: parentId === null ? null : idFromUuid('node', parentId),
    level: levelOf(row.id, around),
    placeMicro: latitude === null || longitude === null ? null : { latitude, longitude },
    homes: around.homesOn.get(row.id) ?? 0,
    homesBehind: behind.placed,
    fromDay: row.from_day,
    days: row.days ?? 0,
    outageHalfHours: row.outage_intervals ?? 0,
    ...partsOf(row),
    belowWh: textOf(around.belowOf(row.id)),
    lostMinor: textOf(lost),
    lostOfSalesPermille:
      lost === null || behind.soldMinor <= 0n ? null : Number((lost * 1000n) / behind.soldMinor),
    vending: vendingShown(row, behind, around),
  };
}

function levelOf(id: string, { parentOf }: Surroundings): number {
  let level = 0;
  for (let at = parentOf(id); at !== null; at = parentOf(at)) level += 1;
  return level;
}

function vendingShown(row: NodeRow, behind: Behind, { peers, behind: all }: Surroundings) {
  const others = (peers.get(row.kind) ?? []).filter(({ id }) => id !== row.id);
  const { state, perHomeWh, peersPerHomeWh } = vendingBalanceOf(
    behind,
    others.map(({ id }) => all.get(id) ?? nobody),
  );
  return {
    ...{ state, words: vendingText[state], homes: behind.homes, readHomes: behind.readHomes },
    soldWh: behind.soldWh.toString(),
    soldMinor: behind.soldMinor.toString(),
    readSoldWh: behind.readSoldWh.toString(),
    readCountedWh: behind.readCountedWh.toString(),
    perHomeWh: textOf(perHomeWh),
    peersPerHomeWh: textOf(peersPerHomeWh),
  };
}

/** Null for a node that is not there. */
export async function daysOfNode(
  tx: Tx,
  o: { readonly utilityId: string; readonly nodeId: string },
) {
  const node = await tx
    .selectFrom('network_nodes')
    .select('id')
    .where('utility_id', '=', o.utilityId)
    .where('id', '=', o.nodeId)
    .executeTakeFirst();
  if (node === undefined) return null;
  const { rows } = await sql<PartsRow & { day: string; half_hours_wh: (number | null)[] }>`
    SELECT day::text AS day, energy_in_wh, metered_wh, estimated_wh, technical_wh,
      NULL AS technical_range_wh, unexplained_wh, low_wh, high_wh, half_hours_wh
    FROM network_balance_days WHERE node_id = ${o.nodeId}::uuid
    ORDER BY network_balance_days.day DESC LIMIT 60`.execute(tx);
  return {
    rows: rows.map((row) => ({ day: row.day, ...partsOf(row) })).reverse(),
    lastDayHalfHoursWh: rows[0]?.half_hours_wh ?? [],
  };
}
