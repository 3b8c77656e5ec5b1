// The messages between meter and head-end: their schemas, COSEM-shaped, each with the rule for
// losing or repeating it. Everything that arrives is checked here, strictly: an unknown field or a
// wrong type is refused, not ignored.

import type { EnergyWh, PowerW } from '@prewatt/quantities';
import { z } from 'zod';

const registerLimit = 10n ** 13n;

/**
 * CBOR gives small integers as numbers and large ones as bigints; either becomes a bigint within
 * +-10 TWh.
 */
const wholeNumber = z
  .union([z.number().int(), z.bigint()])
  .transform((value) => BigInt(value))
  .refine((value) => value <= registerLimit && value >= -registerLimit, 'out of range');
const energy = wholeNumber.transform((value) => value as EnergyWh);
const power = wholeNumber.transform((value) => value as PowerW);
/**
 * An instant between 2014 and 2100: a meter whose clock is elsewhere must say so, not be believed.
 */
const instantMs = z.number().int().min(1_388_534_400_000).max(4_102_444_800_000);
const sequence = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const commandId = z.string().regex(/^command_[0-9a-f-]{36}$/);
const tid = z.number().int().min(0).max(0xffffff);

export const loadSwitchStates = ['connected', 'disconnected', 'readyForReconnection'] as const;
export type LoadSwitchState = (typeof loadSwitchStates)[number];

/** Refusals of IEC 62055-41 as a meter reports them, and `lockout` while keypad entry is locked. */
export const tokenRefusals = [
  'format',
  'lockout',
  'crc',
  'mfrCode',
  'function',
  'keyExpired',
  'old',
  'used',
  'ddtk',
  'keyType',
  'range',
  'overflow',
] as const;
export type TokenRefusal = (typeof tokenRefusals)[number];

const accountState = z.strictObject({
  capturedAtMs: instantMs,
  availableEnergyWh: energy,
  powerW: power,
  /** Total import register, ever rising. */
  importEnergyWh: energy,
  /** Sum of energy credit that the meter has accepted from tokens, ever rising. */
  creditedEnergyWh: energy,
  loadSwitch: z.enum(loadSwitchStates),
  /** COSEM Account: in credit, low credit, out of credit. */
  creditStatus: z.enum(['inCredit', 'lowCredit', 'outOfCredit']),
  /** Used while a protection rule kept supply on after credit ended; owed from the next top-up. */
  owedEnergyWh: energy,
});
export type AccountState = z.output<typeof accountState>;

const tokenOutcome = z.discriminatedUnion('result', [
  z.strictObject({
    result: z.literal('accepted'),
    effect: z.enum(['credit', 'management', 'test', 'keyChangePart', 'keyChanged']),
    tid: tid.nullable(),
    creditedEnergyWh: energy,
  }),
  z.strictObject({
    result: z.literal('refused'),
    refusal: z.enum(tokenRefusals),
    tid: tid.nullable(),
  }),
]);
export type TokenOutcome = z.output<typeof tokenOutcome>;

const eventBase = { sequence, atMs: instantMs };
const meterEvent = z.discriminatedUnion('code', [
  z.strictObject({
    ...eventBase,
    code: z.literal('token'),
    origin: z.enum(['keypad', 'remote']),
    lastFour: z.string().regex(/^\d{1,4}$/),
    outcome: tokenOutcome,
  }),
  /** Credit crossed its warning threshold downwards: once per crossing, with hysteresis. */
  z.strictObject({ ...eventBase, code: z.literal('creditLow'), availableEnergyWh: energy }),
  z.strictObject({
    ...eventBase,
    code: z.enum([
      'creditExhausted',
      'protectedSupply',
      'loadSwitchOpened',
      'loadSwitchClosed',
      'powerFailed',
      'powerRestored',
      'coverOpened',
    ]),
  }),
]);
export type MeterEvent = z.output<typeof meterEvent>;
export type MeterEventCode = MeterEvent['code'];

const commandResult = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('deliverToken'), outcome: tokenOutcome }),
  z.strictObject({ kind: z.literal('readNow') }),
  z.strictObject({
    kind: z.literal('refused'),
    reason: z.enum(['expired', 'unsupported', 'malformed']),
  }),
]);
export type CommandResult = z.output<typeof commandResult>;

export const maximumProfileEntries = 480;
export const maximumEventsPerMessage = 64;

const upMessage = z.discriminatedUnion('kind', [
  /** Present state. Lost: the next one replaces it. Not acknowledged. */
  z.strictObject({ kind: z.literal('state'), state: accountState }),
  /**
   * Load profile: register values at interval ends. Kept by the meter until acknowledged; a repeat
   * changes nothing.
   */
  z.strictObject({
    kind: z.literal('profile'),
    sequence,
    entries: z
      .array(z.strictObject({ endsAtMs: instantMs, importEnergyWh: energy }))
      .min(1)
      .max(maximumProfileEntries),
  }),
  /** Event log entries, numbered by the meter. Kept until acknowledged. */
  z.strictObject({
    kind: z.literal('events'),
    sequence,
    events: z.array(meterEvent).min(1).max(maximumEventsPerMessage),
  }),
  /**
   * The answer to a command. Kept until acknowledged; a repeated command gets the first answer
   * again.
   */
  z.strictObject({
    kind: z.literal('commandResult'),
    sequence,
    commandId,
    completedAtMs: instantMs,
    result: commandResult,
  }),
]);
export type UpMessage = z.output<typeof upMessage>;

const downMessage = z.discriminatedUnion('kind', [
  /** Sent after the head-end has committed the message with this sequence. */
  z.strictObject({ kind: z.literal('acknowledge'), sequence }),
  z.strictObject({
    kind: z.literal('command'),
    commandId,
    expiresAtMs: instantMs,
    action: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('deliverToken'), token: z.string().regex(/^\d{20}$/) }),
      z.strictObject({ kind: z.literal('readNow') }),
    ]),
  }),
]);
export type DownMessage = z.output<typeof downMessage>;
export type CommandAction = Extract<DownMessage, { kind: 'command' }>['action'];

export const schemas = { up: upMessage, down: downMessage };
