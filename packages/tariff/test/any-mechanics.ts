// Arbitrary documents in which every mechanic of the schema occurs, alone and beside others: a
// plain document with blocks, and one to four mechanics put on it.

import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import { parseTariff, type Tariff } from '../src/index.ts';
import { documentOf, energyOf } from './documents.ts';

type Fields = {
  readonly energy: Record<string, unknown>;
  readonly charges: readonly Record<string, unknown>[];
  readonly levies: readonly Record<string, unknown>[];
  readonly [field: string]: unknown;
};

/** One mechanic put on a document; `n` numbers it, so that codes differ. */
type Mechanic = (fields: Fields, n: number) => Fields;

const rate = fc.integer({ min: 10_000, max: 900_000 }).map((n) => (n / 10_000).toFixed(4));
const money = fc.integer({ min: 1, max: 20_000 }).map((n) => (n / 100).toFixed(2));
const kwh = fc.integer({ min: 5, max: 300 }).map(String);
const percent = fc.integer({ min: 1, max: 400 }).map((n) => (n / 10).toFixed(1));
const small = fc.integer({ min: 1, max: 300 }).map((n) => (n / 100).toFixed(2));

const blocksOf = (limits: readonly string[], rates: readonly string[]) => [
  ...limits.map((uptoKwh, i) => ({ uptoKwh, rate: rates[i] })),
  { uptoKwh: null, rate: rates[limits.length] },
];

const anyBlocks = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 2 }),
    fc.tuple(rate, rate, rate),
  )
  .map(([limits, rates]) => blocksOf(limits.toSorted((a, b) => a - b).map(String), rates));

const withCharge =
  (more: Record<string, unknown>): Mechanic =>
  (fields, n) => ({
    ...fields,
    charges: [...fields.charges, { code: `c${n}`, label: `Charge ${n}`, per: 'month', ...more }],
  });
const withLevy =
  (more: Record<string, unknown>): Mechanic =>
  (fields, n) => ({
    ...fields,
    levies: [...fields.levies, { code: `l${n}`, label: `Levy ${n}`, ...more }],
  });
const withSchedule =
  (when: unknown, blocks: unknown): Mechanic =>
  (fields, n) => ({
    ...fields,
    energy: {
      ...fields.energy,
      schedules: [
        { code: `s${n}`, when, blocks },
        ...((fields.energy['schedules'] as unknown[] | undefined) ?? []),
      ],
    },
  });
const withFields =
  (more: Record<string, unknown>): Mechanic =>
  (fields) => ({
    ...fields,
    ...more,
  });

const periodOfCharge = fc.constantFrom('month', 'week', 'day', 'year', 'purchase', { days: 30 });
const condition = fc.oneof(
  fc.record({ monthTotal: fc.record({ uptoKwh: kwh }) }),
  fc.record({ monthTotal: fc.record({ overKwh: kwh }) }),
  fc.record({ average: fc.record({ months: fc.constant(3), overKwh: kwh }) }),
  fc.record({ highest: fc.record({ months: fc.constant(6), uptoKwh: kwh }) }),
  fc.constant({ calendarMonths: [11, 12] }),
  fc.constant({ dayOfMonth: { upto: 24 } }),
  fc.constantFrom({ purchaseOfMonth: 'first' }, { purchaseOfMonth: { from: 2, upto: 3 } }),
  fc.record({ payment: fc.record({ from: money }) }),
  fc.record({ payment: fc.record({ below: money }) }),
);

const recovery = fc.oneof(
  fc.record({ maxShareOfPaymentPercent: percent }),
  fc.record({ maxShareOfPaymentPercent: percent, whileMonthPaidBelow: money }),
  fc.record({ perKwh: small }),
  fc.record({ maxPerPurchase: money }),
);

const rateTimesTwo = (amount: string) => ({ multiply: [amount, { parameter: 'two' }] });

