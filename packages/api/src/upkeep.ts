// Shapes of upkeep: the work that the server does now and then by itself.

import { z } from 'zod';

/**
 * GET /api/operator/upkeep: what has failed or hung for minutes in the server process that answers,
 * for the utility or for the process as a whole. Real time.
 */
export const failingUpkeepSchema = z.object({
  name: z.string(),
  /** What it does, in words: "asking the payment provider about open payments". */
  label: z.string(),
  failingMinutes: z.number().int(),
  /** Its last run has not ended. */
  isHanging: z.boolean(),
});
export type FailingUpkeep = z.output<typeof failingUpkeepSchema>;
export const failingUpkeepPageSchema = z.object({
  rows: z.array(failingUpkeepSchema),
  nextCursor: z.null(),
});
