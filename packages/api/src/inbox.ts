// What customers write and what waits for a person, as the console lists it.

import { z } from 'zod';
import { instantSchema } from './common.ts';

/** GET /api/operator/inbox */
export const inboxRowSchema = z.object({
  textId: z.string(),
  at: instantSchema,
  phone: z.string(),
  /** The home that has the phone, or the meter that was written. */
  connectionId: z.string().nullable(),
  connectionName: z.string().nullable(),
  text: z.string(),
  /** What was answered by itself. */
  answer: z.string().nullable(),
  state: z.enum(['answered', 'open', 'done']),
});
export type InboxRow = z.output<typeof inboxRowSchema>;
export const inboxPageSchema = z.object({
  rows: z.array(inboxRowSchema),
  nextCursor: z.string().nullable(),
});

/** POST /api/operator/inbox/:id/done */
export const inboxDoneSchema = z.object({ state: z.literal('done') });
