// Documents for tests: the committed ones, small ones built in place, and arbitrary ones for
// properties.

import { readdirSync, readFileSync } from 'node:fs';
import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import {
  parseTariff,
  type Quote,
  type QuoteOptions,
  startPosition,
  type Tariff,
} from '../src/index.ts';

const folder = new URL('../documents/', import.meta.url);

export const documentFiles: readonly string[] = readdirSync(folder).sort();

export function readDocument(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
}

/** A document around the given fields: one flat block of 2.00 when no energy is given. */
export function documentOf(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    schema: 'prewatt-tariff-1',
    id: 'test',
    version: 1,
    utility: 'Test',
    country: 'ZA',
    customerClass: 'Domestic',
    zone: 'Africa/Johannesburg',
    currency: { code: 'ZAR', scale: 2 },
    effectiveFrom: '2020-01-01',
    energy: energyOf([{ uptoKwh: null, rate: '2.00' }]),
    ...fields,
  };
}

export function energyOf(blocks: unknown[]): Record<string, unknown> {
  return { schedules: [{ code: 'standard', blocks }] };
}

export function tariffOf(fields: Record<string, unknown> = {}): Tariff {
  return expectOk(parseTariff(documentOf(fields)), 'test document');
}

/** Steps of 100 Wh, as a credit token counts. */
export const tokenSteps = (energyWh: bigint): bigint => energyWh - (energyWh % 100n);

/** The day 2026-11-24, no debt, cap 50 %, floor 1 kWh, steps of 1 Wh. */
export function optionsOf(o: Partial<QuoteOptions> = {}): QuoteOptions {
  return {
    at: { date: '2026-11-24' },
    position: startPosition(),
    debts: [],
    protection: { debtShareCapBasisPoints: 5000, floorEnergyWh: 1000n },
    floorToEncodableWh: (energyWh) => energyWh,
    ...o,
  };
}

/** Money of a quote by line code. */
export function amounts(quote: Quote): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const line of quote.lines) sums[line.code] = (sums[line.code] ?? 0n) + line.amountMinor;
  return sums;
}

const decimal = (max: number, digits: number): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max: max * 10 ** digits }).map((n) => (n / 10 ** digits).toFixed(digits));

// From 1 up, so that no amount of the tests reaches the largest purchase there is.
const rate = fc.integer({ min: 10_000, max: 4_000_000 }).map((n) => (n / 10_000).toFixed(4));

const blocks = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 800 }), { maxLength: 3 }),
    fc.array(rate, { minLength: 4, maxLength: 4 }),
  )
  .map(([limits, rates]) => [
    ...limits.toSorted((a, b) => a - b).map((kwh, i) => ({ uptoKwh: `${kwh}`, rate: rates[i] })),
    { uptoKwh: null, rate: rates[3] },
  ]);

const energy = fc.oneof(
  blocks.map((b) => ({ schedules: [{ code: 'standard', blocks: b }] })),
  fc
    .tuple(fc.integer({ min: 5, max: 300 }), blocks, blocks, fc.constantFrom('month', 'purchase'))
    .map(([limit, low, high, repricing]) => ({
      repricing,
      schedules: [
        { code: 'low', when: { monthTotal: { uptoKwh: `${limit}` } }, blocks: low },
        { code: 'high', blocks: high },
      ],
    })),
);

const charge = (code: string) =>
  fc.record(
    {
      code: fc.constant(code),
      label: fc.constant(code),
      per: fc.constantFrom('month', 'day', 'week', 'year', 'purchase', { days: 30 }),
      amount: decimal(2000, 2),
      skipped: fc.record({ recover: fc.boolean() }),
      recovery: fc.oneof(
        fc.record({ maxShareOfPaymentPercent: decimal(100, 1) }),
        fc.record({ perKwh: decimal(5, 2) }),
        fc.record({ maxPerPurchase: decimal(100, 2) }),
      ),
    },
    { requiredKeys: ['code', 'label', 'per', 'amount'] },
  );

const levy = (code: string, bases: string[]) =>
  fc.oneof(
    fc
      .record(
        {
          code: fc.constant(code),
          label: fc.constant(code),
          percent: decimal(40, 2),
          of: fc.subarray(bases, { minLength: 1 }),
          energyAboveKwh: decimal(300, 0),
          atMost: decimal(50, 2),
          limitsPer: fc.constantFrom('purchase', 'month'),
        },
        { requiredKeys: ['code', 'label', 'percent', 'of'] },
      )
      .map((l) => (l.of.includes('energy') ? l : { ...l, energyAboveKwh: undefined }))
      .map((l) => (l.atMost !== undefined ? l : { ...l, limitsPer: undefined })),
    fc.record({ code: fc.constant(code), label: fc.constant(code), perKwh: decimal(3, 4) }),
    fc.record({
      code: fc.constant(code),
      label: fc.constant(code),
      percent: decimal(20, 2),
      of: fc.constant(['payment']),
    }),
    fc.record({
      code: fc.constant(code),
      label: fc.constant(code),
      percent: decimal(20, 2),
      of: fc.constant(['energy']),
      included: fc.constant(true),
    }),
  );

/**
 * Any tariff that the schema can say, in small: blocks or a cliff, charges, levies, roundings,
 * currencies.
 */
export const anyTariff: fc.Arbitrary<Tariff> = fc
  .record({
    energy,
    charges: fc
      .tuple(charge('service'), charge('network'), fc.integer({ min: 0, max: 2 }))
      .map(([a, b, n]) => [a, b].slice(0, n)),
    levies: fc
      .tuple(
        levy('duty', ['energy', 'charges']),
        levy('vat', ['energy', 'charges', 'levies']),
        fc.integer({ min: 0, max: 2 }),
      )
      .map(([a, b, n]) => [a, b].slice(0, n)),
    scale: fc.constantFrom(0, 2, 3),
    lines: fc.constantFrom('half-up', 'down', 'up'),
  })
  .map(({ energy: e, charges, levies, scale, lines }) =>
    tariffOf({
      energy: e,
      charges,
      levies: levies.map((l) => JSON.parse(JSON.stringify(l))),
      currency: { code: 'XTS', scale },
      rounding: { lines },
    }),
  );
