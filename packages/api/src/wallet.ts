// Wallet mode: the ledger holds a connection's money and its use is rated as readings come.

import { z } from 'zod';
import { approvalReasonSchema } from './approvals.ts';
import { supplyHoldSchema } from './commands.ts';
import { commandStageSchema, instantSchema, integerString } from './common.ts';

export const creditModes = ['token', 'wallet'] as const;
export const creditModeSchema = z.enum(creditModes);

/** POST /api/operator/connections/:id/credit-mode; answers 202 with `Asked`. */
export const creditModeFieldsSchema = z.strictObject({
  requestId: z.string().min(8).max(100),
  toMode: creditModeSchema,
  reason: approvalReasonSchema,
  /**
   * To token mode, of a meter that is silent: its register as somebody read it there. `confirmed`:
   * it is right though it is more than this home uses.
   */
  siteReading: z
    .strictObject({
      importEnergyWh: z.string().regex(/^\d{1,13}$/, 'watt-hours, digits only'),
      readAt: instantSchema,
      confirmed: z.boolean().default(false),
    })
    .optional(),
});
export const creditModeBodySchema = creditModeFieldsSchema.refine(
  (body) => body.siteReading === undefined || body.toMode === 'token',
  'a register read at the meter ends wallet mode; it does not begin it',
);
export type CreditModeBody = z.output<typeof creditModeBodySchema>;

/** POST /api/operator/connections/:id/credit-mode/withdraw: the change that waits for its meter. */
export const withdrawModeBodySchema = z.strictObject({ reason: approvalReasonSchema });
export type WithdrawModeBody = z.output<typeof withdrawModeBodySchema>;

export const walletSupplies = ['on', 'emergency', 'protected', 'off'] as const;

/** GET /api/operator/connections/:id/wallet */
export const walletAnswerSchema = z.object({
  creditMode: creditModeSchema,
  /** What a change to wallet mode would leave the home with now; null in wallet mode. */
  ifWallet: z
    .object({
      /** By the meter's last word; below zero it has lent that. */
      energyWh: integerString,
      /** With money kept before, below zero owed; null without a price. */
      balanceMinor: integerString.nullable(),
      /** Kept: by a rule or emergency credit, until then. */
      supply: z.enum(['on', 'kept', 'off']),
      /** By what it is kept on: `marked` is a home that is medical or vulnerable. */
      keptBy: z.enum(['emergency', 'marked', 'rule']).nullable(),
      until: instantSchema.nullable(),
      /** What has to be paid for supply to stay on, or come back; null where nothing has. */
      leastMinor: integerString.nullable(),
    })
    .nullable(),
  /** Null for a connection that never was in wallet mode. */
  wallet: z
    .object({
      balanceMinor: integerString,
      ratedUntil: instantSchema,
      /** Why the last use could not be rated. */
      problem: z.string().nullable(),
      supply: z.enum(walletSupplies),
      supplyAt: instantSchema,
      promisedUntil: instantSchema.nullable(),
      /** The last order to the meter for its supply; null when there was none. */
      order: z
        .object({ opens: z.boolean(), stage: commandStageSchema, stageAt: instantSchema })
        .nullable(),
      /** What the rules lend below zero at the present price, and how much of it is used. */
      emergency: z.object({ limitMinor: integerString, usedMinor: integerString }).nullable(),
      /** Of the balance, what paid sales wait for that are not carried out yet. */
      reservedMinor: integerString,
      /** Who holds it open, whatever the money says. */
      hold: supplyHoldSchema.nullable(),
    })
    .nullable(),
  /** The newest first, 50 at most; what was put right has an explanation. */
  ratings: z.array(
    z.object({
      startsAt: instantSchema,
      endsAt: instantSchema,
      energyWh: integerString,
      chargedMinor: integerString,
      /** What for: energy, charges and taxes by their names; without those of nothing. */
      parts: z.array(z.object({ label: z.string(), amountMinor: integerString })),
      isReplaced: z.boolean(),
      explanation: z.string().nullable(),
    }),
  ),
  changes: z.array(
    z.object({
      toMode: creditModeSchema,
      /** `withdrawn`: somebody took it back while it waited; `problem` says who and why. */
      state: z.enum(['awaitingMeter', 'done', 'failed', 'withdrawn']),
      reason: z.string(),
      /** The register as it was read at a silent meter, by which the change was made. */
      siteReading: z.object({ importEnergyWh: integerString, readAt: instantSchema }).nullable(),
      problem: z.string().nullable(),
      energyWh: integerString.nullable(),
      amountMinor: integerString.nullable(),
      /** When it was allowed, and asked of the meter. */
      at: instantSchema,
      stateAt: instantSchema,
      /** When the credit changed hands, by the meter's clock; null while it has not. */
      madeAt: instantSchema.nullable(),
    }),
  ),
});
export type WalletAnswer = z.output<typeof walletAnswerSchema>;
