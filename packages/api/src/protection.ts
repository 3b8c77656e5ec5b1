// Protection: the rule set and its history, declared heat and cold days, and homes that are never
// cut.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema } from './common.ts';

const requestIdSchema = z.string().min(8).max(100);
const civilDateSchema = z.iso.date();
const evidenceSchema = z.string().trim().min(10).max(500);
const noteSchema = z.string().trim().min(1).max(500);

/** Rules in plain sentences, part by part. */
const rulesWordsSchema = z.array(z.object({ title: z.string(), sentences: z.array(z.string()) }));

/** GET /api/operator/protection/rules. Documents: docs/protection.md. */
export const protectionRulesAnswerSchema = z.object({
  /** What holds now, with the declared days. */
  document: z.unknown(),
  /** Without them: what another rule set begins with. */
  base: z.unknown(),
  words: rulesWordsSchema,
  /** Rule sets that went live by approval, newest first; none while the first document holds. */
  versions: z.array(
    z.object({
      version: z.number().int(),
      document: z.unknown(),
      approvalId: z.string(),
      requestedBy: z.string(),
      approvedBy: z.string(),
      liveAt: instantSchema,
    }),
  ),
});
export type ProtectionRulesAnswer = z.output<typeof protectionRulesAnswerSchema>;

/**
 * POST /api/operator/protection/rules: asks for another rule set to go live; an administrator asks,
 * another one approves. Answers 202 with the approval.
 */
export const proposeRulesBodySchema = z.strictObject({
  requestId: requestIdSchema,
  document: z.unknown(),
  reason: approvalReasonSchema,
});
export const proposeRulesAnswerSchema = z.object({ approvalId: z.string() });

/** POST /api/operator/protection/rules/reading: what a document says. Nothing is kept. */
export const readRulesBodySchema = z.strictObject({ document: z.unknown() });
export const rulesReadingSchema = z.object({
  words: rulesWordsSchema,
  /** One for each part that differs from the rules in force; none when nothing does. */
  changes: z.array(z.object({ label: z.string(), value: z.string() })),
});
export type RulesReading = z.output<typeof rulesReadingSchema>;

export const weatherKindSchema = z.enum(['heat', 'cold']);
/**
 * POST /api/operator/protection/weather-days: declares or withdraws days, today's or later ones,
 * at most 60 at once. GET: those from yesterday on.
 */
export const weatherDaysBodySchema = z.strictObject({
  requestId: requestIdSchema,
  what: z.enum(['declared', 'withdrawn']),
  kind: weatherKindSchema,
  dates: z.array(civilDateSchema).min(1).max(60),
  note: noteSchema,
});
export const weatherDaysAnswerSchema = z.object({
  rows: z.array(
    z.object({
      date: z.string(),
      kind: weatherKindSchema,
      note: z.string(),
      declaredBy: z.string(),
      declaredAt: instantSchema,
    }),
  ),
});
export type WeatherDaysAnswer = z.output<typeof weatherDaysAnswerSchema>;

/** GET /api/operator/protection/outages: times at which nothing could be bought, latest first. */
export const vendingOutagesAnswerSchema = z.object({
  rows: z.array(
    z.object({
      id: z.uuid(),
      beganAt: instantSchema,
      /** No home is cut until then. */
      graceUntil: instantSchema,
      /** Null: the server noticed it. */
      declaredBy: z.string().nullable(),
      note: z.string().nullable(),
      endedAt: instantSchema.nullable(),
      endCause: z.enum(['salesGoOn', 'operator', 'timeOver']).nullable(),
      endedBy: z.string().nullable(),
      /** Homes without credit whose supply it kept on. */
      homes: z.number().int(),
    }),
  ),
});
export type VendingOutagesAnswer = z.output<typeof vendingOutagesAnswerSchema>;

/** POST /api/operator/protection/outages: nothing can be bought; no cut for so many hours. */
export const declareOutageBodySchema = z.strictObject({
  requestId: requestIdSchema,
  hours: z.int().min(1).max(72),
  note: noteSchema,
});

/** GET /api/operator/protection/outages/:id/homes: those that it kept on, the first 500. */
export const vendingOutageHomesAnswerSchema = z.object({
  rows: z.array(z.object({ connectionId: z.string(), name: z.string(), seenAt: instantSchema })),
});
export type VendingOutageHomesAnswer = z.output<typeof vendingOutageHomesAnswerSchema>;

export const homeFlagKindSchema = z.enum(['medical', 'vulnerable']);
export type HomeFlagKind = z.output<typeof homeFlagKindSchema>;
/**
 * POST /api/operator/connections/:id/protection-flags. `expiresOn` is the last day on which it
 * counts; null = until it is ended. Viewers may neither read nor write flags.
 */
export const homeFlagBodySchema = z.strictObject({
  requestId: requestIdSchema,
  kind: homeFlagKindSchema,
  what: z.enum(['set', 'ended']),
  evidence: evidenceSchema,
  expiresOn: civilDateSchema.nullable().default(null),
});
export const homeFlagsAnswerSchema = z.object({
  /** What counts today. */
  flags: z.array(homeFlagKindSchema),
  /** Newest first. */
  history: z.array(
    z.object({
      kind: homeFlagKindSchema,
      what: z.enum(['set', 'ended']),
      evidence: z.string(),
      expiresOn: z.string().nullable(),
      by: z.string(),
      at: instantSchema,
    }),
  ),
});
export type HomeFlagsAnswer = z.output<typeof homeFlagsAnswerSchema>;

/**
 * How much a meter knows of the rules in force. `waiting`: told and not answered yet. `refused`: it
 * does not take them. `notTold`: not reached by the round yet. `noLink`: nobody can tell it.
 */
