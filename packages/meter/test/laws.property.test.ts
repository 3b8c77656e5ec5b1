// The laws of the account under everything that can happen to a meter: loads, limits, hands,
// commands, tokens of all kinds, emergency credit, tamper, clocks, changes of mode and unit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandAction, decodeUp, encodeUp } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import {
  accountStateOf,
  allEntries,
  availableMilliWhOf,
  availableOf,
  displayOf,
  type MeterInput,
  type MeterState,
  openReasonsOf,
  owedOf,
  registersOf,
  restoreMeter,
  serialiseMeter,
  step,
  usableOf,
} from '../src/index.ts';
import {
  dayMs,
  firstTid,
  friendly,
  managementTokenOf,
  minuteMs,
  moneyTokenOf,
  newMeter,
  noonMs,
  tokenOf,
  told,
} from './fixtures.ts';

/** Invented: two blocks, an evening price, a standing charge a day, a tax. */
const documentJson = JSON.stringify({
  schema: 'prewatt-tariff-1',
  id: 'bench-all',
  version: 1,
  utility: 'Bench',
  country: 'ZA',
  customerClass: 'Domestic',
  zone: 'Africa/Johannesburg',
  currency: { code: 'ZAR', scale: 2 },
  effectiveFrom: '2020-01-01',
  invented: true,
  periods: [
    { code: 'peak', label: 'Peak', from: '17:00', to: '21:00' },
    { code: 'base', label: 'Base' },
  ],
  energy: {
    schedules: [
      {
        code: 'all',
        blocks: [
          { uptoKwh: '20', rates: { peak: '2.3333', base: '1.5' } },
          { uptoKwh: null, rates: { peak: '4', base: '3' } },
        ],
      },
    ],
  },
  charges: [{ code: 'service', label: 'Service', per: 'day', amount: '1.17' }],
  levies: [{ code: 'vat', label: 'VAT', percent: '15', of: ['energy', 'charges'] }],
});

const tokens = [
  ...[1_000, 5_000, 20_000, 700].map((wh, i) => tokenOf(wh, firstTid + i)),
  ...[50_000, 400_000, 3_000_000].map((e5, i) => moneyTokenOf(e5, firstTid + 10 + i)),
  managementTokenOf({ kind: 'clearCredit', register: 'all' }, firstTid + 20),
  managementTokenOf({ kind: 'clearTamper' }, firstTid + 21),
  managementTokenOf({ kind: 'setMaximumPowerLimit', watts: 1500n }, firstTid + 22),
  managementTokenOf({ kind: 'setMaximumPowerLimit', watts: 900_000n }, firstTid + 23),
];
const codes = ['890', '891', '898', '899', '804', '12345'];
const mode = (
  paymentMode: 'prepayment' | 'credit',
  creditUnit: 'energy' | 'money',
  balance: 'keep' | 'handOver',
): CommandAction => ({
  kind: 'setPaymentMode',
  paymentMode,
  creditUnit,
  balance,
  microMinorPerKwh: 173_333_333n,
});
const actions: CommandAction[] = [
  { kind: 'switchOpen', cause: 'operator' },
  { kind: 'switchClose' },
  { kind: 'switchArm' },
  { kind: 'setPowerLimit', limitW: 1000, overForMs: 60_000, reconnectAfterMs: 600_000 },
  { kind: 'setPowerLimit', limitW: null },
  { kind: 'setEmergencyCredit', presetEnergyWh: 2_000, automatic: true },
  { kind: 'setEmergencyCredit', presetEnergyWh: 0, automatic: false },
  { kind: 'setTariff', documentJson, activatesAtMs: noonMs },
  mode('prepayment', 'money', 'keep'),
  mode('prepayment', 'energy', 'keep'),
  mode('credit', 'energy', 'keep'),
  mode('credit', 'money', 'handOver'),
  mode('prepayment', 'energy', 'handOver'),
  { kind: 'readNow' },
];

