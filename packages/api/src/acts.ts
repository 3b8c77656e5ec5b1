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
  'databaseRestored',
] as const;
export type ActKind = (typeof actKinds)[number];

/** What acts are about, to look for them. */
export const actsAbout = {
  vendors: [
    ...(['vendorMade', 'vendorChanged', 'vendorBlocked', 'vendorUnblocked'] as const),
    ...(['vendorKeyMade', 'vendorKeyRevoked'] as const),
  ],
  homes: ['connectionBlocked', 'connectionUnblocked', 'saleRetried'],
  files: ['importCancelled', 'importResumed', 'exported'],
  keys: [
    'campaignDelivered',
    'campaignWithdrawn',
    'keyLoadClosed',
    'masterKeyChanged',
    'databaseRestored',
  ],
  people: ['utilityMade', 'operatorAdded', 'operatorPassword', 'operatorEnded'],
} as const satisfies Record<string, readonly ActKind[]>;
export type ActAbout = keyof typeof actsAbout;
export const actAbouts = Object.keys(actsAbout) as ActAbout[];

/** `who`: a part of a name, of who did it or what it was done to. */
export const actQuerySchema = z.object({
  cursor: z.uuid().optional(),
  about: z.enum(actAbouts).optional(),
  who: z.string().trim().max(100).optional(),
});
export type ActQuery = z.output<typeof actQuerySchema>;

export const actSchema = z.object({
  actId: z.string(),
  at: instantSchema,
  /** A name; of whoever keeps the database, that it was they. */
  by: z.string(),
  act: z.enum(actKinds),
  /** An identifier, an address for signing in, the name of a file's kind. */
  subject: z.string(),
  /** What a vendor is called now; what another was called then. */
  subjectName: z.string().nullable(),
  /** What was said with it, by its name: a reason, a setting, a role. */
  details: z.record(z.string(), z.string()),
});
export type ActJson = z.output<typeof actSchema>;

/** GET /api/operator/acts?about=&who=&cursor=: newest first. For administrators and viewers. */
export const actPageSchema = z.object({
  rows: z.array(actSchema),
  nextCursor: z.string().nullable(),
});
