import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyTariff, energyOf, optionsOf, tariffOf, tokenSteps } from '../test/documents.ts';
import {
  type Debt,
  positionFromJson,
  positionToJson,
  type Quote,
  type QuoteOptions,
  quoteEnergy,
  quotePurchase,
  startPosition,
} from './index.ts';

const amount = fc.oneof(fc.bigInt(1n, 2000n), fc.bigInt(1n, 5_000_000n));

const anyDebt: fc.Arbitrary<Debt> = fc.record({
  id: fc.constantFrom('old', 'new'),
  label: fc.constant('Debt'),
  outstandingMinor: fc.bigInt(0n, 10_000_000n),
  ageDays: fc.integer({ min: 0, max: 400 }),
  rule: fc.oneof(
    fc.record({ kind: fc.constant('share' as const), basisPoints: fc.nat(10_000) }),
    fc.record({
      kind: fc.constant('instalment' as const),
      amountMinor: fc.bigInt(0n, 50_000n),
      per: fc.constantFrom('month' as const, 'week' as const, 'day' as const, 'purchase' as const),
    }),
    fc.record({
      kind: fc.constant('age-ladder' as const),
      steps: fc.constant([
        { fromDays: 30, basisPoints: 2000 },
        { fromDays: 91, basisPoints: 9000 },
      ]),
    }),
    fc.record({ kind: fc.constant('arrears-first' as const), capBasisPoints: fc.nat(10_000) }),
    fc.record({ kind: fc.constant('share-of-outstanding' as const), basisPoints: fc.nat(10_000) }),
  ),
});

const anyProtection = fc.record({
  debtShareCapBasisPoints: fc.integer({ min: 0, max: 10_000 }),
  floorEnergyWh: fc.bigInt(0n, 20_000n),
});

const anyPurchases = fc.array(fc.record({ days: fc.nat(45), amountMinor: amount }), {
  minLength: 1,
  maxLength: 6,
});

const anyCase = fc.record({
  // A change of tariff on the way must not disturb the position.
  tariffs: fc.tuple(anyTariff, anyTariff),
  debts: fc.uniqueArray(anyDebt, { maxLength: 2, selector: (debt) => debt.id }),
  protection: anyProtection,
  purchases: anyPurchases,
  steps: fc.boolean(),
});

type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

/** Plays purchases one after the other, debts shrinking as they are paid. */
function play(c: Case, visit: (o: { quote: Quote; options: QuoteOptions }) => void) {
  let position = startPosition();
  let { debts } = c;
  let day = Temporal.PlainDate.from('2026-01-30');
  for (const [index, { days, amountMinor }] of c.purchases.entries()) {
    const tariff = c.tariffs[index < 3 ? 0 : 1];
    day = day.add({ days });
    const floorToEncodableWh = c.steps ? tokenSteps : (energyWh: bigint) => energyWh;
    const at = { date: day.toString() };
    const { protection } = c;
    const options = optionsOf({ at, position, debts, protection, floorToEncodableWh });
    const quote = quotePurchase(tariff, { ...options, amountMinor });
    if (!quote.ok) {
      assert.equal(quote.error.code, 'amount-too-small');
      if (quote.error.code !== 'amount-too-small') return;
      const { leastAmountMinor } = quote.error;
      assert.ok(leastAmountMinor > amountMinor);
      const least = quotePurchase(tariff, { ...options, amountMinor: leastAmountMinor });
      assert.ok(least.ok, 'the least amount that works, works');
      continue;
    }
    visit({ quote: quote.value, options });
    debts = debts.map((debt) => {
      const paid = quote.value.lines.filter((l) => l.debtId === debt.id);
      const minor = paid.reduce((sum, l) => sum + l.amountMinor, 0n);
      return { ...debt, outstandingMinor: debt.outstandingMinor - minor };
    });
    position = quote.value.positionAfter;
  }
}

test('paid is energy, tax, fees, debt and remainder, exactly, for every tariff and amount', () => {
  fc.assert(
    fc.property(anyCase, (c) => {
      play(c, ({ quote }) => {
        const taken = quote.lines.reduce((sum, line) => sum + line.amountMinor, 0n);
        assert.equal(taken + quote.remainderMinor, quote.paidMinor);
        assert.ok(quote.remainderMinor >= 0n);
        const energy = quote.lines.reduce((sum, line) => sum + (line.energyWh ?? 0n), 0n);
        assert.equal(energy, quote.energyWh);
      });
    }),
    { numRuns: 1500 },
  );
});

test('no purchase yields zero energy, and none less than its floor while money goes elsewhere', () => {
  fc.assert(
    fc.property(anyCase, (c) => {
      play(c, ({ quote, options }) => {
        assert.ok(quote.energyWh > 0n);
        assert.equal(options.floorToEncodableWh(quote.energyWh), quote.energyWh);
        const { protection } = options;
        if (protection === 'none') return;
        const floor = options.floorToEncodableWh(protection.floorEnergyWh);
        const fees = quote.lines.filter((line) => line.kind === 'debt');
        if (fees.some((line) => line.amountMinor > 0n)) assert.ok(quote.energyWh >= floor);
      });
    }),
    { numRuns: 1000 },
  );
});

