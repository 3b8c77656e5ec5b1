import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { builtInMappings, reconciliationMappingSchema } from '@prewatt/api';
import fc from 'fast-check';
import { readFile } from './read-file.ts';

const currency = { code: 'ZAR', scale: 2 };
const columns = { reference: 'Ref', amount: 'Amount', date: 'Date' };
const mapped = (more: object = {}) =>
  reconciliationMappingSchema.parse({ provider: 'sandbox', columns, ...more });
const read = (text: string, more: object = {}, kind: 'settlement' | 'bank' = 'settlement') =>
  readFile(text, { kind, mapping: mapped(more), currency, latestDate: '2100-12-31' });

const rowsOf = (...args: Parameters<typeof read>) => {
  const answer = read(...args);
  assert.ok(answer.ok, answer.ok ? '' : JSON.stringify(answer.error));
  return answer.value;
};
const errorsOf = (...args: Parameters<typeof read>) => {
  const answer = read(...args);
  assert.ok(!answer.ok);
  return answer.error.map(({ line, message }) => `${line}: ${message}`);
};

test('the mapping that the manual shows is one', () => {
  const manual = new URL('../../../../../docs/operating/reconciliation.md', import.meta.url);
  const [, json = ''] = /```json\n([^`]+)```/.exec(readFileSync(manual, 'utf8')) ?? [];
  const mapping = reconciliationMappingSchema.parse(JSON.parse(json));
  assert.equal(mapping.columns.batch, 'Payout');
});

test('the organisation’s statement of M-Pesa: lines above the heading, money out and open rows', () => {
  const [known] = builtInMappings;
  const text = `Organisation,Example Utility,,,,,,
