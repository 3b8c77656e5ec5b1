// The time of one meter and the turn of all, on a clock of the test.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkBudget, type WorkLimits } from './work-budget.ts';

const limits: WorkLimits = { meterMs: 100, windowMs: 1_000, turnMs: 30, messageMs: 20 };
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function start() {
  const clock = { ms: 5_000, cpuMs: 0 };
  let turns = 0;
  const budget = createWorkBudget(limits, {
    nowMs: () => clock.ms,
    cpuMs: () => clock.cpuMs,
    nextTurn: () => {
      turns += 1;
    },
  });
  const work = (meterPan: string, ms: number, cpuMs = ms) =>
    budget.work(meterPan, () => {
      clock.ms += ms;
      clock.cpuMs += cpuMs;
    });
  return { clock, budget, work, turns: () => turns };
}

test('a meter that used up its time is left unread until the window ends, and told of once', async () => {
  const { clock, budget, work } = start();
  for (let i = 0; i < 5; i += 1) {
    assert.deepEqual(budget.mayWork('a'), { may: true, tell: false });
    work('a', 20);
    await nextTurn();
  }
  assert.deepEqual(budget.mayWork('a'), { may: false, tell: true });
  assert.deepEqual(budget.mayWork('a'), { may: false, tell: false });
  assert.deepEqual(budget.mayWork('b'), { may: true, tell: false }, 'another is not its fault');
  clock.ms = 6_000;
  assert.deepEqual(budget.mayWork('a'), { may: true, tell: false });
});

test('a process that was stopped in the middle of a message blames its meter for one', async () => {
  const { clock, budget, work } = start();
  work('a', 900);
  await nextTurn();
  clock.ms = 5_000;
  assert.equal(budget.mayWork('a').may, true);
});

test('on a busy machine a meter answers for the processor’s time, not for the clock’s', async () => {
  const { clock, budget, work } = start();
  for (let i = 0; i < 40; i += 1) {
    work('a', 20, 1);
    await nextTurn();
    clock.ms = 5_000;
  }
  assert.equal(budget.mayWork('a').may, true);
});

test('after its time of a turn the rest waits until others had theirs', async () => {
  const { budget, work, turns } = start();
  work('a', 20);
  assert.equal(budget.isTurnOver(), false);
  work('b', 20);
  assert.deepEqual([budget.isTurnOver(), turns()], [true, 0]);
  await nextTurn();
  assert.deepEqual([budget.isTurnOver(), turns()], [false, 1]);
});

test('of a flood of refused messages one a window is said', () => {
  const { clock, budget } = start();
  assert.deepEqual([budget.firstRefused('a'), budget.firstRefused('a')], [true, false]);
  clock.ms = 6_000;
  assert.equal(budget.firstRefused('a'), true);
});
