// What operators did where nothing else keeps their name, in the console or by the command line,
// and what whoever keeps the database did.

import { z } from 'zod';
import { instantSchema } from './common.ts';

export const actKinds = [
  'vendorMade',
  'vendorChanged',
  'vendorBlocked',
  'vendorUnblocked',
  'vendorKeyMade',
  'vendorKeyRevoked',
  'connectionBlocked',
  'connectionUnblocked',
  'saleRetried',
  'importCancelled',
  'importResumed',
  'campaignDelivered',
  'campaignWithdrawn',
  'keyLoadClosed',
  'exported',
  'utilityMade',
  'operatorAdded',
  'operatorPassword',
  'operatorEnded',
  'masterKeyChanged',
] as const;
export type ActKind = (typeof actKinds)[number];

export const actSchema = z.object({
  actId: z.string(),
  at: instantSchema,
  /** A name; of whoever keeps the database, that it was they. */
  by: z.string(),
  act: z.enum(actKinds),
  /** An identifier, an address for signing in, the name of a file's kind. */
  subject: z.string(),
  /** What was said with it, by its name: a reason, a setting, a role. */
  details: z.record(z.string(), z.string()),
});
export type ActJson = z.output<typeof actSchema>;

/** GET /api/operator/acts?cursor=: newest first. For administrators and viewers. */
export const actPageSchema = z.object({
  rows: z.array(actSchema),
  nextCursor: z.string().nullable(),
});
