// When a week of rules allows a cut, and the holes that a day's border makes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRules, noProtection } from './index.ts';

const nights = { weekdays: [1, 2, 3, 4, 5], from: '18:00', to: '08:00' };
const weekend = { weekdays: [6, 7], from: '00:00', to: '24:00' };
const weekOf = (friendlyHours: (typeof nights)[]): readonly string[] =>
  describeRules({ ...noProtection, friendlyHours }).find(({ title }) => title === 'The week')
    ?.sentences ?? [];

test('nights of weekdays and whole weekends leave a hole on Monday, and it is said', () => {
  const [week, hole, ...more] = weekOf([nights, weekend]);
  assert.match(
    week ?? '',
    /^In a week a cut is allowed: Monday 00:00 to 18:00; Tuesday 08:00 to 18:00/,
  );
  assert.match(
    hole ?? '',
    /^Look at Monday: a cut is allowed from 00:00, on other days from 08:00/,
  );
  assert.deepEqual(more, []);
});

test('Sunday night closes it', () => {
  const closed = weekOf([nights, weekend, { weekdays: [7], from: '18:00', to: '08:00' }]);
  assert.equal(closed.length, 1);
  assert.match(closed[0] ?? '', /allowed: Monday 08:00 to 18:00; .*Friday 08:00 to 18:00\.$/);
});

test('rules without hours, or of all hours, have no week to look at', () => {
  assert.deepEqual(weekOf([]), []);
  assert.deepEqual(weekOf([{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }]), []);
});
