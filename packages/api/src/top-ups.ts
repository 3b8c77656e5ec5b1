// Automatic top-ups: what the customer's page shows, and what an operator sees and does.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema, integerString } from './common.ts';

export const topUpStateSchema = z.enum(['never', 'on', 'off', 'paused', 'stopped']);
export type TopUpState = z.output<typeof topUpStateSchema>;
const waySchema = z.enum(['ask', 'card']);
const outcomeSchema = z.enum(['open', 'paid', 'notPaid', 'notPossible']);

/** What the customer's form does. */
export const topUpChanges = ['save', 'on', 'off', 'pause', 'goOn', 'forgetCard'] as const;
export type TopUpChange = (typeof topUpChanges)[number];

/** The customer's page: GET and POST /connections/:id/top-up */
export type TopUpView = {
  readonly connection: { readonly connectionId: string; readonly name: string };
  readonly phone: string | null;
  readonly state: TopUpState;
  readonly pausedUntilMs: number | null;
  /** Why an operator stopped it; null: nobody has. */
  readonly stopReason: string | null;
  readonly way: 'ask' | 'card';
  readonly daysAhead: string;
  /** As they are typed: "50.00". */
  readonly amount: string;
  readonly mostAWeek: string;
  readonly minimumMinor: string;
  readonly maximumMinor: string;
  /** "visa, ending in 4081"; null: no card is kept. */
  readonly card: string | null;
  /** Whether a card can be kept here at all. */
  readonly canKeepCard: boolean;
  readonly requests: readonly {
    readonly atMs: number;
    readonly amountMinor: string;
    readonly way: 'ask' | 'card';
    readonly reason: string;
    readonly outcome: z.output<typeof outcomeSchema>;
  }[];
  readonly problem: string | null;
  /** The choices were kept just now. */
  readonly isSaved: boolean;
};

/** GET /api/operator/connections/:id/top-up; sums in minor units. */
export const topUpAnswerSchema = z.object({
  state: topUpStateSchema,
  way: waySchema.nullable(),
  daysAhead: z.number().nullable(),
  amountMinor: integerString.nullable(),
  mostAWeekMinor: integerString.nullable(),
  pausedUntil: instantSchema.nullable(),
  stoppedAt: instantSchema.nullable(),
  stopReason: z.string().nullable(),
  /** "visa, ending in 4081"; null: no card is kept. */
  card: z.string().nullable(),
  /** The newest first, at most ten. */
  requests: z.array(
    z.object({
      at: instantSchema,
      amountMinor: integerString,
      way: waySchema,
      reason: z.string(),
      outcome: outcomeSchema,
    }),
  ),
});
export type TopUpAnswer = z.output<typeof topUpAnswerSchema>;

/** Stops it, or lets the customer use it again. */
export const topUpStopSchema = z.strictObject({ reason: approvalReasonSchema });
