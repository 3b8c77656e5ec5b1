// Whether a meter number can be one, told while it is typed: the digits that check the others. The
// server decides; this only says so sooner.

import { err, ok } from '@prewatt/quantities';
import type { Read } from './entries.ts';

/** The Luhn check of ISO/IEC 7812: the last digit makes the sum a multiple of ten. */
function isChecked(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** 11 or 13 digits as printed on the meter, or all 18; blanks and hyphens do not count. */
export function readMeterNumber(text: string): Read<string> {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d*$/.test(digits)) return err('A meter number has digits only.');
  if (![11, 13, 18].includes(digits.length)) {
    return err(`${digits.length} digits so far; a meter number has 11, 13 or 18.`);
  }
  const issuer = digits.startsWith('600727') ? 6 : 4;
  const face = digits.length === 18 ? digits.slice(issuer, 17) : digits;
  const isRight = isChecked(face) && (digits.length !== 18 || isChecked(digits));
  return isRight ? ok(digits) : err('The check digit does not fit: one digit is wrong.');
}

/** The number in what a barcode says: its first run of digits that can be one. */
export function meterNumberIn(code: string): string | null {
  const runs = code.match(/\d{11,18}/g) ?? [];
  return runs.find((run) => readMeterNumber(run).ok) ?? null;
}
