// Nights, levels, credit, energy and faults: what a lamp is told, and why.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourMs, minuteMs } from '@prewatt/quantities';
import fc from 'fast-check';
import {
  allWeekdays,
  checkProgramme,
  type DimProgramme,
  dueStretches,
  energySince,
  expectedWh,
  faultOf,
  type LevelAsked,
  type LightMoment,
  levelDueAt,
  levelIn,
  type NightPlan,
  nightDateAt,
  nightOf,
  nightsLeftTenths,
  standingOf,
  yearOf,
} from './index.ts';

const zone = 'Africa/Nairobi';
const place = { latitudeMicroDeg: -1_286_400, longitudeMicroDeg: 36_817_200 };
const clock = (text: string): LightMoment => {
  const time = Temporal.PlainTime.from(text);
  return { by: 'clock', minute: time.hour * 60 + time.minute };
};
const sunset = (offsetMinutes = 0): LightMoment => ({ by: 'sunset', offsetMinutes });
const sunrise = (offsetMinutes = 0): LightMoment => ({ by: 'sunrise', offsetMinutes });
const plan = (o: Partial<NightPlan> = {}): NightPlan => ({
  ...{ weekdays: allWeekdays, season: null, on: sunset(), off: sunrise(), levelPercent: 100 },
  steps: [
    { at: clock('23:00'), levelPercent: 50 },
    { at: clock('05:00'), levelPercent: 80 },
  ],
  ...o,
});
const programme: DimProgramme = { plans: [plan()] };
const msOf = (text: string, at = zone): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime(at).epochMilliseconds;
const rules = { dimBelowNights: 3, dimToPercent: 40 };
const asked = (o: Partial<LevelAsked> = {}): LevelAsked => ({
  ...{ overrides: [], standing: 'enough', rules, floorPercent: null },
  ...o,
});
const levelAt = (text: string, o: Partial<LevelAsked> = {}, of = programme) =>
  levelDueAt({ place, zone, programme: of }, asked(o), msOf(text));

test('lamps burn from sunset to sunrise by the steps of the night', () => {
  const levels = ['18:00', '19:00', '22:59', '23:00'].map((time) => levelAt(`2026-03-20T${time}`));
  assert.deepEqual(
    levels.map(({ levelPercent }) => levelPercent),
    [0, 100, 100, 50],
  );
  const morning = ['04:59', '05:00', '06:30', '06:40', '12:00'];
  assert.deepEqual(
    morning.map((time) => levelAt(`2026-03-21T${time}`).levelPercent),
    [50, 80, 80, 0, 0],
  );
});

test('a step before a late sunset holds when the lamps come on; one after sunrise never does', () => {
  const north = { latitudeMicroDeg: 63_830_000, longitudeMicroDeg: 20_260_000 };
  const early = [
    { at: clock('22:00'), levelPercent: 50 },
    { at: clock('05:00'), levelPercent: 80 },
  ];
  const night = nightOf(
    { place: north, zone: 'Europe/Stockholm', programme: { plans: [plan({ steps: early })] } },
    Temporal.PlainDate.from('2026-06-10'),
  );
  assert.deepEqual(
    night.stretches.map(({ levelPercent }) => levelPercent),
    [0, 50, 0],
  );
});

test('without a night nothing burns by the sun, without a day all of it does', () => {
  const far = { latitudeMicroDeg: 78_220_000, longitudeMicroDeg: 15_640_000 };
  const of = { place: far, zone: 'Europe/Oslo', programme: { plans: [plan({ steps: [] })] } };
  const levels = (date: string) =>
    nightOf(of, Temporal.PlainDate.from(date)).stretches.map(({ levelPercent }) => levelPercent);
  assert.deepEqual(levels('2026-06-21'), [0]);
  assert.deepEqual(levels('2026-12-21'), [100]);
});

