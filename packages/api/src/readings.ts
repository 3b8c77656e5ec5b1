// Readings of a connection as operators see them: what validation found, what a person decides.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';

const reason = z.string().trim().min(5).max(500);
const findingKinds = ['gap', 'spike', 'negative', 'reset', 'clockDrift', 'differs'] as const;

export const readingFindingSchema = z.object({
  readAt: instantSchema,
  finding: z.enum(findingKinds),
  /** `gone`: late readings explain it. */
  state: z.enum(['found', 'gone', 'accepted', 'rejected']),
  detail: z.record(z.string(), z.union([z.string(), z.number()])),
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
  at: instantSchema,
});
export type ReadingFinding = z.output<typeof readingFindingSchema>;

/** GET /api/operator/connections/:id/readings?days=N (default 31) */
export const readingsViewSchema = z.object({
  days: z.array(
    z.object({
      date: z.string(),
      measuredWh: integerString,
      estimatedWh: integerString,
      /** `incomplete`: the day is not over, or part of it is not known at all. */
      quality: z.enum(['measured', 'estimated', 'incomplete']),
      findings: z.number().int(),
    }),
  ),
  findings: z.array(readingFindingSchema),
  estimates: z.array(
    z.object({
      startsAt: instantSchema,
      endsAt: instantSchema,
      energyWh: integerString,
      method: z.enum(['interpolated', 'average', 'edited']),
      madeBy: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
export type ReadingsView = z.output<typeof readingsViewSchema>;

/** POST /api/operator/connections/:id/readings/decide */
export const readingDecideBodySchema = z.strictObject({
  readAt: instantSchema,
  finding: z.enum(findingKinds),
  decision: z.enum(['accepted', 'rejected']),
  reason,
});

/** POST /api/operator/connections/:id/readings/edit: energy of a span that was estimated. */
export const readingEditBodySchema = z.strictObject({
  startsAt: instantSchema,
  endsAt: instantSchema,
  energyWh: z.string().regex(/^\d{1,12}$/),
  reason,
});
