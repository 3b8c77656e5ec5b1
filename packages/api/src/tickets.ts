// Tickets: what customers complain of, report or ask for, by when it is due, and who has it.

import { z } from 'zod';
import { instantSchema } from './common.ts';

export const ticketKinds = ['complaint', 'fault', 'request'] as const;
export type TicketKind = (typeof ticketKinds)[number];
export const ticketTopics = ['noSupply', 'meter', 'charge', 'other'] as const;
export type TicketTopic = (typeof ticketTopics)[number];
export const ticketStates = ['open', 'working', 'closed'] as const;
export type TicketState = (typeof ticketStates)[number];

/** Hours in which a ticket is to be answered, by what it is about; the shortest goes first. */
export const ticketDueHours: Readonly<Record<TicketKind, number>> = {
  fault: 24,
  complaint: 72,
  request: 120,
};
/** Somebody sits in the dark. */
export const noSupplyDueHours = 4;

export const dueHoursOf = (o: {
  readonly kind: TicketKind;
  readonly topic: TicketTopic;
}): number => (o.topic === 'noSupply' ? noSupplyDueHours : ticketDueHours[o.kind]);

export const ticketRowSchema = z.object({
  ticketId: z.string(),
  /** Short, for the telephone. */
  number: z.number().int(),
  kind: z.enum(ticketKinds),
  topic: z.enum(ticketTopics),
  state: z.enum(ticketStates),
  words: z.string(),
  customer: z.object({ customerId: z.string(), name: z.string() }).nullable(),
  home: z.object({ connectionId: z.string(), name: z.string() }).nullable(),
  openedAt: instantSchema,
  /** Null: the customer, on the consumer page. */
  openedBy: z.string().nullable(),
  dueAt: instantSchema,
  isOverdue: z.boolean(),
  assignedTo: z.string().nullable(),
  closedAt: instantSchema.nullable(),
  answer: z.string().nullable(),
  version: z.number().int(),
});
export type TicketRow = z.output<typeof ticketRowSchema>;

export const ticketShows = ['open', 'overdue', 'mine', 'closed', 'all'] as const;
/** GET /api/operator/tickets */
export const ticketListQuerySchema = z.object({
  show: z.enum(ticketShows).default('open'),
  kind: z.enum(ticketKinds).optional(),
  sort: z.enum(['due', 'opened', 'number']).default('due'),
  order: z.enum(['asc', 'desc']).default('asc'),
  cursor: z.string().max(500).optional(),
});
export type TicketListQuery = z.output<typeof ticketListQuerySchema>;
export const ticketPageSchema = z.object({
  rows: z.array(ticketRowSchema),
  nextCursor: z.string().nullable(),
});

/** GET /api/operator/tickets/:id */
export const ticketDetailSchema = ticketRowSchema.extend({
  events: z.array(
    z.object({
      at: instantSchema,
      /** Null: the customer. */
      by: z.string().nullable(),
      event: z.enum(['opened', 'taken', 'given', 'noted', 'closed', 'openedAgain']),
      words: z.string(),
    }),
  ),
});
export type TicketDetail = z.output<typeof ticketDetailSchema>;

/** POST /api/operator/tickets: of a customer, of a home, or of both. */
export const ticketOpenSchema = z.strictObject({
  requestId: z.string().min(8).max(100),
  kind: z.enum(ticketKinds),
  topic: z.enum(ticketTopics).default('other'),
  words: z.string().trim().min(1).max(2000),
  customerId: z
    .string()
    .regex(/^customer_[0-9a-f-]{36}$/)
    .nullable()
    .default(null),
  connectionId: z
    .string()
    .regex(/^connection_[0-9a-f-]{36}$/)
    .nullable()
    .default(null),
});

/** POST /api/operator/tickets/:id/acts */
export const ticketActSchema = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('take'), version: z.number().int() }),
  z.strictObject({
    act: z.literal('give'),
    version: z.number().int(),
    operatorId: z.string().regex(/^operator_[0-9a-f-]{36}$/),
  }),
  z.strictObject({
    act: z.literal('note'),
    version: z.number().int(),
    words: z.string().trim().min(1).max(2000),
  }),
  z.strictObject({
    act: z.literal('close'),
    version: z.number().int(),
    /** The customer reads it. */
    answer: z.string().trim().min(1).max(1000),
  }),
  z.strictObject({
    act: z.literal('openAgain'),
    version: z.number().int(),
    words: z.string().trim().min(1).max(2000),
  }),
]);
export type TicketAct = z.output<typeof ticketActSchema>;

/** Who may be given a ticket. */
export const ticketHoldersSchema = z.object({
  rows: z.array(z.object({ operatorId: z.string(), name: z.string() })),
});

/** GET /connections/:id/report: what the customer of a home reports, and what became of it. */
export type ReportView = {
  readonly connection: { readonly connectionId: string; readonly name: string };
  /** By which a report that is sent twice is known. */
  readonly once: string;
  readonly problem: 'tooMany' | 'choose' | null;
  /** What was typed, after a refusal. */
  readonly words: string;
  readonly topic: TicketTopic | null;
  /** The number of the report that was sent just now. */
  readonly sentNumber: number | null;
  readonly reports: readonly {
    readonly number: number;
    readonly topic: TicketTopic;
    readonly state: TicketState;
    readonly words: string;
    readonly openedAtMs: number;
    readonly answer: string | null;
  }[];
};
