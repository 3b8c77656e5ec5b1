// Proof: the laws checked over a utility's whole database, by night and on demand.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema, integerString } from './common.ts';

/** A row for which a rule does not hold. Identifiers of connection and sale lead to their pages. */
export const proofFindingSchema = z.object({
  /** The row's bare UUID; the rule's `of` says of what. */
  id: z.string().nullable(),
  connectionId: z.string().nullable(),
  saleId: z.string().nullable(),
  detail: z.string().nullable(),
});

export const proofRuleSchema = z.object({
  name: z.string(),
  of: z.enum([
    'transfers',
    'accounts',
    'sales',
    'payments',
    'tokens',
    'meters',
    'grants',
    'vendors',
    'corrections',
    'ratings',
    'approvals',
    'tariffs',
    'rules',
    'rows',
  ]),
  /** What those are that break it, in words. */
  broken: z.string(),
  checked: integerString,
  failed: integerString,
  /** The first of what failed; `failed` counts them all. While none has: what was said. */
  findings: z.array(proofFindingSchema),
});

export const proofLawSchema = z.object({
  law: z.number().int(),
  title: z.string(),
  holds: z.boolean(),
  failed: integerString,
  rules: z.array(proofRuleSchema),
});
export type ProofLaw = z.output<typeof proofLawSchema>;

/**
 * GET /api/operator/proof/runs (newest first, those of about a month), GET
 * /api/operator/proof/runs/:id, and the answer of POST /api/operator/proof/runs with
 * `{"requestId": …}` (8 to 100 characters; left out, each request is a run of its own). The same
 * request id again answers with the same run. A viewer may not start one.
 */
export const proofRunSchema = z.object({
  runId: z.string(),
  requestedAt: instantSchema,
  /** The operator's name; null for the nightly run. */
  requestedBy: z.string().nullable(),
  /** superseded: a nightly run that did not finish before the next one was due. */
  state: z.enum(['underWay', 'superseded', 'finished']),
  /** How much of the database has been gone through, 0 to 100. */
  percentDone: z.number().int(),
  result: z
    .object({
      startedAt: instantSchema,
      finishedAt: instantSchema,
      holds: z.boolean(),
      laws: z.array(proofLawSchema),
    })
    .nullable(),
});
export type ProofRun = z.output<typeof proofRunSchema>;
export const proofRunPageSchema = z.object({
  rows: z.array(proofRunSchema),
  nextCursor: z.null(),
});
export type ProofRunPage = z.output<typeof proofRunPageSchema>;

/**
 * POST /api/operator/proof/clock: from when to when the server's clock was wrong, and why. For
 * administrators; another one has to approve it.
 */
export const wrongClockSchema = z
  .strictObject({
    requestId: z.string().min(8).max(100),
    from: instantSchema,
    to: instantSchema,
    reason: approvalReasonSchema,
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), 'from lies before to');
export type WrongClock = z.output<typeof wrongClockSchema>;

export const startProofSchema = z.strictObject({
  requestId: z.string().min(8).max(100).optional(),
});
