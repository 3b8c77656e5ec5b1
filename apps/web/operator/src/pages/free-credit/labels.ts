// A list of meters and what each gets, as it is pasted or lies in a file; and the states of lists.

import { type GrantBatch, grantBatchLimit } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { type Read, readKwh } from '../../text/entries.ts';
import type { Label } from '../../text/labels.ts';

export type CreditLine = { readonly meterPan: string; readonly energyWh: string };

const faultsShown = 5;

/**
 * Lines "meter number; kWh", apart by comma, semicolon or tab; a first line without digits is a
 * heading. With a fault, the sentences name the lines.
 */
export function readCreditLines(text: string): Read<readonly CreditLine[]> {
  const rows: CreditLine[] = [];
  const faults: string[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '' || (index === 0 && !/\d/.test(line))) continue;
    const row = readLine(line);
    if (row.ok) rows.push(row.value);
    else faults.push(`Line ${index + 1}: ${row.error}`);
  }
  if (faults.length > 0) {
    const more = faults.length > faultsShown ? ` And ${faults.length - faultsShown} more.` : '';
    return err(faults.slice(0, faultsShown).join(' ') + more);
  }
  if (rows.length === 0) return err('Write a line for each meter: its number; kWh.');
  if (rows.length > grantBatchLimit) return err(`A list has at most ${grantBatchLimit} meters.`);
  return ok(rows);
}

function readLine(line: string): Read<CreditLine> {
  const [number = '', amount = '', ...rest] = line.split(/[;,\t]/).map((cell) => cell.trim());
  if (amount === '' || rest.some((cell) => cell !== '')) {
    return err('write the meter number, a semicolon, and kWh.');
  }
  const meterPan = number.replace(/[\s"-]/g, '');
  if (!/^\d{18}$/.test(meterPan)) return err('a meter number has 18 digits.');
  const energy = readKwh(amount.replace(/^"|"$/g, ''));
  if (!energy.ok) return err(energy.error);
  return energy.value === '0' ? err('the energy is above zero.') : ok({ meterPan, ...of(energy) });
}

const of = (energy: { readonly value: string }) => ({ energyWh: energy.value });

export const batchLabels: Readonly<Record<GrantBatch['state'], Label>> = {
  awaitingApproval: { text: 'To be approved', tone: 'warn' },
  issuing: { text: 'Tokens are made', tone: 'busy' },
  done: { text: 'Done', tone: 'good' },
  closed: { text: 'Not allowed', tone: 'quiet' },
};

export const batchNames: Readonly<Record<GrantBatch['kind'], string>> = {
  freeCredit: 'Free credit',
  clearCredit: 'Clearing of credit',
};

/** 0 to 100: rows that have an outcome. */
export const percentOf = ({ rows }: Pick<GrantBatch, 'rows'>): number =>
  rows.total === 0 ? 100 : Math.floor((100 * (rows.issued + rows.refused)) / rows.total);
