// Customers as the console shows them: who they are, their homes and what was said to them.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';
import { ticketRowSchema } from './tickets.ts';

export const customerShows = ['all', 'owing', 'noHome', 'tickets'] as const;
export const customerSorts = ['name', 'homes', 'debt', 'since'] as const;

/** The query of GET /api/operator/customers */
export const customerListQuerySchema = z.object({
  /** Words of a name or a home, a phone, a meter's number. */
  search: z.string().trim().max(100).default(''),
  show: z.enum(customerShows).default('all'),
  sort: z.enum(customerSorts).default('name'),
  order: z.enum(['asc', 'desc']).default('asc'),
  cursor: z.string().max(500).optional(),
});
export type CustomerListQuery = z.output<typeof customerListQuerySchema>;

export const customerRowSchema = z.object({
  customerId: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  /** Homes of today, and the name of one. */
  homes: z.number().int(),
  homeName: z.string().nullable(),
  debtMinor: integerString,
  openTickets: z.number().int(),
  since: instantSchema,
});
export type CustomerRow = z.output<typeof customerRowSchema>;
export const customerPageSchema = z.object({
  rows: z.array(customerRowSchema),
  nextCursor: z.string().nullable(),
});

export const customerHomeSchema = z.object({
  connectionId: z.string(),
  name: z.string(),
  address: z.string(),
  meterPan: z.string().nullable(),
  from: instantSchema,
  /** Null: theirs today. */
  until: instantSchema.nullable(),
  finalReadingWh: integerString.nullable(),
  /** Of a home of today: what is left of purchases, and what is owed. */
  prepaidMinor: integerString.nullable(),
  debtMinor: integerString.nullable(),
});
export type CustomerHome = z.output<typeof customerHomeSchema>;

/** GET /api/operator/customers/:id */
export const customerDetailSchema = z.object({
  customerId: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  note: z.string(),
  /** Sent back with a change: whoever saw an older one hears what changed since. */
  version: z.number().int(),
  changedAt: instantSchema,
  changedBy: z.string().nullable(),
  createdAt: instantSchema,
  /** Is one with this customer since a merge. */
  mergedInto: z.object({ customerId: z.string(), name: z.string() }).nullable(),
  mergedFrom: z.array(
    z.object({ customerId: z.string(), name: z.string(), phone: z.string().nullable() }),
  ),
  homes: z.array(customerHomeSchema),
  debts: z.array(
    z.object({
      connectionId: z.string(),
      connectionName: z.string(),
      label: z.string(),
      outstandingMinor: integerString,
    }),
  ),
  tickets: z.array(ticketRowSchema),
});
export type CustomerDetail = z.output<typeof customerDetailSchema>;

export const customerFieldsSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** As it is dialled at home, or with the country's code. */
  phone: z.string().trim().min(1).max(40).nullable(),
  email: z.email().max(254).nullable(),
  note: z.string().trim().max(1000).default(''),
});
/** POST /api/operator/customers: the same request again makes no second one. */
export const customerMakeSchema = customerFieldsSchema.extend({
  requestId: z.string().min(8).max(100),
});
/** POST /api/operator/customers/:id */
export const customerChangeSchema = customerFieldsSchema.extend({
  version: z.number().int().min(1),
  reason: z.string().trim().min(1).max(200),
});
export const customerSavedSchema = z.object({ customerId: z.string(), version: z.number().int() });

/** POST /api/operator/customers/:id/merge, and of /unmerge: `otherId` is who comes in or leaves. */
export const customerMergeSchema = z.strictObject({
  otherId: z.string().regex(/^customer_[0-9a-f-]{36}$/),
  reason: z.string().trim().min(1).max(200),
});

/** GET /api/operator/customers/:id/contact: messages to the homes, and what the phone wrote. */
export const contactRowSchema = z.object({
  at: instantSchema,
  direction: z.enum(['to', 'from']),
  connectionName: z.string().nullable(),
  text: z.string(),
  /** Of a message: how far it got; of a text: whether somebody has read it. */
  state: z.string(),
});
export type ContactRow = z.output<typeof contactRowSchema>;
export const contactPageSchema = z.object({
  rows: z.array(contactRowSchema),
  nextCursor: z.string().nullable(),
});

/** POST /api/operator/connections/:id/tenant */
export const tenantBodySchema = z.strictObject({
  /** Null: nobody comes. A phone that a customer has brings that customer. */
  next: z
    .union([
      z.strictObject({ customerId: z.string().regex(/^customer_[0-9a-f-]{36}$/) }),
      z.strictObject({
        name: z.string().trim().min(1).max(120),
        phone: z.string().trim().min(1).max(40),
      }),
    ])
    .nullable(),
  /** What the meter's register showed. */
  finalReadingWh: integerString.nullable(),
  /** Money and debts of the home stay with it: refused without, where there is any. */
  moneyStays: z.boolean().default(false),
  reason: z.string().trim().min(1).max(200),
});
export const tenantChangedSchema = z.object({
  leftName: z.string().nullable(),
  cameName: z.string().nullable(),
});
