// What payment providers have sent, as it came: shapes of the list, of one with its bytes, and of
// what became of judging it again.

import { z } from 'zod';
import { instantSchema } from './common.ts';

/** What was made of a notification. */
export const notificationMades = [
  'word',
  'hint',
  'arrived',
  'mayArrive',
  'answer',
  'refundAnswer',
  'aside',
  'unlistedSender',
  'wrongSecret',
  'badSignature',
  'staleSignature',
  'malformed',
  'unknownPayment',
] as const;
export type NotificationMade = (typeof notificationMades)[number];

/** Why a notification was not believed, or could not be taken. */
export const notificationRefusalTexts = {
  unlistedSender: 'it came from an address that is not listed as a sender of this rail',
  wrongSecret: 'the secret in the address is wrong: the address at the provider is an older one',
  badSignature: 'the signature does not fit',
  staleSignature: 'the signature is too old',
  malformed: 'no notification could be read',
  unknownPayment: 'no payment has its reference',
} as const satisfies Partial<Record<NotificationMade, string>>;

/** What was made of one, in words that begin with a capital letter. */
export const notificationMadeTexts: Readonly<Record<NotificationMade, string>> = {
  word: 'A signed word about a payment',
  hint: 'A hint about a payment: the provider was asked',
  arrived: 'Money without an order',
  mayArrive: 'A question whether money may come',
  answer: 'An answer about money without an order',
  refundAnswer: 'An answer about a refund',
  aside: 'About nothing of ours: acknowledged',
  ...(Object.fromEntries(
    Object.entries(notificationRefusalTexts).map(([made, text]) => [made, `Refused: ${text}`]),
  ) as Record<keyof typeof notificationRefusalTexts, string>),
};

/** These were not believed, or are about nothing of ours: kept for a week, and few of them. */
export const notificationsRefused: readonly NotificationMade[] = [
  'unlistedSender',
  'wrongSecret',
  'badSignature',
  'staleSignature',
  'malformed',
  'unknownPayment',
  'aside',
];
/**
 * What became of its money by now. `float`: it is in a shop's float; `waits`: the provider is
 * asked, or the sale is stuck; `onList`: it stands on the list of money that no sale got; `moved`:
 * two people gave it to a meter; `returning`, `returned`: paid back; `reversed`: the sale was taken
 * back; `notPaid`: the payment failed or expired; `nothing`: there was nothing to do.
 */
export const notificationBecames = [
  ...(['sold', 'float', 'waits', 'onList', 'moved', 'returning', 'returned', 'reversed'] as const),
  ...(['notPaid', 'refused', 'failed', 'nothing'] as const),
] as const;
export type NotificationBecame = (typeof notificationBecames)[number];

/**
 * Which rows. `taken`: acted on; `refused`: not believed, or about nothing of ours; `failed`:
 * acting on it went wrong; `sold`: it paid for something; `waits`: nothing is decided of its money;
 * `returned`: paid back, or about to be; `repeated`: it came more than once, or its money did.
 */
export const notificationShows = [
  ...(['taken', 'refused', 'failed', 'sold', 'waits', 'returned', 'repeated'] as const),
] as const;
export type NotificationShow = (typeof notificationShows)[number];

/** The rows of a choice that goes by what became of them. */
export const becamesOfShow: Readonly<
  Record<'sold' | 'waits' | 'returned', readonly NotificationBecame[]>
> = {
  sold: ['sold', 'float', 'moved'],
  waits: ['waits', 'onList'],
  returned: ['returning', 'returned', 'reversed'],
};

const civilDate = z.iso.date();

/** GET /api/operator/notifications: newest first. */
export const notificationQuerySchema = z.object({
  show: z.enum(notificationShows).optional(),
  provider: z.string().min(1).max(40).optional(),
  /** An identifier of a payment. */
  payment: z.string().max(60).optional(),
  /** The provider's reference, or an amount as people write it. */
  search: z.string().max(100).optional(),
  /** Days in the utility's zone, both included, by the time of the machine. */
  from: civilDate.optional(),
  to: civilDate.optional(),
  cursor: z.string().max(100).optional(),
});

export const notificationSchema = z.object({
  notificationId: z.string(),
  provider: z.string(),
  heardAt: instantSchema,
  /** The same came so often; the last time then. */
  times: z.number().int(),
  lastHeardAt: instantSchema,
  made: z.enum(notificationMades),
  /** Acting on it went wrong then, and has not gone well since. */
  failedAt: instantSchema.nullable(),
  /** Where it came from. */
  address: z.string(),
  /** As it says, else as its payment has it: then `isAmountOfPayment`. For people, its currency. */
  amountText: z.string().nullable(),
  isAmountOfPayment: z.boolean(),
  /** The provider's name of the money. */
  providerReference: z.string().nullable(),
  /** The last three digits of the payer's phone, where it says them. */
  phoneEnd: z.string().nullable(),
  became: z.enum(notificationBecames),
  /** The same money was told of before, in other words. */
  isMoneyAgain: z.boolean(),
  /** Somebody had it judged again: what was made of it then. */
  judged: z
    .object({ at: instantSchema, made: z.enum(notificationMades), by: z.string() })
    .nullable(),
  paymentId: z.string().nullable(),
  saleId: z.string().nullable(),
  bytes: z.number().int(),
});
export type NotificationRow = z.output<typeof notificationSchema>;
export const notificationPageSchema = z.object({
  rows: z.array(notificationSchema),
  nextCursor: z.string().nullable(),
  /** Those that are set up, to choose from. */
  providers: z.array(z.string()),
});

/** GET /api/operator/notifications/:id; who reads it stands in the audit log. */
export const notificationDetailSchema = notificationSchema.extend({
  /** Behind the address of notifications; secrets are hidden. */
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  /** Its bytes in base64; and as text, where they are UTF-8. */
  bodyBase64: z.string(),
  bodyText: z.string().nullable(),
});
export type NotificationDetail = z.output<typeof notificationDetailSchema>;

/** POST /api/operator/notifications/:id/replay: what was made of it this time. */
export const notificationReplayedSchema = z.object({ made: z.enum(notificationMades) });
