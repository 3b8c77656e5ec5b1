// Who works for a utility as the page Team shows it, and the sessions that a sign-in has open.

import { z } from 'zod';
import { instantSchema } from './common.ts';

export const operatorRoleSchema = z.enum([
  'administrator',
  'operator',
  'viewer',
  'technician',
  'auditor',
]);
export type OperatorRole = z.output<typeof operatorRoleSchema>;

/** A browser or a program in which somebody is signed in; times are real. */
export const sessionRowSchema = z.object({
  sessionId: z.string(),
  /** The one that asks. */
  isThis: z.boolean(),
  since: instantSchema,
  /** Written at most every ten minutes. */
  lastUsed: instantSchema,
  address: z.string().nullable(),
  /** What the browser says of itself. */
  program: z.string().nullable(),
});
export type SessionRow = z.output<typeof sessionRowSchema>;
export const sessionPageSchema = z.object({ rows: z.array(sessionRowSchema) });

/** GET /api/operator/me/account */
export const accountSchema = z.object({
  secondFactor: z.boolean(),
  sessions: z.array(sessionRowSchema),
});
export type Account = z.output<typeof accountSchema>;

/** POST …/sessions/end: one session, or null for all of them; of one's own all others. */
export const endSessionsBodySchema = z.strictObject({
  sessionId: z.string().min(1).max(100).nullable(),
});

export const sessionsEndedSchema = z.object({ ended: z.number().int() });

/** GET /api/operator/team */
export const teamRowSchema = z.object({
  operatorId: z.string(),
  name: z.string(),
  email: z.string(),
  role: operatorRoleSchema,
  since: instantSchema,
  /** Of an auditor: when the sign-in ends by itself. */
  endsAt: instantSchema.nullable(),
  /** False when the sign-in was ended, or is over. */
  opens: z.boolean(),
  /** Asked for a code beside the password. */
  secondFactor: z.boolean(),
  /** Null: never, as far as the audit log knows. */
  lastSignIn: z.object({ at: instantSchema, address: z.string().nullable() }).nullable(),
  /** How many are open now. */
  sessions: z.number().int(),
  isMe: z.boolean(),
});
export type TeamRow = z.output<typeof teamRowSchema>;
export const teamSchema = z.object({ rows: z.array(teamRowSchema) });

/** POST /api/operator/team/:id/end */
export const endOperatorBodySchema = z.strictObject({
  reason: z.string().trim().min(3).max(200),
});
export const operatorEndedSchema = z.object({ email: z.string() });
