import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { parseTariff, positionToJson, startPosition } from '@prewatt/tariff';
import demo from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import fc from 'fast-check';
import { planRating, type RatingInput, type StandingRating } from './rate.ts';
import type { UseSpan } from './use.ts';

const zone = 'Africa/Johannesburg';
const midnight = Date.UTC(2026, 10, 22, 22);
const halfHour = 1_800_000;
const tariff = expectOk(parseTariff(demo), 'tariff');
const tariffOn = () => ({ versionId: 'v1', tariff, parameters: {} });

const input = (o: Partial<RatingInput>): RatingInput => ({
  spans: [],
  ratedUntilMs: midnight,
  staleFromMs: midnight,
  standing: [],
  position: positionToJson(startPosition()),
  tariffOn,
  zone,
  ...o,
});

/** Spans of half-hours; a `skip` makes the one before longer. */
const spansOf = (list: readonly { energyWh: bigint; slots: number }[]): UseSpan[] => {
  let startMs = midnight;
  return list.map(({ energyWh, slots }) => {
    const span = { startMs, endMs: startMs + slots * halfHour, energyWh };
    startMs = span.endMs;
    return span;
  });
};
const use = fc.array(
  fc.record({ energyWh: fc.bigInt(0n, 9_000n), slots: fc.integer({ min: 1, max: 30 }) }),
  { minLength: 1, maxLength: 40 },
);
const sum = (values: readonly bigint[]) => values.reduce((total, each) => total + each, 0n);

/** Rates span by span as readings come, or in whatever steps. */
function rateInSteps(spans: readonly UseSpan[], steps: readonly number[]) {
  const standing: StandingRating[] = [];
  let state = { ratedUntilMs: midnight, position: positionToJson(startPosition()) as object };
  for (const count of steps) {
    const plan = expectOk(planRating(input({ ...state, spans: spans.slice(0, count) })), 'plan');
    for (const [i, rating] of plan.ratings.entries()) {
      standing.push({ ...rating, id: `${count}-${i}`, ordinal: 1 });
    }
    state = { ratedUntilMs: plan.ratedUntilMs, position: positionToJson(plan.position) };
  }
  return { standing, ...state };
}

test('rated as it comes, use costs what it costs rated at once, and not a watt-hour is lost', () => {
  fc.assert(
    fc.property(use, (list) => {
      const spans = spansOf(list);
      const once = expectOk(planRating(input({ spans })), 'plan');
      const steps = rateInSteps(
        spans,
        spans.map((_, i) => i + 1),
      );
      const measured = sum(list.map(({ energyWh }) => energyWh));
      assert.equal(sum(steps.standing.map((each) => each.energyWh)), measured);
      assert.equal(sum(once.ratings.map((each) => each.energyWh)), measured);
      const difference =
        sum(steps.standing.map((each) => each.chargedMinor)) -
        sum(once.ratings.map((each) => each.chargedMinor));
      assert.ok(difference >= -1n && difference <= 1n, `${difference}`);
      for (const each of steps.standing) {
        assert.equal(sum(each.lines.map((line) => BigInt(line.amountMinor))), each.chargedMinor);
      }
    }),
    { numRuns: 60 },
  );
});

test('what was rated before is rated again only where its use is known otherwise now', () => {
  fc.assert(
    fc.property(use, fc.nat(), fc.bigInt(1n, 500n), (list, at, moreWh) => {
      const spans = spansOf(list);
      const counts = spans.map((_, i) => i + 1);
      const { standing, ...state } = rateInSteps(spans, counts);
      const again = expectOk(planRating(input({ ...state, spans, standing })), 'plan');
      assert.deepEqual(again.ratings, []);
      const nth = at % spans.length;
      const changed = spans.map((span, i) =>
        i === nth ? { ...span, energyWh: (span.energyWh ?? 0n) + moreWh } : span,
      );
      const plan = expectOk(planRating(input({ ...state, spans: changed, standing })), 'plan');
      assert.ok(plan.ratings.length > 0);
      assert.ok(plan.ratings.every((each) => each.replaces !== null));
      const replaced = new Set(plan.ratings.map((each) => each.replaces?.id));
      const kept = standing.filter((each) => !replaced.has(each.id));
      const total = sum([...kept, ...plan.ratings].map((each) => each.energyWh));
      assert.equal(total, sum(list.map(({ energyWh }) => energyWh)) + moreWh);
      const startMs = changed[nth]?.startMs ?? 0;
      assert.ok(plan.ratings.every((each) => each.endsAtMs > startMs));
      const fresh = expectOk(planRating(input({ spans: changed })), 'plan');
      const difference =
        sum([...kept, ...plan.ratings].map((each) => each.chargedMinor)) -
        sum(fresh.ratings.map((each) => each.chargedMinor));
      assert.ok(difference >= -1n && difference <= 1n, `${difference}`);
    }),
    { numRuns: 60 },
  );
});

test('a rating never crosses midnight, and a register that jumped costs nothing until explained', () => {
  const spans = [
    { startMs: midnight, endMs: midnight + 60 * halfHour, energyWh: 6_000n },
    { startMs: midnight + 60 * halfHour, endMs: midnight + 61 * halfHour, energyWh: null },
  ];
  const plan = expectOk(planRating(input({ spans })), 'plan');
  assert.deepEqual(
    plan.ratings.map((each) => [(each.startsAtMs - midnight) / halfHour, each.energyWh]),
    [
      [0, 4_800n],
      [48, 1_200n],
    ],
  );
});
