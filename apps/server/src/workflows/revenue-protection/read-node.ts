// What a round reads of one node: all homes that were behind it, group by group, so that a
// substation with a whole town takes no more memory than a street; those that are ranked here; and
// what the homes directly on it bought.

import { dayMs } from '@prewatt/quantities';
import {
  type AreaBalance,
  type AreaReadings,
  balanceOfArea,
  behindByDay,
  type HomeReadings,
  type LossPrior,
  lossesAbove,
  missingWh,
  nodesAbove,
  sumOfArea,
  wrongTopologyAt,
} from '@prewatt/revenue-protection';
import { createCooperativeYield } from '../../base/cooperative-yield.ts';
import type { Tx } from '../../base/database.ts';
import {
  daysOf,
  feederReadings,
  halfHoursPerDay,
  homesBehind,
  type NetworkNode,
  type NetworkThen,
  type PlacedHome,
  readingsOfHomes,
} from './areas.ts';
import { type HomeKnown, knownOfHomes } from './home-facts.ts';
import { mostTogether } from './rank.ts';
import type { Span } from './span.ts';
import type { Round } from './store.ts';
import { type Bought, boughtBy } from './vending.ts';

/** Homes without a meter above them that are judged beside each other. */
export const togetherAlone = 40;
/** Homes of other nodes that are read and added up at once. */
const addedTogether = 100;

export const boundsOf = (span: Span) => ({
  fromMs: span.fromMs,
  toMs: span.fromMs + span.days * dayMs,
});

export type NodePart = {
  readonly area: AreaReadings;
  readonly ranked: ReadonlyMap<string, { readonly daysHere: number | null }>;
  readonly known: ReadonlyMap<string, HomeKnown>;
  readonly prior: LossPrior;
};

export type ReadNode = {
  readonly node: NetworkNode;
  readonly homes: readonly PlacedHome[];
  readonly parts: readonly NodePart[];
  /** Null: the balance is that of the only part. */
  readonly balance: AreaBalance | null;
  readonly bought: Bought;
};

type Asked = {
  readonly node: NetworkNode;
  readonly network: NetworkThen;
  readonly round: Round;
  readonly span: Span;
};

export async function readNode(tx: Tx, o: Asked): Promise<ReadNode> {
  const { node, network, round, span } = o;
  const isCircled = network.tree.circled.has(node.id);
  const isMetered = node.isMetered && !isCircled;
  const days = daysOf(span);
  const behind = isMetered
    ? behindByDay(network.links, { nodeId: node.id, days })
    : new Map([[node.id, days.map(() => true)]]);
  const homes = await homesBehind(tx, { utilityId: round.utilityId, behind, span });
  const feederWh = isMetered ? await feederReadings(tx, node.id, span) : null;
  const area = { areaId: node.id, intervalsPerDay: halfHoursPerDay, feederWh };
  const prior = lossesAbove(network.levels.get(node.id) ?? 0);
  const ranksHere = rankedHere(o);
  const own = homes.filter(({ nodeId, days: here }) => nodeId === node.id && here.at(-1) === true);
  const read =
    homes.length <= mostTogether
      ? await readTogether(tx, { ...o, homes, area, prior, ranksHere })
      : await readInGroups(tx, { ...o, homes, area, prior, ranksHere });
  const bought = await boughtBy(tx, {
    ...{ homes: own.map(({ place }) => place), ...boundsOf(span) },
    countedWh: read.countedWh,
  });
  const balance = isCircled ? wrongTopologyAt(node.id) : read.balance;
  return { node, homes, parts: read.parts, balance, bought };
}

/**
 * The nodes whose homes are ranked at this one. Homes are ranked beside those that share the
 * nearest metered node above; behind more than 120 of them that node tells nothing of one home.
 */
function rankedHere({ node, network }: Asked): ReadonlySet<string> {
  const { nodes, tree, homesOn } = network;
  const byId = new Map(nodes.map((each) => [each.id, each]));
  const above = new Map(nodes.map(({ id }) => [id, [id, ...nodesAbove(tree, id)]]));
  const behind = new Map<string, number>();
  for (const [id, chain] of above) {
    for (const each of chain) behind.set(each, (behind.get(each) ?? 0) + (homesOn.get(id) ?? 0));
  }
  const rankedAt = (id: string): string => {
    if (tree.circled.has(id)) return id;
    const metered = above
      .get(id)
      ?.find((each) => byId.get(each)?.isMetered === true && !tree.circled.has(each));
    if (metered === undefined || (behind.get(metered) ?? 0) > mostTogether) return id;
    return metered;
  };
  return new Set([...above.keys()].filter((id) => rankedAt(id) === node.id));
}

