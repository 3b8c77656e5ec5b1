// The vendors' API and the operators' routes about vendors. A till signs in with
// `Authorization: Bearer <key>`; the key is shown once, when it is made. Refusals are problem
// details whose `code` is one of the codes listed here.

import { z } from 'zod';
import { approvalReasonSchema, askedSchema } from './approvals.ts';
import { currencySchema, instantSchema, integerString, quoteLineSchema } from './common.ts';
import { trialQuoteSchema } from './statements.ts';

/** Money that somebody hands over: a positive integer of minor units. */
export const cashAmountSchema = z.string().regex(/^[1-9]\d{0,14}$/, 'a positive integer');
/** The caller's name of a request: the same again is the same request and gets the first answer. */
export const requestIdSchema = z
  .string()
  .regex(/^[\x21-\x7e]{8,100}$/, '8 to 100 visible ASCII characters');
const meterPanSchema = z.string().regex(/^\d{18}$/, 'the 18 digits of a meter');
const unsignedSchema = z.string().regex(/^(0|[1-9]\d{0,14})$/, 'an integer, 0 or more');
const page = <T extends z.ZodType>(row: T) =>
  z.object({ rows: z.array(row), nextCursor: z.string().nullable() });

/** Codes of refusals of a sale, in the order of the checks. */
export const vendorSaleRefusals = [
  'requestIdReused',
  'vendorBlocked',
  'noOpenShift',
  'unknownMeter',
  'meterExchanged',
  'meterBlocked',
  'creditModeChanging',
  'meterCountsMoney',
  'tariffNotForMeter',
  'nothingOwed',
  'moreThanOwed',
  'amountBelowMinimum',
  'amountAboveMaximum',
  'tariffUnusable',
  'amountTooSmall',
  'vendingKeyMissing',
  'vendingKeyUnusable',
  'keyStoreAway',
  'tidExhausted',
  'keyExpired',
  'defaultKey',
  'keyChangeNotAllowed',
  'tokenNotMade',
  'floatExceeded',
  'budgetExceeded',
] as const;
export type VendorSaleRefusalCode = (typeof vendorSaleRefusals)[number];

/** GET /api/vendor/v1/shifts/current (404 when none is open), POST /api/vendor/v1/shifts */
export const shiftSchema = z.object({
  shiftId: z.string(),
  openedAt: instantSchema,
  closedAt: instantSchema.nullable(),
  sales: z.number().int(),
  /** What the sales of the shift say should be in the till. */
  expectedMinor: integerString,
  commissionMinor: integerString,
  /**
   * Null until it is closed, and of one that a terminal closed without a count; the difference is
   * counted less expected.
   */
  countedMinor: integerString.nullable(),
  differenceMinor: integerString.nullable(),
});
export type ShiftJson = z.output<typeof shiftSchema>;
/** GET /api/operator/vendors/:id/shifts?cursor=, of all its tills, newest first */
export const shiftPageSchema = page(
  shiftSchema.extend({
    till: z.string(),
    /** Who opened it on a shop's phone; null for a till without clerks. */
    clerk: z.string().nullable(),
  }),
);
export type ShiftPage = z.output<typeof shiftPageSchema>;
export type ShiftRow = ShiftPage['rows'][number];
/** POST /api/vendor/v1/shifts/:id/close */
export const closeShiftSchema = z.strictObject({ countedMinor: unsignedSchema });

/**
 * GET /api/operator/vendors/:id/batches?cursor=, newest first. A sales batch takes the shifts that
 * were closed since the one before it, a bank batch the sales batches. Of one that is open: what it
 * would take if it ended now.
 */
