// Tokens by both ways, commands answered once, and messages kept until the head-end has them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DownMessage, decodeUp, encodeUp, type UpMessage } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import {
  availableMilliWhOf,
  displayOf,
  pageOf,
  restoreMeter,
  serialiseMeter,
  step,
} from '../src/index.ts';
import {
  commandId,
  dayMs,
  deliver,
  firstTid,
  hourMs,
  keyChangeSet,
  minuteMs,
  newMeter,
  noonMs,
  tokenOf,
} from './fixtures.ts';
import { run } from './run.ts';

const results = (messages: readonly UpMessage[]) =>
  messages.filter((message) => message.kind === 'commandResult');
const soon = noonMs + hourMs;

test('a token typed and delivered credits once, whichever comes first', () => {
  const token = tokenOf(5_000);
  const remote = { atMs: noonMs, linkUp: true, received: [deliver(1, token, soon)] };
  const typed = { atMs: noonMs, keypad: token };
  const first = run(newMeter(), [remote, typed]);
  const second = run(newMeter(), [typed, remote]);
  for (const { state } of [first, second]) assert.equal(availableMilliWhOf(state), 5_000_000);
  assert.equal(displayOf(first.state, noonMs).token?.text, 'Used: this token was entered before');
  assert.deepEqual(
    results(second.messages).map((message) => message.result),
    [
      {
        kind: 'deliverToken',
        outcome: { result: 'refused', refusal: 'used', tid: firstTid },
      },
    ],
  );
});

test('a repeated command gets the first answer, also after that was acknowledged', () => {
  const command = deliver(1, tokenOf(5_000), soon);
  const once = run(newMeter(), [{ atMs: noonMs, linkUp: true, received: [command] }]);
  const [answer] = results(once.messages);
  assert.ok(answer);
  const again = run(once.state, [{ atMs: noonMs + 1000, received: [command] }]);
  assert.deepEqual(results(again.messages), [answer]);
  const acknowledge = { kind: 'acknowledge', sequence: answer.sequence } as const;
  const later = run(again.state, [
    { atMs: noonMs + 2000, received: [acknowledge] },
    { atMs: noonMs + 3000, received: [command] },
  ]);
  const [repeated] = results(later.messages);
  assert.ok(repeated);
  assert.ok(repeated.sequence > answer.sequence);
  assert.deepEqual({ ...repeated, sequence: 0 }, { ...answer, sequence: 0 });
  assert.equal(availableMilliWhOf(later.state), 5_000_000);
});

test('an expired command is refused, its token stays good', () => {
  const token = tokenOf(5_000);
  const { state, messages } = run(newMeter(), [
    { atMs: noonMs, linkUp: true, received: [deliver(1, token, noonMs)] },
    { atMs: noonMs, keypad: token },
  ]);
  assert.deepEqual(results(messages)[0]?.result, { kind: 'refused', reason: 'expired' });
  assert.equal(availableMilliWhOf(state), 5_000_000);
});

test('read now is answered with a state beside it', () => {
  const read = {
    kind: 'command',
    commandId: commandId(7),
    expiresAtMs: soon,
    action: { kind: 'readNow' },
  } as const;
  const quiet = run(newMeter(), [{ atMs: noonMs, linkUp: true }]);
  const { messages } = run(quiet.state, [{ atMs: noonMs + 1000, received: [read] }]);
  assert.deepEqual(
    messages.map((message) => message.kind),
    ['registers', 'commandResult', 'state'],
  );
});

test('what is not acknowledged is sent again with growing pauses, unchanged, until it is', () => {
  const start = run(newMeter(), [{ atMs: noonMs, linkUp: true, keypad: tokenOf(5_000) }]);
  const first = start.messages.find((message) => message.kind === 'events');
  assert.ok(first);
  const times: number[] = [];
  let { state } = start;
  for (let minute = 1; minute <= 100; minute += 1) {
    const out = step(state, { atMs: noonMs + minute * minuteMs });
    state = out.state;
    for (const message of out.outputs.messages) {
      if (message.kind !== 'events') continue;
      assert.deepEqual(message, first);
      times.push(minute);
    }
  }
  assert.deepEqual(times, [10, 30, 70]);
  const { sequence } = first;
  const done = run(state, [
    { atMs: state.atMs, received: [{ kind: 'acknowledge', sequence }] },
    { atMs: state.atMs + dayMs },
  ]);
  assert.ok(
    !done.messages.some((message) => 'sequence' in message && message.sequence === sequence),
  );
});

