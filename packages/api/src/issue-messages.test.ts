import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { faultOf } from './issue-messages.ts';

const faultIn = (schema: z.ZodType, value: unknown): string => {
  const read = schema.safeParse(value);
  assert.ok(!read.success, 'the value fits');
  return faultOf(read.error);
};

const body = z.strictObject({
  reason: z.string().min(10).max(12),
  count: z.number().int().min(1).max(9),
  on: z.iso.date(),
  mode: z.enum(['token', 'wallet']),
});
const fits = { reason: 'ten or more', count: 1, on: '2026-11-24', mode: 'token' };

test('a fault names the field and what to write there, in no words of the validator', () => {
  const table: readonly (readonly [object, string])[] = [
    [{ reason: undefined }, 'reason: is missing; write a text'],
    [{ reason: 7 }, 'reason: write a text'],
    [{ reason: 'short' }, 'reason: at least 10 characters'],
    [{ reason: 'much too long' }, 'reason: at most 12 characters'],
    [{ count: '1' }, 'count: write a number'],
    [{ count: 1.5 }, 'count: write a whole number'],
    [{ count: 0 }, 'count: at least 1'],
    [{ on: '24.11.2026' }, 'on: write a day like 2026-11-24'],
    [{ mode: 'cash' }, 'mode: write one of token, wallet'],
    [{ more: 1 }, 'body: "more" is not known here; leave it out'],
  ];
  for (const [change, words] of table) assert.equal(faultIn(body, { ...fits, ...change }), words);
  assert.equal(faultIn(body, undefined), 'body: is missing; write fields in braces, {"...": ...}');
});

test('the schema’s own words are kept', () => {
  const own = z.object({ amountMinor: z.string().regex(/^\d+$/, 'a positive integer') });
  assert.equal(faultIn(own, { amountMinor: '-1' }), 'amountMinor: a positive integer');
  assert.equal(faultIn(own, {}), 'amountMinor: is missing; write a text');
});

test('of alternatives the one that was meant is named, or what they are', () => {
  const left = z.discriminatedUnion('from', [
    z.object({ from: z.literal('lastReading') }),
    z.object({ from: z.literal('stated'), energy: z.object({ wh: z.string() }) }),
  ]);
  const inBody = z.object({ left });
  assert.equal(
    faultIn(inBody, { left: { from: 'guess' } }),
    'left.from: write one of lastReading, stated',
  );
  assert.equal(
    faultIn(inBody, { left: { from: 'stated', energy: {} } }),
    'left.energy.wh: is missing; write a text',
  );
  const baseDate = z.union([z.literal(93), z.literal(14), z.literal(35)]);
  assert.equal(
    faultIn(z.object({ baseDate }), { baseDate: 15 }),
    'baseDate: write one of 93, 14, 35',
  );
  const either = z.union([z.string(), z.object({ a: z.object({ b: z.number() }) })]);
  assert.equal(faultIn(either, { a: { b: 'x' } }), 'a.b: write a number');
  assert.equal(faultIn(either, 7), 'body: write a text or fields in braces, {"...": ...}');
});
