// What a customer chooses about messages, and the meters on the attention list.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema } from './common.ts';
import type { MailView } from './consumer.ts';

/** Kinds of messages that a customer may switch off. */
export const alertKinds = ['low', 'veryLow', 'restored'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** The customer's page: GET and POST /connections/:id/messages */
export type AlertSettingsView = {
  readonly connection: { readonly connectionId: string; readonly name: string };
  /** Where messages go; null: there is no number, so none are sent. */
  readonly phone: string | null;
  /** Credit is money that is paid in. */
  readonly isWallet: boolean;
  readonly wanted: Readonly<Record<AlertKind, boolean>>;
  /** One message a week, and none of these kinds. */
  readonly digest: boolean;
  /** Times of day in the utility's zone, "22:00", as typed; "" for none. */
  readonly quietFrom: string;
  readonly quietTo: string;
  /** What a browser must know to be notified; null: there are no notifications here. */
  readonly pushKey: string | null;
  /** Null where no mail is sent. */
  readonly mail: MailView | null;
  readonly problem: string | null;
  /** The choices were kept just now. */
  readonly isSaved: boolean;
};

export const meterAlertRowSchema = z.object({
  alertId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  meterPan: z.string(),
  kind: z.enum(['silent', 'tamper', 'wallet', 'identity', 'lamps', 'rules', 'owed']),
  /** What the meter saw, or what is wrong with it or its wallet, and what to do, in words. */
  what: z.string(),
  /** Last contact, or the meter's time of the event. */
  since: instantSchema,
});
export type MeterAlertRow = z.output<typeof meterAlertRowSchema>;
/**
 * GET /api/operator/meter-alerts: what has not ended and nobody has seen, oldest first, at most
 * 200.
 */
export const meterAlertPageSchema = z.object({
  rows: z.array(meterAlertRowSchema),
  nextCursor: z.string().nullable(),
});
export type MeterAlertPage = z.output<typeof meterAlertPageSchema>;
/**
 * POST /api/operator/meter-alerts/:id/acknowledge: seen; it leaves the list, which is the
 * answer.
 */
export const acknowledgeMeterAlertSchema = z.strictObject({ reason: approvalReasonSchema });
