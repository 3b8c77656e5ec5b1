// Credit, warnings, the switch and protection, as input and output cycles with a leaping clock.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountStateOf, allEntries, availableMilliWhOf, displayOf, step } from '../src/index.ts';
import {
  dayMs,
  firstTid,
  friendly,
  hourMs,
  minuteMs,
  newMeter,
  noonMs,
  tokenOf,
} from './fixtures.ts';
import { run } from './run.ts';

const topUp = (creditWh: number, tid = firstTid, atMs = noonMs) => ({
  atMs,
  keypad: tokenOf(creditWh, tid),
});

test('a new meter is off, and its first token switches it on', () => {
  const start = newMeter();
  assert.equal(start.loadSwitch, 'disconnected');
  const { state, codes } = run(start, [topUp(12_300)]);
  assert.equal(state.loadSwitch, 'connected');
  assert.equal(availableMilliWhOf(state), 12_300_000);
  assert.deepEqual(codes, ['token', 'loadSwitchClosed']);
  assert.equal(displayOf(state, noonMs).token?.text, 'Accepted +12.3 kWh');
});

test('credit warns once, opens the switch at zero and closes it on a top-up', () => {
  const { state, codes, flowedMilliWh } = run(newMeter(), [
    topUp(10_000),
    { atMs: noonMs + hourMs, demandMilliWh: 4_000_000 },
    { atMs: noonMs + 2 * hourMs, demandMilliWh: 2_000_000 },
    { atMs: noonMs + 3 * hourMs, demandMilliWh: 500_000 },
    { atMs: noonMs + 4 * hourMs, demandMilliWh: 7_000_000 },
    { atMs: noonMs + 5 * hourMs, demandMilliWh: 7_000_000 },
    topUp(8_000, firstTid + 1, noonMs + 5 * hourMs),
  ]);
  assert.deepEqual(codes.slice(2), [
    'creditLow',
    'creditVeryLow',
    'creditExhausted',
    'loadSwitchOpened',
    'token',
    'loadSwitchClosed',
  ]);
  assert.equal(flowedMilliWh, 10_000_000, 'exactly the credit flowed');
  assert.equal(availableMilliWhOf(state), 8_000_000);
});

test('the switch opens at the instant at which credit ends inside a long step', () => {
  const { state, events } = run(newMeter(), [
    topUp(3_000),
    { atMs: noonMs + 6 * hourMs, demandMilliWh: 6_000_000 },
  ]);
  const opened = events.find((event) => event.code === 'loadSwitchOpened');
  assert.equal(opened?.atMs, noonMs + 3 * hourMs);
  assert.equal(state.importMilliWh, 3_000_000);
});

test('friendly hours keep supply on; what is used is owed and taken from the next top-up', () => {
  const evening = Date.UTC(2026, 10, 18, 15); // 17:00 local
  const start = newMeter({ protection: friendly }, evening);
  const night = run(start, [
    topUp(1_000, firstTid, evening),
    { atMs: evening + hourMs, demandMilliWh: 1_500_000 },
    { atMs: evening + 2 * hourMs, demandMilliWh: 1_500_000 },
  ]);
  assert.deepEqual(night.codes, [
    'token',
    'loadSwitchClosed',
    'creditExhausted',
    'protectedSupply',
  ]);
  assert.equal(night.state.loadSwitch, 'connected');
  const account = accountStateOf(night.state);
  assert.equal(account.owedEnergyWh, 2_000n);
  assert.equal(account.availableEnergyWh, 0n);
  assert.match(displayOf(night.state, night.state.atMs).statusText, /supply stays on/);
  const paid = run(night.state, [topUp(5_000, firstTid + 1, night.state.atMs)]);
  assert.equal(availableMilliWhOf(paid.state), 3_000_000);
  assert.equal(accountStateOf(paid.state).owedEnergyWh, 0n);
});

test('a top-up gives back its share of what is owed, keeps the floor and turns supply on', () => {
  const evening = Date.UTC(2026, 10, 18, 15);
  const { state } = run(newMeter({ protection: friendly }, evening), [
    topUp(1_000, firstTid, evening),
    { atMs: evening + dayMs, demandMilliWh: 24_000_000 },
  ]);
  assert.deepEqual([state.loadSwitch, state.owedMilliWh], ['disconnected', 17_000_000]);
  const small = run(state, [topUp(2_000, firstTid + 1, state.atMs)]).state;
  assert.deepEqual(
    [small.loadSwitch, availableMilliWhOf(small), small.owedMilliWh],
    ['connected', 1_000_000, 16_000_000],
    'floor of 1 kWh',
  );
  const large = run(state, [topUp(10_000, firstTid + 1, state.atMs)]).state;
  assert.deepEqual([availableMilliWhOf(large), large.owedMilliWh], [4_000_000, 11_000_000], '60 %');
  assert.match(displayOf(large, large.atMs).statusText, /Owed: 11\.00 kWh/);
});

