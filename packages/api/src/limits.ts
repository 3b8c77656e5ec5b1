// What one operator may do alone: limits of the utility, changed by two people; and the cuts for
// safety that they bound.

import { z } from 'zod';
import { approvalReasonSchema, askedSchema } from './approvals.ts';
import { commandStageSchema, instantSchema, integerString } from './common.ts';
import { commandRowSchema } from './operator.ts';

const minor = z.string().regex(/^\d{1,15}$/, 'minor units, digits only');

export const controlLimitsSchema = z.strictObject({
  /** Cuts for safety of one operator in an hour, without a second person. */
  safetyCutsPerHour: z.number().int().min(0).max(100),
  /** The most hours that one such cut lasts; then it ends by itself. */
  safetyCutHours: z.number().int().min(1).max(72),
  /** The most that one action may bring (a deposit, an opening balance) without a second person. */
  aloneMinor: minor,
  /** The same of one operator in 24 hours, all such actions together. */
  dailyMinor: minor,
});
export type ControlLimits = z.output<typeof controlLimitsSchema>;

/** GET /api/operator/control-limits */
export const controlLimitsAnswerSchema = z.object({
  limits: controlLimitsSchema,
  /** 0 while what the server has by default holds. */
  version: z.number().int(),
  requestedBy: z.string().nullable(),
  approvedBy: z.string().nullable(),
  since: instantSchema.nullable(),
  /** What the signed-in operator did alone: cuts in the last hour, value in the last 24. */
  own: z.object({ safetyCuts: z.number().int(), valueMinor: integerString }),
});
export type ControlLimitsAnswer = z.output<typeof controlLimitsAnswerSchema>;

/** POST /api/operator/control-limits, by an administrator; 202 with `Asked`. */
export const proposeLimitsBodySchema = z.strictObject({
  requestId: z.string().min(8).max(100),
  reason: approvalReasonSchema,
  limits: controlLimitsSchema,
});

/**
 * The answer of POST /api/operator/connections/:id/commands: the command's row, or for one cut for
 * safety more than one person may make the approval that it waits for.
 */
export const commandSentSchema = z.union([commandRowSchema, askedSchema]);

/** GET /api/operator/safety-cuts: those that hold, and those that ended within a day. */
export const safetyCutSchema = z.object({
  commandId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  meterPan: z.string(),
  by: z.string(),
  /** The second person; null for one within the operator's own budget. */
  approvedBy: z.string().nullable(),
  reason: z.string(),
  since: instantSchema,
  /** When it ends by itself. */
  until: instantSchema,
  /** Who ended it; null while it holds. */
  endedBy: z.string().nullable(),
  endedAt: instantSchema.nullable(),
  /** How far the command to open is. */
  stage: commandStageSchema,
});
export type SafetyCut = z.output<typeof safetyCutSchema>;
export const safetyCutPageSchema = z.object({
  rows: z.array(safetyCutSchema),
  nextCursor: z.string().nullable(),
});
