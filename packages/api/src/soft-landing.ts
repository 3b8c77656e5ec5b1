// Limit tokens of the soft landing, where a meter has no link.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';

/** `expired`: the meter was taken away, and its limit with it. */
export const landingStateSchema = z.enum(['sent', 'replaced', 'lifted', 'expired']);
export type LandingState = z.output<typeof landingStateSchema>;

/** What the meter said of a token; `unknown`: nobody hears whether one was typed there. */
export const landingTokenSchema = z.enum(['unknown', 'accepted', 'refused']);
export type LandingToken = z.output<typeof landingTokenSchema>;

export const landingRowSchema = z.object({
  landingId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  meterPan: z.string(),
  /** The grant that carries the token. */
  grantId: z.string(),
  rulesVersion: z.number(),
  /** Of the rules' soft landing, from 1. */
  step: z.number(),
  powerW: integerString,
  /** What is allowed again once it is lifted. */
  liftPowerW: integerString,
  /** What the customer was told: the end of credit by the purchases, and under the limit. */
  expectedAt: instantSchema,
  lastsUntil: instantSchema,
  sentAt: instantSchema,
  token: landingTokenSchema,
  /** When the meter said it; null while nothing is known. */
  tokenAt: instantSchema.nullable(),
  state: landingStateSchema,
  stateAt: instantSchema,
  /** What lifted it. */
  liftSaleId: z.string().nullable(),
  liftGrantId: z.string().nullable(),
});
export type LandingRow = z.output<typeof landingRowSchema>;

/** GET /api/operator/landings?state=…&cursor=… and /api/operator/connections/:id/landings */
export const landingPageSchema = z.object({
  /** How many there are in each state, of all pages. */
  counts: z.record(landingStateSchema, z.number()),
  rows: z.array(landingRowSchema),
  nextCursor: z.string().nullable(),
});
export type LandingPage = z.output<typeof landingPageSchema>;
