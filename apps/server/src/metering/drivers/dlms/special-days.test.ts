import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessResult, Data } from '@prewatt/dlms';
import {
  activityCalendarClass,
  mostSpecialDays,
  specialDaysClass,
  writeAttribute,
} from '@prewatt/dlms/classes';
import { err, ok, type Result } from '@prewatt/quantities';
import type { DlmsModel } from './model.ts';
import type { DlmsSession } from './session.ts';
import { type DaysToWrite, dayNumbersFrom, daysToWrite, type SpecialDays } from './special-days.ts';

const model: DlmsModel = {
  ...{ registers: [], credits: [], charges: [], profile: null, securitySetup: null, account: null },
  ...{ power: null, clock: null, disconnector: null, limiter: null, gateway: null },
  ...{ calendar: '0.0.13.0.0.255', specialDays: '0.0.11.0.0.255' },
};

/** A meter with these special days and numbers of day profiles. */
function meterWith(entries: SpecialDays, dayIds: readonly number[] | AccessResult = []) {
  const schedule = (ids: readonly number[]) => ids.map((dayId) => ({ dayId, schedule: [] }));
  const values = new Map<number, Result<Data, AccessResult>>([
    [11, ok(writeAttribute(specialDaysClass, 'entries', entries))],
    [
      20,
      typeof dayIds === 'string'
        ? err(dayIds)
        : ok(writeAttribute(activityCalendarClass, 'dayProfileTableActive', schedule(dayIds))),
    ],
  ]);
  const ask: DlmsSession['ask'] = async (request) => {
    const value = request.kind === 'get' ? values.get(request.attribute.classId) : undefined;
    return value === undefined ? err('malformed') : ok({ kind: 'read', results: [value] });
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
  const wanted = { offset: 0, activatesAtMs: clockMs, clock: ok(clockMs), ...o };
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
  const from = async (
    dayIds: readonly number[] | AccessResult,
    specialDays = [named('12-25', 1)],
  ) => {
    const calendar = { days: [[], []], weeks: [], seasons: [], specialDays };
    const offset = await dayNumbersFrom(meterWith([], dayIds), calendar);
    return offset.ok ? offset.value : offset.error;
  };
  assert.equal(await from([]), 0);
  assert.equal(await from([1, 2]), 2);
  assert.equal(await from([3, 4]), 0);
  assert.deepEqual(await from([1, 254]), { kind: 'refused', reason: 'range' });
  // Which are in force is not known: days by name could become others of them at once.
  const unsupported = { kind: 'refused', reason: 'unsupported' };
  assert.deepEqual(await from('readWriteDenied'), unsupported);
  assert.deepEqual(await from('temporaryFailure'), { kind: 'failed', fault: 'noAnswer' });
  assert.equal(await from('readWriteDenied', []), 0);
});

test('a clock that cannot be read lets no days by name into the table, and takes none out', async () => {
  const failure = { kind: 'failed', fault: 'noAnswer' } as const;
  const later = { activatesAtMs: newYear, clock: err(failure) };
  assert.deepEqual(await table([], { specialDays: [named('01-06', 1)], ...later }), failure);
  assert.deepEqual(await table([entry(1, '12-25', 3)], { specialDays: [], ...later }), failure);
  assert.equal(await table([], { specialDays: [], ...later }), null);
});

test('days of two tariffs that are together more than a table holds are not sent', async () => {
  const dates = Array.from({ length: mostSpecialDays }, (_, nth) =>
    Temporal.PlainDate.from('2027-01-01').add({ days: nth }).toString(),
  );
  const specialDays = dates.map((name) => named(name, 1));
  const later = { specialDays, activatesAtMs: newYear };
  assert.equal(((await table([], later)) as SpecialDays).length, mostSpecialDays);
  const before = [entry(1, '12-25', 3)];
  assert.deepEqual(await table(before, later), { kind: 'refused', reason: 'range' });
});
