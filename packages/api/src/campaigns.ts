// Key-change campaigns: many meters to another supply group, key revision or tariff index; who has
// which set, who is done, who failed.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { instantSchema } from './common.ts';
import { requestIdSchema } from './vendor.ts';

const group = z.string().regex(/^\d{6}$/, '6 digits');
const revision = z.number().int().min(1).max(9);

/** POST /api/operator/campaigns; administrators only. */
export const newCampaignSchema = z.strictObject({
  requestId: requestIdSchema,
  name: z.string().trim().min(1).max(100),
  reason: approvalReasonSchema,
  from: z.strictObject({ supplyGroupCode: group, keyRevision: revision }),
  /** Without a tariff index each meter keeps its own. */
  to: z.strictObject({
    supplyGroupCode: group,
    keyRevision: revision,
    tariffIndex: z
      .string()
      .regex(/^\d{2}$/, '2 digits')
      .optional(),
  }),
  /** Only these of the meters; left out: all of them. */
  meterPans: z
    .array(z.string().regex(/^\d{18}$/, 'the 18 digits of a meter'))
    .min(1)
    .max(10_000)
    .optional(),
});
export type NewCampaign = z.output<typeof newCampaignSchema>;

/**
 * waiting: the next sale carries the set; notReachable: the same, and the meter is silent or was
 * never heard; setIssued: handed out or sent; done: the meter holds the key; failed: it refused a
 * token of the set; left: the meter is retired, or wants another key by now.
 */
export const campaignMeterStates = [
  'waiting',
  'notReachable',
  'setIssued',
  'done',
  'failed',
  'left',
] as const;
export const campaignMeterStateSchema = z.enum(campaignMeterStates);
export type CampaignMeterState = z.output<typeof campaignMeterStateSchema>;

/** GET /api/operator/campaigns and …/:id */
export const campaignSchema = z.object({
  campaignId: z.string(),
  name: z.string(),
  reason: z.string(),
  from: z.object({ supplyGroupCode: z.string(), keyRevision: z.number().int() }),
  to: z.object({
    supplyGroupCode: z.string(),
    keyRevision: z.number().int(),
    tariffIndex: z.string().nullable(),
  }),
  requestedBy: z.string(),
  createdAt: instantSchema,
  counts: z.object({
    total: z.number().int(),
    waiting: z.number().int(),
    notReachable: z.number().int(),
    setIssued: z.number().int(),
    done: z.number().int(),
    failed: z.number().int(),
    left: z.number().int(),
  }),
});
export type Campaign = z.output<typeof campaignSchema>;
export const campaignsSchema = z.object({ rows: z.array(campaignSchema) });

/** GET /api/operator/campaigns/:id/meters?state=&cursor=; the same as CSV: …/export */
export const campaignMeterSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  meterPan: z.string(),
  state: campaignMeterStateSchema,
  /** Of the last set: when it was made and last moved, what it belongs to, why it failed. */
  setIssuedAt: instantSchema.nullable(),
  setStateAt: instantSchema.nullable(),
  saleId: z.string().nullable(),
  grantId: z.string().nullable(),
  refusal: z.string().nullable(),
  lastContactAt: instantSchema.nullable(),
  /** Tokens under the old key that no meter has taken: they stop working with the change. */
  unusedTokens: z.number().int(),
});
export type CampaignMeter = z.output<typeof campaignMeterSchema>;
export const campaignMetersSchema = z.object({
  rows: z.array(campaignMeterSchema),
  nextCursor: z.string().nullable(),
});