test('the plan is that of the day on which the night begins, and of its season', () => {
  const of: DimProgramme = {
    plans: [
      plan({ weekdays: [5], steps: [], levelPercent: 90 }),
      plan({ season: { from: '12-15', to: '01-15' }, steps: [], levelPercent: 70 }),
      plan({ steps: [], levelPercent: 60 }),
    ],
  };
  // A Friday's night goes on into Saturday.
  assert.equal(levelAt('2026-03-21T01:00', {}, of).levelPercent, 90);
  assert.equal(levelAt('2026-03-22T01:00', {}, of).levelPercent, 60);
  assert.equal(levelAt('2026-01-04T20:00', {}, of).levelPercent, 70);
  assert.equal(levelAt('2026-01-17T20:00', {}, of).levelPercent, 60);
});

test('an override holds until its end, the newest first', () => {
  const overrides = [
    { levelPercent: 100, fromMs: msOf('2026-03-20T12:00'), untilMs: msOf('2026-03-21T02:00') },
    { levelPercent: 20, fromMs: msOf('2026-03-20T23:30'), untilMs: msOf('2026-03-21T00:30') },
  ];
  const at = (text: string) => levelAt(text, { overrides });
  assert.deepEqual(at('2026-03-20T15:00'), { levelPercent: 100, because: 'override' });
  assert.equal(at('2026-03-20T23:45').levelPercent, 20);
  assert.equal(at('2026-03-21T01:00').levelPercent, 100);
  assert.deepEqual(at('2026-03-21T02:00'), { levelPercent: 50, because: 'programme' });
});

test('little credit dims, none makes dark, and a protected crossing is never below its floor', () => {
  const at = (o: Partial<LevelAsked>) => levelAt('2026-03-20T20:00', o);
  assert.deepEqual(at({ standing: 'low' }), { levelPercent: 40, because: 'lowCredit' });
  assert.deepEqual(at({ standing: 'usedUp' }), { levelPercent: 0, because: 'noCredit' });
  const crossing = { floorPercent: 30 };
  const floor = { levelPercent: 30, because: 'protected' };
  assert.deepEqual(at({ ...crossing, standing: 'usedUp' }), floor);
  assert.equal(at({ ...crossing, standing: 'low' }).levelPercent, 40);
  const off = { levelPercent: 0, fromMs: 0, untilMs: msOf('2027-01-01T00:00') };
  assert.deepEqual(at({ ...crossing, overrides: [off] }), floor);
  assert.equal(levelAt('2026-03-20T15:00', { ...crossing, standing: 'usedUp' }).levelPercent, 0);
});

const anyMoment: fc.Arbitrary<LightMoment> = fc.oneof(
  fc.integer({ min: 0, max: 1_439 }).map((minute) => ({ by: 'clock' as const, minute })),
  fc.record({
    by: fc.constantFrom('sunset' as const, 'sunrise' as const),
    offsetMinutes: fc.integer({ min: -180, max: 180 }),
  }),
);
const level = fc.integer({ min: 0, max: 100 });
const anyPlan: fc.Arbitrary<NightPlan> = fc.record({
  weekdays: fc.constant(allWeekdays),
  season: fc.constant(null),
  on: anyMoment.filter((at) => at.by !== 'sunrise'),
  off: anyMoment.filter((at) => at.by !== 'sunset'),
  levelPercent: level,
  steps: fc.array(fc.record({ at: anyMoment, levelPercent: level }), { maxLength: 6 }),
});
const anyNight = fc.record({
  plan: anyPlan,
  latitudeMicroDeg: fc.integer({ min: -90_000_000, max: 90_000_000 }),
  longitudeMicroDeg: fc.integer({ min: -180_000_000, max: 180_000_000 }),
  day: fc.integer({ min: 0, max: 10_000 }),
  zone: fc.constantFrom('Africa/Nairobi', 'Europe/Berlin', 'Pacific/Apia', 'America/New_York'),
});

