// The seven control modes of the supply switch, by example: who opens and closes it in each, what
// is refused and in which words, and changing from one to another.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CommandAction, ControlMode } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import {
  accountStateOf,
  cosemSwitchOf,
  displayOf,
  loadSlots,
  type MeterInput,
  type MeterState,
  openReasonsOf,
  owedOf,
  reconfigure,
  serialiseMeter,
} from '../src/index.ts';
import {
  config,
  firstTid,
  friendly,
  hourMs,
  load,
  managementTokenOf,
  minuteMs,
  newMeter,
  noonMs,
  testTokenOf,
  tokenOf,
  told,
  typed,
} from './fixtures.ts';
import { type Run, run } from './run.ts';

const open: CommandAction = { kind: 'switchOpen', cause: 'operator' };
const close: CommandAction = { kind: 'switchClose' };
const arm: CommandAction = { kind: 'switchArm' };
const setMode = (controlMode: ControlMode | null): CommandAction => ({
  kind: 'setControlMode',
  controlMode,
});

/** A meter in a mode, with credit, its switch closed. */
function on(controlMode: ControlMode): MeterState {
  const { state } = run(newMeter({}, noonMs, { controlMode }), [
    typed(tokenOf(5_000)),
    { atMs: noonMs, reconnectPressed: true },
  ]);
  assert.equal(state.loadSwitch, 'connected');
  return state;
}

/** Inputs, a second apart. */
function after(start: MeterState, ...inputs: readonly Omit<MeterInput, 'atMs'>[]): Run {
  return run(
    start,
    inputs.map((input, i) => ({ atMs: start.inputAtMs + 1_000 * (i + 1), ...input })),
  );
}

const asked = (state: MeterState, action: CommandAction, inMs = 1_000): MeterInput =>
  told(state.inputAtMs + inMs, action);

const lastAnswer = ({ messages }: Run) =>
  messages.flatMap((message) => (message.kind === 'commandResult' ? [message.result] : [])).at(-1);

/** Credit runs out, and comes again. */
function spentAndToppedUp(start: MeterState): Run {
  const spent = run(start, [load(start, { w: 6_000, ms: hourMs })]).state;
  assert.deepEqual([spent.loadSwitch, openReasonsOf(spent)], ['disconnected', ['credit']]);
  assert.equal(cosemSwitchOf(spent).controlState, 'readyForReconnection');
  return after(spent, { keypad: tokenOf(9_000, firstTid + 1) });
}

const modes: readonly ControlMode[] = [1, 2, 3, 4, 5, 6];
const refused = { kind: 'refused', reason: 'controlMode' };

for (const mode of modes) {
  test(`mode ${mode}: opened from afar, closed as the mode says`, () => {
    const held = run(on(mode), [asked(on(mode), open)]);
    assert.deepEqual(cosemSwitchOf(held.state), {
      outputState: false,
      controlState: 'disconnected',
      controlMode: mode,
    });
    assert.equal(accountStateOf(held.state).account?.controlMode, mode);
    const atOnce = mode === 2 || mode === 4;
    const closed = run(held.state, [asked(held.state, close)]);
    const expected = atOnce ? 'connected' : 'readyForReconnection';
    assert.deepEqual(lastAnswer(closed), { kind: 'switchClose', loadSwitch: expected });
    const armed = run(held.state, [asked(held.state, arm)]);
    assert.deepEqual(
      lastAnswer(armed),
      atOnce ? refused : { kind: 'switchArm', loadSwitch: 'readyForReconnection' },
    );
    if (atOnce) {
      assert.equal(armed.state.loadSwitch, 'disconnected', 'the hold still stands');
    } else {
      const pressed = after(armed.state, { reconnectPressed: true });
      assert.equal(pressed.state.loadSwitch, 'connected');
    }
  });

  test(`mode ${mode}: after credit ran out the meter closes, or waits for a hand`, () => {
    const { state } = spentAndToppedUp(on(mode));
    if (mode >= 5) {
      assert.equal(state.loadSwitch, 'connected');
      return;
    }
    assert.equal(state.loadSwitch, 'readyForReconnection');
    assert.match(displayOf(state, state.atMs).statusText, /Press the button/);
    assert.equal(after(state, { reconnectPressed: true }).state.loadSwitch, 'connected');
  });

  test(`mode ${mode}: switched off by hand where it allows it, on by hand always`, () => {
    const off = after(on(mode), { keypad: '898' });
    const byHand = mode === 1 || mode === 2 || mode === 5;
    assert.equal(off.state.loadSwitch, byHand ? 'disconnected' : 'connected');
    const { answer } = displayOf(off.state, off.state.atMs);
    assert.match(answer ?? '', byHand ? /899/ : /not switched off by hand/);
    assert.equal(after(off.state, { keypad: '899' }).state.loadSwitch, 'connected');
  });
}