export const vendorBatchSchema = z.object({
  batchId: z.string(),
  kind: z.enum(['sales', 'bank']),
  /** 1, 2, 3 … of its vendor and kind. */
  number: z.number().int(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  sales: z.number().int(),
  expectedMinor: integerString,
  /** Of the sales, part of what is expected. */
  taxMinor: integerString,
  /**
   * What was brought, or what was counted of its parts where nobody said; null until it is ended,
   * and where a part was not counted. The difference is counted less expected.
   */
  countedMinor: integerString.nullable(),
  differenceMinor: integerString.nullable(),
});
export type VendorBatch = z.output<typeof vendorBatchSchema>;
export const vendorBatchPageSchema = page(vendorBatchSchema);
export type VendorBatchPage = z.output<typeof vendorBatchPageSchema>;

/** GET /api/vendor/v1/me */
export const vendorMeSchema = z.object({
  vendorId: z.string(),
  name: z.string(),
  till: z.string(),
  utility: z.object({ name: z.string(), zone: z.string(), currency: currencySchema }),
  blocked: z.boolean(),
  /** What may still be sold for: float plus limit. */
  availableMinor: integerString,
  shift: shiftSchema.nullable(),
});
export type VendorMe = z.output<typeof vendorMeSchema>;

/** GET /api/vendor/v1/meters/:meterPan, to confirm with the customer */
export const meterConfirmationSchema = z.object({
  meterPan: z.string(),
  connectionName: z.string(),
  /** First letters only. */
  customerName: z.string().nullable(),
  blocked: z.boolean(),
});
export type MeterConfirmation = z.output<typeof meterConfirmationSchema>;

/** POST /api/vendor/v1/quotes: a trial, writes nothing */
export const vendorQuoteBodySchema = z.strictObject({
  meterPan: meterPanSchema,
  amountMinor: cashAmountSchema,
});
export const vendorQuoteSchema = trialQuoteSchema.extend({
  commissionMinor: integerString,
  /** What the meter takes of the token for use without credit: one of the two is "0". */
  recoveredEnergyWh: integerString,
  recoveredMinor: integerString,
});
export type VendorQuote = z.output<typeof vendorQuoteSchema>;

/** POST /api/vendor/v1/sales, GET /api/vendor/v1/sales/:requestId */
export const vendorSaleBodySchema = z.strictObject({
  requestId: requestIdSchema,
  meterPan: meterPanSchema,
  amountMinor: cashAmountSchema,
  /** `debts`: pays what the customer owes, oldest first, and buys nothing. */
  pays: z.literal('debts').optional(),
});
/** A token carries energy, or money for a meter that counts in money. */
export const receiptTokenSchema = z.object({
  token: z.string(),
  energyWh: integerString,
  creditMinor: integerString.nullable(),
});
export const receiptSchema = z.object({
  saleId: z.string(),
  requestId: z.string(),
  shiftId: z.string(),
  soldAt: instantSchema,
  meterPan: z.string(),
  connectionName: z.string(),
  amountMinor: integerString,
  /** Prepaid money from before; amount + this = lines + remainder. */
  broughtForwardMinor: integerString,
  energyWh: integerString,
  /** Money on the meter, where it counts its credit in money; null for energy. */
  creditMinor: integerString.nullable(),
  /** What the meter takes of the tokens for use without credit: one of the two is "0". */
  recoveredEnergyWh: integerString,
  recoveredMinor: integerString,
  lines: z.array(quoteLineSchema),
  /** Stays prepaid. */
  remainderMinor: integerString,
  commissionMinor: integerString,
  /** To be typed before the tokens, in this order; empty unless the meter needs another key. */
  keyChangeTokens: z.array(z.string()),
  /** After those and before the tokens: what lifts a power limit; nearly always empty. */
  liftTokens: z.array(z.string()),
  /** In the order in which they must be entered. */
  tokens: z.array(receiptTokenSchema),
  /** When the sale was undone; its tokens are void, and are left out. Null while it stands. */
  reversedAt: instantSchema.nullable(),
  /** The meter that it was moved to, or came from. */
  moved: z.object({ direction: z.enum(['to', 'from']), meterPan: z.string() }).nullable(),
});
export type Receipt = z.output<typeof receiptSchema>;
/** POST /api/vendor/v1/sales/:saleId/reprint */
export const receiptCopySchema = receiptSchema.extend({ copy: z.number().int() });
export type ReceiptCopy = z.output<typeof receiptCopySchema>;

/**
 * GET /api/vendor/v1/statement and GET /api/operator/vendors/:id/statement, both with
 * ?from=&to=&cursor=. From is included, to is not; both are instants, or civil days of the
 * utility's zone that mean their midnight, and may be left out.
 */
export const statementSchema = page(
  z.object({
    at: instantSchema,
    kind: z.enum(['sale', 'commission', 'deposit', 'reversal']),
    /** How the float changed. */
    amountMinor: integerString,
    saleId: z.string().nullable(),
    reference: z.string().nullable(),
  }),
).extend({ openingMinor: integerString, closingMinor: integerString });
export type Statement = z.output<typeof statementSchema>;
export type StatementRow = Statement['rows'][number];
export const statementQuerySchema = z.object({
  from: z.union([instantSchema, z.iso.date()]).optional(),
  to: z.union([instantSchema, z.iso.date()]).optional(),
  cursor: z.uuid().optional(),
});

/** POST /api/operator/vendors and the routes that change one */
export const vendorRowSchema = z.object({
  vendorId: z.string(),
  name: z.string(),
  blockedReason: z.string().nullable(),
  commissionBasisPoints: z.number().int(),
  floatMinor: integerString,
  /** How far below zero the float may go. */
  floatLimitMinor: integerString,
  tokensPerHour: z.number().int(),
  energyPerHourWh: integerString,
  /** How much its site may sell before the server has its sales; "0": it has none. */
  siteBudgetMinor: integerString,
  /** What of the float is kept for that now. */
  siteReservedMinor: integerString,
});
export type VendorRow = z.output<typeof vendorRowSchema>;
/** GET /api/operator/vendors?cursor=, by name */
export const vendorStandingSchema = vendorRowSchema.extend({
  /** Sales for cash since midnight in the utility's zone. */
  today: z.object({ sales: z.number().int(), amountMinor: integerString }),
  /** What this hour's budget has used; hours are of real time. */
  hour: z.object({ tokens: z.number().int(), energyWh: integerString }),
});
export type VendorStanding = z.output<typeof vendorStandingSchema>;
export const vendorPageSchema = page(vendorStandingSchema);
export const vendorPageSize = 100;
/** How an XMLVend terminal calls itself: visible ASCII, as it stands in its requests. */
const deviceNameSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,40}$/, '1 to 40 visible ASCII characters');
export const terminalSchema = z.strictObject({
  clientId: deviceNameSchema,
  terminalId: deviceNameSchema,
  /** SHA-256 over the client certificate's DER, hexadecimal. */
  certificateSha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
});
export type Terminal = z.output<typeof terminalSchema>;

