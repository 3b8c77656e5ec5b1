import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import demo from '../documents/demo.json' with { type: 'json' };
import { parseTariff } from './parse-tariff.ts';
import { smallSharesIn, unreachableIn } from './unreachable.ts';

const blocks = [{ uptoKwh: null, rate: '2' }];
const of = (schedules: object[], more: object = {}) => {
  const energy = { label: 'Energy', schedules, ...more };
  const document = { ...demo, energy, charges: [], levies: [], examples: [] };
  const tariff = expectOk(parseTariff(document as object), 'document');
  return unreachableIn(tariff).map(({ path, message }) => `${path}: ${message}`);
};

test('a schedule behind one that always holds is never used', () => {
  const found = of([
    { code: 'all', blocks },
    { code: 'small', when: { monthTotal: { uptoKwh: '50' } }, blocks },
  ]);
  assert.equal(found.length, 1);
  assert.match(found[0] ?? '', /^energy\.schedules\[1\]: never used: "all" before it/);
});

test('the narrower one first is in order, the same ranges the other way round are not', () => {
  const upto = (kwh: string) => ({
    code: `upto${kwh}`,
    when: { monthTotal: { uptoKwh: kwh } },
    blocks: [{ uptoKwh: null, rate: '2' }],
  });
  assert.deepEqual(of([upto('50'), upto('200'), { code: 'rest', blocks }]), []);
  assert.equal(of([upto('200'), upto('50'), { code: 'rest', blocks }]).length, 1);
});

test('months and purchases that the one before names are covered, others are not', () => {
  const season = (code: string, months: number[], more: object = {}) => ({
    code,
    when: { calendarMonths: months, ...more },
    blocks,
  });
  const rest = { code: 'rest', blocks };
  assert.deepEqual(of([season('summer', [1, 2, 3]), season('winter', [6, 7]), rest]), []);
  assert.equal(of([season('summer', [1, 2, 3]), season('january', [1]), rest]).length, 1);
  const first = { purchaseOfMonth: 'first' };
  assert.deepEqual(of([season('a', [1], first), season('b', [1]), rest]), []);
  assert.equal(of([season('a', [1]), season('b', [1], first), rest]).length, 1);
});

test('blocks beyond the month total are named', () => {
  const lifeline = {
    code: 'lifeline',
    when: { monthTotal: { uptoKwh: '50' } },
    blocks: [
      { uptoKwh: '50', rate: '1' },
      { uptoKwh: null, rate: '2' },
    ],
  };
  const [beyond] = of([lifeline, { code: 'rest', blocks }]);
  assert.match(beyond ?? '', /schedules\[0\]\.blocks\[1\]: never used/);
  const carried = of([lifeline, { code: 'rest', blocks }], { repricing: 'purchase' });
  assert.deepEqual(carried, [], 'a purchase may run on in the schedule in which it began');
});

test('a share below one per cent is asked about, whatever it is called', () => {
  const levies = ['0.15', '1', '-0.5', '0', '18/118'].map((percent, i) => ({
    ...{ code: `l${i}`, label: 'Levy', kind: i === 2 ? 'rebate' : 'tax', percent, of: ['energy'] },
  }));
  const document = { ...demo, levies, examples: [] };
  const found = smallSharesIn(expectOk(parseTariff(document as object), 'document'));
  assert.deepEqual(
    found.map(({ path }) => path),
    ['levies[0].percent', 'levies[2].percent', 'levies[4].percent'],
  );
  assert.equal(found[0]?.message, '"0.15" is 0.15 per cent; if 15 per cent is meant, write "15"');
});
