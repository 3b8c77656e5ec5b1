// Public face of @prewatt/bulk-purchase: tokens for many meters from one file of a vendor.

export { type BulkLine, readBulkFile } from './file.ts';
export {
  type Bought,
  buyAll,
  type EarlierRows,
  earlierRows,
  emptyResult,
  type Looked,
  type Rehearsal,
  rehearse,
  resultFile,
} from './run.ts';
export { type BulkFailure, type BulkTill, createBulkTill, type TillCalls } from './till.ts';
