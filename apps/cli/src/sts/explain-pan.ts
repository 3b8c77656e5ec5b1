// Why a meter number is wrong, in words that help to find the slip: the check digit that was
// expected, and the neighbours whose exchange would put it right.

import { checkMeterPan, drnWithCheckDigit, meterPanFromDrn } from '@prewatt/sts/keys';

const isValid = (number: string): boolean =>
  number.length === 18 ? checkMeterPan(number).ok : meterPanFromDrn(number).ok;

/** Positions (from 1) of neighbouring digits whose exchange makes the number valid. */
export function repairingSwaps(number: string): number[] {
  const positions: number[] = [];
  for (let i = 0; i + 1 < number.length; i += 1) {
    const swapped = `${number.slice(0, i)}${number[i + 1]}${number[i]}${number.slice(i + 2)}`;
    if (swapped !== number && isValid(swapped)) positions.push(i + 1);
  }
  return positions;
}

function swapAdvice(number: string): string {
  const swaps = repairingSwaps(number);
  if (swaps.length === 0)
    return 'No exchange of two neighbouring digits mends it: look for one wrong digit.';
  const pairs = swaps.map((at) => `${at} and ${at + 1} ("${number.slice(at - 1, at + 1)}")`);
  return `Exchanging digits ${pairs.join(', or ')} would mend it.`;
}

/** A sentence for a refused DRN (11 or 13 digits) or MeterPAN (18). */
export function explainPan(number: string, code: string): string {
  switch (code) {
    case 'panLength':
      return `"${number}" has ${number.length} digits: a DRN has 11 or 13, a MeterPAN 18`;
    case 'panCharacter':
      return `"${number}" holds a character that is no digit`;
    case 'iinUnknown':
      return `"${number}" starts with neither 600727 nor 0000`;
    case 'drnCheckDigit':
      return explainDrn(number);
    case 'panCheckDigit':
      return explainPanDigit(number);
    default:
      return `refused: ${code}`;
  }
}

function explainDrn(number: string): string {
  const drn = number.length === 18 ? number.slice(number.startsWith('600727') ? 6 : 4, 17) : number;
  const right = drnWithCheckDigit(drn.slice(0, -1));
  const expected = right.ok ? right.value.slice(-1) : '?';
  return `the DRN ${drn} ends in ${drn.slice(-1)}, but its check digit would be ${expected}. ${swapAdvice(number)}`;
}

function explainPanDigit(pan: string): string {
  const right = meterPanFromDrn(pan.slice(pan.startsWith('600727') ? 6 : 4, 17));
  const expected = right.ok ? right.value.slice(-1) : '?';
  return `the MeterPAN ${pan} ends in ${pan.slice(-1)}, but its check digit would be ${expected}. ${swapAdvice(pan)}`;
}
