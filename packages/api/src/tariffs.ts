// Tariffs: versions, changes with their back-test and approval, and which tariff a connection has.

import { z } from 'zod';
import { approvalReasonSchema, approvalStateSchema } from './approvals.ts';
import { instantSchema, integerString } from './common.ts';

const civilDate = z.iso.date();
const requestId = z.string().min(8).max(100);

/**
 * draft -> awaitingApproval -> approved; awaitingApproval -> draft when it was not approved; draft,
 * or approved before its first day, -> withdrawn. Approved and its day has come: in force.
 */
export const tariffVersionStates = ['draft', 'awaitingApproval', 'approved', 'withdrawn'] as const;
export type TariffVersionState = (typeof tariffVersionStates)[number];

export const tariffVersionRowSchema = z.object({
  versionId: z.string(),
  tariffName: z.string(),
  version: z.number().int(),
  state: z.enum(tariffVersionStates),
  /** Of an approved version, as the day is now; null for any other. */
  standing: z.enum(['coming', 'inForce', 'past']).nullable(),
  effectiveFrom: civilDate,
  effectiveTo: civilDate.nullable(),
  reason: z.string().nullable(),
  requestedBy: z.string().nullable(),
  requestedAt: instantSchema,
  approvedBy: z.string().nullable(),
});
export type TariffVersionRow = z.output<typeof tariffVersionRowSchema>;

export const tariffRowSchema = z.object({
  name: z.string(),
  /** Null when no version is in force today. */
  inForceVersionId: z.string().nullable(),
  connections: z.number().int(),
  /** Newest first; withdrawn ones too. */
  versions: z.array(tariffVersionRowSchema),
});
export type TariffRow = z.output<typeof tariffRowSchema>;
/** GET /api/operator/tariffs */
export const tariffListSchema = z.object({ tariffs: z.array(tariffRowSchema) });
export type TariffList = z.output<typeof tariffListSchema>;

export const backTestSummarySchema = z.object({
  /** With a purchase, or measured use that is paid as it is used, in the time that was tried. */
  connections: z.number().int(),
  payMore: z.number().int(),
  payLess: z.number().int(),
  paySame: z.number().int(),
  purchases: z.number().int(),
  refusedPurchases: z.number().int(),
  /** What the energy bought then costs under both. */
  energyWh: integerString,
  beforeMinor: integerString,
  afterMinor: integerString,
  /** What the money spent then buys under both. */
  spentMinor: integerString,
  energyBeforeWh: integerString,
  energyAfterWh: integerString,
  /** Of them those that pay as they use: their measured use is priced; absent of older ones. */
  byUse: z.object({ wallets: z.number().int(), moneyMeters: z.number().int() }).optional(),
  /** Those that pay as they use, and of which no use is known: not in it; absent of older ones. */
  leftOut: z.object({ wallets: z.number().int(), moneyMeters: z.number().int() }).optional(),
  /** Connections by how much more or less they pay, in per cent; null: no limit on that side. */
  bands: z.array(
    z.object({
      overPercent: z.number().nullable(),
      uptoPercent: z.number().nullable(),
      connections: z.number().int(),
    }),
  ),
});
export type BackTestSummary = z.output<typeof backTestSummarySchema>;

/** GET /api/operator/tariffs/back-tests/:id */
export const backTestSchema = z.object({
  backTestId: z.string(),
  versionId: z.string(),
  months: z.number().int(),
  fromDate: civilDate,
  toDate: civilDate,
  requestedBy: z.string(),
  requestedAt: instantSchema,
  connectionsTotal: z.number().int(),
  connectionsDone: z.number().int(),
  /** Approval is asked for by itself when it is finished. */
  asks: z.boolean(),
  /** Null until it is finished. */
  summary: backTestSummarySchema.nullable(),
});
export type BackTestJson = z.output<typeof backTestSchema>;

export const backTestRowSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  purchases: z.number().int(),
  refused: z.number().int(),
  energyWh: integerString,
  beforeMinor: integerString,
  afterMinor: integerString,
  spentMinor: integerString,
  energyBeforeWh: integerString,
  energyAfterWh: integerString,
  /** Whose measured use is in it; null where purchases tell all. */
  useOf: z.enum(['wallet', 'moneyMeter']).nullable(),
  /** A home with a medical or vulnerable flag today; null for viewers, who do not see flags. */
  flagged: z.boolean().nullable(),
});
export type BackTestRowJson = z.output<typeof backTestRowSchema>;
/** Which rows of a back-test come first: those that will pay more, or less. */
export const changeOrderQuerySchema = z.object({
  order: z.enum(['payMore', 'payLess']).default('payMore'),
});

/**
 * GET /api/operator/tariffs/back-tests/:id/rows?order=payMore|payLess: those whose cost changes
 * most, at most 100. All of them: GET …/rows.csv.
 */
export const backTestRowsSchema = z.object({
  rows: z.array(backTestRowSchema),
  /** Flagged homes among all that pay more; null for viewers. */
  flaggedPayMore: z.number().int().nullable(),
});
export type BackTestRows = z.output<typeof backTestRowsSchema>;

