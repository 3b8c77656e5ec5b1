// Phone numbers in E.164: a plus and 8 to 15 digits. What else a person typed (spaces, dashes) is
// dropped.

import { err, ok, type Result } from './result.ts';

/** "+27 82 555-0101" -> "+27825550101". A number without a country code is refused. */
export function parsePhone(text: string): Result<string, 'phone-format'> {
  const digits = text.trim().replace(/[\s().-]/g, '');
  return /^\+[1-9]\d{7,14}$/.test(digits) ? ok(digits) : err('phone-format');
}
