// Approvals: what one operator asks for and a second one, an administrator, allows or declines.

import { z } from 'zod';
import { instantSchema } from './common.ts';

export const approvalKinds = [
  'vendingKeyLoad',
  'grantTokens',
  'reversal',
  'moveSale',
  'creditNote',
  'tariffChange',
  'tariffAssignment',
  'protectionRules',
  'debtWriteOff',
  'keyChangeCampaign',
  'meterExchange',
  'creditMode',
  'safetyCut',
  'controlLimits',
  'vendorDeposit',
  'vendorDepositReversal',
  'vendorTerms',
  'tillKey',
  'openingBalances',
  'refundPayment',
  'moveMoney',
  'refundMoney',
  'wrongClock',
  'bankStatement',
  'backBill',
  'budget',
  'operatorInvite',
  'operatorRole',
  'emergencyRules',
] as const;
export const approvalKindSchema = z.enum(approvalKinds);
export type ApprovalKind = z.output<typeof approvalKindSchema>;

/**
 * awaiting -> done | failed (allowed, but could no longer be carried out) | declined | withdrawn |
 * expired. The last five are final.
 */
export const approvalStates = [
  'awaiting',
  'done',
  'failed',
  'declined',
  'withdrawn',
  'expired',
] as const;
export const approvalStateSchema = z.enum(approvalStates);
export type ApprovalState = z.output<typeof approvalStateSchema>;

/** Why somebody asks, or says no: a sentence, not a word. */
export const approvalReasonSchema = z.string().trim().min(10).max(500);

/** The answer of whatever waits for a second person: 202. */
export const askedSchema = z.object({ approvalId: z.string() });
export type Asked = z.output<typeof askedSchema>;

/** What the second person must see before they decide. */
export const approvalDescriptionSchema = z.object({
  title: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
});
export type ApprovalDescription = z.output<typeof approvalDescriptionSchema>;

/** GET /api/operator/approvals?state=awaiting|…|all&cursor= (default awaiting), newest first. */
export const approvalRowSchema = z.object({
  approvalId: z.string(),
  kind: approvalKindSchema,
  state: approvalStateSchema,
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: instantSchema,
  /** Real time. */
  expiresAt: instantSchema,
  decidedBy: z.string().nullable(),
  decidedAt: instantSchema.nullable(),
  /** Whoever asked did it alone, in an emergency. */
  alone: z.boolean(),
  /** Of one that waits: what it is about, the first of what its own page shows; else none. */
  about: z.array(z.object({ label: z.string(), value: z.string() })),
  /** Why it failed, in words; null in any other state. */
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
});
export type ApprovalRow = z.output<typeof approvalRowSchema>;
export const approvalPageSchema = z.object({
  rows: z.array(approvalRowSchema),
  nextCursor: z.string().nullable(),
});
export type ApprovalPage = z.output<typeof approvalPageSchema>;

/** GET /api/operator/approvals/:id; also the answer of approve, decline and withdraw. */
export const approvalDetailSchema = approvalRowSchema.extend({
  description: approvalDescriptionSchema,
  /** What came of it, by kind; null unless it is done. */
  outcome: z.unknown().nullable(),
  history: z.array(
    z.object({
      what: z.enum([
        ...(['requested', 'approved', 'actedAlone'] as const),
        ...(['declined', 'withdrawn', 'expired', 'failed'] as const),
      ]),
      /** Null when time did it. */
      by: z.string().nullable(),
      reason: z.string().nullable(),
      at: instantSchema,
    }),
  ),
  /** What the signed-in operator may do with it, and if not approve it: why. */
  mayApprove: z.boolean(),
  mayWithdraw: z.boolean(),
  /** They asked for it, and a rule of the utility lets them do it alone in an emergency. */
  mayActAlone: z.boolean(),
  whyNot: z.string().nullable(),
});
export type ApprovalDetail = z.output<typeof approvalDetailSchema>;

/** GET /api/operator/approvals/counts */
export const approvalCountsSchema = z.object({
  awaiting: z.number().int(),
  /** Of those, what waits for the signed-in operator: asked for by somebody else. */
  forMe: z.number().int(),
  /** Failed within the last seven days. */
  failed: z.number().int(),
});
export type ApprovalCounts = z.output<typeof approvalCountsSchema>;

/** POST /api/operator/approvals/:id/decline and …/withdraw; …/approve takes an empty object. */
export const approvalRefuseBodySchema = z.strictObject({ reason: approvalReasonSchema });
