// Runs the cases of bank files.

import { mpesaPortalMapping, readBankCsv, readCamt, readMt940 } from '../bank/index.ts';
import { type Json, wordAt } from '../base/json.ts';
import { rawOf } from './input.ts';

export function runBankFile(rail: string, input: Json): unknown {
  const format = wordAt(input, 'format') ?? rail;
  const raw = rawOf(input);
  const read = format.startsWith('camt')
    ? readCamt(raw)
    : format.startsWith('csv')
      ? readBankCsv(raw, mpesaPortalMapping)
      : readMt940(raw);
  if (!read.ok) return { rejected: true, reason: read.error, payments: [] };
  return { rejected: false, ...read.value };
}
