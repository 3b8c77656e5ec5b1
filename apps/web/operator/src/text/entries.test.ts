// What people type into forms.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  documentEntry,
  kwhEntry,
  moneyEntry,
  percentEntry,
  percentText,
  readCount,
  readDocument,
  readKwh,
  readMoney,
  readPercent,
  readText,
} from './entries.ts';

const rand = { code: 'ZAR', scale: 2 };
const dinar = { code: 'KWD', scale: 3 };
const taken = <T>(read: { ok: true; value: T } | { ok: false; error: string }) => {
  assert.ok(read.ok, 'is taken');
  return read.value;
};
const faultOf = (read: { ok: true; value: unknown } | { ok: false; error: string }) => {
  assert.ok(!read.ok, 'is refused');
  return read.error;
};

describe('what is typed', () => {
  it('money becomes minor units of the currency, and is shown as it would be typed', () => {
    assert.equal(taken(readMoney(' 120.5 ', rand)), '12050');
    assert.equal(taken(readMoney('7', dinar)), '7000');
    assert.equal(moneyEntry('12050', rand), '120.50');
  });
  it('money that cannot be meant is refused with what to write', () => {
    assert.match(faultOf(readMoney('12,50', rand)), /point before decimals: 5\.00/);
    assert.match(faultOf(readMoney('1.234', rand)), /2 decimals/);
    assert.match(faultOf(readMoney('0', rand)), /above zero/);
    assert.equal(taken(readMoney('0', rand, 'allowed')), '0');
    assert.match(faultOf(readMoney('9999999999999999', rand)), /too much/);
  });
  it('a percentage becomes basis points without a float between', () => {
    for (const [text, points] of [
      ['1.75', 175],
      ['2', 200],
      ['1.1', 110],
      ['0', 0],
      ['100', 10_000],
    ] as const) {
      assert.equal(taken(readPercent(text)), points);
      assert.equal(percentEntry(points), String(Number(text)));
    }
    for (const text of ['', '101', '1.234', '-1', '1,5', 'x']) faultOf(readPercent(text));
    assert.equal(percentText(175), '1.75 %');
  });
  it('counts are whole and bounded', () => {
    assert.equal(taken(readCount('60', 100)), 60);
    for (const text of ['', '101', '1.5', '-1', '1e3']) {
      assert.match(faultOf(readCount(text, 100)), /from 0 to 100/);
    }
  });
  it('kWh become Wh, and back', () => {
    assert.equal(taken(readKwh('900.5')), '900500');
    assert.equal(taken(readKwh('0')), '0');
    assert.equal(kwhEntry('900500'), '900.5');
    assert.equal(kwhEntry('5'), '0.005');
    assert.equal(kwhEntry('2000000'), '2000');
    faultOf(readKwh('1.2345'));
  });
  it('words have a length', () => {
    assert.equal(taken(readText('  Slip 1 ', 1, 10)), 'Slip 1');
    assert.match(faultOf(readText('   ', 1, 10)), /needed/);
    assert.match(faultOf(readText('ab', 3, 10)), /at least 3/);
    assert.match(faultOf(readText('a'.repeat(11), 1, 10)), /at most 10/);
  });

  it('a document is one JSON object; anything else says what is wrong', () => {
    assert.deepEqual(taken(readDocument('{"a": 1}')), { a: 1 });
    assert.match(faultOf(readDocument('')), /Write the document/);
    assert.match(faultOf(readDocument('[1]')), /one JSON document/);
    assert.match(faultOf(readDocument('{"a":')), /^No JSON: /);
  });

  it('a document is shown as one would type it, and reads back the same', () => {
    const document = {
      version: 2,
      friendlyHours: [{ weekdays: [1, 2], from: '18:00', to: '24:00' }],
      holidays: [],
      softLanding: Array.from({ length: 4 }, (_, i) => ({ belowWh: `${i}000`, powerLimitW: i })),
      silence: { callAfterHours: null },
    };
    const text = documentEntry(document);
    assert.deepEqual(taken(readDocument(text)), document);
    assert.deepEqual(text.split('\n').slice(0, 4), [
      '{',
      '  "version": 2,',
      '  "friendlyHours": [{ "weekdays": [1, 2], "from": "18:00", "to": "24:00" }],',
      '  "holidays": [],',
    ]);
    assert.ok(text.includes('    { "belowWh": "3000", "powerLimitW": 3 }\n  ],'));
  });
});
