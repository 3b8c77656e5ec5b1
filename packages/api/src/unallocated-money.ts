// Money that a provider took and that no sale got: it stands on a list until two people move it to
// a connection or record that it was paid back.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema, integerString } from './common.ts';

/**
 * `otherCurrency`: not in the utility's. `secondPayment`: the sale that it names was paid before.
 * `referenceReused`: the provider's reference has paid for something else. Without an order came
 * `unknownAccount` (no meter has just this number), `meterBlocked`, `amountDiffers` (the provider
 * says another amount than its notification) and `notProved` (the provider did not say that the
 * money is there: look it up before you decide).
 */
export const unallocatedCauses = [
  'otherCurrency',
  'secondPayment',
  'referenceReused',
  'unknownAccount',
  'meterBlocked',
  'amountDiffers',
  'notProved',
] as const;
export const unallocatedCauseSchema = z.enum(unallocatedCauses);
export type UnallocatedCause = z.output<typeof unallocatedCauseSchema>;

export const unallocatedRowSchema = z.object({
  moneyId: z.string(),
  provider: z.string(),
  providerReference: z.string(),
  /** In the smallest unit of its own currency. */
  amountMinor: integerString,
  currencyCode: z.string(),
  /** The same for people, in its own currency. */
  amountText: z.string(),
  /** It is in the utility's currency: all of it is credited, no amount is asked for. */
  isInCurrency: z.boolean(),
  cause: unallocatedCauseSchema,
  cameAt: instantSchema,
  /** What the provider named with it; null for money without an order. */
  saleId: z.string().nullable(),
  connectionName: z.string().nullable(),
  /** The shop whose float was to be paid. */
  vendorName: z.string().nullable(),
  /** Of money without an order: what the payer wrote as the account, and who they are, as said. */
  account: z.string().nullable(),
  payerPhone: z.string().nullable(),
  payerName: z.string().nullable(),
  state: z.enum(['waiting', 'moved', 'refunded']),
  decidedAt: instantSchema.nullable(),
  requestedBy: z.string().nullable(),
  approvedBy: z.string().nullable(),
  refundReference: z.string().nullable(),
  /** Of what was moved: the sale that it paid for, and its amount in the utility's currency. */
  newSaleId: z.string().nullable(),
  creditedMinor: integerString.nullable(),
});
export type UnallocatedMoneyRow = z.output<typeof unallocatedRowSchema>;

/** GET /api/operator/unallocated-money?state=waiting|decided: waiting, the oldest first. */
export const unallocatedQuerySchema = z.object({
  state: z.enum(['waiting', 'decided']).default('waiting'),
});
export const unallocatedPageSchema = z.object({
  rows: z.array(unallocatedRowSchema),
  nextCursor: z.string().nullable(),
});

/**
 * GET /api/operator/unallocated-money/:id/candidates: meters of this utility that the payer may
 * have meant, the likeliest first. `slips`: how many digits are between what was written and the
 * number; null where it is not near.
 */
export const moneyCandidatesSchema = z.object({
  rows: z.array(
    z.object({
      meterPan: z.string(),
      connectionName: z.string(),
      customerName: z.string().nullable(),
      slips: z.int().nullable(),
      samePhone: z.boolean(),
    }),
  ),
});
export type MoneyCandidate = z.output<typeof moneyCandidatesSchema>['rows'][number];

const asked = { requestId: z.string().min(8).max(100), reason: approvalReasonSchema };

/**
 * POST /api/operator/unallocated-money/:id/move: it buys for this meter,
 * by its whole number or by what is written on it. `amountMinor`, in the
 * utility's currency, is what another currency came to, and only said of that.
 */
export const moveMoneyBodySchema = z.strictObject({
  ...asked,
  toMeterPan: z.string().regex(/^\d{11}(\d{2}|\d{7})?$/, 'the 11, 13 or 18 digits of a meter'),
  amountMinor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'minor units, digits only')
    .optional(),
});

/** POST /api/operator/unallocated-money/:id/refund: the reference by which it was paid back. */
export const refundMoneyBodySchema = z.strictObject({
  ...asked,
  reference: z.string().trim().min(1).max(100),
});
