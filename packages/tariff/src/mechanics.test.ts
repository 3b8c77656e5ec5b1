import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { amounts, energyOf, optionsOf, tariffOf, tokenSteps } from '../test/documents.ts';
import {
  monthSoFar,
  type Quote,
  quoteEnergy,
  quoteFreeAllowance,
  quotePurchase,
  startPosition,
  type Tariff,
  type TariffPosition,
  tariffInForce,
} from './index.ts';

const date = '2026-11-24';

function cost(
  tariff: Tariff,
  kwh: number,
  o: { before?: number; parameters?: Record<string, string> } = {},
) {
  const parameters = o.parameters ?? {};
  const energyWh = BigInt(Math.round((o.before ?? 0) * 1000));
  const position = monthSoFar(tariff, { energyWh, date, parameters });
  const options = optionsOf({ position, parameters, protection: 'none' });
  return expectOk(quoteEnergy(tariff, { ...options, energyWh: BigInt(kwh * 1000) }), 'cost');
}

function buy(
  tariff: Tariff,
  amountMinor: bigint,
  o: { position?: TariffPosition; on?: string; parameters?: Record<string, string> } = {},
): Quote {
  const options = optionsOf({
    at: { date: o.on ?? date },
    position: o.position ?? startPosition(),
    protection: 'none',
    ...(o.parameters && { parameters: o.parameters }),
  });
  return expectOk(quotePurchase(tariff, { ...options, amountMinor }), 'purchase');
}

test('incremental blocks are counted over the month, from purchase to purchase', () => {
  const tariff = tariffOf({
    energy: energyOf([
      { uptoKwh: '50', rate: '1.00' },
      { uptoKwh: '100', rate: '2.00' },
      { uptoKwh: null, rate: '4.00' },
    ]),
  });
  const first = buy(tariff, 7000n);
  assert.equal(first.energyWh, 60_000n);
  const second = buy(tariff, 10_000n, { position: first.positionAfter });
  assert.equal(second.energyWh, 45_000n);
  assert.deepEqual(
    second.lines.map((line) => [line.energyWh, line.amountMinor]),
    [
      [40_000n, 8000n],
      [5000n, 2000n],
    ],
  );
  const nextMonth = buy(tariff, 5000n, { position: second.positionAfter, on: '2026-12-01' });
  assert.equal(nextMonth.energyWh, 50_000n);
  assert.deepEqual(nextMonth.positionAfter.history, [{ month: '2026-11', energyWh: 105_000n }]);
});

test('a later block may be cheaper', () => {
  const tariff = tariffOf({
    energy: energyOf([
      { uptoKwh: '10', rate: '5.00' },
      { uptoKwh: null, rate: '1.00' },
    ]),
  });
  assert.equal(buy(tariff, 6000n).energyWh, 20_000n);
});

const slab = tariffOf({
  energy: {
    schedules: [
      {
        code: 'a',
        when: { monthTotal: { uptoKwh: '50' } },
        blocks: [{ uptoKwh: '50', rate: '1' }],
      },
      { code: 'b', blocks: [{ uptoKwh: null, rate: '2' }] },
    ],
  },
});

test('a slab prices the whole month at the band it ends in, and reprices what was bought before', () => {
  assert.equal(cost(slab, 50).paidMinor, 5000n);
  assert.equal(cost(slab, 51).paidMinor, 10_200n);
  const crossing = cost(slab, 20, { before: 40 });
  assert.deepEqual(amounts(crossing), { energy: 4000n, reprice: 4000n });
  assert.deepEqual(amounts(cost(slab, 20, { before: 60 })), { energy: 4000n });
});

test('money that cannot pay the way over a limit stays prepaid below it', () => {
  const quote = buy(slab, 9000n);
  assert.equal(quote.energyWh, 50_000n);
  assert.equal(quote.remainderMinor, 4000n);
});

