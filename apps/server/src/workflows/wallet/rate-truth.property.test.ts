// Whatever comes late, in any order, or is put right: what is charged in the end is what the tariff
// says of the use that was measured, reckoned anew here, without the code that rates.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, expectOk } from '@prewatt/quantities';
import { parseTariff, positionToJson, startPosition } from '@prewatt/tariff';
import fc from 'fast-check';
import { planRating, type StandingRating } from './rate.ts';
import type { UseSpan } from './use.ts';

const zone = 'Africa/Johannesburg';
const halfHour = 1_800_000;
/** Sunday 29 November, midnight in the zone: three days over the end of the month. */
const startMs = Date.UTC(2026, 10, 28, 22);
const slots = 144;

type Version = {
  readonly from: string;
  /** Minor units per kWh: by night and by day, in the first block and beyond it. */
  readonly rates: readonly [night: bigint, day: bigint, nightBeyond: bigint, dayBeyond: bigint];
};
type Terms = {
  readonly versions: readonly [Version, Version];
  readonly blockKwh: bigint;
  readonly freeKwh: bigint;
  readonly countsInBlocks: boolean;
};

const written = (minor: bigint): string =>
  `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;

const documentOf = (terms: Terms, { from, rates }: Version) => ({
  schema: 'prewatt-tariff-1',
  id: 'truth',
  version: 1,
  utility: 'Test',
  country: 'ZA',
  customerClass: 'Domestic',
  zone,
  currency: { code: 'ZAR', scale: 2 },
  effectiveFrom: from,
  periods: [
    { code: 'night', label: 'Night', from: '22:00', to: '06:00' },
    { code: 'day', label: 'Day' },
  ],
  energy: {
    schedules: [
      {
        code: 'standard',
        blocks: [
          {
            uptoKwh: terms.blockKwh.toString(),
            rates: { night: written(rates[0]), day: written(rates[1]) },
          },
          { uptoKwh: null, rates: { night: written(rates[2]), day: written(rates[3]) } },
        ],
      },
    ],
  },
  charges: [{ code: 'service', label: 'Service charge', per: 'month', amount: '25.00' }],
  levies: [{ code: 'vat', label: 'VAT', kind: 'tax', percent: '15', of: ['energy', 'charges'] }],
  ...(terms.freeKwh === 0n
    ? {}
    : {
        freeAllowance: {
          kwh: terms.freeKwh.toString(),
          countsInBlocks: terms.countsInBlocks,
        },
      }),
});

const price = fc.bigInt(10n, 900n);
const rates = fc.tuple(price, price, price, price);
const termsOf = fc
  .record({
    first: rates,
    second: rates,
    from: fc.constantFrom('2026-11-30', '2026-12-01'),
    blockKwh: fc.bigInt(1n, 60n),
    freeKwh: fc.bigInt(0n, 12n),
    countsInBlocks: fc.boolean(),
  })
  .map(
    ({ first, second, from, ...rest }): Terms => ({
      ...rest,
      versions: [
        { from: '2020-01-01', rates: first },
        { from, rates: second },
      ],
    }),
  );

const civil = (atMs: number) => {
  // The zone has no summer time: two hours ahead all year.
  const local = new Date(atMs + 2 * 3_600_000);
  return { date: local.toISOString().slice(0, 10), hour: local.getUTCHours() };
};

/**
 * Energy and service charge in millionths of a minor unit, which prices and watt-hours make whole
 * ones of; the tax is 15 % of their sum.
 */
function truthMicro(
  terms: Terms,
  usedUpTo: (atMs: number) => bigint,
  untilMs: number,
): { readonly energy: bigint; readonly fee: bigint } {
  let fee = 0n;
  let micro = 0n;
  const charged = new Set<string>();
  const month = { name: '', inBlocks: 0n, free: 0n };
  for (let atMs = startMs; atMs < untilMs; atMs += halfHour) {
    const { date, hour } = civil(atMs);
    if (month.name !== date.slice(0, 7)) {
      Object.assign(month, { name: date.slice(0, 7), inBlocks: 0n, free: 0n });
    }
    if (!charged.has(month.name)) {
      charged.add(month.name);
      fee += 2_500n * 1_000_000n;
    }
    const [before, after] = terms.versions;
    const [night, day, nightBeyond, dayBeyond] = (date >= after.from ? after : before).rates;
    const isNight = hour >= 22 || hour < 6;
    const endMs = Math.min(atMs + halfHour, untilMs);
    let wh = usedUpTo(endMs) - usedUpTo(atMs);
    const left = terms.freeKwh * 1000n - month.free;
    const free = wh < left ? wh : left;
    month.free += free;
    if (terms.countsInBlocks) month.inBlocks += free;
    wh -= free;
    const room = terms.blockKwh * 1000n - month.inBlocks;
    const below = room <= 0n ? 0n : wh < room ? wh : room;
    month.inBlocks += wh;
    const [low, high] = isNight ? [night, nightBeyond] : [day, dayBeyond];
    micro += (below * low + (wh - below) * high) * 1_000n;
  }
  return { energy: micro, fee };
}

type Message = { readonly slot: number; readonly offWh: bigint };
const scenario = fc.record({
  terms: termsOf,
  steps: fc.array(fc.bigInt(0n, 3_000n), { minLength: slots, maxLength: slots }),
  /** Some never arrive, some arrive twice, the first time with less than there was. */
  heard: fc.uniqueArray(fc.integer({ min: 1, max: slots }), { minLength: 1, maxLength: 40 }),
  wrong: fc.array(fc.nat(39), { maxLength: 8 }),
  order: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
  atOnce: fc.integer({ min: 1, max: 6 }),
});

/** The wallet as its rows have it; a message marks what validation marks. */
function createWallet(terms: Terms) {
  const versions = terms.versions.map((version, i) => ({
    from: version.from,
    inForce: {
      versionId: `v${i}`,
      tariff: expectOk(parseTariff(documentOf(terms, version)), 'tariff'),
      parameters: {},
    },
  }));
  const tariffOn = (date: string) => versions.findLast(({ from }) => date >= from)?.inForce ?? null;
  let standing: StandingRating[] = [];
  let ratedUntilMs = startMs;
  let position: object = positionToJson(startPosition());
  let made = 0;
  return {
    rate: (spans: readonly UseSpan[], staleFromMs: number) => {
      const fromMs = Math.max(startMs, Math.min(staleFromMs, ratedUntilMs));
      const looked = standing.filter((each) => each.endsAtMs > fromMs);
      const plan = expectOk(
        planRating({
          spans,
          ratedUntilMs,
          staleFromMs: fromMs,
          standing: looked,
          position,
          tariffOn,
          zone,
        }),
        'plan',
      );
      for (const rating of plan.ratings) {
        made += 1;
        const { replaces, energyWh, chargedMinor, ...rest } = rating;
        standing = standing.filter((each) => each.id !== replaces?.id);
        // As a row: JSON in and out.
        const row = JSON.parse(JSON.stringify(rest));
        const ordinal = (replaces?.ordinal ?? 0) + 1;
        standing.push({ ...row, energyWh, chargedMinor, id: `${made}`, ordinal });
      }
      standing.sort((a, b) => a.endsAtMs - b.endsAtMs);
      ratedUntilMs = plan.ratedUntilMs;
      position = positionToJson(plan.position);
      return plan.ratings.length;
    },
    standing: () => standing,
  };
}

/** Spans between what is known; what is missing between two readings is theirs. */
const spansOf = (known: ReadonlyMap<number, bigint>): UseSpan[] => {
  const all = [...known].sort(([a], [b]) => a - b);
  return all.slice(1).map(([slot, value], i) => {
    const [before, least] = all[i] ?? [slot, value];
    const [from, to] = [before, slot].map((each) => startMs + each * halfHour);
    return { startMs: from ?? 0, endMs: to ?? 0, energyWh: value - least };
  });
};

test('in any order, late, twice and put right: charged is what the tariff says of measured use', () => {
  fc.assert(
    fc.property(scenario, ({ terms, steps, heard, wrong, order, atOnce }) => {
      const register = [0n];
      for (const wh of steps) register.push((register.at(-1) ?? 0n) + wh);
      const off = new Set(wrong.map((nth) => heard[nth % heard.length]));
      const messages: Message[] = heard.flatMap((slot) => [
        ...(off.has(slot) ? [{ slot, offWh: (steps[slot - 1] ?? 0n) / 2n }] : []),
        { slot, offWh: 0n },
      ]);
      const shuffled = messages
        .map((message, i) => ({ message, key: order[i % order.length] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ message }) => message);
      const known = new Map<number, bigint>([[0, 0n]]);
      const right = new Set<number>();
      const wallet = createWallet(terms);
      for (let i = 0; i < shuffled.length; i += atOnce) {
        let firstSlot = slots;
        for (const { slot, offWh } of shuffled.slice(i, i + atOnce)) {
          // What was put right stays right, whatever comes after it.
          if (right.has(slot)) continue;
          if (offWh === 0n) right.add(slot);
          known.set(slot, (register[slot] ?? 0n) - offWh);
          const before = Math.max(...[...known.keys()].filter((each) => each < slot));
          firstSlot = Math.min(firstSlot, before);
        }
        if (firstSlot === slots) continue;
        const staleFromMs = startMs + Math.floor((firstSlot * halfHour) / dayMs) * dayMs;
        const spans = spansOf(known);
        wallet.rate(spans, staleFromMs);
        assert.equal(wallet.rate(spans, staleFromMs), 0, 'the same again changes nothing');
      }
      const standing = wallet.standing();
      for (const [i, each] of standing.entries()) {
        assert.equal(
          each.startsAtMs,
          standing[i - 1]?.endsAtMs ?? startMs,
          'no gap, nothing twice',
        );
      }
      const lastSlot = Math.max(...heard);
      const spans = spansOf(known);
      const usedUpTo = (atMs: number): bigint => {
        const span = spans.find((each) => atMs > each.startMs && atMs <= each.endMs);
        if (span === undefined) return 0n;
        const from = register[Math.round((span.startMs - startMs) / halfHour)] ?? 0n;
        const whole = span.energyWh ?? 0n;
        return from + (whole * BigInt(atMs - span.startMs)) / BigInt(span.endMs - span.startMs);
      };
      const sum = (values: readonly bigint[]) => values.reduce((total, each) => total + each, 0n);
      assert.equal(sum(standing.map((each) => each.energyWh)), register[lastSlot] ?? 0n);
      const truth = truthMicro(terms, usedUpTo, startMs + lastSlot * halfHour);
      const tax = ((truth.energy + truth.fee) * 15n) / 100n;
      for (const [kind, micro] of Object.entries({ ...truth, tax })) {
        const lines = standing.flatMap((each) => each.lines.filter((line) => line.kind === kind));
        const inAll = sum(lines.map((line) => BigInt(line.amountMinor)));
        assert.equal(inAll, micro / 1_000_000n, `${kind}: the rows add up to that of their sum`);
      }
      const charged = standing.flatMap((each) => each.lines.map((l) => BigInt(l.amountMinor)));
      assert.equal(sum(standing.map((each) => each.chargedMinor)), sum(charged));
    }),
    { numRuns: 80 },
  );
});
