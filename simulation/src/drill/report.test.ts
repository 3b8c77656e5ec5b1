import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, reportOf } from './report.ts';

const chapter = {
  ...{ title: 'A & B', lead: 'Tried.', sold: 3, paid: 1, checks: 9, isWithin: false },
  rows: [
    { what: 'Gap', value: 2_500, unit: 'ms', goal: 2_000 },
    { what: 'Lost', value: 0, unit: '', goal: 0 },
    { what: 'Tries', value: 12, unit: '', goal: null },
  ],
};

test('a report stands alone, shows each figure beside its goal, and what broke off', () => {
  const broken = { title: 'Restore', why: 'pgBackRest <is not here>' };
  const html = reportOf([chapter, broken], { at: new Date(0), facts: [['Node', 'v26']] });
  assert.match(html, /A &amp; B/);
  assert.match(html, /class="n bad">2,500 ms</);
  assert.match(html, /&lt;is not here&gt;/);
  assert.match(html, /Beyond a goal/);
  assert.doesNotMatch(html, /src=|href=|@import|url\(/, 'nothing is fetched');
  assert.deepEqual(linesOf(chapter), [
    'A & B: beyond a goal',
    '  Gap: 2,500 ms (goal: at most 2,000)',
    '  Lost: 0 (goal: at most 0)',
    '  Tries: 12',
  ]);
});
