// What operators put right after a sale. What gives money away is asked for here and allowed by a
// second person (approvals.ts); the answer then is 202 with the approval.

import { z } from 'zod';
import { approvalReasonSchema, askedSchema } from './approvals.ts';
import { instantSchema, integerString, quoteLineSchema } from './common.ts';
import { receiptTokenSchema, requestIdSchema } from './vendor.ts';

const amountSchema = z.string().regex(/^[1-9]\d{0,14}$/, 'a positive integer');
const asked = { requestId: requestIdSchema, reason: approvalReasonSchema };

/**
 * The meter's register of all credit that it ever took, as somebody read it there after the meter
 * was taken away, changed its key or refused the token for good; in what the meter counts. Left out
 * where the meter has reported it since.
 */
const registerRead = {
  creditedWh: z
    .string()
    .regex(/^\d{1,15}$/, 'at most 15 digits')
    .optional(),
  creditedMinor: z
    .string()
    .regex(/^\d{1,15}$/, 'at most 15 digits')
    .optional(),
};

/**
 * POST /api/operator/sales/:id/reversal: only while its tokens provably are in no meter and come
 * into none. `payer`: the vendor's float, or a refund that is due.
 */
export const reversalBodySchema = z.strictObject({
  ...asked,
  moneyGoes: z.enum(['prepaid', 'payer']),
  ...registerRead,
});

/**
 * POST /api/operator/sales/:id/move: the same money buys for the right meter. `reversal` undoes the
 * first sale, and needs the proof; `creditNote` leaves it, and the utility pays.
 */
export const moveBodySchema = z.strictObject({
  ...asked,
  toMeterPan: z.string().regex(/^\d{18}$/, 'the 18 digits of a meter'),
  by: z.enum(['reversal', 'creditNote']),
  ...registerRead,
});

/** POST /api/operator/sales/:id/credit-note */
export const creditNoteBodySchema = z.strictObject({ ...asked, amountMinor: amountSchema });

/** GET /api/operator/sales/:id/reversibility: whether it could be reversed now, and why. */
export const reversibilitySchema = z.object({
  reversible: z.boolean(),
  /** Code of the proof or of the refusal, and in words. */
  code: z.string(),
  text: z.string(),
});
export type Reversibility = z.output<typeof reversibilitySchema>;

/** POST /api/operator/sales/:id/acknowledge: seen, that a meter took a reversed sale's token. */
export const acknowledgeBodySchema = z.strictObject({ reason: approvalReasonSchema });
export const acknowledgedSchema = z.object({ acknowledged: z.literal(true) });

/** POST /api/operator/sales/:id/reprint */
export const reprintBodySchema = z.strictObject({ reason: z.string().trim().min(3).max(500) });
export const operatorReceiptSchema = z.object({
  saleId: z.string(),
  soldAt: instantSchema,
  meterPan: z.string(),
  connectionName: z.string(),
  amountMinor: integerString,
  broughtForwardMinor: integerString,
  energyWh: integerString,
  /** Money on the meter, where it counts its credit in money; null for energy. */
  creditMinor: integerString.nullable(),
  /** What the meter takes of the tokens for use without credit: one of the two is "0". */
  recoveredEnergyWh: integerString,
  recoveredMinor: integerString,
  lines: z.array(quoteLineSchema),
  remainderMinor: integerString,
  /** To be typed before the tokens, in this order; empty unless the meter needs another key. */
  keyChangeTokens: z.array(z.string()),
  /** After those and before the tokens: what lifts a power limit; nearly always empty. */
  liftTokens: z.array(z.string()),
  /** In the order in which they must be entered. */
  tokens: z.array(receiptTokenSchema),
  /** Which copy it is, from 1: tills' copies and operators' are counted together. */
  copy: z.number().int(),
  /** The sale that it was moved to, or came from. */
  moved: z
    .object({
      direction: z.enum(['to', 'from']),
      saleId: z.string(),
      connectionName: z.string(),
      meterPan: z.string(),
    })
    .nullable(),
});
export type OperatorReceipt = z.output<typeof operatorReceiptSchema>;

