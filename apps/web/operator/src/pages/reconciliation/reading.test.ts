// Guesses about files of others.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  cellsOf,
  firstLines,
  guessColumns,
  guessDates,
  guessDelimiter,
  guessNumbers,
  guessSkipLines,
  textOfBytes,
} from './reading.ts';

describe('a file of others', () => {
  it('is split as CSV splits it', () => {
    assert.deepEqual(cellsOf('a,"b, ""c""", d ', ','), ['a', 'b, "c"', 'd']);
    assert.deepEqual(firstLines('\uFEFFa\r\nb\nc\rd'), ['a', 'b', 'c', 'd']);
  });
  it('tells its delimiter and its heading line, whatever stands before', () => {
    const lines = ['Statement of account 1,5', '', 'Datum;Text;Betrag', '01.11.2026;x;1.234,50'];
    assert.equal(guessDelimiter(lines), ';');
    assert.equal(guessSkipLines(lines, ';'), 2);
  });
  it('tells columns by their names, each once', () => {
    const settlement = guessColumns(
      ['Payment ID', 'Created', 'Gross amount', 'Fee amount', 'Currency', 'Payout batch'],
      'settlement',
    );
    assert.deepEqual(settlement, {
      reference: 'Payment ID',
      date: 'Created',
      amount: 'Gross amount',
      fee: 'Fee amount',
      currency: 'Currency',
      batch: 'Payout batch',
    });
    const bank = guessColumns(['Booking date', 'Value date', 'Description', 'Amount'], 'bank');
    assert.deepEqual(
      [bank.reference, bank.date, bank.amount, bank.fee],
      ['Description', 'Booking date', 'Amount', ''],
    );
    const paidAt = guessColumns(['Reference', 'Amount', 'Fee', 'Paid at'], 'settlement');
    assert.deepEqual([paidAt.date, paidAt.amount], ['Paid at', 'Amount']);
    assert.deepEqual(Object.values(guessColumns(['x', 'y'], 'bank')), ['', '', '', '', '', '']);
  });
  it('tells days from months where it can', () => {
    assert.equal(guessDates(['2026-11-01 10:00', '']), 'YYYY-MM-DD');
    assert.equal(guessDates(['01/11/2026', '02/11/2026']), 'DD/MM/YYYY');
    assert.equal(guessDates(['01/11/2026', '02/25/2026']), 'MM/DD/YYYY');
    assert.equal(guessDates(['24.11.2026']), 'DD.MM.YYYY');
    assert.equal(guessDates(['yesterday']), 'YYYY-MM-DD');
  });
  it('tells decimals from groups', () => {
    assert.deepEqual(guessNumbers(['1,234.50', '12.00']), { decimal: '.', group: ',' });
    assert.deepEqual(guessNumbers(['1.234,50']), { decimal: ',', group: '.' });
    assert.deepEqual(guessNumbers(["1'234.50"]), { decimal: '.', group: "'" });
    assert.deepEqual(guessNumbers(['120', '7']), { decimal: '.', group: '' });
  });
  it('is read when it is not UTF-8', () => {
    assert.equal(textOfBytes(new TextEncoder().encode('é').buffer as ArrayBuffer), 'é');
    assert.equal(textOfBytes(new Uint8Array([0xe9]).buffer), 'é');
  });
});
