// Break-glass: what takes two people, done in an emergency by the one who asked for it. A rule of
// the utility says for which kinds, by whom and how often; another person looks at it afterwards.

import { z } from 'zod';
import { type ApprovalKind, approvalReasonSchema } from './approvals.ts';
import { instantSchema } from './common.ts';

/** What a rule may name. Never what makes keys, people, rules or prices. */
export const emergencyKinds = [
  'safetyCut',
  'grantTokens',
  'meterExchange',
  'vendorDeposit',
  'vendorTerms',
] as const satisfies readonly ApprovalKind[];
export const emergencyKindSchema = z.enum(emergencyKinds);
export type EmergencyKind = z.output<typeof emergencyKindSchema>;

export const emergencyRoles = ['administrator', 'operator'] as const;

export const emergencyRulesSchema = z.strictObject({
  kinds: z.array(emergencyKindSchema),
  roles: z.array(z.enum(emergencyRoles)),
  /** Acts of the whole utility in a day of UTC, in real time. */
  perDay: z.number().int().min(0).max(50),
});
export type EmergencyRules = z.output<typeof emergencyRulesSchema>;

export const emergencyVerdicts = ['confirmed', 'disputed'] as const;
export const emergencyActSchema = z.object({
  approvalId: z.string(),
  kind: emergencyKindSchema,
  by: z.string(),
  /** Why it could not wait. */
  reason: z.string(),
  at: instantSchema,
  /** Administrators who are told by mail, and those whose mail server has taken it. */
  mailed: z.object({ wanted: z.number().int(), taken: z.number().int() }),
  /** The signed-in operator may look at it: an administrator who is another person. */
  mayReview: z.boolean(),
  review: z
    .object({
      verdict: z.enum(emergencyVerdicts),
      by: z.string(),
      note: z.string(),
      at: instantSchema,
    })
    .nullable(),
});
export type EmergencyAct = z.output<typeof emergencyActSchema>;

/** GET /api/operator/emergencies: those without a review first, then the newest. */
export const emergenciesAnswerSchema = z.object({
  rules: emergencyRulesSchema.extend({
    /** 0 while there is no rule: then nobody acts alone. */
    version: z.number().int(),
    requestedBy: z.string().nullable(),
    approvedBy: z.string().nullable(),
    since: instantSchema.nullable(),
  }),
  usedToday: z.number().int(),
  waiting: z.number().int(),
  acts: z.array(emergencyActSchema),
});
export type EmergenciesAnswer = z.output<typeof emergenciesAnswerSchema>;

/** POST /api/operator/emergencies/rules, by an administrator; 202 with `Asked`. */
export const proposeEmergencyRulesBodySchema = emergencyRulesSchema.extend({
  requestId: z.string().min(8).max(100),
  reason: approvalReasonSchema,
});

/** POST /api/operator/approvals/:id/alone, by whoever asked for it. */
export const actAloneBodySchema = z.strictObject({
  /** Why it cannot wait for a second person. */
  reason: approvalReasonSchema,
  password: z.string().min(1).max(200),
  /** Of the second factor, from who has one. */
  code: z
    .string()
    .regex(/^\d{6}$/, 'six digits')
    .optional(),
});

/** POST /api/operator/emergencies/:id/review, by an administrator who is another person. */
export const reviewEmergencyBodySchema = z.strictObject({
  verdict: z.enum(emergencyVerdicts),
  note: approvalReasonSchema,
});
