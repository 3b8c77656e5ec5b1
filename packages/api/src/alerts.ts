// What a customer chooses about messages, and the meters on the attention list.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema } from './common.ts';

/** Kinds of messages that a customer may switch off. */
export const alertKinds = ['low', 'veryLow', 'restored'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** The customer's page: GET and POST /connections/:id/messages */
export type AlertSettingsView = {
  readonly connection: { readonly connectionId: string; readonly name: string };
  /** Where messages go; null: there is no number, so none are sent. */
  readonly phone: string | null;
  readonly wanted: Readonly<Record<AlertKind, boolean>>;
  /** Times of day in the utility's zone, "22:00", as typed; "" for none. */
  readonly quietFrom: string;
  readonly quietTo: string;
  readonly problem: string | null;
  /** The choices were kept just now. */
  readonly isSaved: boolean;
};

export const meterAlertRowSchema = z.object({
  alertId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  meterPan: z.string(),
  kind: z.enum(['silent', 'tamper', 'wallet', 'identity']),
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

const settingHistorySchema = z.array(
  z.object({
    before: z.string(),
    after: z.string(),
    by: z.string(),
    reason: z.string(),
    at: instantSchema,
  }),
);

/** GET /api/operator/silence: after how many hours a meter counts as silent, and who set it. */
export const silenceSettingSchema = z.object({
  hours: z.number().int(),
  history: settingHistorySchema,
});
export type SilenceSetting = z.output<typeof silenceSettingSchema>;

/** POST /api/operator/silence: an administrator's. */
export const silenceBodySchema = z.strictObject({
  requestId: z.string().min(8).max(100),
  hours: z.number().int().min(1).max(8760),
  reason: z.string().trim().min(5).max(500),
});

/**
 * GET /api/operator/identity-warning: how many days before its end a certificate that its meter has
 * not renewed stands on the attention list, and who set it.
 */
export const identityWarningSchema = z.object({
  days: z.number().int(),
  history: settingHistorySchema,
});
export type IdentityWarning = z.output<typeof identityWarningSchema>;

/** POST /api/operator/identity-warning: an administrator's. */
export const identityWarningBodySchema = z.strictObject({
  requestId: z.string().min(8).max(100),
  days: z.number().int().min(1).max(365),
  reason: z.string().trim().min(5).max(500),
});
