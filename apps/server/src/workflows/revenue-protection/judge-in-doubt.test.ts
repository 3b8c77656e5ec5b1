import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AreaReadings,
  shippedModel,
  simulateAreas,
  simulateLoads,
} from '@prewatt/revenue-protection';
import { judgeInDoubt } from './judge-in-doubt.ts';
import { type JudgedLine, judgeArea } from './rank.ts';

const [perDay, model] = [48, shippedModel()];

function townOf(seed: number, thiefShare: number) {
  const loads = simulateLoads({ count: 36, days: 60, perDay, seed, dailyWh: 9_000 });
  const { areas, labels } = simulateAreas(loads, {
    ...{ name: 'town', seed, perDay, homesPerArea: 12, thiefShare, honestChangeShare: 0.3 },
    hookShare: 0,
  });
  const [one, two] = areas;
  assert.ok(one !== undefined && two !== undefined);
  const thieves = labels.filter((each) => each.areaId === one.areaId && each.isTheft);
  return { one, two, thieves: thieves.map(({ homeId }) => homeId) };
}
const askedOf = (area: AreaReadings) => ({
  ...{ area, model, pricePerKwhMinor: 100n, known: new Map(), code: 'T-1' },
  ranked: new Map(area.homes.map(({ homeId }) => [homeId, { daysHere: null }])),
});
const visits = (lines: readonly JudgedLine[]) =>
  lines
    .filter(({ standing }) => standing === 'visit')
    .toSorted((a, b) => b.probabilityPermille - a.probabilityPermille);

/** What the home uses comes in at the area, whose list does not have it. */
function withUnlisted(one: AreaReadings, home: AreaReadings['homes'][number]): AreaReadings {
  const add = (wh: number, t: number) => wh + Math.max(0, home.energyWh[t] ?? 0);
  return { ...one, feederWh: Int32Array.from([...(one.feederWh ?? [])].map(add)) };
}

test('a home that is missing from a list accuses none of its honest neighbours', () => {
  const { one, two } = townOf(5, 0);
  const missing = two.homes.find(({ homeId }) => homeId === 'home-5-22');
  assert.ok(missing !== undefined);
  const asked = askedOf(withUnlisted(one, missing));
  const [accused] = visits(judgeArea(asked).lines);
  assert.ok((accused?.probabilityPermille ?? 0) > 900, 'without the doubt somebody is accused');
  const judged = judgeInDoubt(asked, { leaving: new Map(), arriving: [missing] });
  assert.deepEqual(visits(judged.lines), []);
});

test('a thief who stands out either way stays first, and the line says what is in doubt', () => {
  const { one, two, thieves } = townOf(4, 0.15);
  const [other] = two.homes;
  assert.ok(other !== undefined);
  const judged = judgeInDoubt(askedOf(one), { leaving: new Map(), arriving: [other] });
  const [first] = visits(judged.lines);
  assert.ok(thieves.includes(first?.connectionId ?? ''), `${first?.connectionId} of ${thieves}`);
  assert.match(first?.doubt ?? '', /^It is in doubt where 1 home near it is on the network/);
});

test('a home that may be elsewhere, and a list with many in doubt, is told by its readings alone', () => {
  const { one, thieves } = townOf(4, 0.15);
  const asked = askedOf(one);
  const alone = judgeArea({ ...asked, area: { ...one, feederWh: null } }).lines;
  const chanceOf = (lines: readonly JudgedLine[], id: string) =>
    lines.find(({ connectionId }) => connectionId === id)?.probabilityPermille;
  const [thief = ''] = thieves;
  const self = judgeInDoubt(asked, { leaving: new Map([[thief, 'T-2']]), arriving: [] });
  assert.notEqual(chanceOf(judgeArea(asked).lines, thief), chanceOf(alone, thief));
  assert.equal(chanceOf(self.lines, thief), chanceOf(alone, thief));
  const leaving = new Map(one.homes.slice(0, 4).map(({ homeId }) => [homeId, null]));
  const many = judgeInDoubt(asked, { leaving, arriving: [] });
  for (const { connectionId, probabilityPermille } of many.lines) {
    assert.equal(probabilityPermille, chanceOf(alone, connectionId));
  }
  assert.equal(many.balance.state, judgeArea(asked).balance.state);
});
