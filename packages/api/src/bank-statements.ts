// Statements of a bank account: customers pay by transfer with a reference or their meter's number,
// an operator brings the bank's file, a second person allows it, and each entry is taken once.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema, integerString } from './common.ts';

/** So large may a file be, in bytes. */
export const bankFileLimit = 2_000_000;

/** Columns of a CSV file, by the names of its heading line. */
export const bankCsvMappingSchema = z.strictObject({
  /** The bank's own name of the entry: the same in every file that has it. */
  id: z.string().min(1).max(100),
  amount: z.string().min(1).max(100),
  /** What the payer wrote. */
  text: z.string().min(1).max(100),
  date: z.string().min(1).max(100).optional(),
  payer: z.string().min(1).max(100).optional(),
  separator: z.enum([',', ';', '\t']).optional(),
  decimalComma: z.boolean().optional(),
});
export type BankCsvMapping = z.output<typeof bankCsvMappingSchema>;

/**
 * `bank`: camt.053, camt.054, MT940, or CSV by a mapping. `daraja`: the list of M-Pesa's portal,
 * for what its notifications did not bring; it is known by the same receipts.
 */
export const bankSources = ['bank', 'daraja'] as const;
export const bankSourceSchema = z.enum(bankSources);
export type BankSource = z.output<typeof bankSourceSchema>;

const file = {
  name: z.string().trim().min(1).max(200),
  source: bankSourceSchema,
  contentBase64: z
    .base64()
    .min(4)
    .max(Math.ceil(bankFileLimit / 3) * 4),
  /** Of a bank's CSV file alone. */
  mapping: bankCsvMappingSchema.optional(),
};

/** POST /api/operator/bank-statements/preview: writes nothing. */
export const previewBankSchema = z.strictObject(file);
export type BankFileBody = z.output<typeof previewBankSchema>;

/** POST /api/operator/bank-statements: awaits a second person; the same file again is refused. */
export const bringBankSchema = z.strictObject({
  ...file,
  requestId: z.string().min(8).max(100),
  reason: approvalReasonSchema,
});

/** `before`: an earlier file or notification brought it. `list`: no meter has just this number. */
export const bankEntryGoesTo = ['meter', 'payment', 'list', 'before', 'reversal'] as const;

const entry = {
  ordinal: z.int(),
  amountMinor: integerString,
  payer: z.string().nullable(),
  /** What the payer wrote. */
  text: z.string().nullable(),
  /** "2026-11-24" */
  bookedOn: z.string().nullable(),
};

export const bankPreviewSchema = z.object({
  format: z.string(),
  /** Null where the file states no balances. */
  balanced: z.boolean().nullable(),
  payments: z.int(),
  paymentsMinor: integerString,
  reversals: z.int(),
  /** Announced by the bank and not booked: not taken. */
  pending: z.int(),
  /** Money that left the account: not taken. */
  outgoing: z.int(),
  counts: z.record(z.enum(bankEntryGoesTo), z.int()),
  /** The first two hundred. */
  rows: z.array(
    z.object({
      ...entry,
      goesTo: z.enum(bankEntryGoesTo),
      connectionName: z.string().nullable(),
    }),
  ),
});
export type BankPreview = z.output<typeof bankPreviewSchema>;

export const bankStatementSchema = z.object({
  statementId: z.string(),
  name: z.string(),
  source: bankSourceSchema,
  format: z.string(),
  state: z.enum(['awaiting', 'working', 'done', 'withdrawn']),
  payments: z.int(),
  paymentsMinor: integerString,
  reversals: z.int(),
  broughtAt: instantSchema,
  broughtBy: z.string(),
  approvedBy: z.string().nullable(),
  approvalId: z.string(),
  /** What became of its payments so far. */
  counts: z.object({
    placed: z.int(),
    unallocated: z.int(),
    before: z.int(),
    open: z.int(),
  }),
});
export type BankStatement = z.output<typeof bankStatementSchema>;

export const bankStatementPageSchema = z.object({
  rows: z.array(bankStatementSchema),
  nextCursor: z.string().nullable(),
});

/** GET /api/operator/bank-statements/:id: reversals first, then what stands on the list. */
export const bankStatementDetailSchema = bankStatementSchema.extend({
  rows: z.array(
    z.object({
      ...entry,
      kind: z.enum(['payment', 'reversal']),
      reference: z.string(),
      outcome: z.string().nullable(),
    }),
  ),
});
