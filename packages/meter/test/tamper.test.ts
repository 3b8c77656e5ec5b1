// Tamper and quality: each start and end with its evidence, latched until cleared; power, phases,
// export, clock, and what the load profile says of intervals that are not whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountStateOf, allEntries, displayOf, openReasonsOf, registersOf } from '../src/index.ts';
import {
  dayMs,
  firstTid,
  hourMs,
  managementTokenOf,
  minuteMs,
  newMeter,
  noonMs,
  tokenOf,
  told,
  typed,
} from './fixtures.ts';
import { run } from './run.ts';

const on = (changes = {}) => run(newMeter(changes), [typed(tokenOf(50_000))]).state;
const used = (hours: number, wh: number) => ({
  atMs: noonMs + hours * hourMs,
  demandMilliWh: wh * 1000,
});

test('each condition tells its start with evidence and its end with its length', () => {
  const kinds = [
    ['coverOpen', 'coverOpened', 'coverClosed'],
    ['terminalCoverOpen', 'terminalCoverOpened', 'terminalCoverClosed'],
    ['magnet', 'magnetStarted', 'magnetEnded'],
    ['neutralDisturbed', 'neutralDisturbed', 'neutralRestored'],
  ] as const;
  for (const [sensor, starts, ends] of kinds) {
    const { events, codes } = run(on(), [
      { ...used(1, 700), demandW: 650 },
      { atMs: noonMs + hourMs, demandW: 650, sensors: { [sensor]: true } },
      { atMs: noonMs + hourMs, demandW: 650, sensors: { [sensor]: true } },
      { atMs: noonMs + 2 * hourMs, sensors: { [sensor]: false } },
      { atMs: noonMs + 2 * hourMs, sensors: { [sensor]: false } },
    ]);
    assert.deepEqual(codes, [starts, ends]);
    const [start, end] = events;
    assert.deepEqual(start !== undefined && 'evidence' in start && start.evidence, {
      importEnergyWh: 700,
      exportEnergyWh: 0,
      powerW: 650,
    });
    assert.equal(end !== undefined && 'lastedMs' in end && end.lastedMs, hourMs);
  }
});

test('a condition stays latched until a token clears it, also when it is over', () => {
  const { state } = run(on(), [
    { atMs: noonMs, sensors: { coverOpen: true } },
    { atMs: noonMs + 1, sensors: { coverOpen: false } },
  ]);
  assert.deepEqual(accountStateOf(state).account?.tamper, ['cover']);
  assert.ok(displayOf(state, noonMs).tamper);
  const cleared = run(state, [typed(managementTokenOf({ kind: 'clearTamper' }, firstTid + 1))]);
  assert.deepEqual(accountStateOf(cleared.state).account?.tamper, []);
});

test('where the utility wants it, an open cover opens the switch until a token clears it', () => {
  const { state } = run(on({ tamperOpensSwitch: true }), [
    { atMs: noonMs, sensors: { coverOpen: true } },
  ]);
  assert.deepEqual(openReasonsOf(state), ['tamper']);
  const shut = run(state, [{ atMs: noonMs + 1, sensors: { coverOpen: false } }]).state;
  assert.equal(shut.loadSwitch, 'disconnected');
  const cleared = run(shut, [
    typed(managementTokenOf({ kind: 'clearTamper' }, firstTid + 1), noonMs + 2),
  ]);
  assert.equal(cleared.state.loadSwitch, 'connected');
});

test('the sensors see what happens while mains is away', () => {
  const { codes } = run(on(), [
    { atMs: noonMs + 1, powerPresent: false },
    { atMs: noonMs + 2, powerPresent: false, sensors: { coverOpen: true } },
    { atMs: noonMs + 3, powerPresent: false, sensors: { coverOpen: false } },
    { atMs: noonMs + 4 },
  ]);
  assert.deepEqual(codes, ['powerFailed', 'coverOpened', 'coverClosed', 'powerRestored']);
});