/** Every mechanic, by name, so that a failure says which were at work. */
export const mechanics: Readonly<Record<string, fc.Arbitrary<Mechanic>>> = {
  charge: fc.record({ per: periodOfCharge, amount: money }).map(withCharge),
  'charge with a condition': fc.record({ amount: money, when: condition }).map(withCharge),
  'charge by variants': fc
    .tuple(condition, money, money)
    .map(([when, a, b]) => withCharge({ variants: [{ when, amount: a }, { amount: b }] })),
  'charge that is spread': fc.record({ amount: money, recovery }).map(withCharge),
  'skipped periods': fc
    .record({ amount: money, skipped: fc.constant({ recover: true, maxPeriods: 2 }) })
    .map(withCharge),
  tax: percent.map((p) => withLevy({ percent: p, of: ['energy', 'charges'] })),
  'tax on all before': percent.map((p) => withLevy({ percent: p, of: ['energy', 'levies'] })),
  'sum per kWh': small.map((perKwh) => withLevy({ perKwh })),
  'share of the payment': fc
    .integer({ min: 1, max: 150 })
    .map((n) => withLevy({ percent: (n / 10).toFixed(1), of: ['payment'] })),
  'tax inside': percent.map((p) => withLevy({ percent: p, of: ['energy'], included: true })),
  'tax above a limit': fc
    .tuple(percent, kwh)
    .map(([p, k]) => withLevy({ percent: p, of: ['energy'], energyAboveKwh: k })),
  'levy with a condition': fc
    .tuple(percent, condition)
    .map(([p, when]) => withLevy({ percent: p, of: ['energy', 'charges'], when })),
  'levy with limits': fc
    .tuple(percent, money, fc.constantFrom('purchase', 'month'))
    .map(([p, atMost, limitsPer]) => withLevy({ percent: p, of: ['energy'], atMost, limitsPer })),
  'least levy': fc
    .tuple(percent, money)
    .map(([p, atLeast]) => withLevy({ percent: p, of: ['energy'], atLeast })),
  rebate: fc
    .integer({ min: 1, max: 300 })
    .map((n) => withLevy({ kind: 'rebate', percent: (-n / 10).toFixed(1), of: ['energy'] })),
  'rebate up to a sum a month': money.map((most) =>
    withLevy({
      kind: 'rebate',
      percent: '-50',
      of: ['energy'],
      atLeast: `-${most}`,
      limitsPer: 'month',
    }),
  ),
  'levy of the whole month': fc.tuple(percent, kwh).map(([p, k]) =>
    withLevy({
      percent: p,
      of: ['energy'],
      repricing: 'month',
      when: { monthTotal: { overKwh: k } },
    }),
  ),
  'rebate taken back': fc.tuple(money, kwh).map(([most, k]) =>
    withLevy({
      kind: 'rebate',
      percent: '-60',
      of: ['energy'],
      atLeast: `-${most}`,
      repricing: 'month',
      when: { monthTotal: { uptoKwh: k } },
    }),
  ),
  'month repriced': fc
    .tuple(kwh, anyBlocks)
    .map(([uptoKwh, blocks]) => withSchedule({ monthTotal: { uptoKwh } }, blocks)),
  'first purchase': anyBlocks.map((blocks) => withSchedule({ purchaseOfMonth: 'first' }, blocks)),
  'price by payment': fc
    .tuple(money, anyBlocks)
    .map(([from, blocks]) => withSchedule({ payment: { from } }, blocks)),
  'free with the first purchase': fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.boolean())
    .map(([k, countsInBlocks]) =>
      withFields({
        freeAllowance: { kwh: `${k}`, countsInBlocks, delivery: 'with-first-purchase' },
      }),
    ),
  'free by average': fc.constant(
    withFields({
      freeAllowance: {
        variants: [
          { when: { average: { months: 12, uptoKwh: '100' } }, kwh: '20' },
          { when: { average: { months: 12, uptoKwh: '300' } }, kwh: '5' },
        ],
        countsInBlocks: true,
        delivery: 'with-first-purchase',
      },
    }),
  ),
  'runs of days': fc.constant(withFields({ counting: { days: 30 } })),
  'two months': fc.constant(withFields({ counting: { months: 2 } })),
  'whole units': fc
    .constantFrom('half-up', 'down', 'up')
    .map((lines) => withFields({ rounding: { lines, toMinor: 100 } })),
  'total rounded': fc
    .constantFrom('half-up', 'down', 'up')
    .map((mode) => withFields({ rounding: { total: { toMinor: 100, mode } } })),
  'lines rounded down': fc.constant(withFields({ rounding: { lines: 'down' } })),
  'no decimals': fc.constant(withFields({ currency: { code: 'XTS', scale: 0 } })),
  'a parameter': fc.tuple(rate, money).map(
    ([r, m]): Mechanic =>
      (fields, n) =>
        withCharge({ amount: rateTimesTwo(m) })(
          {
            ...fields,
            parameters: { two: { label: 'Two', value: '2' } },
            energy: energyOf([{ uptoKwh: null, rate: rateTimesTwo(r) }]),
          },
          n,
        ),
  ),
};

export type AnyMechanics = { readonly names: readonly string[]; readonly tariff: Tariff };

/**
 * A document with one to four mechanics; the prices by parameter first, as they replace all. Of two
 * that exclude each other the later one is left out.
 */
export const anyMechanics: fc.Arbitrary<AnyMechanics> = fc
  .tuple(anyBlocks, fc.subarray(Object.keys(mechanics), { minLength: 1, maxLength: 4 }))
  .chain(([blocks, names]) =>
    fc.tuple(...names.map((name) => mechanics[name] ?? fc.constant(withFields({})))).map((put) => {
      let fields: Fields = { energy: energyOf(blocks), charges: [], levies: [] };
      let tariff = expectOk(parseTariff(documentOf(fields)), 'plain document');
      const used: string[] = [];
      const ordered = [...put.entries()].toSorted(
        ([a], [b]) => Number(names[b] === 'a parameter') - Number(names[a] === 'a parameter'),
      );
      for (const [i, mechanic] of ordered) {
        const next = mechanic(fields, i);
        const parsed = parseTariff(documentOf(next));
        if (!parsed.ok) continue;
        fields = next;
        tariff = parsed.value;
        used.push(names[i] ?? '');
      }
      return { names: used, tariff };
    }),
  );
