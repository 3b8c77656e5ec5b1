import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NeedFacts, needOf } from './need.ts';

const ordinary: NeedFacts = {
  vulnerable: false,
  medical: false,
  purchases: 3,
  middleMinor: 10_000n,
  townMiddleMinor: 10_000n,
  hoursOff: 0,
  emergencyTimes: 0,
};

test('a protected home is offered help first, whatever else is known', () => {
  const need = needOf({ ...ordinary, medical: true });
  assert.deepEqual([need.isFirst, need.helps.length], [true, 1]);
});

test('two signs of need together are enough, one alone is not', () => {
  const small = { ...ordinary, purchases: 12, middleMinor: 2_000n };
  assert.equal(needOf(small).isFirst, false);
  const both = needOf({ ...small, hoursOff: 40 });
  assert.deepEqual(
    [both.isFirst, both.signs.map(({ sign }) => sign)],
    [true, ['smallPurchases', 'hoursWithoutCredit']],
  );
  assert.equal(needOf({ ...ordinary, hoursOff: 40, emergencyTimes: 4 }).isFirst, true);
});

test('a home without purchases shows no need by them', () => {
  const none = { ...ordinary, purchases: 0, middleMinor: null };
  assert.deepEqual(needOf(none).signs, []);
});
