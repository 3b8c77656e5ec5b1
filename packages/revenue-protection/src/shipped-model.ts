// The model that the package brings: trained by `prewatt revenue train`, kept as JSON beside this
// file. How, on what and under which licence: docs/revenue-protection.md and README.md.

import { expectOk } from '@prewatt/quantities';
import { type Model, type ModelDocument, readModel } from './model.ts';
import document from './shipped-model.json' with { type: 'json' };

let read: Model | null = null;

/** Read once; a document that does not fit this code is a bug of the package. */
export function shippedModel(): Model {
  read ??= expectOk(readModel(document as ModelDocument), 'the shipped model');
  return read;
}
