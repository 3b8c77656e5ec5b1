import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { documentFiles, readDocument, tariffOf } from '../test/documents.ts';
import { runExamples } from './examples.ts';
import { parseTariff } from './parse-tariff.ts';
import { refilledExample } from './refill-example.ts';

type Written = {
  energy: { schedules: { blocks: { rate?: unknown; rates?: Record<string, unknown> }[] }[] };
  examples?: Record<string, unknown>[];
};

const dearer = (rate: unknown): unknown =>
  typeof rate === 'string' && !rate.includes('/') ? (Number(rate) * 1.07).toFixed(4) : rate;

/** The document with each written rate 7 per cent dearer. */
function raised(file: string): Written {
  const document = readDocument(file) as Written;
  for (const block of document.energy.schedules.flatMap((schedule) => schedule.blocks)) {
    if (block.rate !== undefined) block.rate = dearer(block.rate);
    for (const [period, rate] of Object.entries(block.rates ?? {})) {
      block.rates = { ...block.rates, [period]: dearer(rate) };
    }
  }
  return document;
}

test('examples of every document hold again once they are filled anew', () => {
  let missed = 0;
  for (const file of documentFiles) {
    const document = raised(file);
    const tariff = expectOk(parseTariff(document), file);
    missed += runExamples(tariff).filter(({ misses }) => misses.length > 0).length;
    document.examples = (document.examples ?? []).map((example, index) => ({
      ...example,
      expect: refilledExample(tariff, index),
    }));
    for (const { id, misses } of runExamples(expectOk(parseTariff(document), file))) {
      assert.deepEqual(misses, [], `${file}, ${id}`);
    }
  }
  assert.ok(missed > 40, `only ${missed} examples missed the dearer rates`);
});

test('an example expects a refusal when it comes to one, and figures when it no longer does', () => {
  const tariff = tariffOf({
    examples: [
      { id: 'too early', paid: '10', date: '2019-01-01', expect: { kwh: '5' } },
      { id: 'sold after all', paid: '10', expect: { refusal: 'no-price' } },
      { id: 'a bill', wantedKwh: '3', expect: { cost: '1', parts: { energy: '1' } } },
    ],
  });
  assert.deepEqual(refilledExample(tariff, 0), { refusal: 'not-in-force' });
  assert.deepEqual(refilledExample(tariff, 1), { kwh: '5' });
  assert.deepEqual(refilledExample(tariff, 2), { cost: '6.00', parts: { energy: '6.00' } });
  assert.equal(refilledExample(tariff, 3), null);
});
