// Who works for a utility as the page Team shows it, the sessions that a sign-in has open, and how
// two people invite somebody and change a role.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema } from './common.ts';
import { requestIdSchema } from './vendor.ts';

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

const nameSchema = z.string().trim().min(1).max(100);
export const signInAddressSchema = z.string().trim().toLowerCase().max(200).pipe(z.email());
const auditDaysSchema = z.number().int().min(1).max(90);

/** POST /api/operator/team/invitations: a new person. `days` of an auditor, and of nobody else. */
export const inviteBodySchema = z.strictObject({
  requestId: requestIdSchema,
  reason: approvalReasonSchema,
  name: nameSchema,
  email: signInAddressSchema,
  role: operatorRoleSchema,
  days: auditDaysSchema.optional(),
});
export type InviteBody = z.output<typeof inviteBodySchema>;

/** POST /api/operator/team/:id/invite: another password for somebody of the team. */
export const inviteAgainBodySchema = inviteBodySchema.pick({ requestId: true, reason: true });

/** Roles that may be changed into each other: an auditor's sign-in ends by itself. */
export const changingRoleSchema = operatorRoleSchema.exclude(['auditor']);

/** POST /api/operator/team/:id/role */
export const changeRoleBodySchema = z.strictObject({
  requestId: requestIdSchema,
  reason: approvalReasonSchema,
  role: changingRoleSchema,
});

/** GET /api/operator/team/invitations: those of the last 30 days, the newest first. */
export const invitationRowSchema = z.object({
  invitationId: z.string(),
  name: z.string(),
  email: z.string(),
  role: operatorRoleSchema,
  /** Another password for somebody of the team. */
  isAgain: z.boolean(),
  state: z.enum(['open', 'joined', 'withdrawn', 'over']),
  requestedBy: z.string(),
  approvedBy: z.string(),
  approvalId: z.string(),
  expiresAt: instantSchema,
  /** While it is open: shown to whoever asked for it, and to nobody else. */
  link: z.string().nullable(),
  /** While it is open: shown to whoever allowed it, and to nobody else. */
  code: z.string().nullable(),
});
export type InvitationRow = z.output<typeof invitationRowSchema>;
export const invitationsSchema = z.object({ rows: z.array(invitationRowSchema) });

/** POST /api/invitations/look and …/join: what stands behind # in the link. */
const invitationTokenSchema = z.string().min(1).max(200);
export const lookAtInvitationBodySchema = z.strictObject({ token: invitationTokenSchema });
export const invitationSchema = z.object({
  utility: z.string(),
  name: z.string(),
  email: z.string(),
  role: operatorRoleSchema,
  isAgain: z.boolean(),
  expiresAt: instantSchema,
});
export type Invitation = z.output<typeof invitationSchema>;
export const joinBodySchema = z.strictObject({
  token: invitationTokenSchema,
  code: z.string().trim().max(20),
  password: z.string().min(12).max(128),
});
export const joinedSchema = z.object({ email: z.string() });
