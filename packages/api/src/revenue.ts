// Revenue protection: homes that are worth a visit, with reasons; homes that are offered help
// first; and those that an honest cause keeps off the list.

import { z } from 'zod';
import { integerString } from './common.ts';

export const revenueStandings = ['visit', 'support', 'held'] as const;
export const revenueStandingSchema = z.enum(revenueStandings);
export type RevenueStanding = z.output<typeof revenueStandingSchema>;

const dayOrNull = z.array(z.int().nullable());

export const revenueLineSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  address: z.string(),
  meterPan: z.string(),
  /** The code of its node; null: on none. */
  node: z.string().nullable(),
  standing: revenueStandingSchema,
  /** In thousandths. */
  probabilityPermille: z.int(),
  /** Wh a month that stop being lost if it is theft and is found; and probability times that. */
  recoverableWh: integerString,
  expectedWh: integerString,
  expectedMinor: integerString.nullable(),
  /** The heaviest three, in plain words. */
  reasons: z.array(z.object({ evidence: z.string(), words: z.string() })),
  /** Of a support line: what fits need, and what to offer, in order. */
  need: z.object({ signs: z.array(z.string()), helps: z.array(z.string()) }),
  /** Of a held line: the honest cause. */
  held: z.object({ state: z.string(), words: z.string() }).nullable(),
  /**
   * Where it is in doubt which homes are behind its node, in plain words: what is missing there
   * counts only as far as it stands either way. Null for most.
   */
  doubt: z.string().nullable(),
  /** Wh of each day from `fromDay` on; null where it cannot be told. */
  chart: z
    .object({ fromDay: z.string(), homeWh: dayOrNull, peerWh: dayOrNull, missingWh: dayOrNull })
    .nullable(),
});
export type RevenueLine = z.output<typeof revenueLineSchema>;

/** GET /api/operator/revenue?standing=visit&visits=10&cursor= */
export const revenuePageSchema = z.object({
  rows: z.array(revenueLineSchema),
  nextCursor: z.string().nullable(),
  /** How many homes there are of each standing. */
  counts: z.record(revenueStandingSchema, z.int()),
  round: z.object({ day: z.string(), isDone: z.boolean(), homes: z.int() }).nullable(),
});
export type RevenuePage = z.output<typeof revenuePageSchema>;