test('any programme anywhere: a night has no gap, a protected lamp is never dark while the sun is down', () => {
  fc.assert(
    fc.property(
      anyNight,
      fc.constantFrom('enough' as const, 'low' as const, 'usedUp' as const),
      fc.integer({ min: 1, max: 100 }),
      level,
      (given, standing, floorPercent, overridePercent) => {
        const date = Temporal.PlainDate.from('2020-01-01').add({ days: given.day });
        const of = { place: given, zone: given.zone, programme: { plans: [given.plan] } };
        const night = nightOf(of, date);
        assert.equal(night.stretches[0]?.fromMs, night.fromMs);
        assert.equal(night.stretches.at(-1)?.toMs, night.toMs);
        for (const [index, { fromMs, toMs }] of night.stretches.entries()) {
          assert.ok(fromMs < toMs);
          if (index > 0) assert.equal(fromMs, night.stretches[index - 1]?.toMs);
        }
        const override = {
          levelPercent: overridePercent,
          fromMs: night.fromMs,
          untilMs: night.toMs,
        };
        const o = asked({ standing, floorPercent, overrides: [override] });
        const due = dueStretches(night, o);
        assert.equal(due.at(-1)?.toMs, night.toMs);
        for (const stretch of due) {
          // The picture of a night says what a lamp is told at each moment of it.
          assert.deepEqual(levelIn(night, o, stretch.fromMs).levelPercent, stretch.levelPercent);
          assert.equal(nightDateAt(stretch.fromMs, given.zone).toString(), night.date);
          const { dark } = night;
          if (dark === null || stretch.fromMs < dark.fromMs || stretch.fromMs >= dark.toMs)
            continue;
          assert.ok(stretch.levelPercent >= floorPercent);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('a programme needs a plan for each night, and levels and times that there are', () => {
  const faultIn = (...plans: NightPlan[]) => {
    const checked = checkProgramme({ plans });
    return checked.ok ? null : checked.error;
  };
  assert.equal(faultIn(plan()), null);
  assert.equal(faultIn(), 'noPlan');
  assert.equal(faultIn(plan({ weekdays: [1, 2] })), 'nightWithoutPlan');
  assert.equal(faultIn(plan({ season: { from: '01-01', to: '12-31' } })), 'nightWithoutPlan');
  assert.equal(faultIn(plan({ season: { from: '02-30', to: '03-01' } }), plan()), 'season');
  assert.equal(faultIn(plan({ levelPercent: 101 })), 'level');
  assert.equal(faultIn(plan({ weekdays: [0] })), 'weekday');
  assert.equal(faultIn(plan({ on: sunrise() })), 'onByMorning');
  assert.equal(faultIn(plan({ off: sunset() })), 'offByEvening');
  assert.equal(faultIn(plan({ on: sunset(181) })), 'offset');
  assert.equal(faultIn(plan({ steps: Array(13).fill(plan().steps[0]) })), 'tooManySteps');
});

const lamp = { fullMilliW: 60_000, standbyMilliW: 500 };

test('energy of a night is power by level and time, and says how many nights credit lasts', () => {
  const stretches = [
    { fromMs: 0, toMs: 4 * hourMs, levelPercent: 100 },
    { fromMs: 4 * hourMs, toMs: 12 * hourMs, levelPercent: 50 },
    { fromMs: 12 * hourMs, toMs: 24 * hourMs, levelPercent: 0 },
  ];
  assert.equal(expectedWh(lamp, stretches), 240 + 240 + 6);
  const nights = [0, 1, 2, 3].map((n) => ({ fromMs: n * 24 * hourMs, wh: 480 }));
  assert.equal(nightsLeftTenths(1_200, nights, 0), 25);
  assert.equal(nightsLeftTenths(0, nights, 0), 0);
  assert.equal(nightsLeftTenths(99_999, nights, 0), 40);
});

test('lamps are dimmed below the nights of the rules, and lit again a night above them', () => {
  const o = { isUsedUp: false, dimBelowNights: 3 };
  assert.equal(standingOf({ ...o, before: 'enough', nightsLeftTenths: 30 }), 'enough');
  assert.equal(standingOf({ ...o, before: 'enough', nightsLeftTenths: 29 }), 'low');
  assert.equal(standingOf({ ...o, before: 'low', nightsLeftTenths: 39 }), 'low');
  assert.equal(standingOf({ ...o, before: 'low', nightsLeftTenths: 40 }), 'enough');
  assert.equal(standingOf({ ...o, before: 'low', nightsLeftTenths: null }), 'low');
  assert.equal(standingOf({ ...o, isUsedUp: true, before: 'low', nightsLeftTenths: 9 }), 'usedUp');
});

test('a lamp tells by its power what is wrong with it', () => {
  const judge = (levelPercent: number, milliW: number, levelSinceMs = 0) =>
    faultOf({
      ...{ lamp, levelSinceMs, nowMs: hourMs, silentAfterMs: hourMs },
      readings: [{ atMs: hourMs, levelPercent, milliW }],
    });
  assert.equal(judge(100, 60_000), null);
  assert.equal(judge(100, 300), 'dark');
  assert.equal(judge(0, 30_000), 'burnsByDay');
  assert.equal(judge(0, 800), null);
  assert.equal(judge(50, 60_000), 'overPower');
  assert.equal(judge(100, 30_000), 'underPower');
  assert.equal(judge(100, 0, hourMs - minuteMs), null);
  const readings = Array.from({ length: 8 }, (_, n) => ({
    ...{ atMs: n * 5 * minuteMs, levelPercent: 100 },
    milliW: n % 2 === 0 ? 60_000 : 0,
  }));
  const flickering = { lamp, readings, levelSinceMs: 0, nowMs: hourMs, silentAfterMs: 2 * hourMs };
  assert.equal(faultOf(flickering), 'flickers');
  assert.equal(faultOf({ ...flickering, nowMs: 5 * hourMs }), 'silent');
  assert.equal(faultOf({ ...flickering, readings: [] }), 'silent');
});

test('what a lamp counted only rises, also over a new controller, and never by more than it burns', () => {
  const hour = { fullMilliW: 100_000, elapsedMs: hourMs };
  assert.equal(energySince(null, 5_000n, hour), 0n);
  assert.equal(energySince(5_000n, 5_090n, hour), 90n);
  assert.equal(energySince(5_000n, 40n, hour), 40n, 'it began anew');
  assert.equal(energySince(5_000n, 6_200n, hour), 1_200n, 'a coarse counter');
  assert.equal(energySince(5_000n, 6_201n, hour), null);
  assert.equal(energySince(0n, 5_000_000n, hour), null, 'it said zero for a moment');
});

test('a year is the sum of its nights: seasons, dimming and protected crossings are in it', () => {
  const of = { place, zone, programme };
  const lamp = { fullMilliW: 100_000, standbyMilliW: 0, count: 1, floorPercent: null };
  const from = Temporal.PlainDate.from('2026-01-01');
  const year = yearOf(of, [lamp], from);
  // Twelve hours of night at the equator: five and a half at 100 %, six and a half at 50 and 80 %.
  assert.ok(Math.abs(year.burningHours - 365 * 12) < 60, `${year.burningHours}`);
  assert.ok(year.energyWh > 300_000 && year.energyWh < 365_000, `${year.energyWh}`);
  assert.equal(yearOf(of, [{ ...lamp, count: 3 }], from).energyWh, 3 * year.energyWh);
  const crossing = yearOf(of, [{ ...lamp, floorPercent: 100 }], from).energyWh;
  assert.ok(crossing > 430_000, `${crossing}`);
  const steps: NightPlan['steps'] = [];
  const season = { from: '06-01', to: '06-30' };
  const dimmed = { plans: [plan({ season, levelPercent: 10, steps }), plan()] };
  const less = yearOf({ ...of, programme: dimmed }, [lamp], from).energyWh;
  assert.ok(less < year.energyWh && less > (year.energyWh * 330) / 365, `${less}`);
});