test('modes 2 and 4 do not close from afar what waits for a hand, and say why', () => {
  for (const mode of [2, 4] as const) {
    const { state } = spentAndToppedUp(on(mode));
    const closed = run(state, [asked(state, close)]);
    assert.deepEqual(lastAnswer(closed), refused);
    assert.equal(closed.state.loadSwitch, 'readyForReconnection');
  }
});

test('899 without credit leaves the switch to a hand that comes after the credit', () => {
  for (const start of [on(3), onByHand()]) {
    const spent = run(start, [load(start, { w: 6_000, ms: hourMs })]).state;
    const pressed = after(spent, { keypad: '899' });
    assert.equal(displayOf(pressed.state, pressed.state.atMs).answer, 'Supply stays off');
    const topped = after(pressed.state, { keypad: tokenOf(9_000, firstTid + 1) });
    assert.equal(topped.state.loadSwitch, 'readyForReconnection');
  }
});

function onByHand(): MeterState {
  const start = newMeter({ reconnection: 'manual' });
  return run(start, [typed(tokenOf(5_000)), { atMs: noonMs, reconnectPressed: true }]).state;
}

test('mode 0: nothing opens the switch; what is used without credit is owed', () => {
  const start = newMeter({ tamperOpensSwitch: true }, noonMs, { controlMode: 0 });
  assert.equal(start.loadSwitch, 'connected', 'from the factory on');
  const limited = run(start, [
    typed(tokenOf(1_000)),
    told(noonMs + 1, { kind: 'setPowerLimit', limitW: 500, overForMs: 1_000 }),
  ]).state;
  const through = after(
    limited,
    { sensors: { coverOpen: true } },
    { keypad: '898' },
    { keypad: testTokenOf([1]) },
  );
  const spent = run(through.state, [load(through.state, { w: 4_000, ms: hourMs })]);
  const told2 = run(spent.state, [
    asked(spent.state, open),
    asked(spent.state, arm, 2_000),
    asked(spent.state, { kind: 'switchOpen', cause: 'safety' }, 3_000),
  ]);
  const answers = told2.messages.flatMap((m) => (m.kind === 'commandResult' ? [m.result] : []));
  assert.deepEqual(answers, [refused, refused, refused]);
  assert.equal(told2.state.loadSwitch, 'connected');
  assert.deepEqual(
    [...through.codes, ...spent.codes].filter((code) => /loadSwitch|limit/.test(code)),
    [],
  );
  assert.equal(owedOf(told2.state), 3_000_000);
  assert.equal(displayOf(told2.state, told2.state.atMs).statusText.split('.')[0], noCut);
});
const noCut = 'No credit: supply stays on';

test('mode 0 closes what want of credit keeps open, and nothing that somebody holds', () => {
  const poor = newMeter();
  const given = run(poor, [asked(poor, setMode(0))]);
  assert.deepEqual(lastAnswer(given), { kind: 'setControlMode' });
  assert.deepEqual([given.state.loadSwitch, openReasonsOf(given.state)], ['connected', []]);

  const start = on(5);
  const held = [
    run(start, [asked(start, open)]).state,
    after(start, { keypad: '898' }).state,
    run(start, [asked(start, open), asked(start, arm, 2_000)]).state,
  ];
  for (const state of held) {
    const told = run(state, [asked(state, setMode(0))]);
    assert.deepEqual(lastAnswer(told), { kind: 'refused', reason: 'heldOpen' });
    assert.equal(told.state.loadSwitch, state.loadSwitch);
    assert.equal(told.state.settings.controlMode, 5);
  }
});

