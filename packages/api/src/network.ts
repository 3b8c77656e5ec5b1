// The network below the substation, what is lost at its nodes, and where homes seem to be on it.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';

export const networkNodeKinds = ['substation', 'feeder', 'transformer', 'phase'] as const;

/**
 * What a node's balance says. notYet: no round has looked at it. The others in the order of their
 * checks, as packages/revenue-protection has them.
 */
export const lossStates = [
  'notYet',
  'wrongTopology',
  'noFeederMeter',
  'noHomes',
  'oneHome',
  'tooFewReadings',
  'negativeLoss',
  'unexplainedLoss',
  'balanced',
] as const;
export const lossStateSchema = z.enum(lossStates);
export type LossState = z.output<typeof lossStateSchema>;

/** Whole Wh; null where nothing can be told. Unexplained: 95 of 100 times between low and high. */
const parts = {
  energyInWh: integerString.nullable(),
  meteredWh: integerString.nullable(),
  /** Put in for silent meters: not theft, and not known either. */
  estimatedWh: integerString.nullable(),
  technicalWh: integerString.nullable(),
  /** 95 of 100 times the technical loss is between these; null of a day. */
  technicalLowWh: integerString.nullable(),
  technicalHighWh: integerString.nullable(),
  unexplainedWh: integerString.nullable(),
  lowWh: integerString.nullable(),
  highWh: integerString.nullable(),
};

export const vendingStates = ['tooFewHomes', 'usesMore', 'noPeers', 'buysLess', 'asPeers'] as const;

/** Of all homes behind a node in the span: what they bought, beside what was counted and beside
 * what homes of other nodes of its kind bought. */
const vendingSchema = z.object({
  state: z.enum(vendingStates),
  words: z.string(),
  homes: z.int(),
  soldWh: integerString,
  soldMinor: integerString,
  /** Homes whose meters were read nearly whole, what they bought and what they counted. */
  readHomes: z.int(),
  readSoldWh: integerString,
  readCountedWh: integerString,
  /** Bought by a home on average here; the middle of the others. */
  perHomeWh: integerString.nullable(),
  peersPerHomeWh: integerString.nullable(),
});
export type NodeVending = z.output<typeof vendingSchema>;

export const lossNodeSchema = z.object({
  nodeId: z.string(),
  code: z.string(),
  name: z.string(),
  kind: z.enum(networkNodeKinds),
  /** What it hangs on now; null: on nothing, or in a circle. */
  parentId: z.string().nullable(),
  /** 0: hangs on nothing. */
  level: z.int(),
  /** Where it stands, in millionths of a degree. */
  placeMicro: z.object({ latitude: z.int(), longitude: z.int() }).nullable(),
  /** Homes that are directly on it now, and all that are behind it. */
  homes: z.int(),
  homesBehind: z.int(),
  state: lossStateSchema,
  /** What the state means, and what to do. */
  words: z.string(),
  fromDay: z.string().nullable(),
  days: z.int(),
  outageHalfHours: z.int(),
  ...parts,
  /** Unexplained at the metered nodes below it; null without any. The rest is lost between. */
  belowWh: integerString.nullable(),
  /** The unexplained energy at what a kWh was sold for on average; null without sales. */
  lostMinor: integerString.nullable(),
  /** In thousandths of what the homes behind it paid for energy. */
  lostOfSalesPermille: z.int().nullable(),
  vending: vendingSchema,
});
export type LossNode = z.output<typeof lossNodeSchema>;

/** GET /api/operator/network: each node after the one that it hangs on, then by codes. */
export const networkSchema = z.object({
  nodes: z.array(lossNodeSchema),
  /** Homes that are on no node. */
  unplaced: z.int(),
  /** Average price of the span. */
  pricePerKwhMinor: integerString.nullable(),
  /** Of all nodes: what is lost, none of it twice, and what homes on nodes paid for energy. */
  lostMinor: integerString,
  soldMinor: integerString,
  /** The round that is shown; null before the first. */
  round: z.object({ day: z.string(), isDone: z.boolean(), startedAt: instantSchema }).nullable(),
});
export type Network = z.output<typeof networkSchema>;

/** GET /api/operator/network/:id/days: the days of a node, oldest first. */
export const lossDaySchema = z.object({ day: z.string(), ...parts });
export const lossDaysSchema = z.object({
  rows: z.array(lossDaySchema),
  /** Unexplained Wh of each half-hour of the last day; null where it cannot be told. */
  lastDayHalfHoursWh: z.array(z.int().nullable()),
});
export type LossDays = z.output<typeof lossDaysSchema>;

export const placementFindingSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  address: z.string(),
  /** Codes of nodes; null: on no node yet. */
  presentNode: z.string().nullable(),
  suggestedNode: z.string(),
  presentPhase: z.string().nullable(),
  suggestedPhase: z.string().nullable(),
  /** By load: of the home's changes, how much the suggested node is missing. By voltage: how much
   * its voltage goes with that of the meters there. */
  sharePercent: z.int(),
  /** Of voltage: how much it goes with the meters of the place of the list (null: none to compare
   * with) and of the best other place; with how many meters, over how many half-hours. */
  voltage: z
    .object({
      listedPercent: z.int().nullable(),
      nextPercent: z.int(),
      meters: z.int(),
      halfHours: z.int(),
    })
    .nullable(),
  foundAt: instantSchema,
  /** Null: it waits. Confirmed in the last thirty days, it may be taken back. */
  confirmed: z.object({ by: z.string(), at: instantSchema }).nullable(),
});
export type PlacementFinding = z.output<typeof placementFindingSchema>;
/** GET /api/operator/placements: suggestions that wait for a person; then places taken lately. */
export const placementPageSchema = z.object({
  rows: z.array(placementFindingSchema),
  nextCursor: z.string().nullable(),
});

/** POST /api/operator/placements/:id, of a connection; the same again changes nothing. */
export const decidePlacementSchema = z.strictObject({
  decision: z.enum(['confirmed', 'dismissed', 'undone']),
});