test('neutral that differs from live, or voltage behind an open switch, suggests a bypass', () => {
  const led = run(on(), [
    { atMs: noonMs + 1, demandW: 1000, sensors: { neutralDifferenceW: 50 } },
    { atMs: noonMs + 2, demandW: 300, sensors: { neutralDifferenceW: 90 } },
    { atMs: noonMs + 3, demandW: 300, sensors: { neutralDifferenceW: 1700 } },
    { atMs: noonMs + 4, demandW: 300, sensors: { neutralDifferenceW: -10 } },
  ]);
  assert.deepEqual(led.codes, ['bypassSuspected', 'bypassEnded']);
  const [event] = led.events;
  assert.ok(event?.code === 'bypassSuspected');
  assert.deepEqual([event.sign, event.liveW, event.neutralW], ['neutralDiffers', 300, 2000]);
  const cut = run(on(), [
    { atMs: noonMs + 1, demandW: 3000, sensors: { neutralDifferenceW: 0 } },
    { atMs: noonMs + 2, demandW: 3000, keypad: '898', sensors: { neutralDifferenceW: 0 } },
    { atMs: noonMs + 3, demandW: 3000, sensors: { neutralDifferenceW: 0 } },
  ]);
  assert.deepEqual(cut.codes, ['loadSwitchOpened'], 'a switch that opens is no bypass');
  const behind = run(newMeter(), [{ atMs: noonMs + 1, sensors: { voltageBehindSwitch: true } }]);
  assert.deepEqual(behind.codes, ['bypassSuspected']);
  const closed = run(on(), [{ atMs: noonMs + 1, sensors: { voltageBehindSwitch: true } }]);
  assert.deepEqual(closed.codes, [], 'behind a closed switch there must be voltage');
});

test('export has its own register where it is allowed, and counts as taken where it is not', () => {
  const solar = run(on({ exportAllowed: true }), [{ ...used(1, 300), exportMilliWh: 2_000_000 }]);
  assert.deepEqual(solar.codes, []);
  assert.deepEqual([solar.state.importMilliWh, solar.state.exportMilliWh], [300_000, 2_000_000]);
  assert.equal(accountStateOf(solar.state).exportEnergyWh, 2_000n);
  const led = run(on(), [{ ...used(1, 300), exportMilliWh: 2_000_000 }, used(2, 100)]);
  assert.deepEqual(led.codes, ['reverseEnergy', 'reverseEnergyEnded']);
  assert.deepEqual([led.state.importMilliWh, led.state.exportMilliWh], [2_400_000, 0]);
});

test('what is led backwards ends with credit, within the step, and not through an open switch', () => {
  const start = run(newMeter(), [typed(tokenOf(1_000))]).state;
  const led = run(start, [{ atMs: noonMs + 4 * hourMs, exportMilliWh: 4_000_000 }]);
  assert.equal(led.flowedMilliWh, 1_000_000);
  assert.equal(led.state.loadSwitch, 'disconnected');
  const opened = led.events.find(({ code }) => code === 'loadSwitchOpened');
  assert.equal(opened?.atMs, noonMs + hourMs, 'when credit had ended');
  assert.equal(led.state.owedMilliWh, 0);
  const [reverse] = led.events;
  assert.deepEqual([reverse?.code, reverse?.atMs], ['reverseEnergy', noonMs]);
  const again = run(led.state, [{ atMs: noonMs + 5 * hourMs, exportMilliWh: 1_000_000 }]);
  assert.equal(again.flowedMilliWh, 0);
});

test('a power cut is told at both ends, with its length, and marks the interval', () => {
  const { events, state } = run(on(), [
    used(1, 100),
    { atMs: noonMs + hourMs + 10 * minuteMs, powerPresent: false },
    { atMs: noonMs + hourMs + 20 * minuteMs },
    used(2, 100),
  ]);
  const restored = events.find(({ code }) => code === 'powerRestored');
  assert.equal(restored?.code === 'powerRestored' && restored.outageMs, 20 * minuteMs);
  const flags = allEntries(state.profile).map((entry) => entry.flags ?? []);
  assert.deepEqual(flags, [[], [], ['powerFailed'], []]);
});

test('three phases have registers that sum to the total, and tell a lost one', () => {
  const start = on({ phases: 3 });
  const { state, events } = run(start, [
    { ...used(1, 1000), phasesW: [600, 300, 101], voltagesV: [230, 231, 229] },
    { ...used(2, 1), phasesW: [0, 0, 7], voltagesV: [230, 20, 229] },
    { ...used(3, 1), phasesW: [0, 0, 7], voltagesV: [230, 228, 229] },
  ]);
  assert.deepEqual(
    events.map((event) => [event.code, 'phase' in event && event.phase]),
    [
      ['phaseLost', 2],
      ['phaseRestored', 2],
    ],
  );
  const { phases } = state;
  assert.ok(phases !== null);
  const [a, b, c] = phases.importMilliWh;
  assert.equal(a + b + c, state.importMilliWh);
  assert.ok(a > b && b > c);
  const names = registersOf(state).map(({ register }) => register);
  assert.ok(names.includes('importEnergyWhL3') && names.includes('exportEnergyWhL1'));
  assert.deepEqual(
    accountStateOf(state).phases?.map(({ voltageV }) => voltageV),
    [230, 228, 229],
  );
});

