// The power limit: how long demand may be over it, when supply comes back, when a hand must help;
// soft landing as credit ends; phases that are too uneven.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountStateOf, displayOf, openReasonsOf } from '../src/index.ts';
import {
  dayMs,
  firstTid,
  hourMs,
  load,
  managementTokenOf,
  minuteMs,
  newMeter,
  noonMs,
  tokenOf,
  told,
  typed,
} from './fixtures.ts';
import { run } from './run.ts';

const limited = (limitW = 2000) =>
  run(newMeter(), [
    typed(tokenOf(100_000)),
    told(noonMs, { kind: 'setPowerLimit', limitW, overForMs: 30_000, reconnectAfterMs: 60_000 }),
  ]).state;

test('demand over the limit for its time opens the switch, and a delay closes it', () => {
  const start = limited();
  const { events, flowedMilliWh } = run(start, [load(start, { w: 3600, ms: minuteMs })]);
  const reached = events.find(({ code }) => code === 'limitReached');
  assert.deepEqual(
    { ...reached, sequence: 0 },
    {
      sequence: 0,
      atMs: noonMs + 30_000,
      code: 'limitReached',
      limitW: 2000,
      powerW: 3600,
      trip: 1,
    },
  );
  assert.equal(flowedMilliWh, 30_000, 'half a minute of 3.6 kW');
  const back = run(start, [load(start, { w: 3600, ms: 30_000 }), { atMs: noonMs + 5 * minuteMs }]);
  assert.deepEqual(back.codes.slice(-2), ['loadSwitchClosed', 'limitCleared']);
  const closed = back.events.find(({ code }) => code === 'loadSwitchClosed');
  assert.deepEqual(
    [closed?.atMs, closed?.code === 'loadSwitchClosed' && closed.cause],
    [noonMs + 90_000, 'delay'],
  );
});

test('a short excess, or one below the limit, does nothing', () => {
  const start = limited();
  const { codes } = run(start, [
    { atMs: noonMs + 20_000, demandMilliWh: 20_000 },
    { atMs: noonMs + 40_000, demandMilliWh: 5_000 },
    { atMs: noonMs + 60_000, demandMilliWh: 20_000 },
    { atMs: noonMs + hourMs, demandMilliWh: 1_900_000 },
  ]);
  assert.deepEqual(codes, []);
});

test('a load that stays trips five times within an hour, then waits for a hand', () => {
  const start = limited();
  const { state, codes } = run(start, [load(start, { w: 5000, ms: 3 * dayMs })]);
  assert.equal(codes.filter((code) => code === 'limitReached').length, 5);
  assert.equal(state.loadSwitch, 'readyForReconnection');
  const pressed = run(state, [{ atMs: state.atMs, reconnectPressed: true }]);
  assert.equal(pressed.state.loadSwitch, 'connected');
});

test('a limit by token holds and shows, and a higher one gives supply back at once', () => {
  const set = (watts: bigint, tid: number) =>
    managementTokenOf({ kind: 'setMaximumPowerLimit', watts }, tid);
  const start = run(newMeter(), [typed(tokenOf(50_000)), typed(set(1000n, firstTid + 1))]).state;
  const off = run(start, [load(start, { w: 1500, ms: 45_000 })]);
  assert.deepEqual(openReasonsOf(off.state), ['powerLimit']);
  const page = run(off.state, [typed('804', off.state.atMs)]).state;
  assert.deepEqual(displayOf(page, page.atMs).pages, [
    { code: '804', label: 'Power limit', value: '1000 W' },
  ]);
  const up = run(off.state, [typed(set(4000n, firstTid + 2), off.state.atMs)]);
  assert.equal(up.state.loadSwitch, 'connected');
});

test('supply that a limit has cut stays off when credit ends meanwhile', () => {
  const start = limited();
  const off = run(start, [load(start, { w: 3600, ms: 30_000 })]).state;
  const cleared = run(off, [
    typed(
      managementTokenOf({ kind: 'clearCredit', register: 'electricity' }, firstTid + 1),
      off.atMs,
    ),
    { atMs: off.atMs + hourMs },
  ]);
  assert.ok(!cleared.codes.includes('loadSwitchClosed'));
  assert.deepEqual(openReasonsOf(cleared.state), ['credit']);
});

test('soft landing lowers the limit as credit ends, never for homes that depend on it', () => {
  const protection = {
    ...newMeter().config.protection,
    softLanding: [
      { belowWh: '3000', powerLimitW: 2000 },
      { belowWh: '1000', powerLimitW: 500 },
    ],
  };
  const { state } = run(newMeter({ protection }), [typed(tokenOf(2_500))]);
  assert.equal(accountStateOf(state).account?.powerLimitW, 2000n);
  assert.equal(accountStateOf(state).account?.powerLimitBy, 'softLanding');
  assert.equal(accountStateOf(limited(1500)).account?.powerLimitBy, 'setting');
  const oven = run(state, [load(state, { w: 3000, ms: minuteMs })]);
  assert.ok(oven.codes.includes('limitReached'));
  const light = run(state, [load(state, { w: 400, ms: 4 * hourMs })]);
  assert.ok(!light.codes.includes('limitReached'));
  assert.equal(accountStateOf(light.state).account?.powerLimitW, 500n);
  const medical = run(newMeter({ protection, medical: true }), [typed(tokenOf(2_500))]);
  assert.equal(accountStateOf(medical.state).account?.powerLimitW, null);
});

test('phases too uneven for too long trip a three-phase meter, with the evidence', () => {
  const start = run(newMeter({ phases: 3 }), [
    typed(tokenOf(100_000)),
    typed(managementTokenOf({ kind: 'setPhaseUnbalanceLimit', watts: 1000n }, firstTid + 1)),
  ]).state;
  const even = run(start, [
    { ...load(start, { w: 3000, ms: minuteMs }), phasesW: [1000, 1100, 900] },
  ]);
  assert.deepEqual(even.codes, []);
  const uneven = run(even.state, [
    { ...load(even.state, { w: 3000, ms: minuteMs }), phasesW: [2500, 300, 200] },
  ]);
  const [event] = uneven.events;
  assert.ok(event?.code === 'unbalance');
  assert.deepEqual([event.limitW, event.phasesW], [1000, [2500, 300, 200]]);
  assert.deepEqual(openReasonsOf(uneven.state), ['unbalance']);
});

test('limits out of reason are refused and change nothing', () => {
  const start = limited();
  for (const action of [
    { kind: 'setPowerLimit', limitW: 0 },
    { kind: 'setPowerLimit', limitW: 2_000_000 },
    { kind: 'setPowerLimit', limitW: 100, overForMs: 7 * hourMs },
    { kind: 'setPowerLimit', limitW: 100, reconnectAfterMs: 10 },
  ] as const) {
    const { state, messages } = run(start, [told(noonMs + 5, action)]);
    assert.ok(
      messages.some(
        (m) =>
          m.kind === 'commandResult' && m.result.kind === 'refused' && m.result.reason === 'range',
      ),
    );
    assert.deepEqual(state.settings, start.settings);
  }
});
