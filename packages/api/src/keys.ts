// Vending keys: what is loaded, and the loading of one by two custodians and a third who allows it.
// A key or a component goes in and never comes out.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema } from './common.ts';
import { requestIdSchema } from './vendor.ts';

/** First six hex digits of what the key makes of zeros: compared with the custodian's letter. */
export const checkValueSchema = z
  .string()
  .regex(/^[0-9a-fA-F]{6}$/, '6 hex digits')
  .transform((text) => text.toUpperCase());

/**
 * So long before a vending key ends it stands on the attention list: another is loaded in days, and
 * a town's meters take a year to come to it.
 */
export const keyWarningDays = 365;

/** GET /api/operator/keys */
export const vendingKeyRowSchema = z.object({
  keyId: z.string(),
  supplyGroupCode: z.string(),
  keyRevision: z.number().int(),
  /** 0 initialisation, 1 default, 2 unique, 3 common. */
  keyType: z.number().int(),
  /** 255: never expires. */
  keyExpiry: z.number().int(),
  /**
   * When no token can be made under it any more: by its expiry number, or because its token
   * identifiers are used up, 2^24 minutes (31.9 years) after its base date.
   */
  expiresAt: instantSchema,
  /** Meters hold it, and it ends within `keyWarningDays` or has ended. */
  endsSoon: z.boolean(),
  baseDate: z.union([z.literal(93), z.literal(14), z.literal(35)]),
  dkga: z.enum(['dkga02', 'dkga04']),
  /** Null for a key that was there before custodians were. */
  checkValue: z.string().nullable(),
  /**
   * usable: for credit; keyChangeOnly: an initialisation or default key, from which meters are
   * changed; expired; notBegun: its base date has not begun.
   */
  use: z.enum(['usable', 'keyChangeOnly', 'expired', 'notBegun']),
  /** Meters that hold it. */
  meters: z.number().int(),
  loadedAt: instantSchema,
});
export type VendingKeyRow = z.output<typeof vendingKeyRowSchema>;
export const vendingKeysSchema = z.object({ rows: z.array(vendingKeyRowSchema) });

/** POST /api/operator/keys/loads: opens a loading; administrators only. */
export const newKeyLoadSchema = z.strictObject({
  requestId: requestIdSchema,
  supplyGroupCode: z.string().regex(/^\d{6}$/, '6 digits'),
  keyRevision: z.number().int().min(1).max(9),
  keyType: z.number().int().min(0).max(3),
  keyExpiry: z.number().int().min(0).max(255),
  baseDate: z.union([z.literal(93), z.literal(14), z.literal(35)]),
  dkga: z.enum(['dkga02', 'dkga04']),
  expectedCheckValue: checkValueSchema.optional(),
  reason: approvalReasonSchema,
});
export type NewKeyLoad = z.output<typeof newKeyLoadSchema>;

/**
 * POST /api/operator/keys/loads/:id/components: one custodian's component, in hex: 16 digits for
 * DKGA02, 40 for DKGA04. The second one asks for the approval.
 */
export const newKeyComponentSchema = z.strictObject({
  component: z.string().regex(/^[0-9a-fA-F]+$/, 'hex digits'),
  /** From the custodian's letter. */
  checkValue: checkValueSchema.optional(),
});

/** GET /api/operator/keys/loads, newest first; also the answer of the two above. */
export const keyLoadSchema = z.object({
  loadId: z.string(),
  supplyGroupCode: z.string(),
  keyRevision: z.number().int(),
  keyType: z.number().int(),
  keyExpiry: z.number().int(),
  baseDate: z.number().int(),
  dkga: z.enum(['dkga02', 'dkga04']),
  expectedCheckValue: z.string().nullable(),
  reason: z.string(),
  openedBy: z.string(),
  openedAt: instantSchema,
  /** collecting -> awaitingApproval -> loaded | closed */
  state: z.enum(['collecting', 'awaitingApproval', 'loaded', 'closed']),
  approvalId: z.string().nullable(),
  components: z.array(
    z.object({ enteredBy: z.string(), checkValue: z.string(), at: instantSchema }),
  ),
  /**
   * Who may enter the next component, by name: after the second one an administrator has to be left
   * who took no part. Empty where nobody may, and where none is awaited.
   */
  mayEnter: z.array(z.string()),
});
export type KeyLoad = z.output<typeof keyLoadSchema>;
export const keyLoadsSchema = z.object({ rows: z.array(keyLoadSchema) });
