// `prewatt sts pan`: meter numbers, their parts and check digits.

import { checkMeterPan, drnWithCheckDigit, meterPanFromDrn } from '@prewatt/sts/keys';
import { type CommandResult, refused } from '../command.ts';
import { explainPan } from './explain-pan.ts';
import type { StsCommand } from './group.ts';
import { failure } from './key-source.ts';

/** 10 or 12 digits become a DRN, 11 or 13 are one, 18 are a MeterPAN. */
function run(number: string | undefined): CommandResult {
  if (number === undefined)
    return failure(2, 'number', 'no meter number', 'prewatt sts pan NUMBER');
  const digits = number.replace(/[\s-]/g, '');
  const isBare = digits.length === 10 || digits.length === 12;
  const drn = isBare ? drnWithCheckDigit(digits) : ({ ok: true, value: digits } as const);
  if (!drn.ok) return refused(drn.error, explainPan(digits, drn.error));
  const pan =
    digits.length === 18 ? ({ ok: true, value: digits } as const) : meterPanFromDrn(drn.value);
  if (!pan.ok) return refused(pan.error, explainPan(digits, pan.error));
  const parts = checkMeterPan(pan.value);
  if (!parts.ok) return refused(parts.error, explainPan(digits, parts.error));
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

NUMBER: 18 digits (MeterPAN), 11 or 13 (DRN), or 10 or 12 (DRN without its check digit).
Says which neighbouring digits were exchanged when that explains a wrong check digit.
`,
  options: {},
  run: (options) => run(options.positionals[0]),
};
