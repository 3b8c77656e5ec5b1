// `prewatt sts pan`: meter numbers, their parts and check digits.

import { checkMeterPan, drnWithCheckDigit, meterPanFromDrn } from '@prewatt/sts/keys';
import type { Options } from '../command.ts';
import { explainPan } from './explain-pan.ts';
import type { StsCommand, StsResult } from './sts-command.ts';
import { failure, refuseWords } from './usage.ts';

function refusePan(number: string, code: string): StsResult {
  const { message, details } = explainPan(number, code);
  return {
    ok: false,
    error: { exitCode: 1, code, message, ...(details === null ? {} : { details }) },
  };
}

/** 10 or 12 digits become a DRN, 11 or 13 are one, 18 are a MeterPAN. */
function run(options: Options): StsResult {
  const [number] = options.positionals;
  if (number === undefined)
    return failure(2, 'number', 'no meter number', 'prewatt sts pan NUMBER');
  const extra = refuseWords(options, 1);
  if (extra !== null) return extra;
  const digits = number.replace(/[\s-]/g, '');
  const isBare = digits.length === 10 || digits.length === 12;
  const drn = isBare ? drnWithCheckDigit(digits) : ({ ok: true, value: digits } as const);
  if (!drn.ok) return refusePan(digits, drn.error);
  const pan =
    digits.length === 18 ? ({ ok: true, value: digits } as const) : meterPanFromDrn(drn.value);
  if (!pan.ok) return refusePan(digits, pan.error);
  const parts = checkMeterPan(pan.value);
  if (!parts.ok) return refusePan(digits, parts.error);
  const lines = [
    `MeterPAN:      ${pan.value}`,
    `IIN:           ${parts.value.iin}`,
    `DRN:           ${parts.value.drn}`,
    `manufacturer:  ${parts.value.manufacturerDigits}`,
    'check digits:  right',
  ];
  return { ok: true, value: { lines, json: { meterPan: pan.value, ...parts.value } } };
}

export const panCommand: StsCommand = {
  summary: "a meter's number: parts and check digits",
  help: `prewatt sts pan NUMBER

NUMBER: 18 digits (MeterPAN), 11 or 13 (DRN), or 10 or 12 (DRN without its check digit); dashes may
stand between them. Says which neighbouring digits were exchanged when that explains a wrong check
digit; with --json as error.details.swaps.
`,
  options: {},
  run,
};
