// Mappings while a person works on them.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtInMappings, reconciliationMappingSchema } from '@prewatt/api';
import { draftFor, mappingOf, previewOf } from './mapping.ts';

const file = `Payout report
Payment ID;Created;Gross;Fee;Payout
p-1;24.11.2026 10:00;1.120,50;1,60;B-1
p-2;24.11.2026 11:00;50,00;0,50;B-1
`;

it('a file leads to a mapping that the server takes, once the provider is named', () => {
  const draft = draftFor(file, 'settlement', []);
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
    { ...draftFor(file, 'settlement', []), provider: 'sandbox' },
    'settlement',
  );
  assert.ok(first.ok);
  const chosen = { ...first.value, columns: { ...first.value.columns, reference: 'Payout' } };
  const known = [
    { kind: 'settlement', provider: 'sandbox', label: 'As payout.csv was read', mapping: chosen },
  ] as const;
  const moved = draftFor(`One more line\n${file}`, 'settlement', known);
  assert.deepEqual([moved.columns.reference, moved.skipLines], ['Payout', 2]);
  assert.equal(
    draftFor(file, 'bank', known).columns.reference,
    'Payout',
    'a guess of another kind',
  );
  const other = draftFor('ref,amount,date\nx,1.00,2026-11-24\n', 'settlement', known);
  assert.deepEqual([other.provider, other.columns.reference], ['', 'ref']);
});

it('a file whose columns are known is read by the built-in mapping, dates as it writes them', () => {
  const statement = `Organisation,Example
Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance,A/C No.
TKU7PW0001,24-11-2026 10:00:00,Pay Bill,Completed,150.00,,150.00,04229889888
`;
  const mapping = mappingOf(draftFor(statement, 'settlement', builtInMappings), 'settlement');
  assert.ok(mapping.ok);
  const { provider, skipLines, columns, dates, emptyAmount, where } = mapping.value;
  assert.deepEqual(
    [provider, skipLines, columns.amount, dates, emptyAmount, where?.equals],
    ['daraja', 1, 'Paid In', 'DD-MM-YYYY', 'skip', 'Completed'],
  );
});

it('what is missing is said before anything is sent', () => {
  const draft = { ...draftFor('a,b\n1,2\n', 'bank', []), provider: 'sandbox' };
  const missing = mappingOf(draft, 'bank');
  assert.ok(!missing.ok && /reference, amount and date/.test(missing.error));
});
