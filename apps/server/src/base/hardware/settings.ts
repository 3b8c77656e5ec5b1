// The settings of a hardware token: one JSON file, named by PREWATT_HARDWARE_FILE. The PIN is not
// in it but in a file of its own, so that the settings may be shown to anyone.

import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';

const settings = z
  .strictObject({
    /** The maker's PKCS#11 library. */
    module: z.string().min(1),
    /** The token by its label; or the slot by its number, where a label is used twice. */
    label: z.string().min(1).max(32).optional(),
    slot: z.int().min(0).optional(),
    /** Its first line is the PIN of the token's user. */
    pinFile: z.string().min(1),
    /** How long a decoder key that the token derived is kept in this process. */
    derivedMinutes: z.int().min(0).max(1_440).default(15),
    /** How long an answer of the token is waited for. */
    answerSeconds: z.int().min(1).max(60).default(5),
    /** Where vending keys that are loaded from now on are kept, if the token can hold them. */
    newKeys: z.enum(['token', 'software']).default('token'),
  })
  .refine((o) => (o.label === undefined) !== (o.slot === undefined), 'give label or slot');

export type HardwareSettings = z.output<typeof settings>;

/** What is wrong with the file, in words that quote nothing of it but names. */
export function readHardwareSettings(file: string): Result<HardwareSettings, string> {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as { readonly code?: string };
    return err(code === undefined ? 'cannot be read as JSON' : `cannot be read (${code})`);
  }
  const parsed = settings.safeParse(found);
  if (parsed.success) return ok(parsed.data);
  const faults = parsed.error.issues.map(({ path, message }) =>
    [...path.map(String), message].join(': '),
  );
  return err(faults.join('; '));
}