type Reading = Asked & {
  readonly homes: readonly PlacedHome[];
  readonly area: Omit<AreaReadings, 'homes'>;
  readonly prior: LossPrior;
  readonly ranksHere: ReadonlySet<string>;
};
type Read = Pick<ReadNode, 'parts' | 'balance'> & {
  readonly countedWh: ReadonlyMap<string, bigint | null>;
};

const isRanked = (o: Reading, { nodeId, days }: PlacedHome): boolean =>
  o.ranksHere.has(nodeId) && days.at(-1) === true;

async function readTogether(tx: Tx, o: Reading): Promise<Read> {
  const homes = await readingsOfHomes(tx, o.homes, o.span);
  const area: AreaReadings = { ...o.area, homes };
  const countedWh = countedByHome(homes);
  const part = await partOf(tx, { ...o, area });
  const parts = part.ranked.size === 0 ? [] : [part];
  return { parts, balance: parts.length === 0 ? balanceOfArea(area, o.prior) : null, countedWh };
}

async function readInGroups(tx: Tx, o: Reading): Promise<Read> {
  const giveWay = createCooperativeYield();
  const sum = sumOfArea(o.area);
  const parts: NodePart[] = [];
  const countedWh = new Map<string, bigint | null>();
  const [ranked, others] = [o.homes.filter((home) => isRanked(o, home)), [] as PlacedHome[]];
  const inRanked = new Set(ranked);
  for (const home of o.homes) if (!inRanked.has(home)) others.push(home);
  for (const group of groupsOf(ranked, togetherAlone)) {
    const homes = await readingsOfHomes(tx, group, o.span);
    sum.add(homes);
    for (const [id, wh] of countedByHome(homes)) countedWh.set(id, wh);
    parts.push(await partOf(tx, { ...o, area: { ...o.area, feederWh: null, homes } }));
    await giveWay();
  }
  for (const group of groupsOf(others, addedTogether)) {
    sum.add(await readingsOfHomes(tx, group, o.span));
    await giveWay();
  }
  return { parts, balance: sum.balance(o.prior), countedWh };
}

const groupsOf = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.slice(i * size, (i + 1) * size),
  );

async function partOf(tx: Tx, o: Reading & { readonly area: AreaReadings }): Promise<NodePart> {
  const { area, homes, prior, round, span } = o;
  const inPart = new Set(area.homes.map(({ homeId }) => homeId));
  const ranked = new Map(
    homes
      .filter((home) => inPart.has(home.place.connectionId) && isRanked(o, home))
      .map((home) => [home.place.connectionId, { daysHere: daysHere(home) }]),
  );
  const known =
    ranked.size === 0 ? new Map() : await knownIn(tx, { round, span, homes, part: area });
  return { area, ranked, known, prior };
}

function daysHere({ days }: PlacedHome): number | null {
  const here = days.filter((isHere) => isHere).length;
  return here === days.length ? null : here;
}

export async function knownIn(
  tx: Tx,
  o: {
    readonly round: Round;
    readonly span: Span;
    readonly homes: readonly Pick<PlacedHome, 'place'>[];
    readonly part: AreaReadings;
  },
) {
  const { round, span, homes, part } = o;
  const countedWh = countedByHome(part.homes);
  return knownOfHomes(
    tx,
    homes.map(({ place }) => place).filter(({ connectionId }) => countedWh.has(connectionId)),
    {
      ...boundsOf(span),
      today: round.day,
      townMiddleMinor: round.townMiddleMinor,
      countedWh,
    },
  );
}

const countedByHome = (homes: readonly HomeReadings[]): ReadonlyMap<string, bigint | null> =>
  new Map(homes.map((home) => [home.homeId, countedOf(home)]));

/** What was counted; null where less than nine tenths of the span were read. */
function countedOf({ energyWh }: HomeReadings): bigint | null {
  let sum = 0;
  let read = 0;
  for (const wh of energyWh) {
    if (wh === missingWh) continue;
    sum += wh;
    read += 1;
  }
  return read * 10 >= energyWh.length * 9 ? BigInt(sum) : null;
}
