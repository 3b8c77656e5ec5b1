// The one search of the console: what a text may mean (a home, its meter, a phone, a token, a
// reference, a vendor), and what was found by each meaning.

import { z } from 'zod';
import { instantSchema, integerString, saleStateSchema } from './common.ts';

/** POST /api/operator/search: in a body, since a phone number has no place in an address. */
export const searchBodySchema = z.strictObject({
  text: z.string().trim().min(2).max(100),
});

/** How many of a kind are shown at most. */
export const searchLimit = 8;

const foundHomeSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  customerName: z.string().nullable(),
  address: z.string(),
  meterPan: z.string(),
  foundBy: z.enum(['words', 'meter', 'phone', 'givenToken', 'identifier']),
});
export type FoundHome = z.output<typeof foundHomeSchema>;

const foundSaleSchema = z.object({
  saleId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  requestedAt: instantSchema,
  amountMinor: integerString,
  state: saleStateSchema,
  tokenLastFour: z.string().nullable(),
  /** The provider's, where it was found by that. */
  reference: z.string().nullable(),
  foundBy: z.enum(['token', 'reference', 'identifier']),
});
export type FoundSale = z.output<typeof foundSaleSchema>;

const foundVendorSchema = z.object({
  vendorId: z.string(),
  name: z.string(),
  isBlocked: z.boolean(),
  /** Of a payment for its float, where it was found by that. */
  reference: z.string().nullable(),
});
export type FoundVendor = z.output<typeof foundVendorSchema>;

export const searchAnswerSchema = z.object({
  homes: z.array(foundHomeSchema),
  sales: z.array(foundSaleSchema),
  vendors: z.array(foundVendorSchema),
  /** Of some kind there is more than is shown. */
  isCut: z.boolean(),
});
export type SearchAnswer = z.output<typeof searchAnswerSchema>;
