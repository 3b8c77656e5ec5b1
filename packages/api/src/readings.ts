// Readings of a connection as operators see them: what validation found, what a person decides.

import { z } from 'zod';
import { instantSchema, integerString } from './common.ts';

const reason = z.string().trim().min(5).max(500);
const meterPan = z.string().regex(/^\d{18}$/, 'the 18 digits of a meter');
const findingKinds = [
  'gap',
  'spike',
  'negative',
  'reset',
  'unit',
  'clockDrift',
  'differs',
] as const;
export const findingKindSchema = z.enum(findingKinds);
export type FindingKindJson = z.output<typeof findingKindSchema>;

export const readingFindingSchema = z.object({
  readAt: instantSchema,
  finding: findingKindSchema,
  /** `gone`: late readings explain it. */
  state: z.enum(['found', 'gone', 'accepted', 'rejected']),
  detail: z.record(z.string(), z.union([z.string(), z.number()])),
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
  at: instantSchema,
});
export type ReadingFinding = z.output<typeof readingFindingSchema>;

const estimateSchema = z.object({
  startsAt: instantSchema,
  endsAt: instantSchema,
  energyWh: integerString,
  method: z.enum(['interpolated', 'average', 'edited']),
  madeBy: z.string().nullable(),
  reason: z.string().nullable(),
});

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
  estimates: z.array(estimateSchema),
});
export type ReadingsView = z.output<typeof readingsViewSchema>;

/**
 * POST /api/operator/connections/:id/readings/decide. `reopened` takes a decision back: the reading
 * is as it was found.
 */
export const readingDecideBodySchema = z.strictObject({
  readAt: instantSchema,
  finding: z.enum(findingKinds),
  decision: z.enum(['accepted', 'rejected', 'reopened']),
  reason,
  /** A meter that the connection had before; absent: the one that it has. */
  meterPan: meterPan.optional(),
});

const detail = z.record(z.string(), z.union([z.string(), z.number()]));
const decidedFields = {
  finding: findingKindSchema,
  detail,
  reason: z.string().nullable(),
  at: instantSchema,
};

/**
 * GET /api/operator/readings/findings?show=open|decided&finding=&cursor=: what stands open or was
 * decided about the utility's readings, newest reading first.
 */
export const readingFindingPageSchema = z.object({
  rows: z.array(
    z.object({
      ...decidedFields,
      connectionId: z.string(),
      name: z.string(),
      meterPan: z.string(),
      /** A meter that was taken away since. */
      retired: z.boolean(),
      readAt: instantSchema,
      state: z.enum(['found', 'accepted', 'rejected']),
      foundAt: instantSchema,
      decidedBy: z.string().nullable(),
    }),
  ),
  /** Open ones by kind, whatever is shown. */
  counts: z.record(findingKindSchema, z.number().int()),
  nextCursor: z.string().nullable(),
});
export type ReadingFindingPage = z.output<typeof readingFindingPageSchema>;
export type ReadingFindingRow = ReadingFindingPage['rows'][number];

/** GET /api/operator/connections/:id/readings/around?readAt=&meterPan= */
export const readingAroundSchema = z.object({
  points: z.array(
    z.object({ readAt: instantSchema, valueWh: integerString, receivedAt: instantSchema }),
  ),
  /** All that was ever said about the reading, oldest first within its kind. */
  history: z.array(
    z.object({
      ...decidedFields,
      state: z.enum(['found', 'gone', 'accepted', 'rejected']),
      by: z.string().nullable(),
    }),
  ),
  /** Spans within a day of it that were not measured. */
  estimates: z.array(estimateSchema),
});
export type ReadingAround = z.output<typeof readingAroundSchema>;

/** Kinds whose acceptance changes no energy by itself: these may be accepted together. */
export const acceptedTogether = ['gap', 'clockDrift', 'differs'] as const;

/** POST /api/operator/readings/accept: many at once, each answered by itself. */
export const readingsAcceptBodySchema = z.strictObject({
  reason,
  findings: z
    .array(
      z.strictObject({
        connectionId: z.string(),
        meterPan,
        readAt: instantSchema,
        finding: z.enum(acceptedTogether),
      }),
    )
    .min(1)
    .max(100),
});
export const readingsAcceptedSchema = z.object({
  accepted: z.number().int(),
  /** Those that were not, in words. */
  refused: z.array(z.object({ meterPan: z.string(), readAt: instantSchema, why: z.string() })),
});
export type ReadingsAccepted = z.output<typeof readingsAcceptedSchema>;

/** Registers whose readings are kept: energy in all, by phase (L) and by tariff register (T). */
export const readingRegisters = [
  ...(['importEnergyWh', 'exportEnergyWh', 'creditedEnergyWh'] as const),
  ...(['importEnergyWhL1', 'importEnergyWhL2', 'importEnergyWhL3'] as const),
  ...(['exportEnergyWhL1', 'exportEnergyWhL2', 'exportEnergyWhL3'] as const),
  ...(['importEnergyWhT1', 'importEnergyWhT2', 'importEnergyWhT3', 'importEnergyWhT4'] as const),
  ...(['importEnergyWhT5', 'importEnergyWhT6', 'importEnergyWhT7', 'importEnergyWhT8'] as const),
] as const;

/**
 * GET /api/operator/connections/:id/readings/values?from=YYYY-MM-DD&to=YYYY-MM-DD&register=: the
 * register as it was read, at most 31 days; `.csv` gives a file, at most 366.
 */
export const readingValuesSchema = z.object({
  register: z.string(),
  rows: z.array(
    z.object({
      meterPan: z.string(),
      readAt: instantSchema,
      valueWh: integerString,
      receivedAt: instantSchema,
      powerFailed: z.boolean(),
      clockAdjusted: z.boolean(),
    }),
  ),
  /** Sums by month of the meter that is there now, newest first. */
  months: z.array(
    z.object({
      month: z.string(),
      measuredWh: integerString,
      estimatedWh: integerString,
      wholeDays: z.number().int(),
    }),
  ),
});
export type ReadingValues = z.output<typeof readingValuesSchema>;

/** POST /api/operator/connections/:id/readings/edit: energy of a span that was estimated. */
export const readingEditBodySchema = z.strictObject({
  startsAt: instantSchema,
  endsAt: instantSchema,
  energyWh: z.string().regex(/^\d{1,12}$/, 'watt-hours, digits only'),
  reason,
  meterPan: meterPan.optional(),
});

/** The answer to a decision or an edit. */
export const readingRecordedSchema = z.object({ recorded: z.literal(true) });
