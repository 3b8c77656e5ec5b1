// Scalars that all messages share: whole numbers within what a meter can hold, instants, numbers of
// messages. Everything that arrives is checked by these.

import type { EnergyWh, PowerW } from '@prewatt/quantities';
import { z } from 'zod';

const registerLimit = 10n ** 13n;
const moneyLimit = 10n ** 17n;

/** CBOR gives small integers as numbers and large ones as bigints; either becomes a bigint. */
const wholeNumber = (limit: bigint) =>
  z
    .union([z.number().int(), z.bigint()])
    .transform((value) => BigInt(value))
    .refine((value) => value <= limit && value >= -limit, 'out of range');

/** Within +-10 TWh. */
export const energy = wholeNumber(registerLimit).transform((value) => value as EnergyWh);
export const power = wholeNumber(registerLimit).transform((value) => value as PowerW);
/** Money of a meter: millionths of the currency's minor unit, so that a meter loses no fraction. */
export const microMinor = wholeNumber(moneyLimit);
export const currency = z.strictObject({
  code: z.string().regex(/^[A-Z]{3}$/),
  scale: z.number().int().min(0).max(3),
});
/**
 * An instant between 2014 and 2100: a meter whose clock is elsewhere must say so, not be believed.
 */
export const instantMs = z.number().int().min(1_388_534_400_000).max(4_102_444_800_000);
export const durationMs = z.number().int().min(0).max(4_102_444_800_000);
export const sequence = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
export const commandId = z.string().regex(/^command_[0-9a-f-]{36}$/);
export const tid = z.number().int().min(0).max(0xffffff);
export const volts = z.number().int().min(0).max(100_000);

export const milliamperes = z.number().int().min(-100_000_000).max(100_000_000);

export const loadSwitchStates = ['connected', 'disconnected', 'readyForReconnection'] as const;
export type LoadSwitchState = (typeof loadSwitchStates)[number];
