// What a meter says of itself, as operators see it on its connection's page.

import { z } from 'zod';
import {
  controlModeSchema,
  currencySchema,
  instantSchema,
  integerString,
  loadSwitchSchema,
} from './common.ts';

const accountSchema = z.object({
  paymentMode: z.enum(['prepayment', 'credit']),
  creditUnit: z.enum(['energy', 'money']),
  accountStatus: z.enum(['new', 'active', 'closed']).optional(),
  reconnection: z.enum(['automatic', 'manual']).optional(),
  /** Null: the maker's own way, which `reconnection` says. */
  controlMode: controlModeSchema.nullable().optional(),
  creditInUse: z.enum(['token', 'reserved', 'emergency']).nullable(),
  veryLow: z.boolean(),
  emergency: z
    .object({
      status: z.enum(['enabled', 'selectable', 'selected', 'inUse', 'exhausted']),
      leftEnergyWh: integerString,
      usedEnergyWh: integerString,
      presetEnergyWh: integerString.optional(),
      automatic: z.boolean().optional(),
    })
    .nullable(),
  paidBackEnergyWh: integerString.optional(),
  reservedEnergyWh: integerString,
  openReasons: z.array(z.enum(['credit', 'remote', 'powerLimit', 'unbalance', 'tamper', 'hand'])),
  protectedUntilMs: z.number().nullable(),
  powerLimitW: integerString.nullable(),
  powerLimitBy: z.enum(['setting', 'softLanding']).nullable().optional(),
  lowCreditThresholdWh: integerString.optional(),
  veryLowCreditThresholdWh: integerString.optional(),
  /** Conditions that stay until a ClearTamper token. */
  tamper: z.array(
    z.enum(['cover', 'terminalCover', 'magnet', 'reverseEnergy', 'neutral', 'bypass']),
  ),
});

/** In millionths of a minor unit of the currency. */
const moneySchema = z.object({
  currency: currencySchema,
  availableMicroMinor: integerString,
  creditedMicroMinor: integerString,
  chargedMicroMinor: integerString,
  clearedMicroMinor: integerString,
  owedMicroMinor: integerString,
  tariff: z.object({ id: z.string(), version: z.number().int() }),
  perKwhMicroMinor: integerString.optional(),
  standingChargedMicroMinor: integerString.optional(),
  standingDueMicroMinor: integerString.optional(),
  /** What each standing charge costs "every `count` `unit`s", before taxes on it. */
  standingPrices: z
    .array(
      z.object({
        label: z.string(),
        count: z.number().int(),
        unit: z.enum(['day', 'week', 'month', 'year']),
        priceMicroMinor: integerString,
      }),
    )
    .optional(),
  emergencyLeftMicroMinor: integerString.optional(),
  emergencyUsedMicroMinor: integerString.optional(),
  emergencyPresetMicroMinor: integerString.optional(),
  reservedMicroMinor: integerString.optional(),
  paidBackMicroMinor: integerString.optional(),
  lowCreditThresholdMicroMinor: integerString.optional(),
  veryLowCreditThresholdMicroMinor: integerString.optional(),
});

/** What goes beyond the core; a meter that does not have a part does not say it. */
export const meterReportSchema = z.object({
  exportEnergyWh: integerString.optional(),
  account: accountSchema.optional(),
  money: moneySchema.optional(),
  phases: z
    .array(
      z.object({
        powerW: integerString,
        voltageV: z.number().int(),
        currentMilliA: z.number().int().optional(),
      }),
    )
    .optional(),
  firmware: z.string().optional(),
  /** Since when what switches does not answer: the switch is as the meter wants it, unseen. */
  switchUnknownSinceMs: z.number().int().optional(),
});
export type MeterReportJson = z.output<typeof meterReportSchema>;

/** GET /api/operator/connections/:id/meter */
export const meterViewSchema = z.object({
  link: z.object({
    /** `none`: it has no address on the wire; `revoked`: it may not speak any more. */
    state: z.enum(['none', 'revoked', 'up', 'down', 'unknown']),
    since: instantSchema.nullable(),
  }),
  lastContactAt: instantSchema.nullable(),
  /** Null until it has reported once. */
  said: z
    .object({
      capturedAt: instantSchema,
      /** Its clock against ours when the state came in; transport is in it. */
      clockAheadMs: z.number().int().nullable(),
      loadSwitch: loadSwitchSchema,
      creditStatus: z.enum(['inCredit', 'lowCredit', 'outOfCredit']),
      availableEnergyWh: integerString,
      owedEnergyWh: integerString,
      powerW: integerString,
      importEnergyWh: integerString,
      creditedEnergyWh: integerString,
      report: meterReportSchema,
    })
    .nullable(),
  /** Who set the power limit by command last, and why; null when nobody did. */
  limitSet: z
    .object({ by: z.string().nullable(), reason: z.string().nullable(), at: instantSchema })
    .nullable(),
  /** The newest credit that was sold or given to it and that it has not taken; null for none. */
  waiting: z.object({ issuedAt: instantSchema, tokens: z.number().int() }).nullable(),
  /** The newest reading of each register that it ever sent. */
  registers: z.array(
    z.object({ register: z.string(), energyWh: integerString, readAt: instantSchema }),
  ),
});
export type MeterView = z.output<typeof meterViewSchema>;
