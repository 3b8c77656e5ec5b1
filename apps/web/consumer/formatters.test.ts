import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  currencySign,
  fullTime,
  money,
  shortMoney,
  tokenGroups,
  usedTodayText,
  withClock,
  withSign,
} from './formatters.ts';
import { frame, nowMs } from './samples.ts';
import { voiceOf } from './text/voice.ts';

const zar = { code: 'ZAR', scale: 2 };

test('money has the sign that people know, exact to the last digit', () => {
  assert.equal(money('123450', zar), 'R\u00a01,234.50');
  assert.equal(money('12050', { code: 'GBP', scale: 2 }), '£120.50');
  assert.equal(money('5000', { code: 'UGX', scale: 0 }), 'USh\u00a05,000');
  assert.equal(money('1234567', { code: 'KWD', scale: 3 }), 'KWD\u00a01,234.567');
  assert.equal(money('900719925474099267', zar), 'R\u00a09,007,199,254,740,992.67');
  assert.equal(money('-50', zar), '-R\u00a00.50');
  assert.equal(money('50', { code: 'points', scale: 0 }), 'points 50');
});

test('whole money is short on buttons; the sign stands alone before the field', () => {
  assert.equal(shortMoney('5000', zar), 'R\u00a050');
  assert.equal(shortMoney('5050', zar), 'R\u00a050.50');
  assert.equal(shortMoney('5000', { code: 'UGX', scale: 0 }), 'USh\u00a05,000');
  assert.equal(currencySign(zar), 'R');
  assert.equal(currencySign({ code: 'UGX', scale: 0 }), 'USh');
  assert.equal(currencySign({ code: 'points', scale: 0 }), 'points');
  // Points and spaces are the sign's own.
  assert.equal(currencySign({ code: 'XOF', scale: 0 }), 'F\u202fCFA');
  const arabicSign = (code: string) =>
    voiceOf({ ...frame, language: 'ar', currency: { code, scale: 2 } }).sign;
  assert.deepEqual(['EGP', 'AED'].map(arabicSign), ['ج.م.', 'د.إ.']);
});

test('sums in a sentence have the sign of the rest of the page', () => {
  const sentence = 'Above 350 kWh a month at ZAR 2.25 per kWh cost ZAR -43.43.';
  assert.equal(
    withSign(sentence, { currency: zar, moneyForm: 'sign' }),
    'Above 350 kWh a month at R\u00a02.25 per kWh cost R\u00a0-43.43.',
  );
  assert.equal(
    withSign('cost GBP 5.00', { currency: { code: 'GBP', scale: 2 }, moneyForm: 'sign' }),
    'cost £5.00',
  );
  assert.equal(
    withSign('cost UGX 5000', { currency: { code: 'UGX', scale: 0 }, moneyForm: 'sign' }),
    'cost USh\u00a05000',
  );
  // A utility that writes money by its code has it so in every sentence.
  assert.equal(withSign(sentence, { currency: zar, moneyForm: 'code' }), sentence);
});

test('times are in the zone of the utility', () => {
  assert.equal(fullTime(nowMs, 'Africa/Johannesburg'), 'Tue, 24 Nov 2026 12:31');
  assert.equal(fullTime(nowMs, 'America/Port-au-Prince'), 'Tue, 24 Nov 2026 05:31');
});

test('a token is read in fours', () => {
  assert.deepEqual(tokenGroups('12345678901234567890'), ['1234', '5678', '9012', '3456', '7890']);
});

test('use of today says whether it is about, or since when it counts', () => {
  const used = (usedTodayWh: string | null, more: object = {}) =>
    usedTodayText(
      { usedTodayWh, usedTodaySince: null, usedTodayEstimated: false, ...more },
      voiceOf(frame),
    );
  assert.equal(used(null), null);
  assert.equal(used('4310'), '4.3 kWh');
  assert.equal(used('4310', { usedTodayEstimated: true }), 'about 4.3 kWh');
  const since = { usedTodaySince: '2026-11-24T08:30:00.000Z' };
  assert.equal(used('1200', since), '1.2 kWh since 10:30');
});

test('hours in a sentence go by the clock of the page', () => {
  const sentence = 'No cut on any day between 18:00 and 08:30 of the next day, 00:00 to 24:00.';
  assert.equal(withClock(sentence, { hours: 24 }), sentence);
  assert.equal(
    withClock(sentence, { hours: 12 }).replaceAll('\u00a0', ' '),
    'No cut on any day between 6:00 pm and 8:30 am of the next day, 12:00 am to 12:00 am.',
  );
});
