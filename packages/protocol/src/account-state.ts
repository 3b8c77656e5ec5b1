// The present state of a meter, COSEM-shaped (classes 111 Account, 112 Credit): what is left and
// owed, what holds the switch. The core is always there; the rest comes from meters that have it.

import { z } from 'zod';
import {
  currency,
  energy,
  instantMs,
  loadSwitchStates,
  microMinor,
  milliamperes,
  power,
  volts,
} from './values.ts';

/** COSEM Account, attribute 2: prepayment cuts by itself, credit only counts. */
export const paymentModes = ['prepayment', 'credit'] as const;
export type PaymentMode = (typeof paymentModes)[number];
/** COSEM Account, attribute 15: what the credit is counted in. */
export const creditUnits = ['energy', 'money'] as const;
export type CreditUnit = (typeof creditUnits)[number];
/** COSEM Account, attribute 3: new until its first credit; closed where a meter closes them. */
export const accountStatuses = ['new', 'active', 'closed'] as const;
/** What closes the switch once nothing keeps it open: the meter, or a hand at it. */
export const reconnections = ['automatic', 'manual'] as const;
/** COSEM Disconnect control, attribute 4: the ways from one state of the switch to another. */
export const controlModes = [0, 1, 2, 3, 4, 5, 6] as const;
export type ControlMode = (typeof controlModes)[number];
export const controlMode = z.literal(controlModes);
/** COSEM Credit, attribute 8. */
export const creditPhases = ['enabled', 'selectable', 'selected', 'inUse', 'exhausted'] as const;
export type CreditPhase = (typeof creditPhases)[number];
export const creditKinds = ['token', 'reserved', 'emergency'] as const;
export type CreditKind = (typeof creditKinds)[number];
/** Why a load switch is open. */
export const openReasons = [
  'credit',
  'remote',
  'powerLimit',
  'unbalance',
  'tamper',
  'hand',
] as const;
export type OpenReason = (typeof openReasons)[number];
/** Conditions that stay on the meter until a ClearTamper token. */
export const tamperKinds = [
  'cover',
  'terminalCover',
  'magnet',
  'reverseEnergy',
  'neutral',
  'bypass',
] as const;
export type TamperKind = (typeof tamperKinds)[number];

/** Why a power limit holds: set by command or token, or by the rules' soft landing. */
export const powerLimitCauses = ['setting', 'softLanding'] as const;
export type PowerLimitCause = (typeof powerLimitCauses)[number];

const account = z.strictObject({
  paymentMode: z.enum(paymentModes),
  creditUnit: z.enum(creditUnits),
  accountStatus: z.enum(accountStatuses).optional(),
  reconnection: z.enum(reconnections).optional(),
  /** Null: none of the seven, the maker's own (`reconnection`). */
  controlMode: controlMode.nullable().optional(),
  creditInUse: z.enum(creditKinds).nullable(),
  /** Below the second, lower warning threshold. */
  veryLow: z.boolean(),
  /** Emergency credit: how it stands, what is left of it, what of it is to be paid back. */
  emergency: z
    .strictObject({
      status: z.enum(creditPhases),
      leftEnergyWh: energy,
      usedEnergyWh: energy,
      presetEnergyWh: energy.optional(),
      /** Begins by itself, without a press at the meter. */
      automatic: z.boolean().optional(),
    })
    .nullable(),
  /** What top-ups have paid back in all; with money credit at the price now. */
  paidBackEnergyWh: energy.optional(),
  /** Part of the available credit that the customer has put aside. */
  reservedEnergyWh: energy,
  openReasons: z.array(z.enum(openReasons)).max(openReasons.length),
  /** While a protection rule keeps supply on: the first instant at which it may be cut. */
  protectedUntilMs: instantMs.nullable(),
  powerLimitW: power.nullable(),
  /** Which of the two it is; a limit that was set may be the lower one of both. */
  powerLimitBy: z.enum(powerLimitCauses).nullable().optional(),
  /** Below the first the meter warns, below the second it warns again. */
  lowCreditThresholdWh: energy.optional(),
  veryLowCreditThresholdWh: energy.optional(),
  /** Latched conditions. */
  tamper: z.array(z.enum(tamperKinds)).max(tamperKinds.length),
});

/** In millionths of a minor unit: credited - charged - cleared = available - owed. */
const moneyState = z.strictObject({
  currency,
  availableMicroMinor: microMinor,
  /** What tokens brought; a change of unit is in what was cleared. */
  creditedMicroMinor: microMinor,
  chargedMicroMinor: microMinor,
  clearedMicroMinor: microMinor,
  owedMicroMinor: microMinor,
  tariff: z.strictObject({ id: z.string().max(80), version: z.number().int().min(1) }),
  /** What a kilowatt-hour costs now. */
  perKwhMicroMinor: microMinor.optional(),
  /** Of what was charged, standing charges: by the day or month, not by use. */
  standingChargedMicroMinor: microMinor.optional(),
  /** Standing charges that are due and wait for credit. */
  standingDueMicroMinor: microMinor.optional(),
  /** What each of them costs in its period, before taxes on it: "every `count` `unit`s". */
  standingPrices: z
    .array(
      z.strictObject({
        label: z.string().max(120),
        count: z.number().int().min(1).max(10_000),
        unit: z.enum(['day', 'week', 'month', 'year']),
        priceMicroMinor: microMinor,
      }),
    )
    .max(50)
    .optional(),
  /** What `account` says in energy, at the price now, as the money that the meter counts. */
  emergencyLeftMicroMinor: microMinor.optional(),
  emergencyUsedMicroMinor: microMinor.optional(),
  emergencyPresetMicroMinor: microMinor.optional(),
  reservedMicroMinor: microMinor.optional(),
  paidBackMicroMinor: microMinor.optional(),
  lowCreditThresholdMicroMinor: microMinor.optional(),
  veryLowCreditThresholdMicroMinor: microMinor.optional(),
});

export const accountState = z.strictObject({
  capturedAtMs: instantMs,
  /** With money credit: what the money buys at the present price, an estimate. */
  availableEnergyWh: energy,
  powerW: power,
  /** Total import register, ever rising. */
  importEnergyWh: energy,
  /** Sum of energy credit that the meter has accepted from tokens, ever rising. */
  creditedEnergyWh: energy,
  /** `creditedEnergyWh` is worked out from other values: it is no register, and proves nothing. */
  creditedIsDerived: z.literal(true).optional(),
  loadSwitch: z.enum(loadSwitchStates),
  /**
   * What switches does not answer: `loadSwitch` is what the meter wants, and since then nobody has
   * seen that it is so. Absent = seen, or the switch is the meter's own.
   */
  switchUnknownSinceMs: instantMs.optional(),
  /** COSEM Account: in credit, low credit, out of credit. */
  creditStatus: z.enum(['inCredit', 'lowCredit', 'outOfCredit']),
  /**
   * Used beyond credit, while a protection rule kept supply on or as emergency credit; owed from
   * the next top-up.
   */
  owedEnergyWh: energy,
  exportEnergyWh: energy.optional(),
  account: account.optional(),
  money: moneyState.optional(),
  /** One entry per phase, 1 or 3. */
  phases: z
    .array(
      z.strictObject({ powerW: power, voltageV: volts, currentMilliA: milliamperes.optional() }),
    )
    .min(1)
    .max(3)
    .optional(),
  /** What the meter runs, as its maker names it. */
  firmware: z.string().min(1).max(64).optional(),
});
export type AccountState = z.output<typeof accountState>;
