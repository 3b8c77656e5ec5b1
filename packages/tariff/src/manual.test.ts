// The manual, docs/tariffs.md, is what people write documents from: every piece of JSON in it must
// be valid where it says it goes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { documentOf, energyOf } from '../test/documents.ts';
import { parseTariff, runExamples } from './index.ts';

const manual = readFileSync(new URL('../../../docs/tariffs.md', import.meta.url), 'utf8');
const pieces = [...manual.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

const parameters = {
  indigent: { label: 'Indigent', choices: ['yes', 'no'], value: 'no' },
  registered: { label: 'Registered', choices: ['yes', 'no'], value: 'no' },
  fuel: { label: 'Fuel', value: '1' },
};

/** Fields around a piece, so that what it names exists. */
function fieldsFor(piece: string): Record<string, unknown> {
  const text = piece.trim().replace(/,$/, '');
  if (text.startsWith('"')) {
    const fields: Record<string, unknown> = JSON.parse(`{${text}}`);
    const rates = { peak: '4.10', night: '1.20', day: '2.00' };
    const periods = 'periods' in fields ? { energy: energyOf([{ uptoKwh: null, rates }]) } : {};
    return { parameters, ...periods, ...fields };
  }
  const list: Record<string, unknown>[] = JSON.parse(`[${text}]`);
  if (list[0]?.['id'] !== undefined) {
    const charges = ['demand', 'meter_rent'].map((code) => ({
      code,
      label: code,
      per: 'month',
      amount: '50',
    }));
    const levies = [{ code: 'vat', label: 'VAT', percent: '5', of: ['energy'] }];
    return { parameters, charges, levies, examples: list };
  }
  const service = { code: 'service', label: 'Service', per: 'month', amount: '5' };
  return list.some((item) => 'per' in item)
    ? { parameters, charges: list }
    : { parameters, charges: [service], levies: list };
}

test('the document that the manual opens with is valid and its example holds', () => {
  const tariff = expectOk(parseTariff(JSON.parse(pieces[0] ?? '')), 'first document');
  assert.deepEqual(runExamples(tariff), [
    { id: 'first purchase of the month', gate: true, misses: [] },
  ]);
});

test('every other piece of JSON in the manual is valid in its place', () => {
  assert.ok(pieces.length >= 8, `${pieces.length} pieces`);
  for (const piece of pieces.slice(1)) {
    const parsed = parseTariff(documentOf(fieldsFor(piece)));
    assert.ok(parsed.ok, `${piece}\n${parsed.ok ? '' : JSON.stringify(parsed.error)}`);
  }
});
