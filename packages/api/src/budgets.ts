// Budgets: how many tokens, how much free energy and how many other tariffs come in an hour and in
// a day. Set by two people.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema, integerString } from './common.ts';

/**
 * `engineering`: tokens that an operator makes at once; `homeTariffs`: homes to which an operator
 * gives another tariff, one by one; both of each operator. `freeCredit`: tokens of lists that two
 * people allowed, of the utility.
 */
export const budgetNames = ['engineering', 'freeCredit', 'homeTariffs'] as const;
export const budgetNameSchema = z.enum(budgetNames);
export type BudgetName = z.output<typeof budgetNameSchema>;

/** From this part of a budget on it stands on the attention list. */
export const budgetWarningPercent = 80;

const count = z.number().int().min(0).max(1_000_000);
const energy = z.string().regex(/^\d{1,15}$/, 'watt-hours, digits only');

export const budgetLimitsSchema = z.strictObject({
  perHour: count,
  perDay: count,
  /** Of free credit; null of what brings no energy. */
  energyPerHourWh: energy.nullable(),
  energyPerDayWh: energy.nullable(),
});
export type BudgetLimits = z.output<typeof budgetLimitsSchema>;

/** Hours and days are of real time, and begin with those of UTC. */
export const budgetUsedSchema = z.object({
  inHour: z.number().int(),
  inDay: z.number().int(),
  energyInHourWh: integerString,
  energyInDayWh: integerString,
});
export type BudgetUsed = z.output<typeof budgetUsedSchema>;

export const budgetSchema = z.object({
  budget: budgetNameSchema,
  limits: budgetLimitsSchema,
  /** By the signed-in operator; of free credit by the utility. */
  used: budgetUsedSchema,
  /** 0 while what the server has by default holds. */
  version: z.number().int(),
  requestedBy: z.string().nullable(),
  approvedBy: z.string().nullable(),
  since: instantSchema.nullable(),
});
export type Budget = z.output<typeof budgetSchema>;

/** Who has used 80 % of a budget or more: an operator, a vendor, or the utility. */
export const nearBudgetSchema = z.object({
  budget: z.enum([...budgetNames, 'vendor']),
  /** The name of the operator or vendor; null: the utility. */
  who: z.string().nullable(),
  usedPercent: z.number().int(),
});
export type NearBudget = z.output<typeof nearBudgetSchema>;

/** GET /api/operator/budgets */
export const budgetsAnswerSchema = z.object({
  budgets: z.array(budgetSchema),
  near: z.array(nearBudgetSchema),
});
export type BudgetsAnswer = z.output<typeof budgetsAnswerSchema>;

/** POST /api/operator/budgets, by an administrator; 202 with `Asked`. */
export const proposeBudgetBodySchema = z.strictObject({
  requestId: z.string().min(8).max(100),
  reason: approvalReasonSchema,
  budget: budgetNameSchema,
  limits: budgetLimitsSchema,
});
