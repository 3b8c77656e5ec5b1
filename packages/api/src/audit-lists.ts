// What an auditor looks at first: value that came without an ordinary sale, and people who can
// sign.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';

/**
 * `free`: free credit and free units; `bulk`: lists and files that gave value to many; `reversed`:
 * sales reversed or moved, credit notes, debts given up; `manual`: money that people recorded;
 * `late`: sales whose token was made more than 15 minutes after the payment.
 */
export const auditLists = ['free', 'bulk', 'reversed', 'manual', 'late'] as const;
export const auditListSchema = z.enum(auditLists);
export type AuditList = z.output<typeof auditListSchema>;

const civilDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day, like 2026-11-24');

/** Days in the utility's zone, both included; the last 90 when they are left out. */
export const auditListQuerySchema = z.strictObject({
  list: auditListSchema,
  from: civilDate.optional(),
  to: civilDate.optional(),
});

/** At most 500 rows, newest first; a shorter stretch shows the others. */
export const auditListRowSchema = z.object({
  at: instantSchema,
  /** What it was, in words. */
  what: z.string(),
  /** The home, the vendor or the file. */
  about: z.string(),
  amountMinor: integerString.nullable(),
  energyWh: integerString.nullable(),
  /** Who did it or asked for it; null: a rule of the tariff, or nobody. */
  by: z.string().nullable(),
  /** The second person; null where there was none. */
  allowedBy: z.string().nullable(),
  reason: z.string().nullable(),
  saleId: z.string().nullable(),
  approvalId: z.string().nullable(),
  /** What made a token without a sale. */
  grantId: z.string().nullable(),
});
export type AuditListRow = z.output<typeof auditListRowSchema>;
export const auditListAnswerSchema = z.object({
  rows: z.array(auditListRowSchema),
  nextCursor: z.null(),
});

const idOf = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`));

/** GET /api/operator/audit/way: of all tokens that a sale or a grant made. */
export const tokenWayQuerySchema = z.strictObject({ of: z.union([idOf('sale'), idOf('grant')]) });

/** A station on the way from a token back to who paid, who allowed it, and the key under it. */
export const wayStepSchema = z.object({
  what: z.enum(['token', 'cause', 'money', 'second', 'price', 'key', 'load']),
  title: z.string(),
  at: instantSchema.nullable(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  /** What an auditor has to ask about: something that should be there is not. */
  missing: z.string().nullable(),
  saleId: z.string().nullable(),
  approvalId: z.string().nullable(),
});
export type WayStep = z.output<typeof wayStepSchema>;
export const tokenWaySchema = z.object({
  tokens: z.array(
    z.object({
      tokenId: z.string(),
      connectionId: z.string(),
      lastFour: z.string(),
      steps: z.array(wayStepSchema),
    }),
  ),
});
export type TokenWays = z.output<typeof tokenWaySchema>;

/** GET /api/operator/audit/people: who could sign, and who did. */
export const auditPersonSchema = z.object({
  name: z.string(),
  role: z.string(),
  since: instantSchema,
  /** Of an auditor: when the sign-in ends. */
  endsAt: instantSchema.nullable(),
  /** Approvals: asked for, and approved by this person. */
  asked: z.number().int(),
  approved: z.number().int(),
  /** What was done alone within the limits, in money, and how often. */
  aloneTimes: z.number().int(),
  aloneMinor: integerString,
  lastSeen: instantSchema.nullable(),
});
export type AuditPerson = z.output<typeof auditPersonSchema>;
export const auditPeopleSchema = z.object({
  rows: z.array(auditPersonSchema),
  nextCursor: z.null(),
});
