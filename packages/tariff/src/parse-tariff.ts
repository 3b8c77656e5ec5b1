// Reads a tariff document: first by its schema, then by the checks that look across fields.

import { err, ok, type Result } from '@prewatt/quantities';
import { documentSchema, type Tariff, type TariffDocumentError } from './document.ts';
import { checkDocument } from './document-checks.ts';
import { describeIssues } from './schema-errors.ts';

/**
 * Reads a document (parsed JSON). Every error is returned, each with its path and what to write
 * instead.
 */
export function parseTariff(document: unknown): Result<Tariff, TariffDocumentError[]> {
  const read = documentSchema.safeParse(document);
  if (!read.success) {
    return err(describeIssues(documentSchema, read.error.issues));
  }
  const errors = checkDocument(read.data);
  return errors.length === 0 ? ok(read.data) : err(errors);
}
