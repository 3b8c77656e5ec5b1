import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { optionsOf, tariffOf, tokenSteps } from '../test/documents.ts';
import {
  type Debt,
  type DebtRule,
  parseDebtRule,
  quoteEnergy,
  quotePurchase,
  startPosition,
} from './index.ts';

const tariff = tariffOf();
const open = { debtShareCapBasisPoints: 10_000, floorEnergyWh: 0n };

const published: { rules: { id: string; rule: unknown }[] } = JSON.parse(
  readFileSync(new URL('../test/arrears-rules.json', import.meta.url), 'utf8'),
);

function ruleOf(id: string): DebtRule {
  const json = published.rules.find((rule) => rule.id === id)?.rule;
  return expectOk(parseDebtRule(json, 2), id);
}

function debtOf(rule: DebtRule, o: Partial<Debt> = {}): Debt {
  return { id: 'old', label: 'Old account', outstandingMinor: 1_000_000n, rule, ...o };
}

function taken(debts: Debt[], amountMinor: bigint, protection = open): bigint[] {
  const quote = expectOk(
    quotePurchase(tariff, { ...optionsOf({ debts, protection }), amountMinor }),
    'purchase',
  );
  return debts.map((debt) =>
    quote.lines.filter((l) => l.debtId === debt.id).reduce((sum, l) => sum + l.amountMinor, 0n),
  );
}

test('the ladder takes the share of the age that the debt has reached', () => {
  const rule = ruleOf('za-emalahleni-ladder');
  const shares = [0, 29, 30, 60, 61, 91, 121, 151, 400].map(
    (ageDays) => taken([debtOf(rule, { ageDays })], 10_000n)[0],
  );
  assert.deepEqual(shares, [0n, 0n, 2000n, 2000n, 4000n, 5000n, 6000n, 7000n, 7000n]);
});

test('arrears first take the whole debt, up to a share of the purchase', () => {
  const rule = ruleOf('za-langeberg-90');
  assert.deepEqual(taken([debtOf(rule)], 10_000n), [9000n]);
  assert.deepEqual(taken([debtOf(rule, { outstandingMinor: 3000n })], 10_000n), [3000n]);
});

test('a share of what is outstanding does not depend on the purchase', () => {
  const rule = ruleOf('ug-umeme-conversion');
  assert.deepEqual(taken([debtOf(rule, { outstandingMinor: 2000n })], 10_000n), [600n]);
});

test('the cap holds over all debts together, in their order', () => {
  const rule: DebtRule = { kind: 'share', basisPoints: 4000 };
  const debts = [debtOf(rule), debtOf(rule, { id: 'second' })];
  const protection = { debtShareCapBasisPoints: 5000, floorEnergyWh: 0n };
  assert.deepEqual(taken(debts, 10_000n, protection), [4000n, 1000n]);
});

test('the floor of energy comes before debt', () => {
  const debts = [debtOf({ kind: 'share', basisPoints: 9000 })];
  const protection = { debtShareCapBasisPoints: 10_000, floorEnergyWh: 10_000n };
  assert.deepEqual(taken(debts, 2500n, protection), [500n]);
  assert.deepEqual(taken(debts, 2000n, protection), [0n]);
});

test('the receipt that lost 8,885 of 10,000 to debt keeps energy under the cap', () => {
  const shillings = tariffOf({
    currency: { code: 'UGX', scale: 0 },
    energy: { schedules: [{ code: 's', blocks: [{ uptoKwh: null, rate: '750' }] }] },
  });
  const debts = [
    debtOf(
      { kind: 'instalment', amountMinor: 8885n, per: 'purchase' },
      { outstandingMinor: 8885n },
    ),
  ];
  const protection = { debtShareCapBasisPoints: 5000, floorEnergyWh: 1000n };
  const options = optionsOf({ debts, protection, floorToEncodableWh: tokenSteps });
  const quote = expectOk(quotePurchase(shillings, { ...options, amountMinor: 10_000n }), 'sale');
  assert.equal(quote.energyWh, 6600n);
  assert.deepEqual(quote.deferred, [{ code: 'debt', label: 'Old account', amountMinor: 3885n }]);
  assert.equal(quote.positionAfter.debts['old']?.owedMinor, 3885n);
});

test('instalments add up over months, weeks and days without a purchase, and never exceed the debt', () => {
  const plan = (per: 'month' | 'week' | 'day' | 'purchase', days: string[]) => {
    let position = startPosition();
    const rule: DebtRule = { kind: 'instalment', amountMinor: 100n, per };
    return days.map((date) => {
      const debts = [debtOf(rule, { outstandingMinor: 250n })];
      const options = optionsOf({ at: { date }, position, debts, protection: open });
      const quote = expectOk(quotePurchase(tariff, { ...options, amountMinor: 10_000n }), date);
      position = quote.positionAfter;
      return quote.lines
        .filter((l) => l.kind === 'debt')
        .reduce((sum, l) => sum + l.amountMinor, 0n);
    });
  };
  assert.deepEqual(plan('month', ['2026-01-31', '2026-02-01', '2026-02-28', '2026-04-01']), [
    100n,
    100n,
    0n,
    200n,
  ]);
  assert.deepEqual(plan('week', ['2026-01-01', '2026-01-07', '2026-01-09', '2026-01-15']), [
    100n,
    0n,
    100n,
    100n,
  ]);
  assert.deepEqual(plan('day', ['2026-01-01', '2026-01-01', '2026-01-05']), [100n, 0n, 250n]);
  assert.deepEqual(plan('purchase', ['2026-01-01', '2026-01-01']), [100n, 100n]);
});

test('a wanted energy costs its debt share on top, so that the payment covers both', () => {
  const debts = [debtOf({ kind: 'share', basisPoints: 2500 })];
  const options = optionsOf({ debts, protection: open });
  const quote = expectOk(quoteEnergy(tariff, { ...options, energyWh: 15_000n }), 'cost');
  // The least payment that covers itself: a quarter of 39.99, rounded down, is 9.99.
  assert.equal(quote.paidMinor, 3999n);
  assert.equal(quote.remainderMinor, 0n);
});

test('a debt rule that cannot be meant is refused with what to write', () => {
  for (const json of [{ share: '120' }, { share: 0.2 }, { instalment: '5' }, {}, null, 'all']) {
    const parsed = parseDebtRule(json, 2);
    assert.equal(parsed.ok, false);
    assert.match(parsed.ok ? '' : parsed.error, /write one of/);
  }
});
