// Whatever happens to a meter, its switch moves by transitions that its control mode allows, is cut
// for credit only when the rules allow, and power lost at a write leaves it as it was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayDisconnect } from '@prewatt/protection';
import type { CloseCause, CommandAction, ControlMode, OpenCause } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import {
  cosemSwitchOf,
  loadSlots,
  type MeterInput,
  type MeterState,
  nextWrite,
  openReasonsOf,
  type StoredEvent,
  serialiseMeter,
  step,
} from '../src/index.ts';
import {
  firstTid,
  friendly,
  managementTokenOf,
  minuteMs,
  newMeter,
  noonMs,
  tokenOf,
  told,
  zone,
} from './fixtures.ts';

/** As the class has them: disconnection, then reconnection; each remote, manual, local. */
const table: readonly [ControlMode, string, string][] = [
  [0, '', ''],
  [1, 'b c f g', 'd e'],
  [2, 'b c f g', 'a e'],
  [3, 'b c g', 'd e'],
  [4, 'b c g', 'a e'],
  [5, 'b c f g', 'd e h'],
  [6, 'b c g', 'd e h'],
];
const letters = new Map(table.map(([mode, off, on]) => [mode, new Set(`${off} ${on}`.split(' '))]));

const openedBy: Readonly<Record<Exclude<OpenCause, 'test'>, string>> = {
  ...{ remote: 'b', hand: 'f', credit: 'g', powerLimit: 'g', unbalance: 'g', tamper: 'g' },
};
const closedBy: Readonly<Record<Exclude<CloseCause, 'test'>, string>> = {
  ...{ remote: 'a', hand: 'e', credit: 'h', delay: 'h', tamperCleared: 'h' },
};

const tokens = [
  ...[500, 2_000, 6_000, 20_000].map((wh, i) => tokenOf(wh, firstTid + i)),
  managementTokenOf({ kind: 'clearCredit', register: 'all' }, firstTid + 20),
  managementTokenOf({ kind: 'clearTamper' }, firstTid + 21),
];
const actions: CommandAction[] = [
  { kind: 'switchOpen', cause: 'operator' },
  { kind: 'switchOpen', cause: 'safety' },
  { kind: 'switchClose' },
  { kind: 'switchArm' },
  { kind: 'setPowerLimit', limitW: 900, overForMs: 60_000, reconnectAfterMs: 300_000 },
  { kind: 'setPowerLimit', limitW: null },
];

type Act =
  | { kind: 'pass'; minutes: number; watts: number; power: boolean }
  | { kind: 'key'; digits: string }
  | { kind: 'command'; action: CommandAction }
  | { kind: 'mode'; mode: ControlMode | null }
  | { kind: 'sensors'; coverOpen: boolean }
  | { kind: 'press' }
  | { kind: 'cutAtWrite'; kept: number };

const anyMode = fc.constantFrom<(ControlMode | null)[]>(0, 1, 2, 3, 4, 5, 6, null);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      minutes: fc.oneof(fc.nat(30), fc.nat(900)),
      watts: fc.nat(3000),
      power: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('key' as const),
      digits: fc.constantFrom(...tokens, '898', '899'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      action: fc.constantFrom(...actions),
    }),
  },
  fc.record({ kind: fc.constant('mode' as const), mode: anyMode }),
  fc.record({ kind: fc.constant('sensors' as const), coverOpen: fc.boolean() }),
  { weight: 2, arbitrary: fc.constant({ kind: 'press' as const }) },
  fc.record({
    kind: fc.constant('cutAtWrite' as const),
    kept: fc.double({ min: 0, max: 0.999, noNaN: true }),
  }),
);

function inputOf(one: Exclude<Act, { kind: 'cutAtWrite' }>, state: MeterState): MeterInput {
  const atMs = state.inputAtMs + 1;
  switch (one.kind) {
    case 'pass':
      return {
        atMs: atMs + one.minutes * minuteMs,
        demandMilliWh: Math.floor((one.watts * 1000 * one.minutes) / 60),
        demandW: one.watts,
        powerPresent: one.power,
      };
    case 'key':
      return { atMs, keypad: one.digits };
    case 'command':
      return told(atMs, one.action);
    case 'mode':
      return told(atMs, { kind: 'setControlMode', controlMode: one.mode });
    case 'sensors':
      return { atMs, sensors: { coverOpen: one.coverOpen } };
    case 'press':
      return { atMs, reconnectPressed: true };
  }
}

