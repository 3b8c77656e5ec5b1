// The list of people to call whose homes have no credit. Apart from the rest of protection: the
// console's first part has this, and does without those schemas.

import { z } from 'zod';
import { instantSchema } from './common.ts';

export const supplyCallStateSchema = z.enum(['new', 'called', 'resolved']);
/**
 * GET /api/operator/supply-calls?state=open|resolved: homes without credit that somebody calls,
 * oldest first (resolved: newest first, 200 at most). Viewers do not see why.
 */
export const supplyCallsAnswerSchema = z.object({
  rows: z.array(
    z.object({
      callId: z.string(),
      connectionId: z.string(),
      name: z.string(),
      phone: z.string().nullable(),
      because: z.enum(['medical', 'vulnerable', 'silence', 'noPurchase', 'hidden']),
      outSince: instantSchema,
      state: supplyCallStateSchema,
      openedAt: instantSchema,
      stateAt: instantSchema,
      notes: z.array(
        z.object({
          what: z.enum(['called', 'resolved']),
          note: z.string(),
          /** Null: credit came back by itself. */
          by: z.string().nullable(),
          at: instantSchema,
        }),
      ),
    }),
  ),
  /** All that are not resolved. */
  open: z.number().int(),
});
export type SupplyCallsAnswer = z.output<typeof supplyCallsAnswerSchema>;

/** POST /api/operator/connections/:id/supply-calls/:callId: called (again), or resolved. */
export const supplyCallNoteBodySchema = z.strictObject({
  requestId: z.string().min(8).max(100),
  what: z.enum(['called', 'resolved']),
  note: z.string().trim().min(1).max(500),
});
