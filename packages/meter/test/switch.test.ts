// The supply switch: opened and closed by command, by hand, by test token; what keeps it open, and
// commands whose answer was lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noProtection } from '@prewatt/protection';
import type { CommandAction, CommandResult, UpMessage } from '@prewatt/protocol';
import { accountStateOf, displayOf, openReasonsOf, step } from '../src/index.ts';
import {
  commandOf,
  dayMs,
  firstTid,
  friendly,
  hourMs,
  load,
  managementTokenOf,
  newMeter,
  noonMs,
  testTokenOf,
  tokenOf,
  told,
  typed,
} from './fixtures.ts';
import { run } from './run.ts';

const resultsOf = (messages: readonly UpMessage[]): CommandResult[] =>
  messages.flatMap((message) => (message.kind === 'commandResult' ? [message.result] : []));

const open = { kind: 'switchOpen', cause: 'operator' } as const;
const close = { kind: 'switchClose' } as const;
const on = () => run(newMeter(), [typed(tokenOf(20_000))]).state;

test('a command opens the switch and holds it open; another closes it', () => {
  const opened = run(on(), [told(noonMs, open)]);
  assert.deepEqual(resultsOf(opened.messages), [
    { kind: 'switchOpen', loadSwitch: 'disconnected' },
  ]);
  assert.deepEqual(opened.codes, ['loadSwitchOpened']);
  assert.match(displayOf(opened.state, noonMs).statusText, /switched off by the utility/);
  const topped = run(opened.state, [
    load(opened.state, { w: 1000, ms: hourMs }),
    typed(tokenOf(5_000, firstTid + 1), noonMs + hourMs),
  ]);
  assert.equal(topped.flowedMilliWh, 0);
  assert.equal(topped.state.loadSwitch, 'disconnected', 'a top-up does not end the hold');
  const closed = run(topped.state, [told(noonMs + 2 * hourMs, close)]);
  const result = resultsOf(closed.messages).at(-1);
  assert.deepEqual(result, { kind: 'switchClose', loadSwitch: 'connected' });
  const event = closed.events.find(({ code }) => code === 'loadSwitchClosed');
  assert.equal(event?.code === 'loadSwitchClosed' && event.cause, 'remote');
});

test('an armed switch waits for a hand', () => {
  const { state, messages } = run(on(), [
    told(noonMs, open),
    told(noonMs + 1, { kind: 'switchArm' }),
  ]);
  assert.deepEqual(resultsOf(messages).at(-1), {
    kind: 'switchArm',
    loadSwitch: 'readyForReconnection',
  });
  const pressed = run(state, [{ atMs: noonMs + 2, reconnectPressed: true }]);
  assert.equal(pressed.state.loadSwitch, 'connected');
});

test('without credit the end of a hold closes nothing, and says so', () => {
  const { state, messages, codes } = run(newMeter(), [
    typed(tokenOf(1_000)),
    { atMs: noonMs + hourMs, demandMilliWh: 500_000 },
    told(noonMs + hourMs, open),
    typed(
      managementTokenOf({ kind: 'clearCredit', register: 'electricity' }, firstTid + 1),
      noonMs + hourMs,
    ),
    told(noonMs + 2 * hourMs, close),
  ]);
  assert.deepEqual(resultsOf(messages).at(-1), { kind: 'switchClose', loadSwitch: 'disconnected' });
  assert.deepEqual(openReasonsOf(state), ['credit']);
  assert.equal(codes.filter((code) => code === 'loadSwitchClosed').length, 1, 'it never flickered');
});

test('while rules forbid a cut the meter refuses to open, unless it is for safety', () => {
  const evening = Date.UTC(2026, 10, 18, 15);
  const start = run(newMeter({ protection: friendly }, evening), [typed(tokenOf(9_000), evening)]);
  const refused = run(start.state, [told(evening, open)]);
  assert.deepEqual(resultsOf(refused.messages), [{ kind: 'refused', reason: 'protected' }]);
  assert.equal(refused.state.loadSwitch, 'connected');
  const safety = run(refused.state, [told(evening + 1, { kind: 'switchOpen', cause: 'safety' })]);
  assert.equal(safety.state.loadSwitch, 'disconnected');
});

