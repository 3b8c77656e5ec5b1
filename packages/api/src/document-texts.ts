// What receipts say of the utility beside its name: read by all operators, changed by an
// administrator, each change on record.

import { z } from 'zod';
import { instantSchema } from './common.ts';

/** One line without control characters; missing where nothing is written. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^\P{Cc}*$/u, 'No line ends and no control characters.')
    .transform((text) => (text === '' ? null : text))
    .nullable();

/** Lines of a block of text. */
const lines = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^(\n|\P{Cc})*$/u, 'No control characters but line ends.')
    .transform((text) => (text === '' ? null : text))
    .nullable();

const written = z.string().nullable();

export const documentTextsSchema = z.object({
  legalName: written,
  taxNumber: written,
  address: written,
  receiptFooter: written,
});
/** Each is null where the utility has none. Address and footer may have several lines. */
export type DocumentTexts = z.output<typeof documentTextsSchema>;

export const noDocumentTexts: DocumentTexts = {
  legalName: null,
  taxNumber: null,
  address: null,
  receiptFooter: null,
};

export const documentTextsAnswerSchema = documentTextsSchema.extend({
  /** Newest first. */
  history: z.array(z.object({ by: z.string(), reason: z.string(), at: instantSchema })),
});
export type DocumentTextsNow = z.output<typeof documentTextsAnswerSchema>;

/** All four, as they are to stand from now on. */
export const documentTextsBodySchema = z.strictObject({
  legalName: line(120),
  taxNumber: line(40),
  address: lines(300),
  receiptFooter: lines(300),
  requestId: z.string().min(8).max(100),
  reason: z.string().trim().min(5).max(500),
});