test('a protected purchase at the limit gets energy, and the repricing waits', () => {
  const position = monthSoFar(slab, { energyWh: 50_000n, date, parameters: {} });
  const options = optionsOf({ position, floorToEncodableWh: tokenSteps });
  const quote = expectOk(quotePurchase(slab, { ...options, amountMinor: 500n }), 'purchase');
  assert.equal(quote.energyWh, 1000n);
  assert.deepEqual(amounts(quote), { energy: 200n, reprice: 300n });
  assert.deepEqual(
    quote.deferred.map((d) => [d.code, d.amountMinor]),
    [['reprice', 4700n]],
  );
  const next = { ...options, position: quote.positionAfter, amountMinor: 6700n };
  const settled = expectOk(quotePurchase(slab, next), 'purchase');
  assert.deepEqual(amounts(settled), { energy: 2000n, reprice: 4700n });
  assert.deepEqual(settled.positionAfter.charges, {});
});

test('repricing can be limited to the purchase', () => {
  const tariff = tariffOf({
    energy: {
      repricing: 'purchase',
      schedules: [
        {
          code: 'a',
          when: { monthTotal: { uptoKwh: '50' } },
          blocks: [{ uptoKwh: '50', rate: '1' }],
        },
        { code: 'b', blocks: [{ uptoKwh: null, rate: '2' }] },
      ],
    },
  });
  assert.deepEqual(amounts(cost(tariff, 20, { before: 40 })), { energy: 4000n });
});

test('a slab that is cheaper above its limit is found from the money', () => {
  const tariff = tariffOf({
    energy: {
      schedules: [
        {
          code: 'a',
          when: { monthTotal: { uptoKwh: '50' } },
          blocks: [{ uptoKwh: '50', rate: '3' }],
        },
        { code: 'b', blocks: [{ uptoKwh: null, rate: '2' }] },
      ],
    },
  });
  assert.equal(buy(tariff, 12_000n).energyWh, 60_000n);
  assert.equal(buy(tariff, 9000n).energyWh, 30_000n);
});

test('the category follows the mean of past months, and a new connection the document', () => {
  const average = (range: Record<string, string>) => ({ average: { months: 3, ...range } });
  const tariff = tariffOf({
    energy: {
      averageWithoutHistoryKwh: '31',
      schedules: [
        { code: 'd1', when: average({ uptoKwh: '30' }), blocks: [{ uptoKwh: null, rate: '1' }] },
        { code: 'd2', when: average({ overKwh: '30' }), blocks: [{ uptoKwh: null, rate: '2' }] },
      ],
    },
  });
  assert.equal(buy(tariff, 200n).energyWh, 1000n);
  const used = (energies: bigint[]): TariffPosition => ({
    ...startPosition(),
    month: '2026-10',
    firstMonth: '2026-08',
    history: [
      { month: '2026-09', energyWh: energies[0] ?? 0n },
      { month: '2026-08', energyWh: energies[1] ?? 0n },
    ],
    energyWhThisMonth: energies[2] ?? 0n,
  });
  assert.equal(buy(tariff, 200n, { position: used([30_000n, 30_000n, 30_000n]) }).energyWh, 2000n);
  assert.equal(buy(tariff, 200n, { position: used([30_000n, 30_000n, 30_001n]) }).energyWh, 1000n);
  assert.equal(buy(tariff, 200n, { position: used([0n, 0n, 90_000n]) }).energyWh, 2000n);
});

test('seasons, customer classes and the first purchase choose prices', () => {
  const flat = (rate: string) => [{ uptoKwh: null, rate }];
  const tariff = tariffOf({
    parameters: { class: { label: 'Class', choices: ['general', 'poor'], value: 'general' } },
    energy: {
      schedules: [
        { code: 'poor', when: { parameter: { class: 'poor' } }, blocks: flat('1') },
        { code: 'winter', when: { calendarMonths: [6, 7] }, blocks: flat('8') },
        { code: 'first', when: { purchaseOfMonth: 'first' }, blocks: flat('2') },
        { code: 'later', blocks: flat('4') },
      ],
    },
  });
  const first = buy(tariff, 800n);
  assert.equal(first.energyWh, 4000n);
  assert.equal(buy(tariff, 800n, { position: first.positionAfter }).energyWh, 2000n);
  assert.equal(buy(tariff, 800n, { on: '2026-07-01' }).energyWh, 1000n);
  assert.equal(buy(tariff, 800n, { parameters: { class: 'poor' } }).energyWh, 8000n);
});

