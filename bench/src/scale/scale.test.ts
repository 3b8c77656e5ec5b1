// docs/scale.md says what the calculation says, and the calculation what one can do by hand.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Figures, figureNames, reckon } from './reckon.ts';
import { measured, tablesOf } from './tables.ts';

const page = readFileSync(new URL('../../../docs/scale.md', import.meta.url), 'utf8');
/** However wide the columns are drawn. */
const cells = (table: string): string => table.replaceAll(/-+/g, '-').replaceAll(/ +/g, ' ').trim();

test('the tables of the page are those that the command prints', () => {
  for (const [name, table] of Object.entries(tablesOf(measured))) {
    const found = new RegExp(`<!-- ${name} -->\\n([^]*?)<!-- end -->`).exec(page)?.[1];
    assert.equal(cells(found ?? 'no such table'), cells(table), `npm run bench -- scale: ${name}`);
  }
});

const ones = Object.fromEntries(figureNames.map((name) => [name, 1_000])) as Figures;

test('sales, readings and disks by hand', () => {
  const plan = reckon({ ...ones, readingBytes: 200 }, 1_000_000);
  // 4 sales x 1.25 % in 3,600 s; 96 readings in 86,400 s, three times as many at the peak.
  assert.ok(Math.abs(plan.salesASecond - 13.889) < 0.001);
  assert.ok(Math.abs(plan.readingsASecond - 3_333.333) < 0.001);
  // A millisecond each, at half use.
  assert.ok(Math.abs(plan.serverCores - (13.889 + 3_333.333) * 0.002) < 0.001);
  assert.equal(plan.readingsTB, (1e6 * 96 * 365 * 3 * 200) / 1e12);
  assert.equal(plan.limit, 'disk');
});

test('what is needed most says how many databases there are', () => {
  const small = { ...ones, readingBytes: 1, dayBytes: 1, saleBytes: 1, homeBytes: 1 };
  assert.equal(reckon({ ...small, readingDatabaseUs: 1 }, 50_000_000).limit, 'memory');
  const plan = reckon({ ...small, readingDatabaseUs: 10_000 }, 10_000_000);
  assert.equal(plan.limit, 'processors');
  assert.equal(plan.groups, Math.ceil(plan.databaseCores / 32));
});
