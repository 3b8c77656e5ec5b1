// Money to energy and back, over documents that hold every mechanic alone and beside others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AnyMechanics, anyMechanics, mechanics } from '../test/any-mechanics.ts';
import { optionsOf, tariffOf } from '../test/documents.ts';
import {
  type Debt,
  type QuoteOptions,
  quoteEnergy,
  quotePurchase,
  startPosition,
  type Tariff,
} from './index.ts';

const anyDebt: fc.Arbitrary<Debt> = fc.record({
  id: fc.constant('old'),
  label: fc.constant('Debt'),
  outstandingMinor: fc.bigInt(0n, 1_000_000n),
  rule: fc.oneof(
    fc.record({ kind: fc.constant('share' as const), basisPoints: fc.nat(9000) }),
    fc.record({
      kind: fc.constant('instalment' as const),
      amountMinor: fc.bigInt(0n, 50_000n),
      per: fc.constantFrom('month' as const, 'purchase' as const),
    }),
  ),
});

const anyCase = fc.record({
  mechanics: anyMechanics,
  protection: fc.oneof(
    fc.constant('none' as const),
    fc.record({
      debtShareCapBasisPoints: fc.integer({ min: 0, max: 9000 }),
      floorEnergyWh: fc.bigInt(0n, 20_000n),
    }),
  ),
  debts: fc.array(anyDebt, { maxLength: 1 }),
  /** A purchase earlier in the month. */
  earlierMinor: fc.option(fc.bigInt(1000n, 2_000_000n)),
  energyWh: fc.bigInt(100n, 400_000n),
});

type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

function optionsFor(c: Case): QuoteOptions {
  const options = optionsOf({ protection: c.protection, debts: c.debts });
  if (c.earlierMinor === null) return options;
  const at = { date: '2026-11-10' };
  const earlier = quotePurchase(c.mechanics.tariff, {
    ...options,
    at,
    amountMinor: c.earlierMinor,
  });
  return earlier.ok ? { ...options, position: earlier.value.positionAfter } : options;
}

function boughtFor(c: Case, options: QuoteOptions, amountMinor: bigint): bigint {
  if (amountMinor <= 0n) return 0n;
  const quote = quotePurchase(c.mechanics.tariff, { ...options, amountMinor });
  return quote.ok ? quote.value.energyWh : 0n;
}

/** Whether more energy never costs less: a month's total changes no price for the better. */
function isRising({ tariff }: AnyMechanics): boolean {
  const { charges, levies, energy } = tariff;
  const turning = [
    ...energy.schedules.map((s) => s.when),
    ...charges.flatMap((c) => [c.when, ...(c.variants ?? []).map((v) => v.when)]),
    ...levies.filter((l) => l.repricing === 'purchase').map((l) => l.when),
  ];
  return turning.every((when) => when?.monthTotal === undefined) && !hasRebate({ tariff });
}

const hasRebate = ({ tariff }: Pick<AnyMechanics, 'tariff'>): boolean =>
  tariff.levies.some((levy) => levy.kind === 'rebate');

test('what an energy costs buys it, and where prices only rise no smaller payment does', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyCase, fc.double({ min: 0, max: 0.999, noNaN: true }), (c, part) => {
      const options = optionsFor(c);
      const { tariff, names } = c.mechanics;
      for (const name of names) seen.add(name);
      const cost = quoteEnergy(tariff, { ...options, energyWh: c.energyWh });
      assert.ok(cost.ok, 'every energy has a cost');
      const { paidMinor, energyWh, lines } = cost.value;
      const taken = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
      assert.equal(taken + cost.value.remainderMinor, paidMinor);
      if (paidMinor <= 0n) return;
      // Rebates fall in steps of their own: a little more energy may cost less, and then a payment
      // may stop a step of each line short of what it is the cost of.
      const steps = hasRebate(c.mechanics)
        ? (tariff.levies.length + 1) * tariff.rounding.toMinor
        : 0;
      const paid = paidMinor + BigInt(steps);
      assert.ok(boughtFor(c, options, paid) >= energyWh, 'the payment buys the energy');
      if (!isRising(c.mechanics)) return;
      for (const less of [paidMinor - 1n, BigInt(Math.floor(Number(paidMinor) * part))]) {
        assert.ok(boughtFor(c, options, less) < energyWh, `${less} is not enough`);
      }
    }),
    { numRuns: 1500, seed: 2026 },
  );
  assert.deepEqual([...seen].sort(), Object.keys(mechanics).sort(), 'every mechanic was tried');
});

