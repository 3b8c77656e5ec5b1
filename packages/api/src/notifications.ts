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
  'badSignature',
  'staleSignature',
  'malformed',
  'unknownPayment',
] as const;
export type NotificationMade = (typeof notificationMades)[number];

/** Where the secret in the address and the list of senders speak; Airtel may add a hash. */
const byAddress: Readonly<Record<string, string>> = {
  daraja: 'wrong secret in the address, or a sender that is not listed',
  momo: 'wrong secret in the address, or a sender that is not listed',
  airtel: 'wrong secret in the address, a sender that is not listed, or a hash that does not fit',
};

/** Why a notification was not believed, of a rail of this name. */
export const notBelievedText = (provider: string): string =>
  byAddress[provider] ?? 'the signature does not fit';

/** These were not believed, or are about nothing of ours: kept for a week, and few of them. */
export const notificationsRefused: readonly NotificationMade[] = [
  'badSignature',
  'staleSignature',
  'malformed',
  'unknownPayment',
  'aside',
];
export const notificationShows = ['taken', 'refused', 'failed'] as const;
export type NotificationShow = (typeof notificationShows)[number];

/** GET /api/operator/notifications: newest first. */
export const notificationQuerySchema = z.object({
  show: z.enum(notificationShows).optional(),
  provider: z.string().min(1).max(40).optional(),
  /** An identifier of a payment. */
  payment: z.string().max(60).optional(),
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
  paymentId: z.string().nullable(),
  saleId: z.string().nullable(),
  bytes: z.number().int(),
});
export type NotificationRow = z.output<typeof notificationSchema>;
export const notificationPageSchema = z.object({
  rows: z.array(notificationSchema),
  nextCursor: z.string().nullable(),
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
