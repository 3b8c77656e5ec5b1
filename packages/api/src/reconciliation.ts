// Reconciliation: files of a payment provider and of a bank, compared with our payments.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';

export const reconciliationKindSchema = z.enum(['settlement', 'bank']);
export type ReconciliationKind = z.output<typeof reconciliationKindSchema>;

const columnName = z.string().min(1).max(200);

/** How to read a file; columns are named as in its heading line. */
export const reconciliationMappingSchema = z.strictObject({
  /** The provider whose payments are meant, as in our payments: "sandbox". */
  provider: z.string().min(1).max(100),
  delimiter: z.enum([',', ';', '\t', '|']).default(','),
  /** Lines before the heading line. */
  skipLines: z.number().int().min(0).max(100).default(0),
  /** The heading line is the first below them that has all the columns; left out, the first. */
  heading: z.literal('named').optional(),
  columns: z.strictObject({
    /** Settlement: the provider's reference of the payment. Bank: the name of the batch. */
    reference: columnName,
    amount: columnName,
    date: columnName,
    /** Left out, every row is in the utility's currency. */
    currency: columnName.optional(),
    /** Settlement: what the provider keeps; the bank receives amount - fee. */
    fee: columnName.optional(),
    /** Settlement: the batch in which the provider pays out. */
    batch: columnName.optional(),
  }),
  /** Only rows in which the column has this value; others are not about payments. */
  where: z.strictObject({ column: columnName, equals: z.string().max(200) }).optional(),
  /** Rows without an amount, or of nothing, are not about payments; left out, they are wrong. */
  emptyAmount: z.literal('skip').optional(),
  numbers: z
    .strictObject({ decimal: z.enum(['.', ',']), group: z.enum(['', ',', '.', ' ', "'"]) })
    .refine((numbers) => numbers.decimal !== numbers.group, 'decimal and group are the same')
    .default({ decimal: '.', group: '' }),
  /** A time after the date is allowed and ignored. */
  dates: z
    .enum([
      'YYYY-MM-DD',
      'YYYY/MM/DD',
      'YYYYMMDD',
      'DD/MM/YYYY',
      'MM/DD/YYYY',
      'DD.MM.YYYY',
      'DD-MM-YYYY',
    ])
    .default('YYYY-MM-DD'),
});
export type ReconciliationMapping = z.output<typeof reconciliationMappingSchema>;

/** A mapping to begin with: that of the last file of a provider, or one that is built in. */
export const knownMappingSchema = z.object({
  kind: reconciliationKindSchema,
  provider: z.string(),
  /** Whose last file it read, or which file is meant. */
  label: z.string(),
  mapping: reconciliationMappingSchema,
});
export type KnownMapping = z.output<typeof knownMappingSchema>;
/** GET /api/operator/reconciliation/mappings: those of people's files first, then built-in ones. */
export const knownMappingsSchema = z.object({ rows: z.array(knownMappingSchema) });

/** Most characters of a file; a larger one is split by day. */
export const reconciliationFileLimit = 8_000_000;

/**
 * POST /api/operator/reconciliation/files. A file with an error is refused whole, with its lines;
 * the same file again gets the first answer.
 */
export const importReconciliationSchema = z.strictObject({
  kind: reconciliationKindSchema,
  name: z.string().min(1).max(200),
  mapping: reconciliationMappingSchema,
  content: z.string().max(reconciliationFileLimit),
});

export const reconciliationImportSchema = z.object({
  fileId: z.string(),
  /** False when this file had been imported before. */
  isNew: z.boolean(),
  rows: z.number().int(),
  /** Rows that no earlier file had. */
  newRows: z.number().int(),
  /** Differences that this import found, and open ones that it settled. */
  found: z.number().int(),
  settled: z.number().int(),
});
export type ReconciliationImport = z.output<typeof reconciliationImportSchema>;

/** GET /api/operator/reconciliation/files?cursor=, newest first. */
export const reconciliationFileSchema = z.object({
  fileId: z.string(),
  kind: reconciliationKindSchema,
  provider: z.string(),
  name: z.string(),
  rows: z.number().int(),
  firstDate: z.iso.date(),
  lastDate: z.iso.date(),
  importedBy: z.string(),
  importedAt: instantSchema,
});
export type ReconciliationFile = z.output<typeof reconciliationFileSchema>;
export const reconciliationFilePageSchema = z.object({
  rows: z.array(reconciliationFileSchema),
  nextCursor: z.string().nullable(),
});
export type ReconciliationFilePage = z.output<typeof reconciliationFilePageSchema>;

export const differenceStates = ['open', 'explained', 'closed'] as const;
export const differenceStateSchema = z.enum(differenceStates);

/**
 * GET /api/operator/reconciliation/differences?state=open|explained|closed|all&cursor= (default
 * open), oldest first.
 */
export const differenceRowSchema = z.object({
  differenceId: z.string(),
  kind: reconciliationKindSchema,
  provider: z.string(),
  /**
   * missingHere: they have it and we do not; missingThere: the other way round; amountDiffers;
   * duplicate: they have it more than once.
   */
  what: z.enum(['missingHere', 'missingThere', 'amountDiffers', 'duplicate']),
  reference: z.string(),
  oursMinor: integerString.nullable(),
  theirsMinor: integerString.nullable(),
  /** Civil day of the payment, or of their row. */
  since: z.iso.date(),
  ageDays: z.number().int(),
  state: differenceStateSchema,
  /** What was noted, in order; `by` is null when a later file settled it. */
  notes: z.array(
    z.object({
      state: differenceStateSchema,
      why: z.string(),
      by: z.string().nullable(),
      at: instantSchema,
    }),
  ),
});
export type DifferenceRow = z.output<typeof differenceRowSchema>;
export const differencePageSchema = z.object({
  rows: z.array(differenceRowSchema),
  nextCursor: z.string().nullable(),
});
export type DifferencePage = z.output<typeof differencePageSchema>;

/**
 * POST /api/operator/reconciliation/differences/:id/notes; answers with the row. The last note said
 * again by the same operator is the same note.
 */
export const noteDifferenceSchema = z.strictObject({
  state: differenceStateSchema,
  why: z.string().min(3).max(1000),
});

/** What a provider kept of the payments of a month, as it stands in the ledger. */
export const providerFeesRowSchema = z.object({
  provider: z.string(),
  /** "2026-11": of the day that the settlement says. */
  month: z.string(),
  payments: z.number().int(),
  /** Below zero: more was given back than kept. */
  feeMinor: integerString,
  /** Of the payments, those whose fee a later settlement corrected. */
  corrected: z.number().int(),
});
export type ProviderFeesRow = z.output<typeof providerFeesRowSchema>;
/** GET /api/operator/reconciliation/fees?cursor=, newest month first. */
export const providerFeesPageSchema = z.object({
  rows: z.array(providerFeesRowSchema),
  nextCursor: z.string().nullable(),
});
export type ProviderFeesPage = z.output<typeof providerFeesPageSchema>;