test('a hold that ends while rules forbid a cut gives supply back even without credit', () => {
  const afternoon = Date.UTC(2026, 10, 18, 13);
  const evening = Date.UTC(2026, 10, 18, 15);
  const { state } = run(newMeter({ protection: friendly }, afternoon), [
    typed(tokenOf(1_000), afternoon),
    told(afternoon, open),
    { atMs: evening },
    typed(managementTokenOf({ kind: 'clearCredit', register: 'all' }, firstTid + 1), evening),
    told(evening + 1, close),
  ]);
  assert.equal(state.loadSwitch, 'connected');
  assert.equal(accountStateOf(state).availableEnergyWh, 0n);
});

test('each command is carried out once; a repeat or a late cancel gets the first answer', () => {
  const { rulesJson } = { rulesJson: JSON.stringify(noProtection) };
  const actions: CommandAction[] = [
    open,
    close,
    { kind: 'switchArm' },
    { kind: 'setPowerLimit', limitW: 2500 },
    { kind: 'setEmergencyCredit', presetEnergyWh: 5_000, automatic: false },
    { kind: 'setProtection', rulesJson },
    {
      kind: 'setPaymentMode',
      paymentMode: 'prepayment',
      creditUnit: 'energy',
      balance: 'handOver',
    },
    { kind: 'setClock', atMs: noonMs + 60_000 },
    { kind: 'readNow' },
    { kind: 'deliverToken', token: tokenOf(700, firstTid + 9) },
  ];
  for (const [n, action] of actions.entries()) {
    const command = commandOf(n, action, noonMs + dayMs);
    const once = run(on(), [{ atMs: noonMs, linkUp: true, received: [command] }]);
    const again = run(once.state, [
      { atMs: noonMs + 1, received: [command] },
      {
        atMs: noonMs + 2,
        received: [
          { kind: 'cancel', commandId: command.kind === 'command' ? command.commandId : '' },
        ],
      },
    ]);
    const [first] = resultsOf(once.messages);
    assert.ok(first !== undefined && first.kind === action.kind, action.kind);
    assert.deepEqual(resultsOf(again.messages), [first, first], action.kind);
    assert.equal(again.state.eventSequence, once.state.eventSequence, `${action.kind} acted once`);
  }
});

test('a command taken back before it arrived is never carried out', () => {
  const command = commandOf(5, open, noonMs + dayMs);
  const { commandId } = command as { commandId: string };
  const { state, messages } = run(on(), [
    { atMs: noonMs, linkUp: true, received: [{ kind: 'cancel', commandId }] },
    { atMs: noonMs + 1, received: [command] },
  ]);
  const cancelled = { kind: 'refused', reason: 'cancelled' };
  assert.deepEqual(resultsOf(messages), [cancelled, cancelled]);
  assert.equal(state.loadSwitch, 'connected');
});

test('short codes switch supply off and on by hand', () => {
  const off = run(on(), [typed('898')]);
  assert.equal(off.state.loadSwitch, 'disconnected');
  assert.match(displayOf(off.state, noonMs).answer ?? '', /899/);
  assert.equal(run(off.state, [typed('899')]).state.loadSwitch, 'connected');
  const poor = run(newMeter(), [typed('899')]);
  assert.equal(displayOf(poor.state, noonMs).answer, 'Supply stays off');
});

test('a test token opens and closes once, and leaves an open switch open', () => {
  const tested = run(on(), [typed(testTokenOf([1]))]);
  assert.deepEqual(tested.codes, ['loadSwitchOpened', 'loadSwitchClosed', 'token']);
  assert.equal(tested.state.loadSwitch, 'connected');
  assert.deepEqual(run(newMeter(), [typed(testTokenOf([1]))]).codes, ['token']);
});

test('a meter for hands waits for one after any opening', () => {
  const start = run(newMeter({ reconnection: 'manual' }), [
    typed(tokenOf(5_000)),
    { atMs: noonMs, reconnectPressed: true },
    told(noonMs + 1, open),
    told(noonMs + 2, close),
  ]);
  assert.equal(start.state.loadSwitch, 'readyForReconnection');
  const pressed = step(start.state, { atMs: noonMs + 3, reconnectPressed: true });
  assert.equal(pressed.state.loadSwitch, 'connected');
});