export const meterKnowledgeSchema = z.enum(['upToDate', 'waiting', 'refused', 'notTold', 'noLink']);
export type MeterKnowledge = z.output<typeof meterKnowledgeSchema>;

/**
 * GET /api/operator/protection/meters?state=waiting&cursor=: "rules version 5: 38 of 40 meters have
 * it", and those meters that stand in `state`, 100 at a time.
 */
export const protectionMetersSchema = z.object({
  /** 0: the document that came with the utility. */
  rulesVersion: z.number().int(),
  counts: z.record(meterKnowledgeSchema, z.number().int()),
  total: z.number().int(),
  rows: z.array(
    z.object({
      connectionId: z.string(),
      name: z.string(),
      meterPan: z.string(),
      /** When it was told last; null = never. */
      toldAt: instantSchema.nullable(),
      /** Null: its link has never said. */
      linkUp: z.boolean().nullable(),
      refusal: z.string().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type ProtectionMeters = z.output<typeof protectionMetersSchema>;

/** GET /api/operator/connections/:id/protection: what the home's meter knows. */
export const homeProtectionSchema = z.object({
  knowledge: meterKnowledgeSchema,
  rulesVersion: z.number().int(),
  /** Of the last word to the meter; null = none yet. */
  toldVersion: z.number().int().nullable(),
  toldAt: instantSchema.nullable(),
  /** The stage of that command. */
  stage: z.string().nullable(),
  stageAt: instantSchema.nullable(),
  refusal: z.string().nullable(),
  /** When the connection turned prepaid; null = long ago. */
  convertedAt: instantSchema.nullable(),
  /** While grace after conversion keeps supply on: when it ends. */
  graceUntil: instantSchema.nullable(),
  /** Who said when it turned prepaid, newest first. */
  conversions: z.array(
    z.object({
      convertedOn: z.string().nullable(),
      reason: z.string(),
      by: z.string(),
      at: instantSchema,
    }),
  ),
  /** What the meter was told of the home; null for viewers, and before the first word. */
  toldFlags: z.array(homeFlagKindSchema).nullable(),
});
export type HomeProtection = z.output<typeof homeProtectionSchema>;

/**
 * POST /api/operator/connections/:id/conversion: the civil day on which it turned from post-paid to
 * prepaid, today or before; null takes the word back. Grace after conversion counts from it.
 */
export const conversionBodySchema = z.strictObject({
  requestId: requestIdSchema,
  convertedOn: civilDateSchema.nullable(),
  reason: z.string().trim().min(10).max(500),
});

/**
 * POST /api/operator/protection/replays: runs a rule document over the utility's last days, beside
 * the rules in force. Answers 202; GET /api/operator/protection/replays/:id says how far it is.
 */
export const startReplayBodySchema = z.strictObject({
  requestId: requestIdSchema,
  document: z.unknown(),
  days: z.number().int().min(1).max(92),
  /** Whether homes take emergency credit when their credit is out: nobody knows. */
  takesEmergency: z.boolean().default(true),
});

/** Sums over all homes; times in milliseconds, energy in watt-hours. */
export const replaySumsSchema = z.object({
  homes: z.number(),
  homesCut: z.number(),
  cuts: z.number(),
  offMs: z.number(),
  missedWh: z.number(),
  homesCalledNotCut: z.number(),
  silentCalls: z.number(),
  protectedMs: z.number(),
  owedAtEndWh: z.number(),
  limitedMs: z.number(),
});

export const protectionReplaySchema = z.object({
  replayId: z.string(),
  from: instantSchema,
  to: instantSchema,
  requestedBy: z.string(),
  requestedAt: instantSchema,
  percentDone: z.number().int(),
  finished: z.boolean(),
  /** Every home was taken to use emergency credit when its credit was out; or none was. */
  takesEmergency: z.boolean(),
  /** Homes without readings, or of which no credit is known. */
  leftOut: z.number().int(),
  newlyCut: z.number().int(),
  noLongerCut: z.number().int(),
  now: replaySumsSchema,
  proposed: replaySumsSchema,
});
export type ProtectionReplay = z.output<typeof protectionReplaySchema>;

/** GET /api/operator/protection/replays/:id: with the document that was tried. */
export const protectionReplayDetailSchema = protectionReplaySchema.extend({
  document: z.unknown(),
});
export type ProtectionReplayDetail = z.output<typeof protectionReplayDetailSchema>;

/** GET /api/operator/protection/replays: the latest 20, newest first. */
export const protectionReplaysSchema = z.object({ rows: z.array(protectionReplaySchema) });

const replayOfHomeSchema = z.object({
  cuts: z.array(
    z.object({
      from: instantSchema,
      /** Null: off at the end of the days. */
      until: instantSchema.nullable(),
      missedWh: z.number().int(),
    }),
  ),
  calls: z.array(z.object({ at: instantSchema, because: z.string() })),
});
/** Which homes: cut by the tried rules alone, by the rules in force alone; those with a flag. */
export const replayHomesFilterSchema = z.enum(['all', 'newlyCut', 'noLongerCut', 'flagged']);
export type ReplayHomesFilter = z.output<typeof replayHomesFilterSchema>;
/**
 * GET /api/operator/protection/replays/:id/homes?who=&cursor=: those that one of the rule sets
 * would cut or call about. Not for viewers.
 */
export const replayHomesSchema = z.object({
  rows: z.array(
    z.object({
      connectionId: z.string(),
      name: z.string(),
      vulnerable: z.boolean(),
      medical: z.boolean(),
      now: replayOfHomeSchema,
      proposed: replayOfHomeSchema,
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type ReplayHomes = z.output<typeof replayHomesSchema>;
