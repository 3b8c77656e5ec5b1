// Phone numbers in E.164: a plus and 8 to 15 digits. What else a person typed (spaces, dashes) is
// dropped; a number as it is written at home gets the country's code where the country is known.

import { type DialPlan, dialPlanOf } from './dial-codes.ts';
import { err, ok, type Result } from './result.ts';

/**
 * "+27 82 555-0101" -> "+27825550101"; with the zone Africa/Johannesburg "082 555 0101" too, and
 * "00" stands for "+". A number without a country code is refused where the country is not known.
 */
export function parsePhone(text: string, zone?: string): Result<string, 'phone-format'> {
  const typed = text.trim().replace(/[\s().-]/g, '');
  const plan = zone === undefined ? undefined : dialPlanOf(zone);
  const digits = typed.startsWith('+') || plan === undefined ? typed : international(typed, plan);
  return /^\+[1-9]\d{7,14}$/.test(digits) ? ok(digits) : err('phone-format');
}

function international(typed: string, { code, trunk }: DialPlan): string {
  if (!/^\d+$/.test(typed)) return typed;
  if (/^00[1-9]/.test(typed)) return `+${typed.slice(2)}`;
  if (typed.startsWith('0')) {
    if (trunk === 'none') return typed;
    return `+${code}${trunk === 'drop' ? typed.slice(1) : typed}`;
  }
  // "27825550101": the plus was forgotten; a number at home is never that long.
  if (typed.startsWith(code) && typed.length >= code.length + 8) return `+${typed}`;
  return trunk === 'none' && typed.length >= 7 ? `+${code}${typed}` : typed;
}

/** The one zone by whose country numbers are read; undefined when there are several countries. */
export function homeZoneOf(zones: readonly string[]): string | undefined {
  const codes = new Set(zones.map((zone) => dialPlanOf(zone)?.code ?? ''));
  return codes.size === 1 ? zones[0] : undefined;
}
