// Mappings while a person works on them.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { reconciliationMappingSchema } from '@prewatt/api';
import { draftFor, mappingOf, previewOf } from './mapping.ts';

const file = `Payout report
Payment ID;Created;Gross;Fee;Payout
p-1;24.11.2026 10:00;1.120,50;1,60;B-1
p-2;24.11.2026 11:00;50,00;0,50;B-1
`;

it('a file leads to a mapping that the server takes, once the provider is named', () => {
  const draft = draftFor(file, 'settlement', null);
  const missing = mappingOf(draft, 'settlement');
  assert.ok(!missing.ok && /provider/.test(missing.error));
  const mapping = mappingOf({ ...draft, provider: ' sandbox ' }, 'settlement');
  assert.ok(mapping.ok);
  assert.deepEqual(reconciliationMappingSchema.parse(mapping.value), {
    provider: 'sandbox',
    delimiter: ';',
    skipLines: 1,
    columns: {
      reference: 'Payment ID',
      amount: 'Gross',
      date: 'Created',
      fee: 'Fee',
      batch: 'Payout',
    },
    numbers: { decimal: ',', group: '.' },
    dates: 'DD.MM.YYYY',
  });
});

it('the preview shows heading and rows as they will be read', () => {
  const preview = previewOf(file, { delimiter: ';', skipLines: 1 });
  assert.deepEqual(preview.heading, ['Payment ID', 'Created', 'Gross', 'Fee', 'Payout']);
  assert.deepEqual(preview.rows[1], ['p-2', '24.11.2026 11:00', '50,00', '0,50', 'B-1']);
});

it('the mapping of last time is used while its columns are there, and forgotten otherwise', () => {
  const first = mappingOf(
    { ...draftFor(file, 'settlement', null), provider: 'sandbox' },
    'settlement',
  );
  assert.ok(first.ok);
  const chosen = { ...first.value, columns: { ...first.value.columns, reference: 'Payout' } };
  assert.equal(draftFor(file, 'settlement', chosen).columns.reference, 'Payout');
  const other = draftFor('ref,amount,date\nx,1.00,2026-11-24\n', 'settlement', chosen);
  assert.deepEqual([other.provider, other.columns.reference], ['sandbox', 'ref']);
});

it('what is missing is said before anything is sent', () => {
  const draft = { ...draftFor('a,b\n1,2\n', 'bank', null), provider: 'sandbox' };
  const missing = mappingOf(draft, 'bank');
  assert.ok(!missing.ok && /reference, amount and date/.test(missing.error));
});