/** GET /api/operator/vendors/:id; `shifts` are the last of them */
export const vendorDetailSchema = vendorStandingSchema.extend({
  keys: z.array(
    z.object({
      keyId: z.string(),
      label: z.string(),
      createdAt: instantSchema,
      revokedAt: instantSchema.nullable(),
      /** Of a terminal that speaks XMLVend; null for a till with a key. */
      terminal: terminalSchema.nullable(),
      /** Of a shop's phone, and when it came in by its code; null for any other till. */
      phone: z.object({ enrolledAt: instantSchema.nullable() }).nullable(),
    }),
  ),
  clerks: z.array(
    z.object({
      clerkId: z.string(),
      name: z.string(),
      createdAt: instantSchema,
      /** False until they have chosen a PIN of their own. */
      hasOwnPin: z.boolean(),
      /** A phone takes no PIN of theirs any more, after too many wrong ones. */
      locked: z.boolean(),
    }),
  ),
  shifts: shiftPageSchema.shape.rows,
});
export type VendorDetail = z.output<typeof vendorDetailSchema>;

const settings = {
  commissionBasisPoints: z.number().int().min(0).max(10_000),
  floatLimitMinor: unsignedSchema,
  tokensPerHour: z.number().int().min(0).max(1_000_000),
  energyPerHourWh: unsignedSchema,
};
const labelSchema = z.string().trim().min(1).max(100);
/** POST /api/operator/vendors (administrators) */
export const newVendorSchema = z.strictObject({
  requestId: requestIdSchema,
  name: labelSchema,
  ...settings,
});
/** POST /api/operator/vendors/:id/settings (administrators): what is left out stays */
export const vendorSettingsSchema = z
  .strictObject({ ...settings, siteBudgetMinor: unsignedSchema, requestId: requestIdSchema })
  .partial();
/**
 * The answer of making a vendor and of its settings. `waitsFor`: the approval that a float limit,
 * or any higher term, waits for; until then the vendor is as told here.
 */
export const vendorChangedSchema = vendorRowSchema.extend({ waitsFor: z.string().nullable() });
export type VendorChanged = z.output<typeof vendorChangedSchema>;
/** POST /api/operator/vendors/:id/block and …/unblock, and of connections the same */
export const blockSchema = z.strictObject({ reason: z.string().trim().min(1).max(200) });
/** POST /api/operator/connections/:id/block and …/unblock answer with how it is now. */
export const connectionBlockedSchema = z.object({ blockedReason: z.string().nullable() });
/** POST /api/operator/vendors/:id/keys (administrators) */
export const newVendorKeySchema = z.strictObject({
  requestId: requestIdSchema,
  label: labelSchema,
});
export const vendorKeySchema = z.object({ keyId: z.string(), key: z.string() });
export type VendorKeyJson = z.output<typeof vendorKeySchema>;
/** The outcome of an approval of a till's key: what to ask for again. */
export const tillKeyOutcomeSchema = z.object({
  vendorId: z.string(),
  label: z.string(),
  requestId: z.string(),
  /** Of a shop's phone: ask for its code, and not for a key. */
  phone: z.literal(true).optional(),
});
/**
 * A key takes two people: answered with the approval, and once that is given with the key, to
 * whoever asked, by the same request again within a day.
 */
