// Cases of revenue protection: planned, visited, found, perhaps billed, appealed against, closed.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema, integerString } from './common.ts';
import { revenueStandingSchema } from './revenue.ts';

/** planned -> visited -> billing -> billed -> appealed; each but billing may end closed. */
export const caseStates = [
  'planned',
  'visited',
  'billing',
  'billed',
  'appealed',
  'closed',
] as const;
export const caseStateSchema = z.enum(caseStates);
export type CaseState = z.output<typeof caseStateSchema>;

/** notSafe and notVisited need no visit, and are nobody's fault. */
export const caseFindings = [
  'theft',
  'fault',
  'honest',
  'noAccess',
  'notSafe',
  'notVisited',
] as const;
export const caseFindingSchema = z.enum(caseFindings);
export type CaseFinding = z.output<typeof caseFindingSchema>;

export const backBillBases = ['afterRepair', 'beforeFall', 'peers', 'missingAtFeeder'] as const;

const day = z.iso.date();
const requestId = z.string().min(8).max(100);
const name = z.string().trim().min(2).max(100);

/** POST /api/operator/connections/:id/case */
export const openCaseSchema = z.strictObject({
  requestId,
  visitOn: day,
  /** Needed where help or an honest cause comes first; managers read it. */
  guardReason: approvalReasonSchema.optional(),
});
export type OpenCase = z.output<typeof openCaseSchema>;

/** POST /api/operator/cases/:id/visit: two names, or one and who waits for their word. */
export const visitSchema = z.strictObject({
  visitors: z.array(name).min(1).max(6),
  checkInWith: name.optional(),
});
export type Visit = z.output<typeof visitSchema>;

/** A photo by its hash, made on the device; the photo itself is sent after the finding. */
export const evidenceSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Drawn with a finger, as an SVG path of whole numbers within 320 by 120: "M10 20 L30 44". */
export const signatureSchema = z.strictObject({
  name,
  path: z
    .string()
    .max(8000)
    .regex(/^(M\d{1,3} \d{1,3}( L\d{1,3} \d{1,3})* ?)+$/),
});
export type Signature = z.output<typeof signatureSchema>;

/**
 * POST /api/operator/cases/:id/finding. It may be noted where there is no network and sent later:
 * with `requestId` the same again has the same answer, and `visit` says who went.
 */
export const findingSchema = z.strictObject({
  requestId: requestId.optional(),
  visit: visitSchema.optional(),
  /** When it was noted, by the device's clock. */
  notedAt: instantSchema.optional(),
  finding: caseFindingSchema,
  words: z.string().trim().min(3).max(1000),
  evidence: z.array(evidenceSchema).max(20).default([]),
  sealsFound: z.array(z.string().trim().min(1).max(60)).max(10).default([]),
  sealsLeft: z.array(z.string().trim().min(1).max(60)).max(10).default([]),
  /** The register as it was read on the spot. */
  registerWh: integerString.optional(),
  /** "-26.20410, 28.04730" */
  position: z.string().trim().max(60).optional(),
  /** Of those who were there, and agree to be named. */
  signatures: z.array(signatureSchema).max(6).default([]),
});
export type FindingBody = z.output<typeof findingSchema>;

/** POST /api/operator/cases/:id/bill: a second person is asked. */
const asked = {
  requestId,
  reason: approvalReasonSchema,
  /** How purchases repay it, as people write it: { share: '25' }. */
  rule: z.record(z.string(), z.unknown()),
} as const;
const energyBillSchema = z.strictObject({
  ...asked,
  /** With the fine of the utility's rule beside it. */
  fine: z.boolean().default(false),
  fromDate: day,
  toDate: day,
  expectedDailyWh: z.string().regex(/^\d{1,9}$/),
  basis: z.enum(backBillBases),
});
/** Energy that was not counted, with or without a fine; or the fine alone. */
export const billSchema = z.union([
  energyBillSchema,
  z.strictObject({ ...asked, fine: z.literal(true) }),
]);
export type EnergyBillBody = z.output<typeof energyBillSchema>;
export type BillBody = z.output<typeof billSchema>;

/** POST /api/operator/fine-rules: from now on, for one tariff or for all without a rule. */
export const fineRuleBodySchema = z.strictObject({
  requestId,
  reason: approvalReasonSchema,
  tariffName: z.string().trim().min(1).max(200).nullable(),
  fixedMinor: z.string().regex(/^\d{1,12}$/),
  /** Of what is asked for energy in the same case. */
  sharePercent: z.int().min(0).max(300),
});
export type FineRuleBody = z.output<typeof fineRuleBodySchema>;

/** GET /api/operator/fine-rules: those in force, and the tariffs that may have one. */
export const fineRulesSchema = z.object({
  rules: z.array(
    z.object({
      /** Null: all tariffs that have no rule of their own. */
      tariffName: z.string().nullable(),
      fixedMinor: integerString,
      sharePercent: z.int(),
      reason: z.string(),
      setBy: z.string(),
      setAt: instantSchema,
    }),
  ),
  tariffNames: z.array(z.string()),
});
export type FineRules = z.output<typeof fineRulesSchema>;

