// What the head-end asks of a meter, and what the meter answers. A command id is carried out once;
// a repeat gets the first answer, so a lost answer ends right whatever the kind.

import { z } from 'zod';
import { controlMode, creditUnits, paymentModes } from './account-state.ts';
import { tokenOutcome } from './token-outcome.ts';
import { durationMs, energy, instantMs, loadSwitchStates, microMinor } from './values.ts';

const setting = z.number().int().min(0).max(1_000_000_000);
/** A document travels as its JSON text, so that what was checked is what arrives. */
const documentText = z.string().min(2).max(30_000);

export const commandAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('deliverToken'), token: z.string().regex(/^\d{20}$/) }),
  /** State, registers and what is pending, now. */
  z.strictObject({ kind: z.literal('readNow') }),
  /**
   * Opens the switch and holds it open. A meter refuses (`protected`) while its rules forbid a cut,
   * unless `cause` is `safety`.
   */
  z.strictObject({
    kind: z.literal('switchOpen'),
    cause: z.enum(['operator', 'maintenance', 'safety']),
  }),
  /** Ends the hold; supply is back at once when nothing else keeps it off. */
  z.strictObject({ kind: z.literal('switchClose') }),
  /** Ends the hold; supply is back when a hand at the meter closes it. */
  z.strictObject({ kind: z.literal('switchArm') }),
  /** `limitW` null: no limit. */
  z.strictObject({
    kind: z.literal('setPowerLimit'),
    limitW: setting.nullable(),
    /** How long demand may stay over the limit. */
    overForMs: durationMs.optional(),
    /** How long supply stays off after a trip. */
    reconnectAfterMs: durationMs.optional(),
  }),
  /** `presetEnergyWh` 0: none. `automatic`: used without being asked for at the keypad. */
  z.strictObject({
    kind: z.literal('setEmergencyCredit'),
    presetEnergyWh: setting,
    automatic: z.boolean(),
  }),
  /** The whole rule set of `@prewatt/protection`: friendly hours, holidays, caps, and so on. */
  z.strictObject({
    kind: z.literal('setProtection'),
    rulesJson: documentText,
    /** What the rules ask about the home; absent = as it is. */
    vulnerable: z.boolean().optional(),
    medical: z.boolean().optional(),
    convertedAtMs: instantMs.optional(),
  }),
  /** A document of `@prewatt/tariff`, in force in the meter from an instant. */
  z.strictObject({
    kind: z.literal('setTariff'),
    documentJson: documentText,
    activatesAtMs: instantMs,
    /** Parameters of the connection that the document asks for. */
    parameters: z.record(z.string().max(40), z.string().max(200)).optional(),
  }),
  /**
   * Changes what the credit means. `keep`: it stays in the meter, turned into the other unit at the
   * price given (millionths of a minor unit per kWh). `handOver`: the answer carries what was left
   * and the meter keeps nothing, for a wallet that goes on with it.
   */
  z.strictObject({
    kind: z.literal('setPaymentMode'),
    paymentMode: z.enum(paymentModes),
    creditUnit: z.enum(creditUnits),
    balance: z.enum(['keep', 'handOver']),
    microMinorPerKwh: microMinor.optional(),
  }),
  /** How the switch may be moved, and by whom; null: as its maker set it. Only 0 moves it. */
  z.strictObject({ kind: z.literal('setControlMode'), controlMode: controlMode.nullable() }),
  /**
   * What a circuit of street lamps goes by (`lightsDocument`), with or without the link from then
   * on; null: as its own file says.
   */
  z.strictObject({ kind: z.literal('setLights'), documentJson: documentText.nullable() }),
  z.strictObject({ kind: z.literal('setClock'), atMs: instantMs }),
  /**
   * A new secret for the meter's identity at the broker. The answer is its use: the old secret
   * works until the meter has connected with the new one.
   */
  z.strictObject({ kind: z.literal('setLinkSecret'), secret: z.string().regex(/^[0-9a-f]{32}$/) }),
  /**
   * Makes a new key and asks for its certificate (`certificateRequest`). The answer is the use of
   * the certificate: what the meter had before works until then.
   */
  z.strictObject({ kind: z.literal('renewCertificate') }),
]);
export type CommandAction = z.output<typeof commandAction>;
export type CommandKind = CommandAction['kind'];

/** What a command speaks of: of two about the same, the one that was asked for later holds. */
export type CommandSubject =
  | 'supply'
  | 'powerLimit'
  | 'emergencyCredit'
  | 'protection'
  | 'tariff'
  | 'paymentMode'
  | 'controlMode'
  | 'lights'
  | 'clock'
  | 'linkSecret';
const subjects: Readonly<Record<CommandKind, CommandSubject | null>> = {
  // A token has an order of its own, its TID.
  deliverToken: null,
  readNow: null,
  switchOpen: 'supply',
  switchClose: 'supply',
  switchArm: 'supply',
  setPowerLimit: 'powerLimit',
  setEmergencyCredit: 'emergencyCredit',
  setProtection: 'protection',
  setTariff: 'tariff',
  setPaymentMode: 'paymentMode',
  setControlMode: 'controlMode',
  setLights: 'lights',
  setClock: 'clock',
  setLinkSecret: 'linkSecret',
  renewCertificate: 'linkSecret',
};
/** Null: its order does not matter. */
export const commandSubject = (kind: CommandKind): CommandSubject | null => subjects[kind];

/** Why a command was not carried out. A refused command changed nothing. */
export const commandRefusals = [
  'expired',
  /** Taken back by `cancel` before it arrived. */
  'cancelled',
  'unsupported',
  'malformed',
  /** A protection rule forbids a cut now. */
  'protected',
  'range',
  /** One that was asked for later, about the same thing, has been carried out. */
  'superseded',
  /** The switch's control mode has no such transition. */
  'controlMode',
  /** Supply is held open, or a hand at the meter is awaited: a setting does not close it. */
  'heldOpen',
] as const;
export type CommandRefusal = (typeof commandRefusals)[number];

const loadSwitch = z.enum(loadSwitchStates);

export const commandResult = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('deliverToken'), outcome: tokenOutcome }),
  z.strictObject({ kind: z.literal('readNow') }),
  /** The switch as it stands after: open for want of credit, say, though the hold has ended. */
  z.strictObject({ kind: z.enum(['switchOpen', 'switchClose', 'switchArm']), loadSwitch }),
  z.strictObject({
    kind: z.enum([
      'setPowerLimit',
      'setEmergencyCredit',
      'setProtection',
      'setTariff',
      'setControlMode',
      'setLights',
      'setLinkSecret',
      'renewCertificate',
    ]),
  }),
  /** What left the meter by `handOver`; zero by `keep`. */
  z.strictObject({
    kind: z.literal('setPaymentMode'),
    handedOverEnergyWh: energy,
    handedOverMicroMinor: microMinor,
    /** What a customer still owes and the meter no longer collects. */
    owedEnergyWh: energy,
    owedMicroMinor: microMinor,
    /** The register at the change: use before it is charged one way, use after it the other. */
    importEnergyWh: energy.optional(),
  }),
  /** How far the clock was from the time given, before. */
  z.strictObject({ kind: z.literal('setClock'), errorMs: z.number().int() }),
  z.strictObject({ kind: z.literal('refused'), reason: z.enum(commandRefusals) }),
]);
export type CommandResult = z.output<typeof commandResult>;