/** GET /api/operator/connections/:id/debts */
export const debtRowSchema = z.object({
  debtId: z.string(),
  label: z.string(),
  createdAt: instantSchema,
  outstandingMinor: integerString,
  rule: z.record(z.string(), z.unknown()),
});
export type DebtRow = z.output<typeof debtRowSchema>;
export const debtPageSchema = z.object({
  rows: z.array(debtRowSchema),
  nextCursor: z.string().nullable(),
});
/** POST /api/operator/connections/:id/debts */
export const chargeBodySchema = z.strictObject({
  ...asked,
  label: z.string().trim().min(1).max(100),
  amountMinor: amountSchema,
  /** How purchases repay it, such as { "share": "25" } (docs/tariffs.md). */
  rule: z.record(z.string(), z.unknown()),
});
export const chargedSchema = z.object({ debtId: z.string() });
/** POST /api/operator/connections/:id/debts/:debtId/write-off */
export const writeOffBodySchema = z.strictObject({ ...asked, amountMinor: amountSchema });

/**
 * POST /api/operator/connections/:id/meter-exchange: 202. The old meter is retired and its number
 * refuses sales; what is left in it is carried over by a token of the new one.
 */
export const meterExchangeBodySchema = z.strictObject({
  ...asked,
  oldMeterPan: z.string().regex(/^\d{18}$/, 'the 18 digits of a meter'),
  meter: z.strictObject({
    meterPan: z.string().regex(/^\d{18}$/, 'the 18 digits of a meter'),
    encryptionAlgorithm: z.enum(['ea07', 'ea11']),
    supplyGroupCode: z.string().regex(/^\d{6}$/, '6 digits'),
    tariffIndex: z.string().regex(/^\d{2}$/, '2 digits'),
    keyRevision: z.number().int().min(1).max(9),
    /** SHA-256 of the secret of its link, in hex; null for a meter without one. */
    /** What it counts its credit in, as it is put in; left out: energy. */
    counts: z.enum(['energy', 'money']).optional(),
    secretSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '64 hex digits in small letters')
      .nullable(),
  }),
  /** In wallet mode: the old meter's register as read there; left out, the last known one. */
  finalImportEnergyWh: z
    .string()
    .regex(/^\d{1,15}$/, 'watt-hours, digits only')
    .optional(),
  /** In wallet mode: the new meter's register as put in; left out, its first reading counts. */
  startImportEnergyWh: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  balance: z.discriminatedUnion('from', [
    /** What the old meter last reported. */
    z.strictObject({ from: z.literal('lastReading') }),
    /** What the technician read: credit left, and if readable all credit that it ever took. */
    z.strictObject({
      from: z.literal('stated'),
      energyWh: z.string().regex(/^\d{1,15}$/, 'watt-hours, digits only'),
      creditedWh: z
        .string()
        .regex(/^\d{1,15}$/, 'watt-hours, digits only')
        .nullable(),
    }),
    /** The same of a meter that counts money, in minor units as its display shows them. */
    z.strictObject({
      from: z.literal('statedMoney'),
      amountMinor: z.string().regex(/^\d{1,15}$/, 'minor units, digits only'),
      creditedMinor: z
        .string()
        .regex(/^\d{1,15}$/, 'minor units, digits only')
        .nullable(),
    }),
  ]),
});

export type MeterExchangeBody = z.output<typeof meterExchangeBodySchema>;

/** GET /api/operator/refunds?state=due|paid (default due), oldest first. */
export const refundRowSchema = z.object({
  refundId: z.string(),
  saleId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  customerName: z.string().nullable(),
  customerPhone: z.string().nullable(),
  provider: z.string(),
  providerReference: z.string().nullable(),
  amountMinor: integerString,
  state: z.enum(['due', 'paid']),
  dueAt: instantSchema,
  paidReference: z.string().nullable(),
  paidBy: z.string().nullable(),
  paidAt: instantSchema.nullable(),
  /**
   * How far the provider is that was asked to send it back; null when it was not asked. After
   * `failed` a person pays it.
   */
  sent: z
    .object({
      state: z.enum(['asked', 'accepted', 'done', 'failed']),
      providerRefund: z.string().nullable(),
    })
    .nullable(),
});
/** Providers that send money back when they are asked; by others a person pays. */
export const providersThatRefund: readonly string[] = [
  'airtel',
  'daraja',
  'flutterwave',
  'momo',
  'paystack',
  'razorpay',
  'stripe',
];
export type RefundRow = z.output<typeof refundRowSchema>;
export const refundPageSchema = z.object({
  rows: z.array(refundRowSchema),
  nextCursor: z.string().nullable(),
});
/**
 * POST /api/operator/refunds/:id/paid: the bank's reference of the payment. Beyond what one
 * operator may do alone it is answered with the approval that it waits for.
 */
export const refundPaidBodySchema = z.strictObject({
  reference: z.string().trim().min(1).max(100),
});
/** The answer: the refund as it is paid, or what waits for a second person. */
export const refundPaidSchema = z.union([refundRowSchema, askedSchema]);
