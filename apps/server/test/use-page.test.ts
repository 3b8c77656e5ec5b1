// A home's use on its page: by hour, day, week, month and year with what it cost, on a real
// database.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { UseSpanName } from '@prewatt/api';
import { energyWh } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { useView } from '../src/edge/consumer/use.ts';
import { loadConnection } from '../src/registry/connections/index.ts';
import { stateAt } from './broker-kinds.ts';
import { createHarness, type Harness } from './harness.ts';

let h: Harness;
const halfHour = 1_800_000;
/** Midnight in Johannesburg between Sunday 22 and Monday 23 November. */
const monday = Date.UTC(2026, 10, 22, 22);
/** Five days and a half later. */
const nowMs = monday + (5 * 48 + 25) * halfHour;

before(async () => {
  h = await createHarness();
  await h.services.upkeep();
  h.clock.nowMs = nowMs;
});
after(() => h.close());

type Home = Awaited<ReturnType<Harness['addConnection']>>;
let sequence = 0;
async function report(home: Home, wattHours: (i: number) => number, days = 0): Promise<void> {
  let register = 50_000;
  for (let from = -days * 48; from <= 5 * 48 + 24; from += 48) {
    const entries = [];
    for (let i = from; i < Math.min(from + 48, 5 * 48 + 25); i += 1) {
      entries.push({ endsAtMs: monday + i * halfHour, importEnergyWh: energyWh(register) });
      register += wattHours(i);
    }
    sequence += 1;
    await h.fromMeter(home.meterPan, { kind: 'profile', sequence, entries });
  }
}

const viewOf = (
  home: Home,
  by: UseSpanName,
  at: string | null = null,
  until: string | null = null,
) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const connection = await loadConnection(tx, home);
    const utility = await h.services.utilities.get(h.utilityId);
    assert.ok(connection !== null);
    const { tariffs } = h.services;
    return useView(tx, { connection, utility, nowMs: h.clock.nowMs, tariffs, by, at, until });
  });

test('use has its cost by the blocks of the month, and the days to come are empty', async () => {
  const home = await h.addConnection();
  await report(home, () => 250);
  await h.services.upkeep();
  const week = await viewOf(home, 'week');
  assert.deepEqual([week.from, week.to, week.next], ['2026-11-23', '2026-11-29', null]);
  const known = week.parts.flatMap(({ energyWh: wh, costMinor }) =>
    wh === null ? [] : [[wh, costMinor]],
  );
  // 12 kWh at 1.65 and 15 % VAT; on the fifth day 2 kWh of the first block are left, the rest is
  // 2.25; half a day so far at 2.25.
  assert.deepEqual(known, [
    ...Array.from({ length: 4 }, () => ['12000', '2277']),
    ['12000', '2967'],
    ['6000', '1553'],
  ]);
  assert.deepEqual([week.energyWh, week.costMinor], ['66000', '13628']);
  const month = await viewOf(home, 'month');
  assert.equal(month.parts.length, 30);
  assert.deepEqual([month.energyWh, month.costMinor], ['66000', '13628']);
  const year = await viewOf(home, 'year');
  assert.deepEqual(
    year.parts.filter((part) => part.energyWh !== null),
    [{ key: '2026-11', energyWh: '66000', costMinor: '13628' }],
  );
  // 365 kWh at the price that it says: 201 minor units and a quarter.
  const priced = { monthMinor: '73456', kwhMinor: '201' };
  assert.deepEqual(month.baseLoad, { powerW: '500', monthWh: '365000', ...priced });
});

test('a week that goes on is compared with the one before up to the same time', async () => {
  const home = await h.addConnection();
  await report(home, (i) => (i < 0 ? 400 : 250), 7);
  const week = await viewOf(home, 'week');
  // Five days and a half of each.
  assert.deepEqual(week.before, { energyWh: String(264 * 400), sameWh: String(264 * 250) });
  const month = await viewOf(home, 'month');
  assert.equal(month.before, null, 'nothing was heard in the month before');
});

test('a day is shown by its hours, with the block that the month has reached', async () => {
  const home = await h.addConnection();
  await report(home, (i) => (i % 48 < 24 ? 100 : 400));
  const day = await viewOf(home, 'day', '2026-11-27');
  assert.equal(day.parts.length, 24);
  assert.deepEqual(day.parts[0], { key: '2026-11-27T00', energyWh: '200', costMinor: '38' });
  // The 50th kilowatt-hour is the second of this day: from then on 2.25.
  assert.deepEqual(day.parts.at(-1), { key: '2026-11-27T23', energyWh: '800', costMinor: '207' });
  assert.deepEqual([day.previous, day.next], ['2026-11-26', '2026-11-28']);
  assert.deepEqual(day.before, { energyWh: '12000', sameWh: '12000' });
  const today = await viewOf(home, 'day');
  assert.equal(today.parts.filter(({ energyWh: wh }) => wh !== null).length, 13);
  assert.deepEqual(today.before, { energyWh: '2400', sameWh: '2400' });
  const later = await viewOf(home, 'day', '2027-05-05');
  assert.equal(later.from, '2026-11-28', 'a day to come is today');
});

test('where the price changes within a day, its parts are priced apart', async () => {
  const tariffId = await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.createTariff(tx, h.utilityId, {
      name: 'By time',
      document: {
        ...demoTariff,
        id: 'by-time',
        periods: [
          { code: 'night', label: 'Night', from: '00:00', to: '12:00' },
          { code: 'day', label: 'Day' },
        ],
        energy: {
          label: 'Energy',
          schedules: [
            { code: 'all', blocks: [{ uptoKwh: null, rates: { night: '1.0000', day: '3.0000' } }] },
          ],
        },
        examples: [],
      },
    }),
  );
  const home = await h.addConnection({ tariffId });
  await report(home, () => 250);
  const week = await viewOf(home, 'week');
  // 6 kWh at 1.00 and 6 kWh at 3.00, with VAT.
  assert.deepEqual(week.parts[0], { key: '2026-11-23', energyWh: '12000', costMinor: '2760' });
  assert.deepEqual(week.parts[5], { key: '2026-11-28', energyWh: '6000', costMinor: '690' });
  const year = await viewOf(home, 'year');
  assert.deepEqual([year.energyWh, year.costMinor], ['66000', null]);
});

test('credit is spread up to a day that is asked for', async () => {
  const home = await h.addConnection();
  await report(home, () => 250);
  await h.fromMeter(home.meterPan, {
    kind: 'state',
    state: { ...stateAt(h.clock.nowMs), availableEnergyWh: energyWh(30_000) },
  });
  const asked = await viewOf(home, 'week', null, '2026-12-01');
  assert.deepEqual(asked.lasting, {
    ...{ until: '2026-12-01', days: 3, leftWh: '30000', averageWh: '12000' },
  });
  assert.deepEqual(asked.saving, null, 'a fifth of a day more is not worth telling');
  for (const until of [null, '2026-11-28', '2020-01-01', '2028-01-01']) {
    const { lasting } = await viewOf(home, 'week', null, until);
    assert.deepEqual([lasting?.until, lasting?.days], ['2026-11-28', null], String(until));
  }
});

test('a home without readings has empty parts and no advice', async () => {
  const home = await h.addConnection();
  for (const by of ['day', 'week', 'month', 'year'] as const) {
    const view = await viewOf(home, by);
    assert.equal(view.energyWh, '0', by);
    const { before, baseLoad, saving, lasting } = view;
    assert.deepEqual([before, baseLoad, saving, lasting], [null, null, null, null], by);
  }
  assert.equal((await viewOf(home, 'day', '2000-01-01')).parts.length, 24);
});