test('energy within the floor costs what a purchase of it takes: fees and debt wait', () => {
  const tariff = tariffOf({
    charges: [{ code: 'service', label: 'Service', per: 'month', amount: '20' }],
  });
  const debts: Debt[] = [
    {
      id: 'old',
      label: 'Old',
      outstandingMinor: 10_000n,
      rule: { kind: 'share', basisPoints: 2500 },
    },
  ];
  const options = optionsOf({ debts });
  const within = quoteEnergy(tariff, { ...options, energyWh: 1000n });
  assert.ok(within.ok);
  assert.equal(within.value.paidMinor, 200n);
  assert.deepEqual(
    within.value.deferred.map((d) => [d.code, d.amountMinor]),
    [['service', 2000n]],
  );
  const above = quoteEnergy(tariff, { ...options, energyWh: 3000n });
  assert.ok(above.ok);
  // 6.00 of energy and 20.00 of service are three quarters of the payment.
  assert.equal(above.value.paidMinor, 3466n);
  const unprotected = quoteEnergy(tariff, { ...options, protection: 'none', energyWh: 1000n });
  assert.ok(unprotected.ok);
  assert.equal(unprotected.value.paidMinor, 2933n);
});

test('paid is all lines and the remainder, and under protection there is energy, with every mechanic', () => {
  fc.assert(
    fc.property(anyCase, fc.bigInt(1n, 300_000n), (c, amountMinor) => {
      const options = optionsFor(c);
      const quote = quotePurchase(c.mechanics.tariff, { ...options, amountMinor });
      if (!quote.ok) {
        assert.equal(quote.error.code, 'amount-too-small');
        return;
      }
      const { lines, remainderMinor, energyWh } = quote.value;
      const taken = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
      assert.equal(taken + remainderMinor, amountMinor);
      assert.ok(remainderMinor >= 0n);
      const ofLines = lines.reduce((sum, line) => sum + (line.energyWh ?? 0n), 0n);
      assert.equal(ofLines, energyWh);
      if (c.protection !== 'none') assert.ok(energyWh > 0n);
    }),
    { numRuns: 1500, seed: 2026 },
  );
});

const slabs = (rates: readonly string[], limit: string): Tariff =>
  tariffOf({
    energy: {
      schedules: [
        {
          code: 'low',
          when: { monthTotal: { uptoKwh: limit } },
          blocks: [{ uptoKwh: null, rate: rates[0] }],
        },
        { code: 'high', blocks: [{ uptoKwh: null, rate: rates[1] }] },
      ],
    },
    levies: [
      {
        code: 'vat',
        label: 'VAT',
        percent: '19.25',
        of: ['energy'],
        repricing: 'month',
        when: { monthTotal: { overKwh: limit } },
      },
      {
        code: 'support',
        label: 'Support',
        kind: 'rebate',
        percent: '-100',
        of: ['energy'],
        atLeast: '-2.5',
        repricing: 'month',
        when: { monthTotal: { uptoKwh: limit } },
      },
      { code: 'city', label: 'City', percent: '5', of: ['vat'], repricing: 'month' },
    ],
  });

test('a month in many purchases costs what it costs in one, with levies that are repriced', () => {
  const rate = fc.integer({ min: 1, max: 300 }).map((n) => (n / 100).toFixed(2));
  const rising = fc.tuple(rate, rate).map(([a, b]) => (Number(a) <= Number(b) ? [a, b] : [b, a]));
  const parts = fc.array(fc.bigInt(1000n, 200_000n), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(rising, fc.integer({ min: 20, max: 300 }), parts, (rates, limit, energies) => {
      const tariff = slabs(rates, `${limit}`);
      const options = optionsOf({ protection: 'none' });
      let position = startPosition();
      let sum = 0n;
      for (const energyWh of energies) {
        const quote = quoteEnergy(tariff, { ...options, position, energyWh });
        assert.ok(quote.ok);
        sum += quote.value.lines.reduce((total, line) => total + line.amountMinor, 0n);
        position = quote.value.positionAfter;
      }
      const energyWh = energies.reduce((total, each) => total + each, 0n);
      const once = quoteEnergy(tariff, { ...options, energyWh });
      assert.ok(once.ok);
      const whole = once.value.lines.reduce((total, line) => total + line.amountMinor, 0n);
      const apart = sum > whole ? sum - whole : whole - sum;
      // Each of up to four lines of each purchase is rounded once.
      assert.ok(apart <= BigInt(energies.length * 4), `${sum} and ${whole}`);
    }),
    { numRuns: 500 },
  );
});