const modeOf = (state: MeterState) => state.settings.controlMode;

/** Between connected and not, each move is an event; between the other two, a change of state. */
function transitionsOf(before: MeterState, after: MeterState, events: readonly StoredEvent[]) {
  const moves = events.flatMap((event) => {
    if (event.code === 'loadSwitchOpened' && event.cause !== 'test') return [openedBy[event.cause]];
    if (event.code === 'loadSwitchClosed' && event.cause !== 'test') return [closedBy[event.cause]];
    return [];
  });
  if (moves.length > 0) return moves;
  const [from, to] = [cosemSwitchOf(before).controlState, cosemSwitchOf(after).controlState];
  if (from === to) return [];
  assert.ok(from !== 'connected' && to !== 'connected', 'a move without its event');
  if (to === 'disconnected') return ['c'];
  // Let go from afar at once; what else kept it open, credit or a hand, still does.
  const isKeptOpen = openReasonsOf(after).every((reason) => openReasonsOf(before).includes(reason));
  const atOnce = openReasonsOf(after).length > 0 && isKeptOpen && !allows(before, 'd');
  return atOnce ? ['a'] : ['d'];
}

const allows = (state: MeterState, letter: string): boolean => {
  const mode = modeOf(state);
  return mode === null || letters.get(mode)?.has(letter) === true;
};

function checkTransitions(
  one: Act,
  o: { before: MeterState; after: MeterState; events: readonly StoredEvent[] },
): void {
  const mode = modeOf(o.before);
  const changes = modeOf(o.after) !== mode;
  // What the change itself does: mode 0 gives supply back, any other may let credit end it (g).
  if (changes && modeOf(o.after) === 0) return;
  for (const letter of transitionsOf(o.before, o.after, o.events)) {
    const isAllowed = allows(o.before, letter) || (changes && allows(o.after, letter));
    assert.ok(isAllowed, `${letter} in mode ${mode}, by ${JSON.stringify(one)}`);
  }
}

function checkCuts(state: MeterState, events: readonly StoredEvent[]): void {
  for (const event of events) {
    if (event.code !== 'loadSwitchOpened' || event.cause !== 'credit') continue;
    const moment = { atMs: event.atMs, zone, owedMilliWh: state.owedMilliWh };
    const home = { vulnerable: false, medical: false, convertedAtMs: null };
    assert.ok(mayDisconnect(state.config.protection, { ...moment, ...home }).allowed);
  }
}

for (const [mode] of table) {
  test(`mode ${mode}: no transition that it forbids, no cut that rules forbid`, () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 40 }), (acts) => {
        const settings = { controlMode: mode };
        let state = newMeter({ protection: friendly, tamperOpensSwitch: true }, noonMs, settings);
        let write = nextWrite(state, null);
        const slots: [string | null, string | null] = [null, null];
        slots[write.slot] = write.text;
        for (const one of acts) {
          if (one.kind === 'cutAtWrite') {
            const next = nextWrite(state, write);
            const torn: [string | null, string | null] = [slots[0], slots[1]];
            torn[next.slot] = next.text.slice(0, Math.floor(next.text.length * one.kept));
            const found = expectOk(loadSlots(torn), 'load');
            assert.equal(
              found === null ? null : serialiseMeter(found.state),
              serialiseMeter(state),
            );
            continue;
          }
          const before = state;
          const next = step(state, inputOf(one, state));
          state = next.state;
          const { events } = next.outputs;
          checkTransitions(one, { before, after: state, events });
          checkCuts(state, events);
          if (modeOf(state) === 0) assert.equal(state.loadSwitch, 'connected');
          write = nextWrite(state, write);
          slots[write.slot] = write.text;
        }
      }),
      { numRuns: 120 },
    );
  });
}
