import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activityCalendarClass, specialDaysClass, writeAttribute } from '@prewatt/dlms/classes';
import { err, ok } from '@prewatt/quantities';
import type { DlmsModel } from './model.ts';
import type { DlmsSession } from './session.ts';
import { type DaysToWrite, dayNumbersFrom, daysToWrite, type SpecialDays } from './special-days.ts';

const model: DlmsModel = {
  ...{ registers: [], credits: [], charges: [], profile: null, securitySetup: null, account: null },
  ...{ power: null, clock: null, disconnector: null, limiter: null, gateway: null },
  ...{ calendar: '0.0.13.0.0.255', specialDays: '0.0.11.0.0.255' },
};

/** A meter with these special days and numbers of day profiles. */
function meterWith(entries: SpecialDays, dayIds: readonly number[] = []) {
  const schedule = dayIds.map((dayId) => ({ dayId, schedule: [] }));
  const values = new Map([
    [11, writeAttribute(specialDaysClass, 'entries', entries)],
    [20, writeAttribute(activityCalendarClass, 'dayProfileTableActive', schedule)],
  ]);
  const ask: DlmsSession['ask'] = async (request) => {
    const value = request.kind === 'get' ? values.get(request.attribute.classId) : undefined;
    return value === undefined ? err('malformed') : ok({ kind: 'read', results: [ok(value)] });
  };
  const session = { ask, open: async () => err('noAnswer' as const), release: async () => {} };
  return {
    session: { ...session, takesLists: () => false },
    ...{ model, offsetAt: () => 0, pause: async () => undefined },
  };
}

const entry = (index: number, name: string, dayId: number): SpecialDays[number] => {
  const [dayOfMonth = 1, month = 1, year] = name.split('-').toReversed().map(Number);
  return { index, date: { year: year ?? null, month, dayOfMonth, dayOfWeek: null }, dayId };
};
const named = (name: string, day: number): DaysToWrite['specialDays'][number] => {
  const { date } = entry(1, name, day);
  return { year: date.year, month: date.month ?? 1, dayOfMonth: date.dayOfMonth ?? 1, day };
};
const clockMs = Date.UTC(2026, 11, 20);
const newYear = Date.UTC(2027, 0, 1);

async function table(
  entries: SpecialDays,
  o: Partial<DaysToWrite> & Pick<DaysToWrite, 'specialDays'>,
) {
  const wanted = { offset: 0, activatesAtMs: clockMs, clockMs, ...o };
  const days = await daysToWrite(meterWith(entries), wanted);
  return days.ok ? days.value : days.error;
}

test('a tariff in force at once has its own days by name, and none of the one before', async () => {
  const days = await table([entry(1, '12-25', 3)], { specialDays: [named('01-01', 2)], offset: 4 });
  assert.deepEqual(days, [entry(1, '01-01', 6)]);
  assert.deepEqual(await table([entry(1, '12-25', 3)], { specialDays: [] }), []);
  assert.equal(await table([], { specialDays: [] }), null);
});

test('until a tariff begins the days of the one before hold, each in its year', async () => {
  const before = [entry(1, '12-25', 3), entry(2, '05-01', 3)];
  const days = await table(before, {
    specialDays: [named('01-06', 1), named('2026-12-30', 1), named('2027-04-02', 1)],
    ...{ offset: 9, activatesAtMs: newYear },
  });
  assert.deepEqual(days, [
    entry(1, '2026-12-25', 3),
    entry(2, '01-06', 10),
    entry(3, '2027-04-02', 10),
  ]);
  // What a break left, told once more, comes to the same.
  assert.ok(Array.isArray(days));
  const again = await table(days, {
    specialDays: [named('01-06', 1), named('2027-04-02', 1)],
    ...{ offset: 9, activatesAtMs: newYear },
  });
  assert.deepEqual(again, days);
});

test('a day of every year that comes before the tariff begins cannot wait in the table', async () => {
  const later = { specialDays: [named('12-25', 1)], activatesAtMs: newYear };
  assert.deepEqual(await table([], later), { kind: 'refused', reason: 'range' });
  const far = { specialDays: [named('12-25', 1)], activatesAtMs: Date.UTC(2029, 0, 1) };
  assert.deepEqual(await table([], far), { kind: 'refused', reason: 'range' });
});

test('day profiles to come have numbers that none in force has', async () => {
  const calendar = { days: [[], []], weeks: [], seasons: [], specialDays: [] };
  const from = async (dayIds: readonly number[]) => {
    const offset = await dayNumbersFrom(meterWith([], dayIds), calendar);
    return offset.ok ? offset.value : offset.error;
  };
  assert.equal(await from([]), 0);
  assert.equal(await from([1, 2]), 2);
  assert.equal(await from([3, 4]), 0);
  assert.equal(await from([1, 254]), null);
});
