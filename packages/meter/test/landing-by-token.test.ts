// Soft landing of a meter that knows no rules: its customer types limit tokens as they come, and
// the one that lifts them before the next credit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  dayMs,
  firstTid,
  hourMs,
  managementTokenOf,
  minuteMs,
  newMeter,
  noonMs,
  tokenOf,
  typed,
} from './fixtures.ts';
import { run } from './run.ts';

/** A home that draws 300 W, and more for the first ten minutes of each hour. */
function* hoursOf(hours: number, o: { readonly fromMs: number; readonly burstW: number }) {
  for (let hour = 0; hour < hours; hour += 1) {
    const atMs = o.fromMs + hour * hourMs;
    yield { atMs: atMs + 10 * minuteMs, demandMilliWh: Math.floor((o.burstW * 1000) / 6) };
    yield { atMs: atMs + hourMs, demandMilliWh: 250_000 };
  }
}
const limitOf = (watts: bigint, tid: number) =>
  managementTokenOf({ kind: 'setMaximumPowerLimit', watts }, tid);
/** 15 kWh. */
const stocked = () => run(newMeter(), [typed(tokenOf(15_000))]).state;
/** When credit is out, in hours; the switch opens for nothing else before. */
const lastsHours = (start: ReturnType<typeof stocked>, burstW: number): number => {
  const { events } = run(start, [...hoursOf(72, { fromMs: noonMs, burstW })]);
  const [opened] = events.filter((event) => event.code === 'loadSwitchOpened');
  assert.equal(opened?.code === 'loadSwitchOpened' && opened.cause, 'credit');
  return ((opened?.atMs ?? 0) - noonMs) / hourMs;
};

test('the limit holds, and who keeps below it has credit for longer', () => {
  // 0.75 kWh an hour with a kettle of 3 kW, 0.375 without.
  const free = lastsHours(stocked(), 3_000);
  assert.ok(free > 19 && free <= 20, String(free));
  const limited = run(stocked(), [typed(limitOf(800n, firstTid + 1))]).state;
  const { events } = run(limited, [...hoursOf(1, { fromMs: noonMs, burstW: 3_000 })]);
  const [opened] = events.filter((event) => event.code === 'loadSwitchOpened');
  assert.equal(opened?.code === 'loadSwitchOpened' && opened.cause, 'powerLimit');
  const kept = lastsHours(limited, 750);
  assert.ok(kept > 39 && kept <= 40, String(kept));
});

test('a second step limits more, and the lift before the next credit ends both', () => {
  const low = run(stocked(), [
    typed(limitOf(800n, firstTid + 1)),
    typed(limitOf(250n, firstTid + 2), noonMs + minuteMs),
  ]).state;
  assert.equal(low.settings.powerLimitW, 250);
  const lifted = run(low, [
    typed(limitOf(9_200n, firstTid + 3), noonMs + dayMs),
    typed(tokenOf(15_000, firstTid + 4), noonMs + dayMs),
  ]);
  assert.equal(lifted.state.settings.powerLimitW, 9_200);
  assert.equal(lifted.state.loadSwitch, 'connected');
  const after = run(lifted.state, [...hoursOf(5, { fromMs: noonMs + dayMs, burstW: 3_000 })]);
  assert.equal(after.codes.filter((code) => code === 'limitReached').length, 0);
});

test('the order of typing decides: a limit that was kept and is typed late limits again', () => {
  const late = run(stocked(), [
    typed(limitOf(9_200n, firstTid + 3)),
    typed(limitOf(800n, firstTid + 1), noonMs + minuteMs),
  ]).state;
  assert.equal(late.settings.powerLimitW, 800);
  const again = run(late, [typed(limitOf(9_200n, firstTid + 3), noonMs + 2 * minuteMs)]).state;
  assert.equal(again.settings.powerLimitW, 800, 'a used token does not lift it again');
});
