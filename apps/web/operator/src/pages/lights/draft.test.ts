// The form of a dim programme: what is read is what was shown, and what is wrong is said.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dimProgrammeSchema } from '@prewatt/api';
import { draftOf, readDegrees, readLevel, readProgramme, usualProgramme } from './draft.ts';
import { lampLabel, nightsText, nightWords, standingLabel } from './labels.ts';

test('a programme goes into the form and comes out of it as it was', () => {
  const two = {
    plans: [
      {
        ...{ weekdays: [6, 7], season: { from: '06-01', to: '08-31' }, levelPercent: 80 },
        on: { by: 'sunset' as const, offsetMinutes: -15 },
        off: { by: 'clock' as const, minute: 330 },
        steps: [{ at: { by: 'sunrise' as const, offsetMinutes: -30 }, levelPercent: 10 }],
      },
      ...usualProgramme.plans,
    ],
  };
  const read = readProgramme(draftOf(two));
  assert.ok(read.ok);
  assert.deepEqual(read.value, two);
  assert.deepEqual(dimProgrammeSchema.parse(read.value), two);
});

test('what is wrong in a programme is said with where it stands', () => {
  const [plan] = draftOf(usualProgramme);
  assert.ok(plan !== undefined);
  const faultOf = (more: object): string => {
    const read = readProgramme([{ ...plan, ...more }]);
    return read.ok ? 'none' : read.error;
  };
  assert.equal(faultOf({ level: '101' }), 'Level: Write per cent from 0 to 100.');
  assert.match(faultOf({ on: { kind: 'clock', text: '25:00' } }), /^On: Write a time/);
  assert.match(faultOf({ off: { kind: 'afterSunrise', text: '181' } }), /^Off: Write minutes/);
  assert.match(faultOf({ from: '6-1', to: '' }), /^Season:/);
  assert.equal(faultOf({ weekdays: [] }), 'Choose at least one weekday.');
  const step = { key: 's', at: { kind: 'clock' as const, text: '23' }, level: '5' };
  assert.match(faultOf({ steps: [step] }), /^Step 1: Write a time/);
});

test('degrees and levels are read, and nothing that is none', () => {
  assert.deepEqual(readDegrees('-26.2041', 90), { ok: true, value: -26_204_100 });
  for (const bad of ['', '90.5', 'south', '1.1234567', '1e1']) {
    assert.equal(readDegrees(bad, 90).ok, false, bad);
  }
  assert.equal(readLevel('0', 1).ok, false);
});

test('how an account and a lamp stand is said in a word each', () => {
  const account = {
    ...{ standing: 'low' as const, closedAt: null, creditMode: 'wallet' as const },
    ...{ meteredBy: 'lamps' as const, meter: null },
  };
  assert.equal(standingLabel(account).text, 'Dimmed: little credit');
  assert.equal(standingLabel({ ...account, creditMode: 'token' }).text, 'Not in wallet mode yet');
  const own = { ...account, creditMode: 'token' as const, meteredBy: 'meter' as const };
  assert.equal(standingLabel(own).text, 'Meter not heard yet');
  assert.equal(standingLabel({ ...account, closedAt: '2026-01-01T00:00:00Z' }).text, 'Closed');
  assert.deepEqual([12, 400, null].map(nightsText), ['1.2 nights', '40 nights or more', '–']);
  const at = '2026-11-24T17:00:00Z';
  const lamp = {
    ...{ lampId: 'l', name: 'P1', group: 'G', fullW: 60, standbyW: 0.5, floorPercent: null },
    asked: { levelPercent: 50, because: 'programme' as const, at },
    ...{ stage: 'asked' as const, levelPercent: 100, powerW: 60, countedWh: '0', nightWh: '0' },
    ...{ readAt: at, fault: null },
    link: { endpoint: 'e', proof: 'secret' as const, heardAt: at, sleeps: true },
  };
  assert.equal(lampLabel(lamp).text, 'Told when it wakes');
  assert.equal(lampLabel({ ...lamp, stage: 'late' }).tone, 'warn');
  assert.equal(lampLabel({ ...lamp, fault: { what: 'dark', since: at } }).tone, 'bad');
  assert.equal(lampLabel({ ...lamp, link: null }).text, 'No controller linked');
  const part = (from: string, to: string, levelPercent: number) => ({
    ...{ from: `2026-11-24T${from}:00Z`, to: `2026-11-24T${to}:00Z`, levelPercent },
    because: 'programme' as const,
  });
  const night = {
    ...{ date: '2026-11-24', from: at, to: at, sunset: null, sunrise: null },
    stretches: [part('10:00', '17:00', 0), part('17:00', '21:00', 100), part('21:00', '22:00', 0)],
  };
  assert.equal(nightWords(night, 'Africa/Johannesburg'), '19:00 100 %, 23:00 off');
});