test('debt takes no more than the cap, than what is owed, or than its rule asks', () => {
  fc.assert(
    fc.property(anyCase, (c) => {
      play(c, ({ quote, options }) => {
        const debt = quote.lines.filter((line) => line.kind === 'debt');
        const total = debt.reduce((sum, line) => sum + line.amountMinor, 0n);
        const cap = options.protection === 'none' ? 0 : options.protection.debtShareCapBasisPoints;
        assert.ok(total * 10_000n <= quote.paidMinor * BigInt(cap));
        for (const line of debt) {
          const owed = options.debts.find((d) => d.id === line.debtId)?.outstandingMinor ?? 0n;
          assert.ok(line.amountMinor > 0n && line.amountMinor <= owed);
        }
      });
    }),
    { numRuns: 1000 },
  );
});

test('the energy is the most that the money covers: one step more would cost more', () => {
  fc.assert(
    fc.property(anyTariff, amount, (tariff, amountMinor) => {
      const options = optionsOf({ protection: 'none' });
      const quote = quotePurchase(tariff, { ...options, amountMinor });
      assert.ok(quote.ok);
      // Recovery rules may take less from a smaller payment; the plain case is enough here.
      if (tariff.charges.some((charge) => charge.recovery !== undefined)) return;
      const more = quoteEnergy(tariff, { ...options, energyWh: quote.value.energyWh + 1n });
      assert.ok(more.ok);
      assert.ok(more.value.paidMinor > amountMinor, `${more.value.paidMinor} > ${amountMinor}`);
    }),
    { numRuns: 1000 },
  );
});

test('what an energy costs buys that energy again', () => {
  fc.assert(
    fc.property(anyTariff, fc.bigInt(100n, 900_000n), (tariff, energyWh) => {
      const options = optionsOf({ protection: 'none' });
      const cost = quoteEnergy(tariff, { ...options, energyWh });
      assert.ok(cost.ok);
      const amountMinor = cost.value.paidMinor;
      const bought = quotePurchase(tariff, { ...options, amountMinor });
      assert.ok(bought.ok);
      assert.ok(bought.value.energyWh >= energyWh);
    }),
    { numRuns: 1000 },
  );
});

test('a position survives its JSON', () => {
  fc.assert(
    fc.property(anyCase, (c) => {
      play(c, ({ quote }) => {
        const json: unknown = JSON.parse(JSON.stringify(positionToJson(quote.positionAfter)));
        assert.deepEqual(positionFromJson(json), { ok: true, value: quote.positionAfter });
      });
    }),
    { numRuns: 200 },
  );
});

const parameter = { label: 'Any', value: null };
const open = tariffOf({
  parameters: Object.fromEntries('abcdefgh'.split('').map((name) => [name, parameter])),
  energy: energyOf([
    { uptoKwh: '50', rate: { parameter: 'a' } },
    {
      uptoKwh: null,
      rate: { add: ['0.5', { multiply: [{ parameter: 'b' }, { parameter: 'a' }] }] },
    },
  ]),
  charges: [
    {
      code: 'fee',
      label: 'Fee',
      per: 'month',
      amount: { parameter: 'c' },
      recovery: { perKwh: { parameter: 'd' }, maxPerPurchase: { parameter: 'e' } },
    },
  ],
  levies: [
    { code: 'duty', label: 'Duty', percent: { parameter: 'f' }, of: ['energy', 'fee'] },
    { code: 'inside', label: 'I', percent: { parameter: 'g' }, of: ['energy'], included: true },
    {
      code: 'city',
      label: 'City',
      percent: { parameter: 'h' },
      of: ['payment'],
      atMost: { parameter: 'e' },
    },
  ],
});

test('no value of a parameter makes a quote throw, lose money or take more than was paid', () => {
  const value = fc.oneof(
    fc.constantFrom(
      '0',
      '-0',
      '-1',
      '100',
      '-100',
      '200',
      '999999999999',
      '0.000000000001',
      'x',
      '',
    ),
    fc.integer({ min: -1000, max: 1000 }).map((n) => (n / 10).toFixed(1)),
  );
  const values = fc.dictionary(fc.constantFrom(...'abcdefgh'.split('')), value, { minKeys: 6 });
  fc.assert(
    fc.property(values, amount, (given, amountMinor) => {
      const parameters = {
        ...Object.fromEntries('abcdefgh'.split('').map((n) => [n, '1'])),
        ...given,
      };
      for (const protection of [optionsOf().protection, 'none'] as const) {
        const options = optionsOf({ parameters, protection });
        const quote = quotePurchase(open, { ...options, amountMinor });
        if (!quote.ok) continue;
        const taken = quote.value.lines.reduce((sum, line) => sum + line.amountMinor, 0n);
        assert.equal(taken + quote.value.remainderMinor, amountMinor);
        assert.ok(quote.value.remainderMinor >= 0n);
      }
    }),
    { numRuns: 3000 },
  );
});
