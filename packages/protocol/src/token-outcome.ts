// What a meter says of a token that it was given.

import { z } from 'zod';
import { energy, microMinor, tid } from './values.ts';

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

export const tokenOutcome = z.discriminatedUnion('result', [
  z.strictObject({
    result: z.literal('accepted'),
    effect: z.enum(['credit', 'management', 'test', 'keyChangePart', 'keyChanged']),
    tid: tid.nullable(),
    creditedEnergyWh: energy,
    /** A currency token: what it credited, in millionths of a minor unit; negative takes away. */
    creditedMicroMinor: microMinor.optional(),
    /** Said in credit mode alone: the meter charges nothing against what it has credited here. */
    paymentMode: z.literal('credit').optional(),
  }),
  z.strictObject({
    result: z.literal('refused'),
    refusal: z.enum(tokenRefusals),
    tid: tid.nullable(),
  }),
]);
export type TokenOutcome = z.output<typeof tokenOutcome>;
