// Grants: tokens that no sale paid for. Engineering tokens are made at once by an operator with a
// reason; free credit and the clearing of credit wait for a second person.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema, integerString } from './common.ts';
import { requestIdSchema } from './vendor.ts';

export const grantKinds = [
  'freeUnits',
  'freeCredit',
  'replacement',
  'clearCredit',
  'clearTamper',
  'setMaximumPowerLimit',
  'setPhaseUnbalanceLimit',
  'test',
  'keyChange',
] as const;
export const grantKindSchema = z.enum(grantKinds);
export type GrantKindCode = z.output<typeof grantKindSchema>;

/** issued -> accepted | refused | unconfirmed; the last two may still become accepted. */
export const grantStateSchema = z.enum(['issued', 'accepted', 'refused', 'unconfirmed']);

export const meterPanSchema = z.string().regex(/^\d{18}$/, 'the 18 digits of a meter');
const positiveInteger = z.string().regex(/^[1-9]\d{0,17}$/, 'a positive integer');

/** POST /api/operator/connections/:id/grants: an engineering token, at once. */
export const newGrantSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('clearTamper'),
    requestId: requestIdSchema,
    reason: approvalReasonSchema,
  }),
  z.strictObject({
    kind: z.literal('setMaximumPowerLimit'),
    requestId: requestIdSchema,
    reason: approvalReasonSchema,
    /** The token may carry a little more: what it carries stands in the answer. */
    powerW: positiveInteger,
  }),
  z.strictObject({
    kind: z.literal('setPhaseUnbalanceLimit'),
    requestId: requestIdSchema,
    reason: approvalReasonSchema,
    powerW: positiveInteger,
  }),
  z.strictObject({
    kind: z.literal('test'),
    requestId: requestIdSchema,
    reason: approvalReasonSchema,
    /** Numbers of the standard's tests, 1 to 18; "all" is every one. */
    tests: z.union([z.literal('all'), z.array(z.number().int().min(1).max(18)).min(1).max(18)]),
  }),
  z.strictObject({
    kind: z.literal('keyChange'),
    requestId: requestIdSchema,
    reason: approvalReasonSchema,
  }),
]);
export type NewGrantBody = z.output<typeof newGrantSchema>;

export const grantRowSchema = z.object({
  grantId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  meterPan: z.string(),
  kind: grantKindSchema,
  energyWh: integerString.nullable(),
  /** In money: in a wallet, or on a meter that counts it. */
  amountMinor: integerString.nullable(),
  /** Watts of a limit, tests of a test token. */
  powerW: integerString.nullable(),
  tests: z.union([z.literal('all'), z.array(z.number().int())]).nullable(),
  reason: z.string(),
  /** Null for free units, which a tariff gives. */
  requestedBy: z.string().nullable(),
  approvedBy: z.string().nullable(),
  approvalId: z.string().nullable(),
  /** Free units: the month, "2026-11". */
  month: z.string().nullable(),
  state: grantStateSchema,
  refusal: z.string().nullable(),
  issuedAt: instantSchema,
  stateAt: instantSchema,
  /** Who acknowledged that it was not delivered, and what they said; null while nobody did. */
  seenBy: z.string().nullable(),
  seenReason: z.string().nullable(),
});
export type GrantRow = z.output<typeof grantRowSchema>;
/**
 * GET /api/operator/connections/:id/grants; GET /api/operator/grants?state=attention|all&cursor=:
 * refused and unconfirmed ones that nobody has acknowledged, or all, newest first.
 */
export const grantPageSchema = z.object({
  rows: z.array(grantRowSchema),
  nextCursor: z.string().nullable(),
});
export type GrantPage = z.output<typeof grantPageSchema>;

/**
 * GET /api/operator/grants/:id. Digits of engineering tokens are shown to whoever may act; those of
 * credit by POST /api/operator/grants/:id/show, which keeps who asked.
 */
export const grantDetailSchema = grantRowSchema.extend({
  tokens: z.array(
    z.object({
      kind: z.enum(['credit', 'keyChange', 'management', 'test']),
      /** Null where it may not be seen here. */
      digits: z.string().nullable(),
      lastFour: z.string(),
      energyWh: integerString.nullable(),
      /** What a currency token carries, in whole minor units. */
      creditMinor: integerString.nullable(),
      state: z.enum(['issued', 'accepted', 'refused']),
    }),
  ),
  views: z.array(z.object({ by: z.string(), at: instantSchema })),
});
export type GrantDetail = z.output<typeof grantDetailSchema>;

/** POST /api/operator/grants/:id/acknowledge: seen, that it was refused or never answered. */
export const acknowledgeGrantSchema = z.strictObject({ reason: approvalReasonSchema });

export const grantBatchLimit = 10_000;

/** POST /api/operator/grants: asks a second person for free credit, or the clearing of credit. */
export const newGrantBatchSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('freeCredit'),
    requestId: requestIdSchema,
    reason: approvalReasonSchema,
    rows: z
      .array(z.strictObject({ meterPan: meterPanSchema, energyWh: positiveInteger }))
      .min(1)
      .max(grantBatchLimit),
  }),
  z.strictObject({
    kind: z.literal('clearCredit'),
    requestId: requestIdSchema,
    reason: approvalReasonSchema,
    rows: z
      .array(z.strictObject({ meterPan: meterPanSchema }))
      .min(1)
      .max(grantBatchLimit),
  }),
]);
export type NewGrantBatch = z.output<typeof newGrantBatchSchema>;

/** The answer, and GET /api/operator/grants/batches/:id. */
export const grantBatchSchema = z.object({
  batchId: z.string(),
  kind: z.enum(['freeCredit', 'clearCredit']),
  reason: z.string(),
  requestedBy: z.string(),
  approvalId: z.string().nullable(),
  /** awaitingApproval -> issuing -> done, or closed when it was not allowed. */
  state: z.enum(['awaitingApproval', 'issuing', 'done', 'closed']),
  rows: z.object({
    total: z.number().int(),
    issued: z.number().int(),
    refused: z.number().int(),
  }),
  energyTotalWh: integerString,
  createdAt: instantSchema,
  /** The first of those for which no token was made, each with its reason. */
  refusals: z.array(z.object({ line: z.number().int(), meterPan: z.string(), detail: z.string() })),
});
export type GrantBatch = z.output<typeof grantBatchSchema>;

/** GET /api/operator/grants/batches: the newest 50. */
export const grantBatchesSchema = z.object({ rows: z.array(grantBatchSchema) });
export type GrantBatches = z.output<typeof grantBatchesSchema>;

/** GET /api/operator/grants/free-units: the last months, newest first. */
export const freeUnitRunsSchema = z.object({
  rows: z.array(
    z.object({
      month: z.string(),
      state: z.enum(['running', 'done']),
      seen: z.number().int(),
      issued: z.number().int(),
      refused: z.number().int(),
      /** Whose meter counts money: the tariff in it gives them, without a token. */
      inMeter: z.number().int(),
      startedAt: instantSchema,
      stateAt: instantSchema,
    }),
  ),
});
export type FreeUnitRuns = z.output<typeof freeUnitRunsSchema>;