test('protected supply ends with the friendly hours, to the second, even inside a leap', () => {
  const evening = Date.UTC(2026, 10, 18, 15);
  const { state, events } = run(newMeter({ protection: friendly }, evening), [
    topUp(1_000, firstTid, evening),
    { atMs: evening + dayMs, demandMilliWh: 24_000_000 },
  ]);
  const opened = events.find((event) => event.code === 'loadSwitchOpened');
  assert.equal(opened?.atMs, Date.UTC(2026, 10, 19, 9), '11:00 local');
  assert.equal(state.importMilliWh, 18_000_000, '18 of 24 hours at 1 kW');
});

test('a vulnerable home stays on at any hour', () => {
  const { state } = run(newMeter({ vulnerable: true }), [
    topUp(1_000),
    { atMs: noonMs + 5 * dayMs, demandMilliWh: 50_000_000 },
  ]);
  assert.equal(state.loadSwitch, 'connected');
  assert.deepEqual([availableMilliWhOf(state), state.owedMilliWh], [0, 49_000_000]);
});

test('a manual meter waits for a hand after a top-up', () => {
  const first = run(newMeter({ reconnection: 'manual' }), [topUp(1_000)]);
  assert.equal(first.state.loadSwitch, 'readyForReconnection');
  const idle = run(first.state, [{ atMs: noonMs + hourMs, demandMilliWh: 500_000 }]);
  assert.equal(idle.flowedMilliWh, 0);
  const pressed = run(idle.state, [{ atMs: noonMs + hourMs, reconnectPressed: true }]);
  assert.equal(pressed.state.loadSwitch, 'connected');
  assert.deepEqual(pressed.codes, ['loadSwitchClosed']);
});

test('a small top-up that stays below the threshold does not warn again', () => {
  const { codes } = run(newMeter(), [
    topUp(6_000),
    { atMs: noonMs + hourMs, demandMilliWh: 2_000_000 },
    topUp(1_200, firstTid + 1, noonMs + hourMs),
    { atMs: noonMs + 2 * hourMs, demandMilliWh: 1_000_000 },
  ]);
  assert.equal(codes.filter((code) => code === 'creditLow').length, 1);
});

test('a leap over days yields every profile entry, rising and ending at the register', () => {
  const { state } = run(newMeter(), [
    topUp(100_000),
    { atMs: noonMs + 3 * dayMs, demandMilliWh: 30_000_001 },
  ]);
  const entries = allEntries(state.profile);
  assert.equal(entries.length, 144);
  assert.equal(entries[0]?.endsAtMs, noonMs + 30 * minuteMs);
  assert.ok(
    entries.every(
      (entry, i) => i === 0 || entry.importEnergyWh >= (entries[i - 1]?.importEnergyWh ?? 0),
    ),
  );
  assert.equal(entries.at(-1)?.importEnergyWh, 30_000);
  assert.equal(state.importMilliWh, 30_000_001);
});

test('small steps and one leap count the same', () => {
  const leap = run(newMeter(), [topUp(50_000), { atMs: noonMs + dayMs, demandMilliWh: 8_640_000 }]);
  const seconds = Array.from({ length: 1440 }, (_, i) => ({
    atMs: noonMs + (i + 1) * minuteMs,
    demandMilliWh: 6_000,
  }));
  const small = run(newMeter(), [topUp(50_000), ...seconds]);
  assert.equal(small.state.importMilliWh, leap.state.importMilliWh);
  assert.deepEqual(allEntries(small.state.profile), allEntries(leap.state.profile));
});

test('without mains nothing is counted or sent, and both ends are in the log', () => {
  const on = run(newMeter(), [topUp(10_000), { atMs: noonMs, linkUp: true }]);
  const off = run(on.state, [
    { atMs: noonMs + hourMs, demandMilliWh: 900_000, powerPresent: false },
    { atMs: noonMs + dayMs, demandMilliWh: 900_000, powerPresent: false },
  ]);
  assert.equal(off.flowedMilliWh, 0);
  assert.deepEqual(off.messages, []);
  assert.equal(displayOf(off.state, off.state.atMs).status, 'noPower');
  const back = run(off.state, [{ atMs: noonMs + 2 * dayMs, demandMilliWh: 900_000 }]);
  assert.equal(back.flowedMilliWh, 0);
  assert.deepEqual([...off.codes, ...back.codes], ['powerFailed', 'powerRestored']);
  assert.ok(back.messages.some((message) => message.kind === 'state'));
});

test('a clock that runs back counts nothing and moves nothing', () => {
  const { state } = run(newMeter(), [topUp(10_000)]);
  const back = step(state, { atMs: noonMs - dayMs, demandMilliWh: 1_000_000 });
  assert.equal(back.outputs.flowedMilliWh, 0);
  assert.equal(back.state.atMs, noonMs);
});
