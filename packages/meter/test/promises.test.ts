// Promised credit: a cash sale at a site without a link, whose token comes later.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  availableMilliWhOf,
  type MeterInput,
  type MeterState,
  mayPromise,
  owedOf,
  promisedLeftMilliWhOf,
  restoreMeter,
  serialiseMeter,
  step,
  usableOf,
} from '../src/index.ts';
import { firstTid, friendly, hourMs, load, newMeter, tokenOf, typed } from './fixtures.ts';
import { run } from './run.ts';

const promise = (saleId: string, energyWh: number, state: MeterState): MeterInput => ({
  atMs: state.inputAtMs,
  promise: { kind: 'promise', saleId, energyWh },
});
const settle = (saleId: string, state: MeterState): MeterInput => ({
  atMs: state.inputAtMs,
  promise: { kind: 'settle', saleId },
});
const promised = (energyWh: number, start = newMeter()): MeterState =>
  step(start, promise('a', energyWh, start)).state;

test('a promise turns supply on, once, and ends it where it is used up', () => {
  const start = promised(4_000);
  assert.equal(start.loadSwitch, 'connected');
  assert.equal(availableMilliWhOf(start), 0);
  const again = step(start, promise('a', 4_000, start)).state;
  assert.equal(promisedLeftMilliWhOf(again), 4_000_000);
  const used = run(again, [load(again, { w: 1000, ms: 6 * hourMs })]);
  assert.equal(used.flowedMilliWh, 4_000_000);
  assert.equal(used.state.loadSwitch, 'disconnected');
  assert.equal(owedOf(used.state), 4_000_000);
});

test('a meter that waits for five hundred tokens takes no further promise', () => {
  let state = newMeter();
  const take = (n: number) => step(state, promise(`sale-${n}`, 100, state));
  for (let n = 0; n < 500; n += 1) {
    assert.equal(mayPromise(state), 'yes');
    state = take(n).state;
  }
  assert.equal(mayPromise(state), 'full');
  assert.equal(take(500).outputs.promiseTaken, false);
  assert.equal(mayPromise(step(state, settle('sale-7', state)).state), 'yes');
});

test('the token pays back what was used, and the rest is credit, as if it had come at once', () => {
  const start = promised(4_000);
  const used = run(start, [load(start, { w: 1000, ms: hourMs })]).state;
  const entered = run(used, [typed(tokenOf(4_000), used.inputAtMs)]).state;
  const done = step(entered, settle('a', entered)).state;
  assert.equal(availableMilliWhOf(done), 3_000_000);
  assert.equal(owedOf(done), 0);
  assert.equal(usableOf(done), 3_000_000);
  const again = step(done, settle('a', done)).state;
  assert.equal(usableOf(again), 3_000_000);
});

test('the price may have changed: what the token lacks is owed, what it has more is credit', () => {
  const all = promised(4_000);
  const used = run(all, [load(all, { w: 1000, ms: 6 * hourMs })]).state;
  const less = run(used, [typed(tokenOf(3_500), used.inputAtMs)]).state;
  const settled = step(less, settle('a', less)).state;
  assert.equal(owedOf(settled), 500_000);
  assert.equal(settled.promisedUsedMilliWh, 0);
  assert.equal(usableOf(settled), 0);
  const more = run(used, [typed(tokenOf(4_500), used.inputAtMs)]).state;
  assert.equal(usableOf(step(more, settle('a', more)).state), 500_000);
});

test('another purchase does not pay for a promise, and two promises settle one by one', () => {
  const start = promised(2_000, newMeter({ protection: friendly }));
  const both = step(start, promise('b', 3_000, start)).state;
  const used = run(both, [load(both, { w: 1000, ms: 4 * hourMs })]).state;
  assert.equal(owedOf(used), 4_000_000);
  // Bought by phone: friendly hours let it pay back a share of what is owed, and nothing is.
  const bought = run(used, [typed(tokenOf(1_000), used.inputAtMs)]).state;
  assert.equal(availableMilliWhOf(bought), 1_000_000);
  assert.equal(usableOf(bought), 2_000_000);
  const first = run(bought, [typed(tokenOf(2_000, firstTid + 1), used.inputAtMs)]).state;
  const one = step(first, settle('a', first)).state;
  assert.equal(usableOf(one), 2_000_000);
  const second = run(one, [typed(tokenOf(3_000, firstTid + 2), used.inputAtMs)]).state;
  const two = step(second, settle('b', second)).state;
  assert.equal(usableOf(two), 2_000_000);
  assert.equal(owedOf(two), 0);
});

test('what a token puts aside is no more than is left when it has paid its promise back', () => {
  const start = promised(4_000, newMeter({ reserve: { sharePercent: 50, limitWh: 3_000 } }));
  const used = run(start, [load(start, { w: 1000, ms: 6 * hourMs })]).state;
  const entered = run(used, [typed(tokenOf(4_000), used.inputAtMs)]).state;
  assert.equal(entered.reserved, 2_000_000);
  const done = step(entered, settle('a', entered)).state;
  assert.deepEqual([availableMilliWhOf(done), done.reserved, owedOf(done)], [0, 0, 0]);
  // Else the next promise would fill what was put aside, before anything is used.
  const next = step(done, promise('b', 3_000, done)).state;
  assert.equal(
    run(next, [load(next, { w: 1000, ms: hourMs })]).state.promisedUsedMilliWh,
    1_000_000,
  );
});

test('promises are in the state that a power cut leaves', () => {
  const start = promised(4_000);
  const used = run(start, [load(start, { w: 1000, ms: hourMs })]).state;
  const restored = restoreMeter(serialiseMeter(used));
  assert.ok(restored.ok);
  assert.equal(promisedLeftMilliWhOf(restored.value), 3_000_000);
});

test('a meter on credit, or out of reason, takes no promise', () => {
  const start = newMeter({}, undefined, { paymentMode: 'credit' });
  const answer = step(start, promise('a', 4_000, start));
  assert.equal(answer.outputs.promiseTaken, false);
  assert.equal(answer.outputs.mustStore, true);
  const other = newMeter();
  for (const energyWh of [0, -1, 1.5, 10_000_001]) {
    assert.equal(step(other, promise('a', energyWh, other)).outputs.promiseTaken, false);
  }
});
