// What an operator may ask of a meter. Documents (tariff, protection rules) are the server's own:
// the request names the wish, the server sends what is in force.

import { z } from 'zod';
import { commandStageSchema, controlModeSchema, instantSchema } from './common.ts';

const requestId = z.string().min(8).max(100);
/** Shown with the command to whoever looks at it later. */
const reason = z.string().trim().min(5).max(500);
const asked = { requestId, reason };
const setting = z.number().int().min(0).max(1_000_000_000);
const durationMs = z
  .number()
  .int()
  .min(0)
  .max(30 * 86_400_000);

/**
 * POST /api/operator/connections/:id/commands; 202 with the command's row, or with `Asked` where it
 * waits for approval by a second person.
 */
export const commandBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('readNow'),
    requestId: requestId.optional(),
    reason: reason.optional(),
  }),
  /**
   * Refused while a protection rule forbids a cut, unless `cause` is `safety`: then it ends by
   * itself after `hours` (left out: the most that the utility allows), stands on the attention list
   * at once, and beyond the operator's hourly budget waits for a second person.
   */
  z.strictObject({
    ...asked,
    kind: z.literal('switchOpen'),
    cause: z.enum(['operator', 'maintenance', 'safety']),
    hours: z.number().int().min(1).max(72).optional(),
  }),
  z.strictObject({ ...asked, kind: z.enum(['switchClose', 'switchArm', 'setClock']) }),
  z.strictObject({
    ...asked,
    kind: z.literal('setPowerLimit'),
    /** Null: no limit. */
    limitW: setting.min(1).nullable(),
    overForMs: durationMs.optional(),
    reconnectAfterMs: durationMs.optional(),
  }),
  z.strictObject({
    ...asked,
    kind: z.literal('setEmergencyCredit'),
    presetEnergyWh: setting,
    automatic: z.boolean(),
  }),
  z.strictObject({ ...asked, kind: z.enum(['setProtection', 'setTariff']) }),
  /** How the switch may be moved, and by whom; null: as its maker set it. */
  z.strictObject({
    ...asked,
    kind: z.literal('setControlMode'),
    controlMode: controlModeSchema.nullable(),
  }),
  z.strictObject({
    ...asked,
    kind: z.literal('setPaymentMode'),
    paymentMode: z.enum(['prepayment', 'credit']),
    creditUnit: z.enum(['energy', 'money']),
    balance: z.enum(['keep', 'handOver']),
    /** Millionths of a minor unit per kWh. */
    microMinorPerKwh: z
      .string()
      .regex(/^\d{1,15}$/, 'digits only')
      .optional(),
  }),
]);
export type CommandBody = z.output<typeof commandBodySchema>;

/** POST /api/operator/connections/:id/commands/:commandId/cancel; the command's row. */
export const commandCancelBodySchema = z.strictObject({ reason });

/** An operator opened the switch: nothing closes it until an operator lets the supply go. */
export const supplyHoldSchema = z.object({
  cause: z.enum(['operator', 'maintenance', 'safety']),
  by: z.string(),
  reason: z.string(),
  since: instantSchema,
  /** Of a cut for safety: when it ends by itself, and the second person, if it took one. */
  until: instantSchema.nullable(),
  approvedBy: z.string().nullable(),
  /** How far the command to open is. */
  stage: commandStageSchema,
});
export type SupplyHold = z.output<typeof supplyHoldSchema>;
