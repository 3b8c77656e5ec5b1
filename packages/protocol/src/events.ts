// What happened at a meter: one closed union, each code with its evidence. Numbered by the meter.

import { z } from 'zod';
import { openReasons } from './account-state.ts';
import { tokenOutcome } from './token-outcome.ts';
import { durationMs, energy, instantMs, microMinor, power, sequence, volts } from './values.ts';

const eventBase = { sequence, atMs: instantMs };
/** What the meter saw at the instant of a tamper or quality event. */
const evidence = { importEnergyWh: energy, powerW: power };
const phase = z.number().int().min(1).max(3);

/** Why a load switch closed. */
export const closeCauses = ['credit', 'remote', 'hand', 'delay', 'tamperCleared', 'test'] as const;
export type CloseCause = (typeof closeCauses)[number];
export const openCauses = [...openReasons, 'test'] as const;
export type OpenCause = (typeof openCauses)[number];

/** How a token came into the meter: typed, sent by the head-end, or on a smart card. */
export const tokenOrigins = ['keypad', 'remote', 'card'] as const;
export type TokenOrigin = (typeof tokenOrigins)[number];

export const meterEvent = z.discriminatedUnion('code', [
  z.strictObject({
    ...eventBase,
    code: z.literal('token'),
    origin: z.enum(tokenOrigins),
    lastFour: z.string().regex(/^\d{1,4}$/),
    outcome: tokenOutcome,
  }),
  /** Credit crossed a warning threshold downwards: once per crossing, with hysteresis. */
  z.strictObject({
    ...eventBase,
    code: z.enum(['creditLow', 'creditVeryLow']),
    availableEnergyWh: energy,
    /** With money credit. */
    availableMicroMinor: microMinor.optional(),
  }),
  z.strictObject({ ...eventBase, code: z.enum(['creditExhausted', 'protectedSupply']) }),
  /** The customer took emergency credit, or what was put aside, at the keypad. */
  z.strictObject({
    ...eventBase,
    code: z.enum(['emergencySelected', 'reserveSelected']),
    leftEnergyWh: energy,
    /** With money credit. */
    leftMicroMinor: microMinor.optional(),
  }),
  z.strictObject({ ...eventBase, code: z.literal('loadSwitchOpened'), cause: z.enum(openCauses) }),
  z.strictObject({ ...eventBase, code: z.literal('loadSwitchClosed'), cause: z.enum(closeCauses) }),
  /** Demand stayed over the limit; supply is off for a while or until a hand. */
  z.strictObject({
    ...eventBase,
    code: z.literal('limitReached'),
    limitW: power,
    powerW: power,
    trip: z.number().int().min(1),
  }),
  z.strictObject({ ...eventBase, code: z.literal('limitCleared') }),
  z.strictObject({ ...eventBase, code: z.literal('powerFailed') }),
  z.strictObject({ ...eventBase, code: z.literal('powerRestored'), outageMs: durationMs }),
  z.strictObject({
    ...eventBase,
    code: z.enum([
      'coverOpened',
      'terminalCoverOpened',
      'magnetStarted',
      'neutralDisturbed',
      'reverseEnergy',
    ]),
    evidence: z.strictObject({ ...evidence, exportEnergyWh: energy.optional() }),
  }),
  /** The end of a condition; `lastedMs` since its start. */
  z.strictObject({
    ...eventBase,
    code: z.enum([
      'coverClosed',
      'terminalCoverClosed',
      'magnetEnded',
      'neutralRestored',
      'reverseEnergyEnded',
      'bypassEnded',
    ]),
    lastedMs: durationMs,
  }),
  /** Live and neutral do not agree, or there is voltage behind an open switch. */
  z.strictObject({
    ...eventBase,
    code: z.literal('bypassSuspected'),
    sign: z.enum(['neutralDiffers', 'voltageBehindOpenSwitch']),
    liveW: power,
    neutralW: power.nullable(),
    importEnergyWh: energy,
  }),
  z.strictObject({
    ...eventBase,
    code: z.enum(['phaseLost', 'phaseRestored']),
    phase,
    voltageV: volts,
  }),
  z.strictObject({
    ...eventBase,
    code: z.literal('unbalance'),
    limitW: power,
    phasesW: z.array(power).min(3).max(3),
  }),
  /** `beforeMs`: what the meter's clock showed; `atMs` is the new time. */
  z.strictObject({ ...eventBase, code: z.literal('clockSet'), beforeMs: instantMs }),
  z.strictObject({
    ...eventBase,
    code: z.literal('settingChanged'),
    setting: z.enum([
      'powerLimit',
      'unbalanceLimit',
      'emergencyCredit',
      'protection',
      'tariff',
      'paymentMode',
      'controlMode',
      'lights',
      'tamperCleared',
      'creditCleared',
    ]),
    origin: z.enum(tokenOrigins),
  }),
]);
export type MeterEvent = z.output<typeof meterEvent>;
export type MeterEventCode = MeterEvent['code'];
