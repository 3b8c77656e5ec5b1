// Another tariff for many connections at once: chosen by a list or a filter, tried on their past
// purchases, allowed by a second person, worked off row by row.

import { z } from 'zod';
import { approvalReasonSchema, approvalStateSchema } from './approvals.ts';
import { instantSchema } from './common.ts';
import { backTestRowsSchema, backTestSummarySchema } from './tariffs.ts';

const civilDate = z.iso.date();
const requestId = z.string().min(8).max(100);
const facts = z.record(z.string().max(40), z.string().max(200));
const tariffName = z.string().trim().min(1).max(100);

/** Rows of a list; a filter may choose more. */
export const assignmentListRows = 20_000;

/** Who is meant; all parts that are given must hold, none given means all connections. */
export const assignmentFilterSchema = z.strictObject({
  /** The tariff that it has on the day. */
  tariffName: tariffName.optional(),
  /** Part of its name or address: a street, a block, a feeder that is written there. */
  place: z.string().trim().min(1).max(100).optional(),
  creditMode: z.enum(['token', 'wallet']).optional(),
  /** Facts of the connection, such as {"class": "pensioner"}. */
  facts: facts.optional(),
});
export type AssignmentFilter = z.output<typeof assignmentFilterSchema>;

export const assignmentRowBodySchema = z.strictObject({
  /** A meter number of 18 digits, or a connection_... id. */
  of: z.string().min(1).max(60),
  /** Facts of this connection, before those that are given for all. */
  parameters: facts.optional(),
});

/**
 * POST /api/operator/tariffs/assignments: 202, or 200 for a repeat. Nothing is assigned by it: it
 * writes the list and tries it on past purchases.
 */
export const newAssignmentSchema = z.strictObject({
  requestId,
  tariffName,
  from: civilDate,
  reason: approvalReasonSchema,
  /** Facts that the tariff asks for, the same for all. What a connection has stays otherwise. */
  parameters: facts.default({}),
  months: z.number().int().min(1).max(24).default(3),
  choose: z.union([
    z.strictObject({ list: z.array(assignmentRowBodySchema).min(1).max(assignmentListRows) }),
    z.strictObject({ filter: assignmentFilterSchema }),
  ]),
});
export type NewAssignment = z.output<typeof newAssignmentSchema>;

/** POST …/:id/request-approval */
export const requestAssignmentSchema = z.strictObject({ requestId });
/** POST …/:id/withdraw takes an empty object. */

/**
 * POST …/:id/undo: a new one, in which each connection gets back what it had before; those that
 * got something else since are left out.
 */
export const undoAssignmentSchema = z.strictObject({
  requestId,
  from: civilDate,
  reason: approvalReasonSchema,
});

/**
 * previewing -> ready -> awaitingApproval -> assigning -> done; back to ready when it was not
 * approved; previewing or ready -> closed.
 */
export const assignmentStates = [
  'previewing',
  'ready',
  'awaitingApproval',
  'assigning',
  'done',
  'closed',
] as const;
export type AssignmentState = (typeof assignmentStates)[number];

export const assignmentRefusedSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  detail: z.string(),
});

export const assignmentSchema = z.object({
  assignmentId: z.string(),
  /** Null in an undo: each gets back its own. */
  tariffName: z.string().nullable(),
  undoOf: z.string().nullable(),
  from: civilDate,
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: instantSchema,
  state: z.enum(assignmentStates),
  /** How they were chosen, in words. */
  chosen: z.string(),
  rows: z.object({
    total: z.number().int(),
    /** Of the preview, then of the assigning. */
    done: z.number().int(),
    assigned: z.number().int(),
    refused: z.number().int(),
    /** Chosen, and left out: they have it on the day already. */
    alreadyThere: z.number().int(),
    /** Another tariff was to come later there; this one takes its place. */
    replacesComing: z.number().int(),
  }),
  /** Who has what on the day otherwise. */
  before: z.array(z.object({ tariffName: z.string(), connections: z.number().int() })),
  months: z.number().int(),
  fromDate: civilDate,
  toDate: civilDate,
  /** Null until the preview is finished. */
  summary: backTestSummarySchema.nullable(),
  approval: z.object({ approvalId: z.string(), state: approvalStateSchema }).nullable(),
  /** At most 100. */
  refused: z.array(assignmentRefusedSchema),
  /** Why approval cannot be asked for now, in words; null when it can. */
  whyNotRequest: z.string().nullable(),
  mayUndo: z.boolean(),
});
export type AssignmentJson = z.output<typeof assignmentSchema>;

/** GET /api/operator/tariffs/assignments: the newest 50. */
export const assignmentsSchema = z.object({ rows: z.array(assignmentSchema) });

/** GET …/:id/rows?order=payMore|payLess: those whose cost changes most, at most 100. */
export const assignmentRowsSchema = backTestRowsSchema;