test('leaving mode 0 without credit cuts by the rules: not in friendly hours', () => {
  const evening = Date.UTC(2026, 10, 18, 15);
  const start = newMeter({ protection: friendly }, evening, { controlMode: 0 });
  const changed = run(start, [asked(start, setMode(6))]);
  assert.equal(changed.state.loadSwitch, 'connected');
  const morning = Date.UTC(2026, 10, 19, 9, 30);
  assert.equal(run(changed.state, [{ atMs: morning }]).state.loadSwitch, 'disconnected');
  const noRules = newMeter({}, noonMs, { controlMode: 0 });
  assert.equal(run(noRules, [asked(noRules, setMode(6))]).state.loadSwitch, 'disconnected');
});

test('a change of mode moves no switch; what has no way back then waits for a hand', () => {
  const start = on(6);
  const spent = run(start, [load(start, { w: 6_000, ms: hourMs })]).state;
  const changed = run(spent, [asked(spent, setMode(3))]);
  assert.equal(changed.state.loadSwitch, 'disconnected');
  assert.ok(changed.codes.includes('settingChanged'));
  const topped = after(changed.state, { keypad: tokenOf(9_000, firstTid + 1) });
  assert.equal(topped.state.loadSwitch, 'readyForReconnection');
  const back = run(topped.state, [asked(topped.state, setMode(null))]);
  assert.equal(back.state.loadSwitch, 'readyForReconnection', 'a hand is still awaited');
  assert.equal(run(back.state, [asked(back.state, close)]).state.loadSwitch, 'connected');
});

test('a new configuration that leaves the switch to a hand does so for what is open now', () => {
  const start = run(newMeter(), [typed(tokenOf(1_000))]).state;
  const spent = run(start, [load(start, { w: 6_000, ms: hourMs })]).state;
  const manual = reconfigure(spent, { ...config, reconnection: 'manual' });
  const topped = after(manual, { keypad: tokenOf(9_000, firstTid + 1) });
  assert.equal(topped.state.loadSwitch, 'readyForReconnection');
});

test('limit and tamper come back by themselves in mode 6, by a hand in mode 4', () => {
  for (const [mode, ends] of [
    [6, 'connected'],
    [4, 'readyForReconnection'],
  ] as const) {
    const start = { ...on(mode), config: { ...config, tamperOpensSwitch: true } };
    const limited = run(start, [
      asked(start, { kind: 'setPowerLimit', limitW: 1_000, overForMs: 1_000 }),
    ]).state;
    const tripped = run(limited, [load(limited, { w: 3_000, ms: 5_000 })]).state;
    assert.deepEqual(openReasonsOf(tripped), ['powerLimit']);
    const later = run(tripped, [load(tripped, { w: 100, ms: 2 * minuteMs })]).state;
    assert.equal(later.loadSwitch, ends);
    const seen = after(start, { sensors: { coverOpen: true } }, { sensors: { coverOpen: false } });
    const token = managementTokenOf({ kind: 'clearTamper' }, firstTid + 7);
    assert.equal(after(seen.state, { keypad: token }).state.loadSwitch, ends);
  }
});

test('a state that was stored before there were control modes is found, and goes on as it was', () => {
  const text = readFileSync(new URL('slot-before-control-modes.txt', import.meta.url), 'utf8');
  const found = expectOk(loadSlots([text.trim(), null]), 'load');
  assert.ok(found !== null);
  const { state } = found;
  assert.equal(state.settings.controlMode, null);
  assert.equal(state.loadSwitch, 'readyForReconnection');
  const pressed = after(state, { reconnectPressed: true }).state;
  assert.equal(pressed.loadSwitch, 'connected');
  const again = expectOk(loadSlots([serialiseMeter(pressed), null]), 'again');
  assert.deepEqual(again?.state, pressed);
});
