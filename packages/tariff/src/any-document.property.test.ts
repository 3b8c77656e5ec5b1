// Documents of others, one place changed: whatever still parses can be quoted, described, proven
// and rated without a throw, and its money adds up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { documentFiles, optionsOf, readDocument } from '../test/documents.ts';
import { places, replaced } from '../test/replaced.ts';
import {
  describeTariff,
  explainChange,
  parseTariff,
  type Quote,
  quoteEnergy,
  quoteFreeAllowance,
  quotePurchase,
  rateUsage,
  runExamples,
  startPosition,
  type Tariff,
  unreachableIn,
} from './index.ts';

const documents = documentFiles.map(readDocument);
const spots = documents.map((document) =>
  places(document).filter((path) => path[0] !== 'examples' && path[0] !== 'sources'),
);

const anyValue = fc.oneof(
  fc.constantFrom(
    ...['0', '-1', '0.000000000001', '999999999999', '1/3', '100', '-100', 'month', 'payment'],
  ),
  fc.constantFrom<unknown>(null, true, false, 0, 1, 12, [], {}),
  fc.constantFrom<unknown>(
    ...[{ parameter: 'class' }, { add: ['1', '2'] }, { multiply: ['0.5', '0'] }, ['energy']],
    ...[{ monthTotal: { uptoKwh: '50' } }, { payment: { from: '10' } }, { months: 2 }],
  ),
  fc.integer({ min: -500, max: 500 }).map((n) => (n / 10).toFixed(1)),
);

/** The first of the choices for each parameter without a value, or 1. */
function parametersFor(tariff: Tariff): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tariff.parameters).map(([name, p]) => [name, p.choices?.[0] ?? '1']),
  );
}

function checkMoney(quote: Quote): void {
  const taken = quote.lines.reduce((sum, line) => sum + line.amountMinor, 0n);
  assert.equal(taken + quote.remainderMinor, quote.paidMinor);
  assert.ok(quote.energyWh >= 0n);
  for (const line of quote.lines) assert.ok(line.explanation.length > 5);
}

function tryAll(tariff: Tariff, amountMinor: bigint): void {
  const at = { date: tariff.effectiveFrom, time: '12:00' };
  const parameters = parametersFor(tariff);
  describeTariff(tariff);
  unreachableIn(tariff);
  runExamples(tariff);
  for (const protection of ['none', optionsOf().protection] as const) {
    const options = optionsOf({ at, parameters, protection });
    const quote = quotePurchase(tariff, { ...options, amountMinor });
    if (quote.ok) {
      checkMoney(quote.value);
      assert.ok(quote.value.remainderMinor >= 0n);
      const { positionAfter: position } = quote.value;
      const next = quotePurchase(tariff, { ...options, position, amountMinor });
      if (next.ok) {
        checkMoney(next.value);
        assert.ok(explainChange(quote.value, next.value).length > 0);
      }
    }
    const cost = quoteEnergy(tariff, { ...options, energyWh: amountMinor + 1000n });
    if (cost.ok) checkMoney(cost.value);
  }
  quoteFreeAllowance(tariff, { at, position: startPosition(), parameters });
  const intervals = [{ at, energyWh: 1500n }];
  rateUsage(tariff, { intervals, position: startPosition(), parameters });
}

test('what parses can be quoted, described, proven and rated', () => {
  let parsedOnes = 0;
  fc.assert(
    fc.property(
      fc.nat(documents.length - 1),
      fc.nat(),
      anyValue,
      fc.bigInt(1n, 3_000_000n),
      (which, at, by, amountMinor) => {
        const path = spots[which]?.[at % (spots[which]?.length ?? 1)] ?? [];
        const parsed = parseTariff(replaced(documents[which], path, by));
        if (!parsed.ok) return;
        parsedOnes += 1;
        tryAll(parsed.value, amountMinor);
      },
    ),
    { numRuns: 2500, seed: 20_261_128 },
  );
  assert.ok(parsedOnes > 200, `${parsedOnes} parsed`);
});