type Act =
  | { kind: 'pass'; minutes: number; watts: number; power: boolean; exported: number }
  | { kind: 'key'; digits: string }
  | { kind: 'command'; action: CommandAction }
  | { kind: 'clock'; minutes: number }
  | { kind: 'sensors'; open: boolean; magnet: boolean }
  | { kind: 'press' }
  | { kind: 'promise'; n: number; energyWh: number; isSettled: boolean };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      minutes: fc.oneof(fc.nat(90), fc.nat(5000)),
      watts: fc.nat(4000),
      power: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
      exported: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(900_000)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('key' as const),
      digits: fc.constantFrom(...tokens, ...codes),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      action: fc.constantFrom(...actions),
    }),
  },
  fc.record({ kind: fc.constant('clock' as const), minutes: fc.integer({ min: -70, max: 200 }) }),
  fc.record({ kind: fc.constant('sensors' as const), open: fc.boolean(), magnet: fc.boolean() }),
  fc.constant({ kind: 'press' as const }),
  fc.record({
    kind: fc.constant('promise' as const),
    n: fc.nat(3),
    energyWh: fc.integer({ min: -1, max: 6_000 }),
    isSettled: fc.boolean(),
  }),
);

function inputOf(one: Act, state: MeterState): MeterInput {
  const atMs = state.inputAtMs + 1;
  switch (one.kind) {
    case 'pass':
      return {
        atMs: atMs + one.minutes * minuteMs,
        demandMilliWh: Math.floor((one.watts * 1000 * one.minutes) / 60),
        demandW: one.watts,
        phasesW: [one.watts, 0, Math.floor(one.watts / 3)],
        exportMilliWh: one.exported,
        powerPresent: one.power,
      };
    case 'key':
      return { atMs, keypad: one.digits };
    case 'command':
      return told(atMs, one.action);
    case 'clock':
      return told(atMs, { kind: 'setClock', atMs: state.atMs + one.minutes * minuteMs });
    case 'sensors':
      return { atMs, sensors: { coverOpen: one.open, magnet: one.magnet } };
    case 'press':
      return { atMs, reconnectPressed: true };
    case 'promise': {
      const saleId = `sale ${one.n}`;
      if (one.isSettled) return { atMs, promise: { kind: 'settle', saleId } };
      return { atMs, promise: { kind: 'promise', saleId, energyWh: one.energyWh } };
    }
  }
}

function checkAccount(state: MeterState): void {
  assert.equal(
    state.creditedMilliWh - (state.importMilliWh - state.unchargedMilliWh) - state.clearedMilliWh,
    availableMilliWhOf(state) - state.owedMilliWh,
  );
  const { money } = state;
  if (money !== null) {
    const net = money.creditedMicro - money.chargedMicro - money.clearedMicro;
    const available = net + money.owedMicro;
    assert.ok(available >= 0 && money.owedMicro >= 0 && money.unratedMilliWh < 1000);
  }
  const promisedUsed = state.promisedUsedMilliWh ?? 0;
  const promised = (state.promises ?? []).reduce((sum, { milliWh }) => sum + milliWh, 0);
  for (const value of [
    promisedUsed,
    availableMilliWhOf(state),
    state.owedMilliWh,
    availableOf(state) - state.reserved,
    state.reserved,
    state.emergencyUsed,
    owedOf(state) - state.emergencyUsed - promisedUsed,
    promised - promisedUsed,
    state.importMilliWh - state.unchargedMilliWh,
  ]) {
    assert.ok(Number.isSafeInteger(value) && value >= 0, `${value}`);
  }
}

function checkSwitch(state: MeterState): void {
  const open = openReasonsOf(state);
  const expected =
    open.length > 0 ? 'disconnected' : state.armed ? 'readyForReconnection' : 'connected';
  assert.equal(state.loadSwitch, expected);
  if (!state.powerPresent || state.settings.paymentMode === 'credit') return;
  if (usableOf(state) > 0) assert.ok(!open.includes('credit'));
  if (usableOf(state) <= 0 && state.loadSwitch === 'connected') {
    assert.ok(state.protectedUntilMs !== null, 'on without credit for a rule alone');
  }
}

