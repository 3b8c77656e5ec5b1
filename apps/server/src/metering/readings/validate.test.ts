import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DayInput, findingKey, type Reading, validateDay } from './validate.ts';

const halfHour = 1_800_000;
const day = 48 * halfHour;
/** 500 W all day: 250 Wh each half-hour; a day before and the day. */
const steady = (alter: (value: bigint, i: number) => bigint | null = (value) => value): Reading[] =>
  Array.from({ length: 97 }, (_, i) => i).flatMap((i) => {
    const value = alter(10_000n + BigInt(i) * 250n, i);
    const atMs = i * halfHour;
    return value === null ? [] : [{ atMs, value, receivedAtMs: atMs + 1_000 }];
  });
const check = (readings: readonly Reading[], o: Partial<DayInput> = {}) =>
  validateDay({
    readings,
    startMs: day,
    endMs: 2 * day,
    maximumW: 20_000,
    accepted: new Set(),
    rejected: new Set(),
    edited: [],
    ...o,
  });
const kinds = (readings: readonly Reading[], o: Partial<DayInput> = {}) =>
  check(readings, o).findings.map(({ kind, atMs }) => `${kind} ${atMs / halfHour}`);

test('a whole day without faults is measured to the watt-hour', () => {
  const { measuredWh, estimatedWh, quality, findings } = check(steady());
  assert.deepEqual([measuredWh, estimatedWh, quality, findings], [12_000n, 0n, 'measured', []]);
});

test('a gap inside the day is named, its energy is measured by the register', () => {
  const gap = steady((value, i) => (i > 60 && i < 70 ? null : value));
  assert.deepEqual(kinds(gap), ['gap 70']);
  const { measuredWh, quality } = check(gap);
  assert.deepEqual([measuredWh, quality], [12_000n, 'measured']);
});

test('a gap over midnight is split by time, and both days together have its energy', () => {
  const gap = steady((value, i) => (i > 90 ? (i === 96 ? null : value) : value)).concat([
    { atMs: 100 * halfHour, value: 10_000n + 100n * 250n, receivedAtMs: 101 * halfHour },
  ]);
  const first = check(gap.filter(({ atMs }) => atMs < 91 * halfHour || atMs > 96 * halfHour));
  assert.equal(first.quality, 'estimated');
  assert.equal(first.measuredWh + first.estimatedWh, 12_000n);
  assert.equal(first.estimates[0]?.method, 'interpolated');
});

test('a spike that falls back is left out; the energy is what the good readings say', () => {
  const spike = steady((value, i) => (i === 60 ? value + 900_000n : value));
  assert.deepEqual(kinds(spike), ['spike 60']);
  assert.equal(check(spike).measuredWh, 12_000n);
});

test('a jump that stays is not billed by itself: an estimate stands in for it', () => {
  const jump = steady((value, i) => (i >= 60 ? value + 900_000n : value));
  const found = check(jump);
  assert.deepEqual(kinds(jump), ['spike 60']);
  assert.deepEqual(
    [found.quality, found.measuredWh, found.estimatedWh],
    ['estimated', 11_750n, 250n],
  );
  const accepted = check(jump, { accepted: new Set([findingKey(60 * halfHour, 'spike')]) });
  assert.equal(accepted.measuredWh, 912_000n);
  const edited = [{ startsAtMs: 59 * halfHour, endsAtMs: 60 * halfHour, energyWh: 300n }];
  assert.deepEqual(check(jump, { edited }).estimates[0]?.method, 'edited');
  assert.equal(check(jump, { edited }).estimatedWh, 300n);
});

test('a value that drops and recovers is negative; one that goes on from there is a reset', () => {
  assert.deepEqual(kinds(steady((value, i) => (i === 60 ? 5n : value))), ['negative 60']);
  const reset = steady((value, i) => (i >= 60 ? BigInt(i - 60) * 250n : value));
  assert.deepEqual(kinds(reset), ['reset 60']);
  const { measuredWh, estimatedWh } = check(reset);
  assert.deepEqual([measuredWh, estimatedWh], [11_750n, 250n]);
});