test('levies count on energy, charges, each other, the payment, a kWh and a range of the month', () => {
  const tariff = tariffOf({
    charges: [{ code: 'service', label: 'Service', per: 'month', amount: '10' }],
    levies: [
      { code: 'fund', label: 'Fund', percent: '5', of: ['energy'] },
      { code: 'fuel', label: 'Fuel', perKwh: '0.10' },
      { code: 'high', label: 'High use', perKwh: '0.50', energyAboveKwh: '80' },
      { code: 'vat', label: 'VAT', percent: '10', of: ['energy', 'service', 'fund'] },
      { code: 'vatHigh', label: 'VAT', percent: '20', of: ['energy'], energyAboveKwh: '90' },
      { code: 'city', label: 'City', percent: '20', of: ['payment'] },
    ],
  });
  // 100 kWh: 200 energy, 10 service, 10 fund, 10 fuel, 10 high, 22 vat, 4 vatHigh: 266 is 80 % of
  // 332.50.
  assert.deepEqual(amounts(cost(tariff, 100)), {
    energy: 20_000n,
    service: 1000n,
    fund: 1000n,
    fuel: 1000n,
    high: 1000n,
    vat: 2200n,
    vatHigh: 400n,
    city: 6650n,
  });
  assert.equal(amounts(cost(tariff, 10, { before: 75 }))['high'], 250n);
});

test('a levy keeps its own limits, also one of the payment', () => {
  const tariff = tariffOf({
    levies: [
      { code: 'duty', label: 'Duty', percent: '10', of: ['energy'], atLeast: '5', atMost: '8' },
      { code: 'fee', label: 'Fee', percent: '10', of: ['payment'], atMost: '6' },
    ],
  });
  assert.deepEqual(amounts(cost(tariff, 10)), { energy: 2000n, duty: 500n, fee: 278n });
  assert.deepEqual(amounts(cost(tariff, 100)), { energy: 20_000n, duty: 800n, fee: 600n });
});

test('a tax inside the prices is shown on its own, without changing the total', () => {
  const tariff = tariffOf({
    levies: [{ code: 'vat', label: 'VAT', percent: '15', of: ['energy'], included: true }],
  });
  assert.deepEqual(amounts(cost(tariff, 115)), { energy: 20_000n, vat: 3000n });
});

test('a rebate lowers the price, and a stamp duty comes with large payments only', () => {
  const tariff = tariffOf({
    charges: [
      {
        code: 'stamp',
        label: 'Stamp',
        per: 'purchase',
        amount: '3',
        when: { payment: { from: '100' } },
      },
    ],
    levies: [{ code: 'rebate', label: 'Rebate', kind: 'rebate', percent: '-10', of: ['energy'] }],
  });
  assert.deepEqual(amounts(buy(tariff, 9000n)), { energy: 10_000n, rebate: -1000n });
  assert.deepEqual(amounts(buy(tariff, 18_300n)), { energy: 20_000n, stamp: 300n, rebate: -2000n });
  assert.equal(cost(tariff, 54).paidMinor, 9720n);
  assert.equal(cost(tariff, 60).paidMinor, 11_100n);
});

test('a price can follow an exchange rate, by day or as given', () => {
  const tariff = tariffOf({
    parameters: {
      usd: {
        label: 'Rand per dollar',
        values: [
          { from: '2026-01-01', value: '10' },
          { from: '2026-11-24', value: '20' },
        ],
      },
    },
    energy: energyOf([
      { uptoKwh: null, rate: { add: ['1', { multiply: ['0.10', { parameter: 'usd' }] }] } },
    ]),
  });
  assert.equal(buy(tariff, 600n, { on: '2026-11-23' }).energyWh, 3000n);
  assert.equal(buy(tariff, 600n).energyWh, 2000n);
  assert.equal(buy(tariff, 600n, { parameters: { usd: '50' } }).energyWh, 1000n);
});