/** GET /api/operator/tariffs/versions/:id */
export const tariffVersionDetailSchema = tariffVersionRowSchema.extend({
  document: z.unknown(),
  /** The document in plain sentences. */
  words: z.array(z.object({ title: z.string(), sentences: z.array(z.string()) })),
  examples: z.array(z.object({ id: z.string(), gate: z.boolean(), misses: z.array(z.string()) })),
  /** Against the version that it follows or followed; null for a tariff's first. */
  changes: z
    .object({
      versionId: z.string(),
      version: z.number().int(),
      gone: z.array(z.string()),
      added: z.array(z.string()),
    })
    .nullable(),
  /** The newest; null when none was asked for. */
  backTest: backTestSchema.nullable(),
  approval: z.object({ approvalId: z.string(), state: approvalStateSchema }).nullable(),
  /** Why approval cannot be asked for now, in words; null when it can. */
  whyNotRequest: z.string().nullable(),
  /** Why it cannot be withdrawn now, in words; null when it can. */
  whyNotWithdraw: z.string().nullable(),
});
export type TariffVersionDetail = z.output<typeof tariffVersionDetailSchema>;

/**
 * How a meter that counts money stands to a version of its tariff: it has it (of one that comes: in
 * its memory, until the day); it is on its way; it waits until the meter has today's; the meter
 * refused it; no link leads to the meter; no meter could charge it.
 */
export const meterTariffStandings = [
  'has',
  'told',
  'waits',
  'refused',
  'noLink',
  'cannot',
] as const;
export type MeterTariffStanding = (typeof meterTariffStandings)[number];

/** GET /api/operator/tariffs/versions/:id/meters?standing=…&cursor=… */
export const meterTariffsSchema = z.object({
  counts: z.record(z.enum(meterTariffStandings), z.number().int()),
  total: z.number().int(),
  /** Those of the standing that was asked for. */
  rows: z.array(
    z.object({
      connectionId: z.string(),
      name: z.string(),
      meterPan: z.string(),
      toldAt: instantSchema.nullable(),
      linkUp: z.boolean().nullable(),
      lastContactAt: instantSchema,
      /** Why the meter refused it. */
      refusal: z.string().nullable(),
      /** What it says that it charges now. */
      saysVersion: z.number().int().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type MeterTariffs = z.output<typeof meterTariffsSchema>;

/**
 * POST /api/operator/tariffs/changes: a new version as a draft. Answers with its detail: 201, or
 * 200 when the same request came before.
 */
export const proposeTariffBodySchema = z.strictObject({
  requestId,
  /** A tariff that there is, or a new name for a tariff's first version. */
  tariffName: z.string().trim().min(1).max(100),
  document: z.record(z.string(), z.unknown()),
  reason: approvalReasonSchema,
  /** Tries it on so many past months, and asks for its approval when that is finished. */
  thenAsk: z.strictObject({ months: z.number().int().min(1).max(24) }).optional(),
});

/** A document that comes with the server, to begin a tariff of one's own from. */
export const tariffTemplateSchema = z.object({
  /** The name of its file, without ".json". */
  template: z.string(),
  country: z.string(),
  utility: z.string(),
  customerClass: z.string(),
  currency: z.string(),
  effectiveFrom: civilDate,
});
export type TariffTemplate = z.output<typeof tariffTemplateSchema>;

/** GET /api/operator/tariffs/templates, by country and name. */
export const tariffTemplatesSchema = z.object({ templates: z.array(tariffTemplateSchema) });

/** GET /api/operator/tariffs/templates/document?template= */
export const tariffTemplateDocumentSchema = z.object({
  document: z.record(z.string(), z.unknown()),
});

/** POST /api/operator/tariffs/versions/:id/back-tests: 202, or 200 for a repeat. */
export const startBackTestBodySchema = z.strictObject({
  requestId,
  months: z.number().int().min(1).max(24),
});

/** POST /api/operator/tariffs/versions/:id/request-approval */
export const requestTariffApprovalBodySchema = z.strictObject({ requestId });

/** POST /api/operator/tariffs/versions/:id/withdraw takes an empty object. */

/**
 * POST /api/operator/connections/:id/tariff: another tariff, or other facts of the connection, from
 * a day on; "from" today holds at once.
 */
export const assignTariffBodySchema = z.strictObject({
  /** Those of assignments to many are the server's own. */
  requestId: requestId.refine((id) => !id.startsWith('batch:'), 'must not begin with “batch:”'),
  tariffName: z.string().trim().min(1).max(100),
  from: civilDate,
  /** Facts of the connection that the tariff asks for, by their names; all of them. */
  parameters: z.record(z.string().max(40), z.string().max(200)).default({}),
  reason: approvalReasonSchema,
});

export const tariffAssignmentSchema = z.object({
  tariffName: z.string(),
  parameters: z.record(z.string(), z.string()),
  from: civilDate,
  reason: z.string(),
  assignedBy: z.string(),
  assignedAt: instantSchema,
});

/** GET /api/operator/connections/:id/tariff; also the answer of the POST. */
export const connectionTariffSchema = z.object({
  tariffName: z.string(),
  parameters: z.record(z.string(), z.string()),
  /** The version that prices it today; null when none is in force. */
  versionId: z.string().nullable(),
  version: z.number().int().nullable(),
  /** Another one from a day on. */
  next: z
    .object({
      from: civilDate,
      tariffName: z.string(),
      parameters: z.record(z.string(), z.string()),
    })
    .nullable(),
  /** Newest first. */
  history: z.array(tariffAssignmentSchema),
});
export type ConnectionTariff = z.output<typeof connectionTariffSchema>;