test('a reading from the future is the clock’s fault, and is left out', () => {
  const drift = steady().map((reading) =>
    reading.atMs === 60 * halfHour ? { ...reading, receivedAtMs: 59 * halfHour } : reading,
  );
  assert.ok(kinds(drift).includes('clockDrift 60'));
  assert.equal(check(drift).measuredWh, 12_000n);
});

test('a day that is not over, or has no readings, is incomplete and never filled up', () => {
  const { measuredWh, quality } = check(steady((value, i) => (i > 60 ? null : value)));
  assert.deepEqual([measuredWh, quality], [3_000n, 'incomplete']);
  assert.deepEqual(check([]).quality, 'incomplete');
});

test('a rejected reading is as if it had not come', () => {
  const wrong = steady((value, i) => (i === 60 ? value + 100n : value));
  assert.equal(check(wrong, { rejected: new Set([60 * halfHour]) }).measuredWh, 12_000n);
});

test('whatever readings come, use is never negative and days add up to the register', () => {
  const steps = fc.array(fc.record({ wh: fc.nat(5_000), kept: fc.boolean() }), {
    minLength: 145,
    maxLength: 145,
  });
  fc.assert(
    fc.property(steps, (given) => {
      let value = 0n;
      const all = given.map(({ wh }, i): Reading => {
        value += BigInt(wh);
        return { atMs: i * halfHour, value, receivedAtMs: i * halfHour };
      });
      const ends = new Set([0, 144]);
      const readings = all.filter((_, i) => ends.has(i) || given[i]?.kept === true);
      let sum = 0n;
      for (let nth = 0; nth < 3; nth += 1) {
        const result = check(readings, { startMs: nth * day, endMs: (nth + 1) * day });
        assert.ok(result.measuredWh >= 0n && result.estimatedWh >= 0n);
        assert.notEqual(result.quality, 'incomplete');
        sum += result.measuredWh + result.estimatedWh;
      }
      const [first, last] = [all[0], all[144]];
      assert.equal(sum, (last?.value ?? 0n) - (first?.value ?? 0n));
    }),
  );
});

test('a register that is given in kilowatt-hours is named once, and nothing of it is counted', () => {
  const inKwh = steady((value, i) => (i >= 60 ? (value + 50_000n) / 1000n : value + 50_000n));
  const { findings, measuredWh, quality } = check(inKwh);
  assert.deepEqual(
    findings.map(({ kind, atMs, detail }) => [kind, atMs / halfHour, detail['factor']]),
    [['unit', 60, 1000]],
  );
  // From the day's start to the last reading before it; the rest is not known.
  assert.deepEqual([measuredWh, quality], [11n * 250n, 'incomplete']);
  const once = steady((value, i) => (i === 60 ? (value + 50_000n) / 1000n : value + 50_000n));
  assert.deepEqual(kinds(once), ['unit 60']);
  assert.equal(check(once).measuredWh, 12_000n, 'the good readings around it say the energy');
});

test('a register that is given a thousandfold is named as well, a true fall or jump is not', () => {
  const thousandfold = steady((value, i) => (i >= 60 ? value * 1000n : value));
  assert.deepEqual(
    check(thousandfold).findings.map(({ kind, detail }) => [kind, detail['factor']]),
    [['unit', 0.001]],
  );
  const fall = steady((value, i) => (i >= 60 ? value - 10_000n - 60n * 250n : value));
  assert.deepEqual(kinds(fall), ['reset 60']);
});

test('a person may accept another unit: it is counted from there on, the jump is not', () => {
  const inKwh = steady((value, i) => (i >= 60 ? (value + 50_000n) / 1000n : value + 50_000n));
  const accepted = new Set([findingKey(60 * halfHour, 'unit')]);
  const { findings, quality } = check(inKwh, { accepted });
  assert.deepEqual(findings, []);
  assert.equal(quality, 'estimated');
});

test('no register that only rises by likely use is taken for another unit', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 9n }),
      fc.array(fc.bigInt({ min: 0n, max: 10_000n }), { minLength: 2, maxLength: 60 }),
      (start, uses) => {
        let value = start;
        const readings = uses.map((use, i) => {
          value += use;
          return { atMs: i * halfHour, value, receivedAtMs: i * halfHour };
        });
        assert.deepEqual(kinds(readings, { startMs: 0, endMs: 60 * halfHour }), []);
      },
    ),
  );
});