test('missing parameters refuse the sale, all by their names', () => {
  const tariff = tariffOf({
    parameters: {
      fuel: { label: 'Fuel', value: null },
      band: { label: 'Band', choices: ['A', 'B'] },
      known: { label: 'Known', value: '1' },
      rain: { label: 'Rain' },
    },
    levies: ['fuel', 'known', 'rain'].map((code) => ({
      ...{ code, label: code, perKwh: { parameter: code } },
    })),
  });
  const quote = (parameters: Record<string, string>) =>
    quotePurchase(tariff, { ...optionsOf(), parameters, amountMinor: 100n });
  const refusal = (...names: string[]) => ({
    ...{ ok: false, error: { code: 'parameter-missing', names } },
  });
  assert.deepEqual(quote({}), refusal('fuel', 'band', 'rain'));
  assert.deepEqual(quote({ fuel: '1', band: 'C', rain: 'much' }), refusal('band', 'rain'));
});

test('beyond the last limit there is no price: money stays, and a full month refuses', () => {
  const tariff = tariffOf({ energy: energyOf([{ uptoKwh: '30', rate: '1' }]) });
  const quote = buy(tariff, 5000n);
  assert.equal(quote.energyWh, 30_000n);
  assert.equal(quote.remainderMinor, 2000n);
  const options = optionsOf({ position: quote.positionAfter });
  const full = quotePurchase(tariff, { ...options, amountMinor: 100n });
  assert.deepEqual(full, { ok: false, error: { code: 'no-price' } });
});

test('a month that is nearly full takes its fees all the same, though less than the floor is left', () => {
  const tariff = tariffOf({
    energy: energyOf([{ uptoKwh: '30', rate: '1' }]),
    charges: [{ code: 'each', label: 'Each', per: 'purchase', amount: '2' }],
  });
  const position = monthSoFar(tariff, { energyWh: 29_500n, date, parameters: {} });
  const options = optionsOf({ position });
  const quote = expectOk(quotePurchase(tariff, { ...options, amountMinor: 1000n }), 'purchase');
  assert.deepEqual(amounts(quote), { energy: 50n, each: 200n });
  assert.equal(quote.remainderMinor, 750n);
});

test('currencies without decimals and with three add up as well', () => {
  const blocks = energyOf([{ uptoKwh: null, rate: '0.333' }]);
  const vat = [{ code: 'vat', label: 'VAT', percent: '19', of: ['energy'] }];
  const dinar = tariffOf({ currency: { code: 'TND', scale: 3 }, energy: blocks, levies: vat });
  assert.deepEqual(amounts(cost(dinar, 10)), { energy: 3330n, vat: 633n });
  const franc = tariffOf({ currency: { code: 'XOF', scale: 0 }, energy: blocks, levies: vat });
  assert.deepEqual(amounts(cost(franc, 10)), { energy: 3n, vat: 1n });
});

test('lines can be rounded to whole currency units', () => {
  const tariff = tariffOf({
    energy: energyOf([{ uptoKwh: null, rate: '1.234' }]),
    levies: [{ code: 'vat', label: 'VAT', percent: '5', of: ['energy'] }],
    rounding: { lines: 'half-up', toMinor: 100 },
  });
  assert.deepEqual(amounts(cost(tariff, 100)), { energy: 12_300n, vat: 600n });
});

test('free units come once a month, by themselves or with the first purchase', () => {
  const free = { kwh: '50', countsInBlocks: true };
  const blocks = energyOf([
    { uptoKwh: '60', rate: '1' },
    { uptoKwh: null, rate: '2' },
  ]);
  const separate = tariffOf({ energy: blocks, freeAllowance: free });
  const options = { at: { date }, position: startPosition() };
  const granted = expectOk(quoteFreeAllowance(separate, options), 'free');
  assert.equal(granted?.energyWh, 50_000n);
  assert.equal(granted?.paidMinor, 0n);
  const after = granted?.positionAfter ?? startPosition();
  assert.equal(
    expectOk(quoteFreeAllowance(separate, { ...options, position: after }), 'free'),
    null,
  );
  assert.equal(buy(separate, 3000n, { position: after }).energyWh, 20_000n);

  const joined = tariffOf({
    energy: blocks,
    freeAllowance: { ...free, countsInBlocks: false, delivery: 'with-first-purchase' },
  });
  const first = buy(joined, 3000n);
  assert.equal(first.energyWh, 80_000n);
  assert.equal(buy(joined, 3000n, { position: first.positionAfter }).energyWh, 30_000n);
});