/** POST /api/operator/cases/:id/appeal: what the customer says; within the days that there are. */
export const appealSchema = z.strictObject({ words: z.string().trim().min(10).max(1000) });
/** POST .../appeal-decision, by somebody else than who found it. */
export const appealDecisionSchema = z.strictObject({
  decision: z.enum(['upheld', 'dismissed']),
  words: z.string().trim().min(10).max(1000),
});
/** POST .../close */
export const closeCaseSchema = z.strictObject({ words: z.string().trim().min(3).max(500) });

export const caseRowSchema = z.object({
  caseId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  address: z.string(),
  meterPan: z.string(),
  node: z.string().nullable(),
  state: caseStateSchema,
  visitOn: day,
  standing: revenueStandingSchema.nullable(),
  guardReason: z.string().nullable(),
  finding: caseFindingSchema.nullable(),
  billedMinor: integerString.nullable(),
  /** Beside what is asked for energy. */
  fineMinor: integerString.nullable(),
  /** Null before money is asked, and once an appeal was decided. */
  appealUntil: day.nullable(),
  /** How an appeal was decided. Upheld: what was found and asked stands no more. */
  appeal: z
    .object({
      decision: z.enum(['upheld', 'dismissed']),
      at: instantSchema,
      owedNoMoreMinor: integerString.nullable(),
      givenBackMinor: integerString.nullable(),
    })
    .nullable(),
  openedBy: z.string(),
  openedAt: instantSchema,
});
export type CaseRow = z.output<typeof caseRowSchema>;

/** GET /api/operator/cases?state=open|closed: planned visits street by street. */
export const casePageSchema = z.object({
  rows: z.array(caseRowSchema),
  nextCursor: z.string().nullable(),
});

/** What a case says to everybody, also in its evidence. */
const caseFileSchema = caseRowSchema.extend({
  reasons: z.array(z.object({ evidence: z.string(), words: z.string() })),
  visitors: z.array(z.string()),
  checkInWith: z.string().nullable(),
  /** The calculation, step by step; null before it was asked for. */
  bill: z.array(z.object({ label: z.string(), value: z.string() })).nullable(),
  approvalId: z.string().nullable(),
  /** Those of the finding that are kept here. */
  photos: z.array(z.object({ name: z.string(), sha256: z.string() })),
  events: z.array(
    z.object({
      what: z.string(),
      by: z.string(),
      at: instantSchema,
      facts: z.array(z.object({ label: z.string(), value: z.string() })),
      signatures: z.array(signatureSchema),
    }),
  ),
});
export type CaseFile = z.output<typeof caseFileSchema>;

export const caseDetailSchema = caseFileSchema.extend({
  /** Steps that this case may take, but not now or not by who reads this, and why. */
  barred: z.array(z.object({ step: z.enum(['appeal', 'decision', 'close']), why: z.string() })),
});
export type CaseDetail = z.output<typeof caseDetailSchema>;

/**
 * GET /api/operator/case-route?day=…: the planned visits of a day in the order in which to go.
 * Homes whose position is known (by an earlier visit) make the way; others stand by their address.
 */
export const caseRouteSchema = z.object({
  day,
  places: z.array(
    z.object({
      /** A node of the network, or a street; null where neither is known. */
      place: z.string().nullable(),
      stops: z.array(
        caseRowSchema.extend({
          position: z.string().nullable(),
          visitors: z.array(z.string()),
          checkInWith: z.string().nullable(),
        }),
      ),
    }),
  ),
  /** As the crow flies between homes with a position; null with fewer than two. */
  metres: z.int().nullable(),
  withoutPosition: z.int(),
  /** Visits that days before this one and before today had planned and nobody made. */
  missed: z.int(),
});
export type CaseRoute = z.output<typeof caseRouteSchema>;

const months = z.object({
  /** "2026-11" */
  month: z.string(),
  visits: z.int(),
  /** Without those whose appeal was upheld; nor is their money counted below. */
  thefts: z.int(),
  faults: z.int(),
  upheld: z.int(),
  /** Visits that the list had put first, and what these found: how precise the list was. */
  listed: z.int(),
  listedFound: z.int(),
  honest: z.int(),
  noAccess: z.int(),
  notSafe: z.int(),
  notVisited: z.int(),
  billedMinor: integerString,
  billedWh: integerString,
  finesMinor: integerString,
  /** What purchases have repaid of it so far, and as much of the energy. */
  repaidMinor: integerString,
  repaidWh: integerString,
});
export type ResultsMonth = z.output<typeof months>;

/** GET /api/operator/revenue-results: what visits found, and whom they went to. */
export const revenueResultsSchema = z.object({
  months: z.array(months),
  /** By tariff, and of homes with a protection flag: visits beside the homes that there are. */
  groups: z.array(
    z.object({ name: z.string(), isTariff: z.boolean(), homes: z.int(), visits: z.int() }),
  ),
  /** Cases that were opened although help or an honest cause comes first. */
  guarded: z.array(
    z.object({
      caseId: z.string(),
      connectionName: z.string(),
      openedBy: z.string(),
      openedAt: instantSchema,
      reason: z.string(),
    }),
  ),
});
export type RevenueResults = z.output<typeof revenueResultsSchema>;
