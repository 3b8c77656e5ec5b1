import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import { documentFiles, optionsOf, readDocument, tariffOf, tokenSteps } from '../test/documents.ts';
import {
  parseTariff,
  type Quote,
  quotePurchase,
  startPosition,
  type Tariff,
  type TariffPosition,
  undoPurchase,
} from './index.ts';

/** The position without what a quote did to it. */
function undone(position: TariffPosition, quote: Quote): TariffPosition {
  const freeEnergyWh = quote.lines
    .filter((line) => line.code === 'free')
    .reduce((sum, line) => sum + (line.energyWh ?? 0n), 0n);
  const energyWh = quote.energyWh - freeEnergyWh;
  return undoPurchase(position, { date: quote.date, energyWh, freeEnergyWh, lines: quote.lines });
}

const inShort = (quote: Quote) => ({
  energyWh: quote.energyWh,
  lines: quote.lines.map(({ kind, code, amountMinor }) => [kind, code, amountMinor]),
  remainderMinor: quote.remainderMinor,
});

const debts = [
  {
    id: 'd',
    label: 'Old',
    outstandingMinor: 90_000n,
    rule: { kind: 'instalment' as const, amountMinor: 2_500n, per: 'month' as const },
    ageDays: 40,
  },
];

const buy = (tariff: Tariff, position: TariffPosition, amountMinor: bigint) =>
  quotePurchase(tariff, {
    ...optionsOf({ position, debts, floorToEncodableWh: tokenSteps }),
    amountMinor,
  });

const tariffs = documentFiles.map((file) => [
  file,
  expectOk(parseTariff(readDocument(file)), file),
]);

test('an undone purchase can be made again with the same outcome, under every document', () => {
  const amount = fc.bigInt({ min: 500n, max: 500_000n });
  let made = 0;
  for (const [file, tariff] of tariffs as [string, Tariff][]) {
    fc.assert(
      fc.property(amount, amount, (before, amountMinor) => {
        const first = buy(tariff, startPosition(), before);
        const start = first.ok ? first.value.positionAfter : startPosition();
        const once = buy(tariff, start, amountMinor);
        if (!once.ok) return;
        const again = buy(tariff, undone(once.value.positionAfter, once.value), amountMinor);
        assert.ok(again.ok, file);
        assert.deepEqual(inShort(again.value), inShort(once.value), file);
        made += 1;
      }),
      { numRuns: 15 },
    );
  }
  assert.ok(made > 200, `${made}`);
});

test('a purchase of an earlier month leaves this month’s counters alone', () => {
  const tariff = tariffOf();
  const then = expectOk(
    quotePurchase(tariff, { ...optionsOf({ at: { date: '2026-10-03' } }), amountMinor: 10_000n }),
    'quote',
  );
  const now = expectOk(
    quotePurchase(tariff, { ...optionsOf({ position: then.positionAfter }), amountMinor: 4_000n }),
    'quote',
  );
  const after = undone(now.positionAfter, then);
  assert.equal(after.energyWhThisMonth, now.positionAfter.energyWhThisMonth);
  assert.equal(after.purchasesThisMonth, 1);
  assert.deepEqual(after.history, [{ month: '2026-10', energyWh: 0n }]);
});

test('counters never go below zero', () => {
  const lines = [{ kind: 'energy' as const, amountMinor: 900n }];
  const after = undoPurchase(
    { ...startPosition(), month: '2026-11' },
    { date: '2026-11-24', energyWh: 5_000n, freeEnergyWh: 100n, lines },
  );
  assert.deepEqual(after, { ...startPosition(), month: '2026-11' });
});
