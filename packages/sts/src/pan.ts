// Meter numbers (IEC 62055-41 clause 6.1.2, ISO/IEC 7812): MeterPAN of 18 digits = IIN + DRN + Luhn
// digit, where the DRN = manufacturer code + serial + a Luhn digit of its own.

import { err, ok, type Result } from './result.ts';

/** Wrong count of digits, a character that is no digit, an unknown IIN, or a wrong check digit. */
export type PanError =
  | 'panLength'
  | 'panCharacter'
  | 'iinUnknown'
  | 'drnCheckDigit'
  | 'panCheckDigit';

/** The parts of a MeterPAN. `manufacturerDigits` keeps leading zeros: 2 digits or 4. */
export type MeterPanParts = {
  readonly iin: string;
  readonly drn: string;
  readonly manufacturerDigits: string;
  readonly manufacturerCode: number;
};

/** Luhn check digit (0..9) to be put after `digits`. */
export function luhnDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}

const passesLuhn = (digits: string): boolean =>
  luhnDigit(digits.slice(0, -1)) === digits.charCodeAt(digits.length - 1) - 48;

const isDigits = (text: string): boolean => /^[0-9]*$/.test(text);

/**
 * A DRN from its manufacturer code and serial (10 or 12 digits): appends the check digit (clause
 * 6.1.2.3). Errors: panLength, panCharacter.
 */
export function drnWithCheckDigit(digits: string): Result<string, PanError> {
  if (!isDigits(digits)) return err('panCharacter');
  if (digits.length !== 10 && digits.length !== 12) return err('panLength');
  return ok(`${digits}${luhnDigit(digits)}`);
}

/**
 * The 18-digit MeterPAN of a DRN: IIN 600727 for 11 digits, 0000 for 13 (clause 6.1.2.3).
 * Errors: panLength, panCharacter, drnCheckDigit.
 */
export function meterPanFromDrn(drn: string): Result<string, PanError> {
  if (!isDigits(drn)) return err('panCharacter');
  if (drn.length !== 11 && drn.length !== 13) return err('panLength');
  if (!passesLuhn(drn)) return err('drnCheckDigit');
  const body = `${drn.length === 11 ? '600727' : '0000'}${drn}`;
  return ok(`${body}${luhnDigit(body)}`);
}

/**
 * Takes a MeterPAN apart and checks both check digits, the DRN's first (clause 6.1.2, ISO/IEC
 * 7812). Errors: panLength, panCharacter, iinUnknown, drnCheckDigit, panCheckDigit.
 */
export function checkMeterPan(pan: string): Result<MeterPanParts, PanError> {
  if (!isDigits(pan)) return err('panCharacter');
  if (pan.length !== 18) return err('panLength');
  const iin = pan.startsWith('600727') ? '600727' : '0000';
  if (!pan.startsWith(iin)) return err('iinUnknown');
  const drn = pan.slice(iin.length, 17);
  if (!passesLuhn(drn)) return err('drnCheckDigit');
  if (!passesLuhn(pan)) return err('panCheckDigit');
  const manufacturerDigits = drn.slice(0, iin === '600727' ? 2 : 4);
  return ok({ iin, drn, manufacturerDigits, manufacturerCode: Number(manufacturerDigits) });
}