test('a clock that is set forward jumps, says so and marks the interval', () => {
  const { state, events, messages } = run(on(), [
    told(noonMs, { kind: 'setClock', atMs: noonMs + 10 * minuteMs }),
    used(1, 500),
  ]);
  const event = events.find(({ code }) => code === 'clockSet');
  assert.deepEqual(
    [event?.atMs, event?.code === 'clockSet' && event.beforeMs],
    [noonMs + 10 * minuteMs, noonMs],
  );
  assert.equal(state.atMs, noonMs + hourMs + 10 * minuteMs);
  assert.equal(state.inputAtMs, noonMs + hourMs);
  assert.equal(state.importMilliWh, 500_000);
  const entries = messages.flatMap((m) => (m.kind === 'profile' ? m.entries : []));
  assert.deepEqual(entries[0]?.flags, ['clockAdjusted']);
  const answer = messages.find((m) => m.kind === 'commandResult');
  assert.deepEqual(answer?.result, { kind: 'setClock', errorMs: -10 * minuteMs });
});

test('a clock that is set back stands still, and what flows meanwhile is counted', () => {
  const start = run(on(), [used(1, 500)]).state;
  const { state } = run(start, [
    told(noonMs + hourMs, { kind: 'setClock', atMs: noonMs + hourMs - 10 * minuteMs }),
    { atMs: noonMs + hourMs + 5 * minuteMs, demandMilliWh: 100_000 },
    { atMs: noonMs + hourMs + 8 * minuteMs, demandMilliWh: 100_000 },
  ]);
  assert.equal(state.atMs, noonMs + hourMs, 'not lived twice');
  const later = run(state, [used(2, 300)]).state;
  assert.equal(later.atMs, noonMs + 2 * hourMs - 10 * minuteMs);
  assert.equal(later.importMilliWh, 1_000_000);
});

test('a clock is not set by months, nor back by hours', () => {
  for (const atMs of [noonMs + 90 * dayMs, noonMs - 2 * hourMs]) {
    const { state, messages } = run(on(), [told(noonMs, { kind: 'setClock', atMs })]);
    const answer = messages.find((m) => m.kind === 'commandResult');
    assert.deepEqual(answer?.result, { kind: 'refused', reason: 'range' });
    assert.equal(state.atMs, noonMs);
  }
});

test('each civil month begins with a snapshot of all registers, kept and sent; days too', () => {
  const { state, messages } = run(on(), [
    typed(tokenOf(500_000, firstTid + 1)),
    { atMs: noonMs + 45 * dayMs, demandMilliWh: 90_000_000 },
    { atMs: noonMs + 45 * dayMs, linkUp: true },
  ]);
  assert.deepEqual(
    state.calendar.snapshots.map(({ month, atMs }) => [month, atMs]),
    [
      ['2026-12', Date.UTC(2026, 10, 30, 22)],
      ['2027-01', Date.UTC(2026, 11, 31, 22)],
    ],
  );
  const sent = messages.filter((m) => m.kind === 'registers');
  assert.deepEqual(
    sent.map((m) => [m.cause, m.capturedAtMs]),
    [
      ['billing', Date.UTC(2026, 10, 30, 22)],
      ['billing', Date.UTC(2026, 11, 31, 22)],
    ],
  );
  assert.equal(state.calendar.dayStarts.length, 8);
  const shown = run(state, [typed('809', state.atMs)]).state;
  assert.equal(displayOf(shown, shown.atMs).pages[0]?.value, '2.00 kWh');
});

test('what a meter keeps is bounded: a year of months, a week of days, a hundred events', () => {
  const start = run(newMeter(), [typed(tokenOf(1_000_000))]).state;
  let { state } = run(start, [{ atMs: noonMs + 800 * dayMs, demandMilliWh: 100_000_000 }]);
  for (let n = 0; n < 300; n += 1) {
    state = run(state, [{ atMs: state.inputAtMs + 1, sensors: { magnet: n % 2 === 0 } }]).state;
  }
  assert.equal(state.calendar.snapshots.length, 13);
  assert.equal(state.calendar.dayStarts.length, 8);
  assert.equal(state.eventLog.length, 100);
  assert.equal(state.profile.count, 1440);
  assert.ok(state.outbox.length <= 24);
  assert.ok(JSON.stringify(state).length < 150_000);
});