test('a meter without a link keeps 30 days of profile and says how much it had to drop', () => {
  const { state } = run(newMeter(), [
    { atMs: noonMs, keypad: tokenOf(1_000_000) },
    { atMs: noonMs + 31 * dayMs, demandMilliWh: 200_000_000 },
  ]);
  assert.equal(state.profile.count, 1440);
  assert.equal(state.lostProfileEntries, 48);
  let current = step(state, { atMs: state.atMs, linkUp: true });
  const got = new Map<number, bigint>();
  for (let round = 0; round < 10; round += 1) {
    const received = current.outputs.messages.flatMap((message) => {
      if (message.kind === 'profile') {
        for (const entry of message.entries) got.set(entry.endsAtMs, entry.importEnergyWh);
      }
      return 'sequence' in message
        ? [{ kind: 'acknowledge', sequence: message.sequence } as const]
        : [];
    });
    current = step(current.state, { atMs: current.state.atMs + 1000, received });
  }
  assert.equal(got.size, 1440);
  assert.equal(current.state.outbox.length, 0);
});

test('every message that leaves is one the head-end can read', () => {
  const { messages } = run(newMeter(), [
    { atMs: noonMs, linkUp: true, keypad: tokenOf(5_000) },
    { atMs: noonMs, keypad: '12345' },
    { atMs: noonMs, received: [deliver(1, tokenOf(4_000, firstTid + 1), soon)] },
    { atMs: noonMs + dayMs, demandMilliWh: 20_000_000 },
    { atMs: noonMs + dayMs + 1000 },
  ]);
  const kinds = new Set(messages.map((message) => message.kind));
  assert.deepEqual([...kinds].sort(), ['commandResult', 'events', 'profile', 'state']);
  for (const message of messages) {
    const decoded = decodeUp(encodeUp(message));
    assert.deepEqual(decoded, { ok: true, value: message });
  }
});

test('each refusal is told apart in words', () => {
  const good = tokenOf(5_000);
  const wrongDigit = `${good.slice(0, 19)}${(Number(good[19]) + 1) % 10}`;
  const texts = [wrongDigit, '123', tokenOf(5_000, firstTid - 5), good, good].map(
    (keypad, index, all) => {
      const before = all.slice(0, index).map((digits, i) => ({
        atMs: noonMs + i * dayMs,
        keypad: digits,
      }));
      const atMs = noonMs + index * dayMs;
      const { state } = run(newMeter(), [...before, { atMs, keypad }]);
      return displayOf(state, atMs).token?.text;
    },
  );
  assert.deepEqual(texts, [
    'Wrong key or mistyped digit (CRC)',
    'Not a token: check the 20 digits',
    'Old: newer tokens were entered before',
    'Accepted +5.0 kWh',
    'Used: this token was entered before',
  ]);
});

test('guessing at the keypad locks it for a while, but not the link', () => {
  const guesses = ['1', '2', '3'].map((keypad) => ({ atMs: noonMs, keypad }));
  const { state } = run(newMeter(), [...guesses, { atMs: noonMs + 1000, keypad: tokenOf(5_000) }]);
  const display = displayOf(state, noonMs + 1000);
  assert.match(display.token?.text ?? '', /Locked/);
  assert.ok(display.lockoutMs > 0);
  const remote = run(state, [
    { atMs: noonMs + 2000, linkUp: true, received: [deliver(1, tokenOf(5_000), soon)] },
  ]);
  assert.equal(availableMilliWhOf(remote.state), 5_000_000);
});

test('a stored state with one character changed is refused', () => {
  const text = serialiseMeter(run(newMeter(), [{ atMs: noonMs, keypad: tokenOf(5_000) }]).state);
  const restored = expectOk(restoreMeter(text), 'restore');
  assert.equal(availableMilliWhOf(restored), 5_000_000);
  assert.deepEqual(restoreMeter(text.replace('5000000', '9000000')), {
    ok: false,
    error: 'checksum',
  });
  assert.deepEqual(restoreMeter(text.slice(0, -10)), { ok: false, error: 'checksum' });
  assert.deepEqual(restoreMeter('{}'), { ok: false, error: 'not-a-state' });
});

