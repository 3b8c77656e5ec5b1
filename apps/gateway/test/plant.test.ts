// Shedding by the battery, and losses of a site: decisions over time, without any device.

import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { createHistory, historyStepMs } from '../src/history.ts';
import { lossOfDay, mainId, midnightsOf, nodeReadingsCsv } from '../src/loss.ts';
import { decideShedding, nothingShed, type SheddingState, supplyOf } from '../src/shedding.ts';
import { temporaryFolder } from './fixtures.ts';

const folder = temporaryFolder();
after(folder.remove);
const setting = { cutAtPermille: 300, restoreAtPermille: 500, noticeMinutes: 30, stepMinutes: 10 };
const minute = 60_000;
const startMs = Date.UTC(2026, 11, 1);

/** The states minute by minute, with a battery as a function of the minute. */
function run(minutes: number, battery: (minute: number) => number | null): SheddingState[] {
  let state = nothingShed;
  return Array.from({ length: minutes }, (_, at) => {
    const input = { nowMs: startMs + at * minute, batteryPermille: battery(at), groups: 2 };
    state = decideShedding(state, input, setting);
    return state;
  });
}

test('a low battery cuts group by group, each after its notice; a full one gives back in turn', () => {
  const states = run(200, (at) => (at < 100 ? 250 : 600));
  const cut = (at: number) => states[at]?.groupsCut;
  assert.deepEqual([29, 30, 60, 61, 99].map(cut), [0, 1, 1, 2, 2]);
  assert.deepEqual([100, 110, 120].map(cut), [1, 0, 0]);
});

test('between the two limits nothing moves, and a battery that is not known moves nothing', () => {
  const middle = run(120, (at) => (at < 40 ? 250 : 400));
  assert.equal(middle.at(-1)?.groupsCut, 1);
  assert.equal(middle.at(-1)?.noticeSinceMs, null);
  assert.deepEqual(run(120, () => null).at(-1), nothingShed);
});

test('the clinic is last; a home without an order is never cut', () => {
  const orders = [1, 9];
  const notice = { groupsCut: 1, noticeSinceMs: startMs, steppedAtMs: startMs };
  const of = (order: number | undefined) => supplyOf(notice, { order, orders }, setting);
  assert.deepEqual(
    [of(1), of(9), of(undefined)],
    [...['cutByBattery', { cutAtMs: startMs + 30 * minute }, 'on']],
  );
});

test('the loss of a day is what went in less homes and shared; a missing reading tells nothing', () => {
  const zone = 'Asia/Kathmandu';
  const [fromMs, toMs] = midnightsOf('2026-12-01', zone);
  const at = (id: string, from: number, to: number) => [
    { id, atMs: fromMs, importWh: from },
    { id, atMs: toMs, importWh: to },
  ];
  const records = [
    ...at(mainId, 0, 10_000),
    ...at('a', 5, 4005),
    ...at('b', 0, 4500),
    ...at('s', 0, 500),
  ];
  const meters = { homes: ['a', 'b'], shared: ['s'] };
  assert.deepEqual(lossOfDay(records, { day: '2026-12-01', zone }, meters), {
    ...{ day: '2026-12-01', inWh: 10_000, homesWh: 8500, sharedWh: 500, lossWh: 1000 },
  });
  const missing = lossOfDay(records.slice(0, -1), { day: '2026-12-01', zone }, meters);
  assert.deepEqual([missing.inWh, missing.sharedWh, missing.lossWh], [10_000, null, null]);
});

test('half-hours are remembered, a torn line is left out, and a gap tells nothing', () => {
  const history = createHistory(folder.path);
  const half = startMs + historyStepMs;
  for (const [seconds, wh] of [
    ...[
      [-30, 100],
      [30, 200],
      [1770, 900],
      [1830, 1000],
      [3570, 1500],
      [3630, 1600],
    ],
  ] as const) {
    history.take(mainId, { atMs: startMs + seconds * 1000, quantities: { importWh: wh } });
  }
  const all = () => history.between(startMs - 1, startMs + 3 * historyStepMs);
  // Between a reading and the next one there are 29 minutes, but each half-hour has one close by.
  assert.deepEqual(all(), [
    { id: mainId, atMs: startMs, importWh: 150 },
    { id: mainId, atMs: half, importWh: 950 },
    { id: mainId, atMs: half + historyStepMs, importWh: 1550 },
  ]);
  appendFileSync(`${folder.path}/2026-12-01.jsonl`, '\n{"id":"main","atMs":17');
  const again = createHistory(folder.path);
  again.take(mainId, { atMs: half + 1750_000, quantities: { importWh: 1540 } });
  again.take(mainId, { atMs: half + 1850_000, quantities: { importWh: 1660 } });
  assert.equal(again.between(startMs, startMs + 3 * historyStepMs).length, 4);
  assert.equal(
    nodeReadingsCsv(all(), 'T-12'),
    'node,starts_at,energy_wh\nT-12,2026-12-01T00:00:00.000Z,800\nT-12,2026-12-01T00:30:00.000Z,600\n',
  );
});
