// Sales for cash at a site without the internet: what a gateway asks of the server when it has its
// link, and what operators read about it.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';
import { cashAmountSchema, receiptSchema, requestIdSchema } from './vendor.ts';

const meterPanSchema = z.string().regex(/^\d{18}$/, 'the 18 digits of a meter');
export const mostSiteMeters = 400;
/** For so many amounts a meter's price is told: those of one sale, and what several add up to. */
export const mostSiteAmounts = 6;

/** POST /api/vendor/v1/site/budget */
export const siteBudgetBodySchema = z.strictObject({
  meterPans: z.array(meterPanSchema).min(1).max(mostSiteMeters),
  /** Rising. */
  amountsMinor: z.array(cashAmountSchema).min(1).max(mostSiteAmounts),
});
export const siteBudgetSchema = z.object({
  vendorName: z.string(),
  utility: z.object({
    name: z.string(),
    zone: z.string(),
    currency: z.object({ code: z.string(), scale: z.number().int() }),
  }),
  /** By the server's clock. */
  at: instantSchema,
  /** What the site may have sold and not settled, from now on. */
  budgetMinor: integerString,
  /** From then on it sells nothing until it has asked again. */
  validUntil: instantSchema,
  clerks: z.array(
    z.object({ clerkId: z.string(), name: z.string(), pinIsOwn: z.boolean(), locked: z.boolean() }),
  ),
  meters: z.array(
    z.object({
      meterPan: z.string(),
      /** First letters only. */
      customerName: z.string().nullable(),
      /** Why nothing can be sold for it; null when it can. */
      refusal: z.string().nullable(),
      /** What each amount would buy now, and amounts between where a line would say too much. */
      prices: z.array(z.object({ amountMinor: integerString, energyWh: integerString })),
    }),
  ),
});
export type SiteBudget = z.output<typeof siteBudgetSchema>;

/** POST /api/vendor/v1/site/sales */
export const siteSaleBodySchema = z.strictObject({
  requestId: requestIdSchema,
  meterPan: meterPanSchema,
  amountMinor: cashAmountSchema,
  /** What the meter lets be used until the token is there. */
  promisedWh: cashAmountSchema,
  /** By the site's clock. */
  soldAt: instantSchema,
  clerkId: z.string().regex(/^clerk_[0-9a-f-]{36}$/, 'the id of a clerk'),
});
/** One of the two is null: the receipt, or why the sale cannot be made now. It is tried again. */
export const siteSaleAnswerSchema = z.object({
  receipt: receiptSchema.nullable(),
  refusal: z.string().nullable(),
});
export type SiteSaleAnswer = z.output<typeof siteSaleAnswerSchema>;

/** POST /api/vendor/v1/site/clerks/:clerkId/pin */
export const clerkPinBodySchema = z.strictObject({
  pin: z.string().min(1).max(20),
  newPin: z.string().min(1).max(20).optional(),
});
export const clerkPinAnswerSchema = z.object({
  /** False: the PIN was given to them, and opens nothing until they have chosen one. */
  pinIsOwn: z.boolean(),
});

/** GET /api/operator/vendors/:id/site-sales */
export const siteSalesSchema = z.object({
  budgetMinor: integerString,
  reservedMinor: integerString,
  /** The till whose gateway has the budget, and when it asked last; null while none has. */
  till: z.object({ label: z.string(), askedAt: instantSchema }).nullable(),
  /** Reported, and refused until now. */
  outstanding: z.object({ sales: z.number().int(), amountMinor: integerString }),
  /** The newest hundred, those that are outstanding first. */
  rows: z.array(
    z.object({
      requestId: z.string(),
      meterPan: z.string(),
      amountMinor: integerString,
      promisedWh: integerString,
      soldAt: instantSchema,
      reportedAt: instantSchema,
      clerk: z.string(),
      saleId: z.string().nullable(),
      energyWh: integerString.nullable(),
      /** Why it could not be made until now; null once it is. */
      refusal: z.string().nullable(),
    }),
  ),
});
export type SiteSales = z.output<typeof siteSalesSchema>;
