// What a trial has shown, in words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysOf, halfText, sumRows, wouldBeCutText } from './trial-labels.ts';

const at = { zone: 'Africa/Johannesburg', toMs: Date.parse('2026-11-24T10:00:00Z') };

test('a home says how often it would have been cut, how long, and when', () => {
  const cut = { from: '2026-11-20T16:00:00Z', until: '2026-11-20T20:30:00Z', missedWh: 1_240 };
  const open = { from: '2026-11-24T08:00:00Z', until: null, missedWh: 300 };
  const call = { at: '2026-11-21T06:00:00Z', because: 'silence' };
  assert.deepEqual(halfText({ cuts: [cut, open], calls: [call] }, at), {
    head: '2 cuts, 7 h off; 1 call',
    lines: [
      '20 Nov, 18:00 to 20 Nov, 22:30, 1.2 kWh missed',
      '24 Nov, 10:00 to the end, 0.3 kWh missed',
      'called 21 Nov, 08:00',
    ],
  });
  assert.deepEqual(halfText({ cuts: [], calls: [] }, at), { head: 'Not cut', lines: [] });
});

test('sums are in hours and kWh', () => {
  const sums = {
    homes: 40,
    homesCut: 3,
    cuts: 5,
    offMs: 7_200_000,
    missedWh: 1_250,
    homesCalledNotCut: 1,
    silentCalls: 0,
    protectedMs: 90_000_000,
    owedAtEndWh: 0,
    limitedMs: 0,
  };
  const said = Object.fromEntries(sumRows.map(({ name, say }) => [name, say(sums)]));
  assert.equal(said['Homes that would have been cut'], '3 of 40');
  assert.equal(said['Without supply'], '2 h');
  assert.equal(said['Energy missed'], '1.2 kWh');
  assert.equal(said['Kept on by a rule'], '25 h');
  assert.equal(daysOf({ from: '2026-09-25T08:00:00Z', to: '2026-11-24T08:00:00Z' }), 60);
});

test('the list says what would have come, with what is taken for granted', () => {
  const proposed = { homesCut: 0, homes: 41 } as Parameters<typeof wouldBeCutText>[0]['proposed'];
  assert.deepEqual(
    [true, false].map((takesEmergency) => wouldBeCutText({ proposed, takesEmergency })),
    ['0 of 41, if all take emergency credit', '0 of 41, if nobody takes emergency credit'],
  );
});