export const vendorKeyAskedSchema = z.union([vendorKeySchema, askedSchema]);
/**
 * POST /api/operator/vendors/:id/phones (administrators): a shop's phone, asked for and allowed as
 * a key is. The code is typed or opened on the phone, once, before it expires.
 */
export const vendorPhoneSchema = z.object({
  keyId: z.string(),
  code: z.string(),
  expiresAt: instantSchema,
});
export type VendorPhoneJson = z.output<typeof vendorPhoneSchema>;
export const vendorPhoneShownSchema = vendorPhoneSchema.extend({ link: z.string() });
export const vendorPhoneAskedSchema = z.union([vendorPhoneShownSchema, askedSchema]);
/** POST /api/operator/vendors/:id/clerks (administrators): who signs in on the shop's phones. */
export const newClerkSchema = z.strictObject({ name: z.string().trim().min(1).max(60) });
/** The PIN is in this answer alone. The clerk chooses another one when they first sign in. */
export const clerkPinSchema = z.object({ clerkId: z.string(), name: z.string(), pin: z.string() });
export type ClerkPin = z.output<typeof clerkPinSchema>;
export const clerkRemovedSchema = z.object({ removed: z.literal(true) });
/**
 * POST /api/operator/vendors/:id/terminals (administrators): a till that speaks XMLVend. It is made
 * by the approval that this is answered with; it has no key, and is taken back as a key is.
 */
export const newTerminalSchema = terminalSchema.extend({
  requestId: requestIdSchema,
  label: labelSchema,
});
/** POST /api/operator/vendors/:id/keys/:keyId/revoke */
export const revokedSchema = z.object({ revoked: z.literal(true) });
/** POST /api/operator/vendors/:id/deposits */
export const vendorDepositBodySchema = z.strictObject({
  requestId: requestIdSchema,
  amountMinor: cashAmountSchema,
  reference: labelSchema,
});
export const vendorDepositSchema = z.object({
  vendorDepositId: z.string(),
  amountMinor: integerString,
  reference: z.string(),
  recordedBy: z.string(),
  recordedAt: instantSchema,
  /** Taken back whole by two people; null while it counts. */
  undone: z
    .object({ at: instantSchema, reason: z.string(), askedBy: z.string(), allowedBy: z.string() })
    .nullable(),
});
export type VendorDepositJson = z.output<typeof vendorDepositSchema>;
/** One beyond what its operator may do alone waits for approval. */
export const vendorDepositedSchema = z.union([vendorDepositSchema, askedSchema]);
/** POST /api/operator/vendors/:id/deposits/:vendorDepositId/undo: waits for a second person */
export const undoDepositBodySchema = z.strictObject({
  requestId: requestIdSchema,
  reason: approvalReasonSchema,
});
/**
 * asked: the provider does not know yet; waiting: the phone is asked; paidLate: more than ten
 * minutes after that; otherAmount: what came stands on the list of money without a sale.
 */
export const floatPaymentStates = [
  'asked',
  'waiting',
  'paid',
  'paidLate',
  'failed',
  'expired',
  'otherAmount',
] as const;
export type FloatPaymentState = (typeof floatPaymentStates)[number];
/** GET /api/operator/vendors/:id/float-payments: the last fifty, newest first */
export const floatPaymentSchema = z.object({
  paymentId: z.string(),
  amountMinor: integerString,
  state: z.enum(floatPaymentStates),
  otherAmountMinor: integerString.nullable(),
  phone: z.string(),
  askedBy: z.string(),
  askedAt: instantSchema,
  decidedAt: instantSchema.nullable(),
  provider: z.string(),
  providerReference: z.string().nullable(),
});
export type FloatPaymentJson = z.output<typeof floatPaymentSchema>;
export const floatPaymentListSchema = z.object({ rows: z.array(floatPaymentSchema) });

/** GET /api/operator/vendors/:id/deposits?cursor=, newest first */
export const vendorDepositPageSchema = page(vendorDepositSchema);
export type VendorDepositPage = z.output<typeof vendorDepositPageSchema>;
