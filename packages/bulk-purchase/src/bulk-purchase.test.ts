// A file of purchases: what is wrong with its lines, and what became of each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLine, readBulkFile } from './file.ts';
import { type Bought, earlierRows, emptyResult, resultFile } from './run.ts';
import { requestIdOf } from './till.ts';

const currency = { code: 'ZAR', scale: 2 };

test('a file is read by the names of its columns, with commas or semicolons', () => {
  const read = readBulkFile(
    '\ufeffReference;Meter;Amount\r\n"P-1";6007 2700 0000 0000 09;50\r\n\r\n',
  );
  assert.deepEqual(read, {
    ok: true,
    value: [{ line: 2, meter: '600727000000000009', amount: '50', reference: 'P-1' }],
  });
  assert.equal(readBulkFile('meter,amount\n1,2').ok, false);
  assert.equal(readBulkFile('meter,amount,reference\n').ok, false);
});

test('what is wrong with a line is said, and a reference stands once', () => {
  const seen = new Set<string>();
  const check = (meter: string, amount: string, reference: string) => {
    const done = checkLine({ line: 2, meter, amount, reference }, { currency, seen });
    return done.ok ? done.value.amountMinor : done.error;
  };
  assert.equal(check('12345678901', '50', 'P-1'), 5000n);
  assert.equal(check('123', '50', 'P-2'), 'badMeter');
  assert.equal(check('12345678901', '1,50', 'P-2'), 'badAmount');
  assert.equal(check('12345678901', '0', 'P-2'), 'badAmount');
  assert.equal(check('12345678901', '50', ''), 'badReference');
  assert.equal(check('12345678901', '50', 'P-1'), 'duplicateReference');
});

test('a reference is one request, and the result holds nothing that a spreadsheet runs', () => {
  assert.equal(requestIdOf('P-1'), requestIdOf('P-1'));
  assert.notEqual(requestIdOf('P-1'), requestIdOf('P-2'));
  assert.match(requestIdOf('P 1'), /^[\x21-\x7e]{8,100}$/);
  const line = { line: 2, meter: '1', amount: '5', reference: '=1+1,"x"' };
  const row: Bought = { line, outcome: 'refused', code: 'unknownMeter', words: '', receipt: null };
  assert.equal(resultFile([row]).split('\r\n')[1], `"'=1+1,""x""",1,5,refused,unknownMeter,,,`);
});

test('a result is gone on with by its own lines alone, and loses no token where a call ends early', () => {
  const lines = ['P-1', 'P,2'].map((reference, nth) => ({
    ...{ line: nth + 2, meter: '12345678901', amount: '50', reference },
  }));
  const none = emptyResult(lines);
  const bought = none.replace('P-1,12345678901,50,notYet,', 'P-1,12345678901,50,bought,');
  const earlier = earlierRows(bought, lines) ?? [];
  assert.equal(earlier.length, 2);
  const notYet = lines.map(
    (line): Bought => ({ line, outcome: 'notYet', code: 'x', words: '', receipt: null }),
  );
  const again = resultFile(notYet, earlier).split('\r\n');
  assert.equal(again[1], earlier[0]);
  assert.match(again[2] ?? '', /^"P,2",12345678901,50,notYet,x/);
  const refused = notYet.map((each): Bought => ({ ...each, outcome: 'refused' }));
  assert.equal(resultFile(refused, earlier).split('\r\n')[1], earlier[0]);
  assert.equal(earlierRows(bought, lines.slice(1)), null);
  assert.equal(earlierRows(bought, lines.toReversed()), null);
  assert.equal(earlierRows('my accounts\n', lines), null);
});