test('a key-change set, by any way and in any order, changes the key and not the credit', () => {
  const { set, credit } = keyChangeSet(3_000);
  const start = run(newMeter(), [{ atMs: noonMs, keypad: tokenOf(5_000) }]).state;
  const early = run(start, [{ atMs: noonMs, keypad: credit }]).state;
  assert.equal(availableMilliWhOf(early), 5_000_000, 'the new key is not there yet');
  const [first = '', second = '', third = ''] = set;
  const { state, messages } = run(start, [
    { atMs: noonMs, keypad: third },
    { atMs: noonMs + 1, linkUp: true, received: [deliver(1, first, soon)] },
    { atMs: noonMs + 2, received: [deliver(2, second, soon), deliver(3, credit, soon)] },
  ]);
  const effects = results(messages).map(({ result }) =>
    result.kind === 'deliverToken' && result.outcome.result === 'accepted'
      ? result.outcome.effect
      : result.kind,
  );
  assert.deepEqual(effects, ['keyChangePart', 'keyChanged', 'credit']);
  assert.equal(availableMilliWhOf(state), 8_000_000);
  assert.equal(pageOf(state, '816')?.value, 'SGC 123456, TI 11, KRN 2, KT 2');
});

type Action = Extract<DownMessage, { kind: 'command' }>['action'];
const asked = (n: number, issuedAtMs: number, action: Action): DownMessage => ({
  kind: 'command',
  commandId: commandId(n),
  expiresAtMs: soon,
  issuedAtMs,
  action,
});
const limit = (n: number, issuedAtMs: number, limitW: number | null) =>
  asked(n, issuedAtMs, { kind: 'setPowerLimit', limitW });

test('of two commands about the same thing the one asked for later holds, in any order', () => {
  const older = limit(1, noonMs, 1_000);
  const newer = limit(2, noonMs + 1, 2_000);
  const inOrder = run(newMeter(), [{ atMs: noonMs, linkUp: true, received: [older, newer] }]);
  const reordered = run(newMeter(), [{ atMs: noonMs, linkUp: true, received: [newer, older] }]);
  for (const { state } of [inOrder, reordered]) assert.equal(state.settings.powerLimitW, 2_000);
  assert.deepEqual(
    results(reordered.messages).map((message) => message.result),
    [{ kind: 'setPowerLimit' }, { kind: 'refused', reason: 'superseded' }],
  );
});

test('switching is one thing: a late cut does not undo a later closing', () => {
  const open = asked(1, noonMs, { kind: 'switchOpen', cause: 'safety' });
  const close = asked(2, noonMs + 1, { kind: 'switchClose' });
  const credit = deliver(3, tokenOf(5_000), soon);
  const { state, messages } = run(newMeter(), [
    { atMs: noonMs, linkUp: true, received: [credit, close, open] },
  ]);
  assert.equal(state.loadSwitch, 'connected');
  assert.deepEqual(results(messages).at(-1)?.result, { kind: 'refused', reason: 'superseded' });
});

test('a command that changed nothing holds nothing back', () => {
  const refused = limit(2, noonMs + 1, 2_000_000);
  const { state } = run(newMeter(), [
    { atMs: noonMs, linkUp: true, received: [refused, limit(1, noonMs, 1_000)] },
  ]);
  assert.equal(state.settings.powerLimitW, 1_000);
});

test('carried out, forgotten, and sent again after its successor: it stays undone', () => {
  // Its answer was lost, and so many commands came since that the meter knows its id no more.
  const ghost = limit(1, noonMs, 1_000);
  const others = Array.from({ length: 140 }, (_, i) =>
    asked(i + 10, noonMs + i + 10, { kind: 'readNow' }),
  );
  const newer = limit(2, noonMs + 1, 2_000);
  const { state } = run(newMeter(), [
    { atMs: noonMs, linkUp: true, received: [ghost, newer, ...others] },
    { atMs: noonMs + minuteMs, received: [ghost] },
  ]);
  assert.equal(state.settings.powerLimitW, 2_000);
  const { commandId: id, result } = state.answered.at(-1) ?? {};
  assert.deepEqual([id, result], [commandId(1), { kind: 'refused', reason: 'superseded' }]);
});

test('the order outlives a power cut', () => {
  const first = run(newMeter(), [
    { atMs: noonMs, linkUp: true, received: [limit(2, noonMs + 1, 2_000)] },
  ]);
  const restored = expectOk(restoreMeter(serialiseMeter(first.state)), 'state');
  const { state } = run(restored, [
    { atMs: noonMs + minuteMs, linkUp: true, received: [limit(1, noonMs, 1_000)] },
  ]);
  assert.equal(state.settings.powerLimitW, 2_000);
});
