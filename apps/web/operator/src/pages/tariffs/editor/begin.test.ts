import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { parseTariff } from '@prewatt/tariff';
import demo from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { emptyTariff, inOrder, nextFirst, nextVersion, ownTariff, withFirstDay } from './begin.ts';
import { type Json, valueAt, withValue } from './json.ts';
import { costOfMonth, examplesOf, rowsOf, tryPurchase, withFilledExamples } from './preview.ts';

const document = demo as Json;
const utility = {
  ...{ name: 'Ridge Power', zone: 'Africa/Nairobi' },
  currency: { code: 'KES', scale: 2 },
};

test('the first of next month, over the end of a year', () => {
  assert.equal(nextFirst('2026-12-02'), '2027-01-01');
  assert.equal(nextFirst('2026-01-31'), '2026-02-01');
});

test('a next version has its number and day, and examples in the same season', () => {
  const next = nextVersion(document, { version: 2, firstDay: '2027-01-01' });
  assert.deepEqual(
    [['version'], ['effectiveFrom'], ['effectiveTo'], ['reason']].map((path) =>
      valueAt(next, path),
    ),
    [2, '2027-01-01', null, undefined],
  );
  assert.equal(valueAt(next, ['examples', 0, 'date']), '2027-11-24');
  assert.deepEqual(inOrder(next), next);
  assert.deepEqual(Object.keys(next as object).slice(0, 3), ['schema', 'id', 'version']);
  const tariff = expectOk(parseTariff(next), 'the next version');
  assert.deepEqual(
    examplesOf(tariff).flatMap(({ misses }) => misses),
    [],
  );
  const leap = { examples: [{ date: '2024-02-29', position: { lastPurchaseDate: '2024-02-01' } }] };
  assert.deepEqual(withFirstDay(leap, '2025-02-01'), {
    effectiveFrom: '2025-02-01',
    examples: [{ date: '2025-02-28', position: { lastPurchaseDate: '2025-02-01' } }],
  });
});

test('a template becomes a tariff of this utility that can be proposed', () => {
  const own = ownTariff(document, { utility, firstDay: '2027-01-01' });
  const tariff = expectOk(parseTariff(own), 'an own tariff');
  assert.deepEqual(
    [tariff.utility, tariff.zone, tariff.currency.code, tariff.version, tariff.invented],
    ['Ridge Power', 'Africa/Nairobi', 'KES', 1, false],
  );
  const empty = emptyTariff({ utility, firstDay: '2027-01-01' });
  const priced = withValue(empty, ['energy', 'schedules', 0, 'blocks', 0, 'rate'], '20');
  assert.ok(parseTariff(withValue(priced, ['country'], 'KE')).ok);
});

const blocks = ['energy', 'schedules', 0, 'blocks'];

test('a purchase stands beside what it was, line by line, and months cost more', () => {
  const before = expectOk(parseTariff(document), 'before');
  const dearer = withValue(document, [...blocks, 1, 'rate'], '2.3625');
  const after = expectOk(parseTariff(dearer), 'after');
  const trial = { amountMinor: 20_000n, date: '2027-01-01', boughtWh: 60_000n, parameters: {} };
  const [was, is] = [tryPurchase(before, trial), tryPurchase(after, trial)];
  assert.ok(was.ok && is.ok && was.value.energyWh > is.value.energyWh);
  const rows = rowsOf(was, is);
  assert.deepEqual(
    rows.map(({ label }) => label),
    ['Energy, second block', 'VAT'],
  );
  const month = { date: '2027-01-01', parameters: {}, energyWh: 250_000n };
  // By hand: 50 x 1.65 + 200 x 2.25 + 25.00, and 15 % of it; then 200 x 2.3625.
  assert.equal(costOfMonth(before, month), 64_113n);
  assert.equal(costOfMonth(after, month), 66_700n);
});

test('examples that no longer hold take what the document gives now', () => {
  const dearer = withValue(document, [...blocks, 1, 'rate'], '2.3625');
  const tariff = expectOk(parseTariff(dearer), 'dearer');
  assert.equal(examplesOf(tariff).filter(({ misses }) => misses.length > 0).length, 3);
  const filled = expectOk(parseTariff(withFilledExamples(dearer, tariff)), 'filled');
  assert.deepEqual(
    examplesOf(filled).flatMap(({ misses }) => misses),
    [],
  );
});