test('blocks can count over runs of days instead of months', () => {
  const tariff = tariffOf({
    counting: { days: 30 },
    energy: energyOf([
      { uptoKwh: '10', rate: '1' },
      { uptoKwh: null, rate: '2' },
    ]),
  });
  const first = buy(tariff, 1000n, { on: '2026-10-20' });
  const second = buy(tariff, 1000n, { on: '2026-11-18', position: first.positionAfter });
  assert.equal(second.energyWh, 5000n);
  const third = buy(tariff, 1000n, { on: '2026-11-19', position: second.positionAfter });
  assert.equal(third.energyWh, 10_000n);
});

test('a date outside the tariff or before the last purchase is refused', () => {
  const tariff = tariffOf({ effectiveFrom: '2026-01-01', effectiveTo: '2026-12-31' });
  const at = (day: string, position = startPosition()) =>
    quotePurchase(tariff, { ...optionsOf({ at: { date: day }, position }), amountMinor: 100n });
  const window = { code: 'not-in-force', from: '2026-01-01', to: '2026-12-31' };
  assert.deepEqual(at('2025-12-31'), { ok: false, error: window });
  assert.deepEqual(at('2027-01-01'), { ok: false, error: window });
  assert.deepEqual(at('2026-02-30'), { ok: false, error: { code: 'date-invalid' } });
  const { positionAfter } = buy(tariff, 100n);
  assert.deepEqual(at('2026-11-23', positionAfter), {
    ok: false,
    error: { code: 'date-before-position', lastPurchaseDate: date },
  });
});

test('the version in force is the latest that has started and not ended', () => {
  const v1 = tariffOf({ version: 1, effectiveFrom: '2025-07-01' });
  const v2 = tariffOf({ version: 2, effectiveFrom: '2026-07-01', effectiveTo: '2027-06-30' });
  assert.equal(tariffInForce([v2, v1], '2026-06-30')?.version, 1);
  assert.equal(tariffInForce([v1, v2], '2026-07-01')?.version, 2);
  assert.equal(tariffInForce([v1, v2], '2027-07-01')?.version, 1);
  assert.equal(tariffInForce([v2], '2026-06-30'), null);
});

test('a version that begins within a month counts on: blocks stand, a dearer charge adds its difference', () => {
  const fields = (version: number, rates: readonly string[], service: string) => ({
    version,
    energy: energyOf([
      { uptoKwh: '50', rate: rates[0] },
      { uptoKwh: null, rate: rates[1] },
    ]),
    charges: [{ code: 'service', label: 'Service', per: 'month', amount: service }],
  });
  const old = tariffOf(fields(1, ['1.00', '2.00'], '10'));
  const next = tariffOf(fields(2, ['1.50', '3.00'], '16'));
  const first = quotePurchase(old, { ...optionsOf(), amountMinor: 5_000n });
  assert.ok(first.ok);
  assert.equal(first.value.energyWh, 40_000n);
  const at = { date: '2026-11-28' };
  const { positionAfter: position } = first.value;
  const second = quotePurchase(next, { ...optionsOf({ at, position }), amountMinor: 5_100n });
  assert.ok(second.ok);
  // 6.00 is the difference of the charge; 10 kWh are left of the first block at 1.50, 10 at 3.00.
  assert.deepEqual(
    second.value.lines.map((line) => [line.code, line.amountMinor]),
    [
      ['energy', 1_500n],
      ['energy', 3_000n],
      ['service', 600n],
    ],
  );
  const later = { date: '2026-12-01' };
  const third = quotePurchase(next, {
    ...optionsOf({ at: later, position: second.value.positionAfter }),
    amountMinor: 3_100n,
  });
  assert.ok(third.ok);
  assert.equal(third.value.energyWh, 10_000n);
});
