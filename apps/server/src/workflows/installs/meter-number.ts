// The number of a meter as it is printed or scanned: 18 digits, or the 11 or 13 of its DRN.

import type { Result } from '@prewatt/quantities';
import { ok } from '@prewatt/quantities';
import { checkMeterPan, meterPanFromDrn, type PanError } from '@prewatt/sts/keys';

/** The 18 digits, with both check digits right. */
export function meterPanOf(digits: string): Result<string, PanError> {
  if (digits.length !== 18) return meterPanFromDrn(digits);
  const checked = checkMeterPan(digits);
  return checked.ok ? ok(digits) : checked;
}
