// Reports of money that came in, energy that was given, and money that nobody has claimed. Each
// figure opens the rows that it is the sum of.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';
import { fileFormSchema } from './file-forms.ts';
import { grantStateSchema } from './grants.ts';

const period = { from: z.iso.date(), to: z.iso.date() };
const key = z.string().min(1).max(200);
const cursor = z.string().max(100).optional();

export const collectionsBys = ['day', 'month', 'channel'] as const;
export type CollectionsBy = (typeof collectionsBys)[number];

/** GET /api/operator/reports/collections: both days are in it, as the utility counts days. */
export const collectionsQuerySchema = z.object({
  ...period,
  by: z.enum(collectionsBys).default('day'),
});
export type CollectionsQuery = z.output<typeof collectionsQuerySchema>;
export const collectionsFileQuerySchema = collectionsQuerySchema.extend({ as: fileFormSchema });

/**
 * What a transfer on customers' accounts is. `collected`: from a provider, a vendor or the bank.
 * `paidBack`: the payer's again. `sold`: energy, tax and fees. `debts`: paid on debts. `given`: all
 * else, such as credit notes, free credit and balances of an older system.
 */
export const collectionParts = ['collected', 'paidBack', 'sold', 'debts', 'given'] as const;
export type CollectionPart = (typeof collectionParts)[number];

const collectionSumsSchema = z.object({
  /** Transfers by which money came in. */
  payments: z.number().int(),
  collectedMinor: integerString,
  paidBackMinor: integerString,
  soldMinor: integerString,
  debtsMinor: integerString,
  givenMinor: integerString,
  /** By so much the balances of customers are more; below zero less. */
  leftMinor: integerString,
});
export type CollectionSums = z.output<typeof collectionSumsSchema>;
export const collectionRowSchema = collectionSumsSchema.extend({
  key: z.string(),
  label: z.string(),
});
export type CollectionRow = z.output<typeof collectionRowSchema>;
export const collectionsSchema = z.object({
  rows: z.array(collectionRowSchema),
  total: collectionSumsSchema,
});
export type Collections = z.output<typeof collectionsSchema>;

/** GET /api/operator/reports/collections/transfers: the newest first; `part`: only these. */
export const collectionTransfersQuerySchema = collectionsQuerySchema.extend({
  key,
  part: z.enum(collectionParts).optional(),
  cursor,
});
export const collectionTransferSchema = z.object({
  transferId: z.string(),
  at: instantSchema,
  part: z.enum(collectionParts),
  /** What it adds to the part; below zero: taken back. */
  amountMinor: integerString,
  connectionId: z.string().nullable(),
  connectionName: z.string().nullable(),
  saleId: z.string().nullable(),
});
export type CollectionTransfer = z.output<typeof collectionTransferSchema>;
export const collectionTransferPageSchema = z.object({
  rows: z.array(collectionTransferSchema),
  nextCursor: z.string().nullable(),
});

export const givenBys = ['month', 'kind', 'tariff'] as const;
export type GivenBy = (typeof givenBys)[number];
export const givenKinds = ['freeUnits', 'freeCredit'] as const;
export type GivenKind = (typeof givenKinds)[number];

/** GET /api/operator/reports/given: energy given without a sale, by when it was given. */
export const givenQuerySchema = z.object({ ...period, by: z.enum(givenBys).default('month') });
export type GivenQuery = z.output<typeof givenQuerySchema>;
export const givenFileQuerySchema = givenQuerySchema.extend({ as: fileFormSchema });

const givenSumsSchema = z.object({
  homes: z.number().int(),
  grants: z.number().int(),
  /** Of all that the meter did not refuse. */
  energyWh: integerString,
  /** Of these, what the meter has reported as accepted. */
  acceptedWh: integerString,
  /** In money: what was posted into wallets. */
  amountMinor: integerString,
});
export type GivenSums = z.output<typeof givenSumsSchema>;
export const givenRowSchema = givenSumsSchema.extend({ key: z.string(), label: z.string() });
export type GivenRow = z.output<typeof givenRowSchema>;
export const givenReportSchema = z.object({
  rows: z.array(givenRowSchema),
  total: givenSumsSchema,
});

/** GET /api/operator/reports/given/list: what one row is the sum of, the newest first. */
export const givenListQuerySchema = givenQuerySchema.extend({ key, cursor });
export const givenGrantSchema = z.object({
  grantId: z.string(),
  at: instantSchema,
  kind: z.enum(givenKinds),
  connectionId: z.string(),
  connectionName: z.string(),
  energyWh: integerString.nullable(),
  amountMinor: integerString.nullable(),
  state: grantStateSchema,
});
export type GivenGrant = z.output<typeof givenGrantSchema>;
export const givenGrantPageSchema = z.object({
  rows: z.array(givenGrantSchema),
  nextCursor: z.string().nullable(),
});

/**
 * Money that the utility holds and that is somebody's. `unallocated`: a provider took it and no
 * sale got it. `refundsDue`: of reversed sales, not paid out. `balances`: on the account of a home
 * where nobody is the customer, or whose connection is closed.
 */
export const unclaimedKinds = ['unallocated', 'refundsDue', 'balances'] as const;
export type UnclaimedKind = (typeof unclaimedKinds)[number];

const unclaimedSumsSchema = z.object({
  items: z.number().int(),
  amountMinor: integerString,
  /** Of it, what has waited for over 90 days. */
  overdueMinor: integerString,
  oldestAt: instantSchema.nullable(),
});
export type UnclaimedSums = z.output<typeof unclaimedSumsSchema>;
/** GET /api/operator/reports/unclaimed: as it stands now. Each kind has its row. */
export const unclaimedReportSchema = z.object({
  rows: z.array(unclaimedSumsSchema.extend({ kind: z.enum(unclaimedKinds) })),
  total: unclaimedSumsSchema,
});
export type UnclaimedReport = z.output<typeof unclaimedReportSchema>;

/** GET /api/operator/reports/unclaimed/list: of one kind, the oldest first. */
export const unclaimedListQuerySchema = z.object({ kind: z.enum(unclaimedKinds), cursor });
export const unclaimedItemSchema = z.object({
  itemId: z.string(),
  kind: z.enum(unclaimedKinds),
  /** Since when it waits. */
  since: instantSchema,
  amountMinor: integerString,
  connectionId: z.string().nullable(),
  connectionName: z.string().nullable(),
  saleId: z.string().nullable(),
  /** Of unallocated money: who took it, and the reference. */
  reference: z.string().nullable(),
});
export type UnclaimedItem = z.output<typeof unclaimedItemSchema>;
export const unclaimedPageSchema = z.object({
  rows: z.array(unclaimedItemSchema),
  nextCursor: z.string().nullable(),
});