function checkRising(before: MeterState, after: MeterState): void {
  assert.ok(after.atMs >= before.atMs);
  assert.ok(after.eventSequence >= before.eventSequence);
  const old = new Map(registersOf(before).map(({ register, value }) => [register, value]));
  for (const { register, value } of registersOf(after)) {
    assert.ok(value >= (old.get(register) ?? 0), register);
  }
  const ends = allEntries(after.profile).map(({ endsAtMs }) => endsAtMs);
  assert.ok(ends.every((end, i) => i === 0 || end > (ends[i - 1] ?? 0)));
  if (after.phases !== null) {
    const sum = after.phases.importMilliWh.reduce((total, part) => total + part, 0);
    assert.equal(sum, after.importMilliWh);
  }
  const { periodMilliWh } = after.calendar;
  assert.ok(periodMilliWh.reduce((total, part) => total + part, 0) <= after.importMilliWh);
}

const kinds: readonly [string, () => MeterState][] = [
  ['energy', () => newMeter()],
  [
    'three phases, friendly hours and a reserve',
    () =>
      newMeter({
        phases: 3,
        exportAllowed: true,
        protection: { ...friendly, emergencyCreditWh: '1500' },
        reserve: { sharePercent: 25, limitWh: 3_000 },
        tamperOpensSwitch: true,
      }),
  ],
  [
    'money and a hand at the switch',
    () =>
      newMeter(
        { reconnection: 'manual', protection: { ...friendly, emergencyCreditWh: '2500' } },
        noonMs,
        { creditUnit: 'money', tariff: { documentJson, parameters: {} } },
      ),
  ],
];

for (const [name, create] of kinds) {
  test(`the laws of the account hold through everything: ${name}`, () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 40 }), (acts) => {
        let state = create();
        for (const one of acts) {
          const next = step(state, inputOf(one, state));
          checkAccount(next.state);
          checkSwitch(next.state);
          checkRising(state, next.state);
          for (const message of next.outputs.messages) {
            assert.deepEqual(decodeUp(encodeUp(message)), { ok: true, value: message });
          }
          assert.ok(accountStateOf(next.state).availableEnergyWh >= 0n);
          assert.ok(displayOf(next.state, next.state.atMs).statusText !== '');
          state = next.state;
        }
        const restored = expectOk(restoreMeter(serialiseMeter(state)), 'restore');
        assert.equal(serialiseMeter(restored), serialiseMeter(state));
      }),
      { numRuns: 150 },
    );
  });
}

test('a leap and small steps charge the same money', () => {
  const settings = { creditUnit: 'money' as const, tariff: { documentJson, parameters: {} } };
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 3 * 3_600_000 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 0, max: 30_000_000 }),
      (cuts, demandMilliWh) => {
        const span = cuts.reduce((sum, cut) => sum + cut, 0);
        const credited = { atMs: noonMs, keypad: tokens[6] ?? '' };
        const start = step(newMeter({}, noonMs, settings), credited).state;
        const leap = step(start, { atMs: noonMs + span, demandMilliWh }).state;
        let state = start;
        let offered = 0;
        for (const cut of cuts) {
          const atMs = state.inputAtMs + cut;
          const upTo = Math.floor(demandMilliWh * ((atMs - noonMs) / span));
          state = step(state, { atMs, demandMilliWh: upTo - offered }).state;
          offered = upTo;
        }
        // Money ends between two watt-hours; energy below one is not billed.
        assert.ok(Math.abs(state.importMilliWh - leap.importMilliWh) < 1000);
        const difference = Math.abs(availableOf(state) - availableOf(leap));
        // Where a price changes inside a watt-hour, that one may go either way.
        assert.ok(difference <= 5_000_000, `${difference} millionths of a cent`);
      },
    ),
    { numRuns: 100 },
  );
});

test('a year in one leap is as a year', () => {
  const start = step(newMeter(), { atMs: noonMs, keypad: tokens[2] ?? '' }).state;
  const { state } = step(start, { atMs: noonMs + 365 * dayMs, demandMilliWh: 19_000_000 });
  assert.equal(state.calendar.snapshots.length, 12);
  assert.equal(state.importMilliWh, 19_000_000);
});
