// The messages between meter and head-end, each with the rule for losing or repeating it. Checked
// strictly: an unknown field or a wrong type is refused, not ignored.

import { z } from 'zod';
import { accountState } from './account-state.ts';
import { commandAction, commandResult } from './commands.ts';
import { meterEvent } from './events.ts';
import {
  type LinkDownMessage,
  type LinkUpMessage,
  linkDownMessage,
  linkUpMessage,
} from './identity.ts';
import { commandId, energy, instantMs, sequence } from './values.ts';

export const maximumProfileEntries = 480;
export const maximumEventsPerMessage = 64;

/** Registers that a meter may have, in watt-hours, ever rising. T1 to T8: by tariff period. */
export const meterRegisters = [
  'importEnergyWh',
  'exportEnergyWh',
  'creditedEnergyWh',
  'importEnergyWhL1',
  'importEnergyWhL2',
  'importEnergyWhL3',
  'exportEnergyWhL1',
  'exportEnergyWhL2',
  'exportEnergyWhL3',
  'importEnergyWhT1',
  'importEnergyWhT2',
  'importEnergyWhT3',
  'importEnergyWhT4',
  'importEnergyWhT5',
  'importEnergyWhT6',
  'importEnergyWhT7',
  'importEnergyWhT8',
] as const;
export type MeterRegister = (typeof meterRegisters)[number];

/** What an interval of the load profile is worth. */
export const profileFlags = ['powerFailed', 'clockAdjusted'] as const;
export type ProfileFlag = (typeof profileFlags)[number];

const profileEntry = z.strictObject({
  endsAtMs: instantMs,
  importEnergyWh: energy,
  exportEnergyWh: energy.optional(),
  flags: z.array(z.enum(profileFlags)).min(1).max(profileFlags.length).optional(),
});
export type ProfileEntry = z.output<typeof profileEntry>;

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
    entries: z.array(profileEntry).min(1).max(maximumProfileEntries),
  }),
  /**
   * All registers at one instant: at the start of each civil month, and when asked. Kept until
   * acknowledged.
   */
  z.strictObject({
    kind: z.literal('registers'),
    sequence,
    capturedAtMs: instantMs,
    cause: z.enum(['billing', 'readNow']),
    values: z
      .array(z.strictObject({ register: z.enum(meterRegisters), value: energy }))
      .min(1)
      .max(meterRegisters.length),
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
    /**
     * Later than that of every command to this meter that was asked for before. A meter refuses one
     * that is older than what it has carried out about the same thing.
     */
    issuedAtMs: instantMs.optional(),
    action: commandAction,
  }),
  /**
   * Takes a command back. A command already carried out gets its first answer again; one that has
   * not arrived is answered `cancelled` and will not be carried out when it does.
   */
  z.strictObject({ kind: z.literal('cancel'), commandId }),
]);
export type DownMessage = z.output<typeof downMessage>;

/** All that goes up and down, of the meter and of its link. */
export type UpWord = UpMessage | LinkUpMessage;
export type DownWord = DownMessage | LinkDownMessage;

export const schemas = {
  up: upMessage,
  down: downMessage,
  upWord: z.discriminatedUnion('kind', [...upMessage.options, ...linkUpMessage.options]),
  downWord: z.discriminatedUnion('kind', [...downMessage.options, ...linkDownMessage.options]),
};
