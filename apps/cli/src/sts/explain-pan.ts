// Why a meter number is wrong, in words that help to find the slip: the check digit that was
// expected, and the neighbours whose exchange would put it right. Programs get the same as fields.

import { checkMeterPan, drnWithCheckDigit, meterPanFromDrn } from '@prewatt/sts/keys';
import { shown } from './usage.ts';

/** Two neighbours whose exchange mends a number; positions count from 1. */
export type Swap = { readonly positions: readonly [number, number]; readonly digits: string };

/** A sentence, and what it says as fields when a check digit is wrong. */
export type PanExplanation = {
  readonly message: string;
  readonly details: { readonly expectedCheckDigit: string; readonly swaps: Swap[] } | null;
};

const isValid = (number: string): boolean =>
  number.length === 18 ? checkMeterPan(number).ok : meterPanFromDrn(number).ok;

/** Neighbouring digits whose exchange makes the number valid. */
function repairingSwaps(number: string): Swap[] {
  const swaps: Swap[] = [];
  for (let i = 0; i + 1 < number.length; i += 1) {
    const swapped = `${number.slice(0, i)}${number[i + 1]}${number[i]}${number.slice(i + 2)}`;
    if (swapped === number || !isValid(swapped)) continue;
    swaps.push({ positions: [i + 1, i + 2], digits: number.slice(i, i + 2) });
  }
  return swaps;
}

function swapAdvice(swaps: readonly Swap[]): string {
  if (swaps.length === 0)
    return 'No exchange of two neighbouring digits mends it: look for one wrong digit.';
  const pairs = swaps.map(({ positions, digits }) => `${positions.join(' and ')} ("${digits}")`);
  return `Exchanging digits ${pairs.join(', or ')} would mend it.`;
}

const plain = (message: string): PanExplanation => ({ message, details: null });

/** Explains a refused DRN (11 or 13 digits) or MeterPAN (18). */
export function explainPan(number: string, code: string): PanExplanation {
  switch (code) {
    case 'panLength':
      return plain(
        `"${shown(number)}" has ${number.length} digits: a DRN has 11 or 13, a MeterPAN 18`,
      );
    case 'panCharacter':
      return plain(`"${shown(number)}" holds a character that is no digit`);
    case 'iinUnknown':
      return plain(`"${number}" starts with neither 600727 nor 0000`);
    case 'drnCheckDigit':
      return explainDrn(number);
    case 'panCheckDigit':
      return explainPanDigit(number);
    default:
      return plain(`refused: ${code}`);
  }
}

function explained(what: string, number: string, expectedCheckDigit: string): PanExplanation {
  const swaps = repairingSwaps(number);
  const message = `${what}, but its check digit would be ${expectedCheckDigit}. ${swapAdvice(swaps)}`;
  return { message, details: { expectedCheckDigit, swaps } };
}

function explainDrn(number: string): PanExplanation {
  const drn = number.length === 18 ? number.slice(number.startsWith('600727') ? 6 : 4, 17) : number;
  const right = drnWithCheckDigit(drn.slice(0, -1));
  const expected = right.ok ? right.value.slice(-1) : '?';
  return explained(`the DRN ${drn} ends in ${drn.slice(-1)}`, number, expected);
}

function explainPanDigit(pan: string): PanExplanation {
  const right = meterPanFromDrn(pan.slice(pan.startsWith('600727') ? 6 : 4, 17));
  const expected = right.ok ? right.value.slice(-1) : '?';
  return explained(`the MeterPAN ${pan} ends in ${pan.slice(-1)}`, pan, expected);
}
