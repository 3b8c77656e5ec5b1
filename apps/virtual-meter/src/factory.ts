// What the factory hands to this process: each meter's identity, key, secret and home. The
// utility's seed writes it. The file holds decoder keys and secrets: it must be readable by its
// owner only.

import { readFileSync, statSync } from 'node:fs';
import { checkProtectionRules, type ProtectionRules } from '@prewatt/meter';
import { err, ok, type Result } from '@prewatt/quantities';
import { z } from 'zod';

const protection = z.unknown().transform((document, context): ProtectionRules => {
  const rules = checkProtectionRules(document);
  if (rules.ok) return rules.value;
  context.addIssue({ code: 'custom', message: JSON.stringify(rules.error) });
  return z.NEVER;
});

const zone = z.string().refine((name) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}, 'not a time zone');

export const factoryMeter = z.strictObject({
  meterPan: z.string().regex(/^\d{18}$/),
  decoderKeyHex: z.string().regex(/^([0-9a-fA-F]{16}|[0-9a-fA-F]{32})$/),
  ea: z.enum(['ea07', 'ea11']),
  supplyGroupCode: z.string().regex(/^\d{6}$/),
  tariffIndex: z.string().regex(/^\d{2}$/),
  keyRevision: z.number().int().min(1).max(9),
  keyType: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  keyExpiry: z.number().int().min(0).max(255),
  baseDate: z.union([z.literal(93), z.literal(14), z.literal(35)]),
  /** Tokens with this TID or an older one are never accepted. */
  initialTid: z.number().int().min(0).max(0xffffff),
  /** MQTT password; the user name and the client id are the meterPan. */
  mqttSecret: z.string().min(8),
  name: z.string().min(1).max(80),
  /** Id of a home in data/homes.json.gz. */
  homeProfile: z.string(),
  /** Whole weeks keep the weekdays of the load. */
  profileOffsetDays: z.number().int().default(0),
  zone,
  /** Watt-hours as a decimal string. */
  lowCreditThresholdWh: z.string().regex(/^\d{1,9}$/),
  vulnerable: z.boolean().default(false),
  medical: z.boolean().default(false),
  /** When the connection turned prepaid, for the grace of the rules. */
  convertedAtMs: z.number().int().optional(),
  reconnection: z.enum(['automatic', 'manual']).default('automatic'),
  protection,
  phases: z.union([z.literal(1), z.literal(3)]).default(1),
  profileIntervalMinutes: z.union([z.literal(15), z.literal(30), z.literal(60)]).default(30),
  /** Energy that flows back has a register of its own; otherwise it counts as taken. */
  exportAllowed: z.boolean().default(false),
  /** An open cover or a magnet opens the switch until a ClearTamper token. */
  tamperOpensSwitch: z.boolean().default(false),
  /** Part of each top-up that is put aside, up to a limit. */
  reserve: z
    .strictObject({
      sharePercent: z.number().int().min(0).max(50),
      limitWh: z.number().int().min(0).max(1e9),
    })
    .optional(),
  /**
   * What `serialiseMeter` wrote, for a meter that has already lived. Used when no stored state
   * exists yet.
   */
  initialState: z.string().optional(),
});

export const factoryFile = z
  .strictObject({ meters: z.array(factoryMeter) })
  .refine((f) => new Set(f.meters.map((m) => m.meterPan)).size === f.meters.length, {
    message: 'a meterPan occurs twice',
  });

/** What a seed writes. */
export type FactoryFile = z.input<typeof factoryFile>;
/** A meter as read, defaults filled in. */
export type FactoryMeter = z.output<typeof factoryMeter>;

/** Reads and checks the file; the refusal is one line that says what to do. */
export function readFactory(path: string): Result<readonly FactoryMeter[], string> {
  let text: string;
  try {
    if ((statSync(path).mode & 0o077) !== 0) {
      return err(`${path} holds keys and is open to others: chmod 600 ${path}`);
    }
    text = readFileSync(path, 'utf8');
  } catch {
    return err(`${path} cannot be read: seed the utility first`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err(`${path} is not JSON: seed the utility again`);
  }
  const parsed = factoryFile.safeParse(json);
  if (parsed.success) return ok(parsed.data.meters);
  const faults = parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
  return err(`${path} is not a factory file: ${faults.slice(0, 5).join('; ')}`);
}