Opened,01-11-2026,,,,,,
Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance,A/C No.
TKU7PW0001,2026-11-24 10:00:00,Pay Bill,Completed,"1,150.00",,"9,150.00",04229889888
TKU7PW0001,2026-11-24 10:00:00,Pay Bill Charge,Completed,,-5.00,"9,145.00",
TKU7PW0002,2026-11-24 10:05:00,Pay Bill,Failed,20.00,,"9,145.00",04229889888
`;
  const rows = rowsOf(text, known?.mapping);
  assert.deepEqual(
    rows.map(({ reference, amountMinor, onDate }) => [reference, amountMinor, onDate]),
    [['TKU7PW0001', 115_000n, '2026-11-24']],
  );
  const other = { ...known?.mapping, columns: { ...columns, amount: 'Paid' } };
  assert.match(errorsOf(text, other).join(), /1: there is no column "Ref"/);
});

test('rows are read by the names of their columns, with the line on which each ends', () => {
  const text = 'Date,Extra,Ref,Amount\n2026-11-24,x,P-1,10.50\n\n2026-11-25,"a\nb",P-2,7\n';
  assert.deepEqual(rowsOf(text), [
    {
      lineNumber: 2,
      reference: 'P-1',
      amountMinor: 1_050n,
      feeMinor: 0n,
      batch: null,
      onDate: '2026-11-24',
      occurrence: 1,
    },
    {
      lineNumber: 5,
      reference: 'P-2',
      amountMinor: 700n,
      feeMinor: 0n,
      batch: null,
      onDate: '2026-11-25',
      occurrence: 1,
    },
  ]);
});

test('what banks write: a preamble, semicolons, decimal commas, groups, days first, a byte order mark', () => {
  const text =
    'Statement of account 123\r\nAll amounts in rand\r\n' +
    'Day;Text;Amount\r\n"24.11.2026 00:15";BATCH-1;"1.234.567,80"\r\n24.11.2026;BATCH-2;-5,00\r\n';
  const rows = rowsOf(
    text,
    {
      delimiter: ';',
      skipLines: 2,
      columns: { reference: 'Text', amount: 'Amount', date: 'Day' },
      numbers: { decimal: ',', group: '.' },
      dates: 'DD.MM.YYYY',
    },
    'bank',
  );
  assert.deepEqual(
    rows.map((row) => [row.reference, row.amountMinor, row.onDate]),
    [
      ['BATCH-1', 123_456_780n, '2026-11-24'],
      ['BATCH-2', -500n, '2026-11-24'],
    ],
  );
  assert.equal(rowsOf('\uFEFFRef,Amount,Date\nA,1,2026-01-01\n').length, 1);
});

test('only rows that are about payments are read, and equal ones are told apart', () => {
  const text =
    'Ref,Amount,Date,Type\nA,1,2026-01-01,sale\nB,2,2026-01-01,payout\nA,1,2026-01-01,sale\n';
  const rows = rowsOf(text, { where: { column: 'Type', equals: 'sale' } });
  assert.deepEqual(
    rows.map((row) => [row.reference, row.occurrence]),
    [
      ['A', 1],
      ['A', 2],
    ],
  );
});

test('each bad row is named with its line, and none of the file is read', () => {
  const text =
    'Ref,Amount,Date,Cur\n' +
    'A,1.005,2026-01-01,ZAR\nB,"1,5",2026-01-01,ZAR\n,1,2026-01-01,ZAR\nC,1,2026-02-30,ZAR\n' +
    'D,1,2026-01-01,USD\nE,ten,2026-01-01,ZAR\nF,1,2026-01-01,ZAR\n';
  const more = { columns: { ...columns, currency: 'Cur' }, numbers: { decimal: '.', group: ',' } };
  assert.deepEqual(errorsOf(text, more), [
    '2: "Amount" is no amount: 1.005 (write it like 1,234.50)',
    '3: "Amount" is no amount: 1,5 (write it like 1,234.50)',
    '4: "Ref" is empty',
    '5: "Date" is no date: 2026-02-30 (the mapping says YYYY-MM-DD)',
    '6: "Cur" is not ZAR',
    '7: "Amount" is no amount: ten (write it like 1,234.50)',
  ]);
  assert.deepEqual(errorsOf('Ref,Amount\nA,1\n'), ['1: there is no column "Date"']);
  assert.deepEqual(errorsOf('Ref,Ref,Amount,Date\n'), ['1: there is more than one column "Ref"']);
  assert.deepEqual(errorsOf(''), ['1: the file has no heading line']);
  assert.deepEqual(errorsOf('Ref,Amount,Date\n'), ['1: no row is about a payment']);
  const short = ['2: 2 fields, the heading line has 3'];
  assert.deepEqual(errorsOf('Ref,Amount,Date\nA,1\nB,1,2026-01-01\n'), short);
  assert.match(errorsOf('Ref,Amount,Date\nA,"1\n')[0] ?? '', /^\d: not readable as CSV/);
});

test('lines above and below the table are no rows of it, whatever they look like', () => {
  const text =
    'Report of "24 November\n"\nRef,Amount,Date,Type\nA,1,2026-01-01,sale\n,,,\nTotal,1\nEnd of "file\n';
  const rows = rowsOf(text, { skipLines: 2, where: { column: 'Type', equals: 'sale' } });
  assert.deepEqual(
    rows.map((row) => [row.reference, row.lineNumber]),
    [['A', 4]],
  );
});

test('a day that lies ahead is mistyped: it would ask for every payment until then', () => {
  const o = { kind: 'settlement', mapping: mapped(), currency, latestDate: '2026-12-01' } as const;
  const answer = readFile('Ref,Amount,Date\nA,1,2026-12-01\nB,1,2062-11-24\n', o);
  assert.ok(!answer.ok);
  assert.deepEqual(answer.error, [{ line: 3, message: '"Date" lies ahead: 2062-11-24' }]);
});

test('whatever text comes, the answer is rows that fit or errors; nothing is thrown', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'Ref',
      'Amount',
      'Date',
      ',',
      ';',
      '"',
      '""',
      '\n',
      '\r\n',
      '\r',
      '\0',
      '\uFEFF',
    ),
    fc.constantFrom('1.00', '-1', '1e9', '9'.repeat(30), '2026-11-24', '0000-00-00', '١٢', ' '),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  const headed = text.map((body) => `Ref,Amount,Date\n${body}`);
  fc.assert(
    fc.property(fc.oneof(text, headed), fc.constantFrom(',', ';'), (input, delimiter) => {
      const answer = read(input, { delimiter });
      if (!answer.ok) {
        assert.ok(answer.error.length > 0 && answer.error.length <= 20);
        return;
      }
      for (const row of answer.value) {
        assert.ok(row.reference.length > 0 && row.reference.length <= 200);
        assert.ok(!row.reference.includes('\0'));
        assert.match(row.onDate, /^20\d\d-\d\d-\d\d$|^2100-\d\d-\d\d$/);
        assert.ok(row.amountMinor <= 10n ** 15n && row.amountMinor >= -(10n ** 15n));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('an amount that a file can write is read back exactly, in each way of writing', () => {
  const way = fc.constantFrom(
    { decimal: '.', group: '' },
    { decimal: '.', group: ',' },
    { decimal: ',', group: '.' },
    { decimal: ',', group: ' ' },
    { decimal: '.', group: "'" },
  );
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 14n }),
      fc.boolean(),
      way,
      (minor, negative, numbers) => {
        const digits = minor.toString().padStart(3, '0');
        const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, numbers.group);
        const cell = `${negative ? '-' : ''}${whole}${numbers.decimal}${digits.slice(-2)}`;
        const [row] = rowsOf(`Ref;Amount;Date\nA;${cell};2026-01-01\n`, {
          delimiter: ';',
          numbers,
        });
        assert.equal(row?.amountMinor, negative ? -minor : minor);
      },
    ),
  );
});
