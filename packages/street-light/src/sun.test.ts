// The sun against published times, and what holds anywhere on any day.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, hourMs, minuteMs } from '@prewatt/quantities';
import fc from 'fast-check';
import { sunOn } from './sun.ts';

const at = (latitude: number, longitude: number) => ({
  latitudeMicroDeg: Math.round(latitude * 1e6),
  longitudeMicroDeg: Math.round(longitude * 1e6),
});
const clockOf = (ms: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(Math.round(ms / minuteMs) * minuteMs)
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
const apartMinutes = (a: string, b: string): number =>
  Math.abs(Temporal.PlainTime.from(a).until(Temporal.PlainTime.from(b)).total('minutes'));

/** Sunrise and sunset as almanacs print them. */
const almanac = [
  ['Nairobi', at(-1.2864, 36.8172), 'Africa/Nairobi', '2026-03-20', '06:35', '18:42'],
  ['Cape Town', at(-33.9249, 18.4241), 'Africa/Johannesburg', '2026-06-21', '07:51', '17:45'],
  ['London', at(51.5074, -0.1278), 'Europe/London', '2026-06-21', '04:43', '21:22'],
  ['London', at(51.5074, -0.1278), 'Europe/London', '2026-12-21', '08:04', '15:54'],
  ['New York', at(40.7128, -74.006), 'America/New_York', '2026-12-21', '07:17', '16:32'],
] as const;

for (const [name, place, zone, date, rise, set] of almanac) {
  test(`the sun over ${name} on ${date} is that of the almanac to two minutes`, () => {
    const sun = sunOn(place, zone, Temporal.PlainDate.from(date));
    assert.equal(sun.kind, 'rises');
    if (sun.kind !== 'rises') return;
    assert.ok(apartMinutes(clockOf(sun.riseMs, zone), rise) <= 2, clockOf(sun.riseMs, zone));
    assert.ok(apartMinutes(clockOf(sun.setMs, zone), set) <= 2, clockOf(sun.setMs, zone));
  });
}

test('beyond the polar circle it does not set in summer and does not rise in winter', () => {
  const tromso = at(69.6492, 18.9553);
  const on = (date: string) => sunOn(tromso, 'Europe/Oslo', Temporal.PlainDate.from(date)).kind;
  assert.equal(on('2026-06-21'), 'polarDay');
  assert.equal(on('2026-12-21'), 'polarNight');
  assert.equal(on('2026-03-20'), 'rises');
  const southPole = sunOn(at(-90, 0), 'UTC', Temporal.PlainDate.from('2026-06-21'));
  assert.equal(southPole.kind, 'polarNight');
});

test('the day is that of the civil date on both sides of the date line', () => {
  for (const [longitude, zone] of [
    [-171.76, 'Pacific/Apia'],
    [-157.8, 'Pacific/Honolulu'],
    [178.4, 'Pacific/Fiji'],
  ] as const) {
    const sun = sunOn(at(-14, longitude), zone, Temporal.PlainDate.from('2026-05-05'));
    assert.equal(sun.kind, 'rises');
    if (sun.kind !== 'rises') return;
    for (const ms of [sun.riseMs, sun.setMs]) {
      const there = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
      assert.equal(there.toPlainDate().toString(), '2026-05-05');
    }
  }
});

const anyDate = fc
  .integer({ min: 0, max: 40_000 })
  .map((days) => Temporal.PlainDate.from('2000-01-01').add({ days }));

test('anywhere: it rises before it sets, days follow each other, summer days are longer', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -90_000_000, max: 90_000_000 }),
      // Where noon is as near to midnight by the clock, either day is as good.
      fc.integer({ min: -175_000_000, max: 175_000_000 }),
      anyDate,
      (latitudeMicroDeg, longitudeMicroDeg, date) => {
        const place = { latitudeMicroDeg, longitudeMicroDeg };
        const sun = sunOn(place, 'UTC', date);
        const next = sunOn(place, 'UTC', date.add({ days: 1 }));
        if (sun.kind !== 'rises') return;
        assert.ok(sun.riseMs < sun.setMs && sun.setMs - sun.riseMs <= dayMs);
        if (Math.abs(latitudeMicroDeg) > 60_000_000 || next.kind !== 'rises') return;
        const apartMs = next.riseMs - sun.riseMs;
        assert.ok(Math.abs(apartMs - dayMs) < 7 * minuteMs, `${apartMs}`);
        const isSummer = latitudeMicroDeg > 0 === (date.month > 3 && date.month < 9);
        const isClear = date.month !== 3 && date.month !== 9 && Math.abs(latitudeMicroDeg) > 5e6;
        if (!isClear) return;
        const longMs = sun.setMs - sun.riseMs - 12 * hourMs;
        assert.ok(isSummer ? longMs > 0 : longMs < 15 * minuteMs, `${longMs}`);
      },
    ),
  );
});
