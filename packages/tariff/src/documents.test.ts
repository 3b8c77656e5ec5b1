import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentFiles, optionsOf, readDocument, tokenSteps } from '../test/documents.ts';
import { parseTariff, quotePurchase, runExamples, type Tariff } from './index.ts';

const tariffs: Tariff[] = documentFiles.map((file) => {
  const parsed = parseTariff(readDocument(file));
  assert.ok(parsed.ok, `${file}: ${parsed.ok ? '' : JSON.stringify(parsed.error)}`);
  return parsed.value;
});

test('every committed document is one that the schema accepts, under its own id', () => {
  assert.equal(tariffs.length, documentFiles.length);
  assert.ok(tariffs.length >= 44);
  const ids = tariffs.map((tariff) => `${tariff.id}.json`);
  assert.deepEqual(ids.filter((id) => id !== 'demo-domestic.json').sort(), [
    ...documentFiles.filter((file) => file !== 'demo.json'),
  ]);
  for (const tariff of tariffs) assert.ok(tariff.licence !== undefined, tariff.id);
});

test('every worked example of the documents holds', () => {
  let held = 0;
  for (const tariff of tariffs) {
    for (const result of runExamples(tariff)) {
      if (!result.gate) continue;
      assert.deepEqual(result.misses, [], `${tariff.id}: ${result.id}`);
      held += 1;
    }
    assert.ok(tariff.examples.length > 0, `${tariff.id} has no example`);
  }
  const published = tariffs
    .flatMap((tariff) => tariff.examples)
    .filter((example) => example.quality?.startsWith('independent') === false);
  assert.equal(published.length, 48);
  assert.ok(held >= 290, `${held} examples`);
});

test('a purchase under every document adds up and yields energy', () => {
  for (const tariff of tariffs) {
    const parameters = Object.fromEntries(
      Object.entries(tariff.parameters)
        .filter(([, p]) => p.value === null)
        .map(([name]) => [name, '1.5']),
    );
    const date = tariff.effectiveTo ?? '2026-11-24';
    const options = optionsOf({ at: { date }, parameters, floorToEncodableWh: tokenSteps });
    const amountMinor = 5000n * 10n ** BigInt(tariff.currency.scale);
    const quote = quotePurchase(tariff, { ...options, amountMinor });
    assert.ok(quote.ok, `${tariff.id}: ${quote.ok ? '' : quote.error.code}`);
    const { lines, remainderMinor, energyWh } = quote.value;
    const taken = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
    assert.equal(taken + remainderMinor, amountMinor, tariff.id);
    assert.ok(energyWh > 0n, tariff.id);
  }
});
