import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Point, usageBetween } from './index.ts';

const halfHour = 1_800_000;
const register = fc.array(fc.nat(5_000), { minLength: 4, maxLength: 200 }).map((steps): Point[] => {
  let value = 0n;
  return steps.map((step, i) => {
    value += BigInt(step);
    return { atMs: i * halfHour, value };
  });
});

test('parts of a day add up to the day, whatever the cut', () => {
  fc.assert(
    fc.property(register, fc.array(fc.nat(199), { minLength: 1 }), (points, cuts) => {
      const last = points.length - 1;
      const inside = cuts.map((cut) => cut % last).filter((cut) => cut > 0);
      const instants = [...new Set([0, ...inside, last])].sort((a, b) => a - b);
      const parts = usageBetween(
        points,
        instants.map((i) => i * halfHour),
      );
      const sum = parts.reduce<bigint>((total, part) => total + (part ?? 0n), 0n);
      assert.equal(sum, (points.at(-1)?.value ?? 0n) - (points[0]?.value ?? 0n));
    }),
  );
});

test('a gap is unknown, not zero', () => {
  const points = [
    { atMs: 0, value: 100n },
    { atMs: 10 * halfHour, value: 900n },
  ];
  assert.deepEqual(usageBetween(points, [0, 5 * halfHour, 10 * halfHour]), [null, null]);
  assert.deepEqual(usageBetween(points, [0, 10 * halfHour]), [800n]);
  assert.deepEqual(usageBetween([], [0, halfHour]), [null]);
});

test('a register that went back is unknown, not negative', () => {
  const points = [
    { atMs: 0, value: 900n },
    { atMs: halfHour, value: 5n },
  ];
  assert.deepEqual(usageBetween(points, [0, halfHour]), [null]);
});
