// Classes by their tables, byte for byte as IEC 62056-6-2 lays them out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  attributeOf,
  demandRegisterClass,
  methodOf,
  readAttribute,
  specialDaysClass,
  writeAttribute,
  writeParameter,
} from '../src/classes/index.ts';
import { encodeData } from '../src/index.ts';

test('special days are an index, a date whose year may be any, and a day profile', () => {
  const date = { year: null, month: 12, dayOfMonth: 25, dayOfWeek: null };
  const entry = { index: 1, date, dayId: 2 };
  const data = writeAttribute(specialDaysClass, 'entries', [entry]);
  assert.equal(encodeData(data).toHex(), '01010203120001' + '0905ffff0c19ff' + '1102');
  assert.deepEqual(readAttribute(specialDaysClass, 'entries', data), { ok: true, value: [entry] });
  const name = '0.0.11.0.0.255';
  assert.equal(attributeOf(specialDaysClass, name, 'entries').attribute, 2);
  const inserted = encodeData(writeParameter(specialDaysClass, 'insert', entry)).toHex();
  assert.equal(inserted, '0203120001' + '0905ffff0c19ff' + '1102');
  assert.equal(methodOf(specialDaysClass, name, 'delete').method, 2);
});

test('a demand register has its averages, its scale and how long it averages', () => {
  const at = (name: Parameters<typeof attributeOf<typeof demandRegisterClass>>[2]) =>
    attributeOf(demandRegisterClass, '1.0.1.4.0.255', name);
  assert.deepEqual(
    [at('currentAverageValue'), at('lastAverageValue'), at('scalerUnit')].map(
      ({ classId, attribute }) => [classId, attribute],
    ),
    [
      [5, 2],
      [5, 3],
      [5, 4],
    ],
  );
  const period = writeAttribute(demandRegisterClass, 'period', 900);
  assert.equal(encodeData(period).toHex(), '0600000384');
  const periods = writeAttribute(demandRegisterClass, 'numberOfPeriods', 3);
  assert.equal(encodeData(periods).toHex(), '120003');
  assert.equal(methodOf(demandRegisterClass, '1.0.1.4.0.255', 'nextPeriod').method, 2);
});
