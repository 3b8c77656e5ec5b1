// Emergency credit and what is put aside: offered when low, taken at the keypad, paid back from the
// next top-up; and the same as COSEM objects.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accountStateOf,
  availableMilliWhOf,
  cosemAccountOf,
  cosemChargesOf,
  cosemCreditsOf,
  cosemNumbers,
  cosemSwitchOf,
  creditStatusNumber,
  displayOf,
  emergencyStatusOf,
  type MeterState,
  tokenGatewayOf,
} from '../src/index.ts';
import {
  firstTid,
  friendly,
  hourMs,
  load,
  newMeter,
  noonMs,
  tokenOf,
  told,
  typed,
} from './fixtures.ts';
import { run } from './run.ts';

const lending = {
  ...friendly,
  friendlyHours: [],
  emergencyCreditWh: '3000',
};
const low = () =>
  run(newMeter({ protection: lending }), [
    typed(tokenOf(6_000)),
    { atMs: noonMs + hourMs, demandMilliWh: 2_000_000 },
  ]).state;

test('emergency credit is not given while there is enough, and is offered when low', () => {
  const rich = run(newMeter({ protection: lending }), [typed(tokenOf(60_000)), typed('890')]);
  assert.equal(displayOf(rich.state, noonMs).answer, 'Emergency credit is for when credit is low');
  assert.equal(emergencyStatusOf(rich.state), 'enabled');
  const state = low();
  assert.equal(emergencyStatusOf(state), 'selectable');
  assert.match(displayOf(state, state.atMs).statusText, /890 gives emergency credit/);
  const inCredit: MeterState = {
    ...state,
    settings: { ...state.settings, paymentMode: 'credit' },
  };
  const shown = displayOf(inCredit, state.atMs);
  assert.doesNotMatch(shown.statusText, /890/);
  assert.equal(shown.emergencyOffered, false);
  const none = run(newMeter(), [typed('890')]);
  assert.equal(displayOf(none.state, noonMs).answer, 'This meter has no emergency credit');
});

test('token credit goes first, then emergency credit, then supply ends', () => {
  const start = low();
  const taken = run(start, [typed('890', start.atMs)]);
  assert.deepEqual(taken.codes, ['emergencySelected']);
  assert.equal(emergencyStatusOf(taken.state), 'selected');
  const used = run(taken.state, [load(taken.state, { w: 1000, ms: 5 * hourMs })]);
  assert.equal(emergencyStatusOf(used.state), 'inUse');
  assert.equal(displayOf(used.state, used.state.atMs).status, 'emergency');
  assert.deepEqual(
    [availableMilliWhOf(used.state), used.state.owedMilliWh],
    [0, 1_000_000],
    '4 kWh left and 5 used',
  );
  assert.ok(!used.codes.includes('creditExhausted'));
  const ended = run(used.state, [load(used.state, { w: 1000, ms: 5 * hourMs })]);
  assert.deepEqual(ended.codes, ['creditExhausted', 'loadSwitchOpened']);
  assert.equal(ended.flowedMilliWh, 2_000_000);
  assert.equal(ended.state.owedMilliWh, 3_000_000);
  assert.equal(emergencyStatusOf(ended.state), 'exhausted');
  const again = run(ended.state, [typed('890', ended.state.atMs)]);
  assert.match(displayOf(again.state, again.state.atMs).answer ?? '', /used up/);
});

test('it turns supply on again where credit had ended, from the keypad alone', () => {
  const start = low();
  const off = run(start, [load(start, { w: 1000, ms: 9 * hourMs })]);
  assert.equal(off.state.loadSwitch, 'disconnected');
  const on = run(off.state, [typed('890', off.state.atMs)]);
  assert.deepEqual(on.codes, ['emergencySelected', 'loadSwitchClosed']);
  const flowed = run(on.state, [load(on.state, { w: 1000, ms: 9 * hourMs })]);
  assert.equal(flowed.flowedMilliWh, 3_000_000);
});

test('a top-up pays it back first, by the rules’ share and floor, and turns supply on', () => {
  const start = low();
  const ended = run(start, [
    typed('890', start.atMs),
    { atMs: start.atMs + 20 * hourMs, demandMilliWh: 40_000_000 },
  ]).state;
  const small = run(ended, [typed(tokenOf(1_000, firstTid + 1), ended.atMs)]).state;
  assert.deepEqual(
    [availableMilliWhOf(small), small.owedMilliWh, small.loadSwitch],
    [1_000_000, 3_000_000, 'connected'],
    'the floor of 1 kWh',
  );
  const large = run(ended, [typed(tokenOf(10_000, firstTid + 1), ended.atMs)]).state;
  assert.deepEqual([availableMilliWhOf(large), large.owedMilliWh], [7_000_000, 0]);
  assert.equal(emergencyStatusOf(large), 'enabled', 'whole again');
  const paying = cosemChargesOf(large).find(({ type }) => type === 'paymentEvent');
  assert.deepEqual([paying?.totalAmountPaid, paying?.totalAmountRemaining], [3_000, 0]);
});

test('set by command it may come by itself', () => {
  const { state, codes } = run(newMeter(), [
    typed(tokenOf(6_000)),
    told(noonMs, { kind: 'setEmergencyCredit', presetEnergyWh: 2_000, automatic: true }),
    { atMs: noonMs + 10 * hourMs, demandMilliWh: 10_000_000 },
  ]);
  assert.ok(codes.includes('emergencySelected'));
  assert.deepEqual([state.importMilliWh, state.owedMilliWh], [8_000_000, 2_000_000]);
});

test('an emergency credit out of reason is refused', () => {
  const { messages, state } = run(newMeter(), [
    told(noonMs, { kind: 'setEmergencyCredit', presetEnergyWh: 5_000_000, automatic: false }),
  ]);
  const answer = messages.find((message) => message.kind === 'commandResult');
  assert.deepEqual(answer?.result, { kind: 'refused', reason: 'range' });
  assert.equal(state.settings.emergency, null);
});

test('what is put aside from top-ups is not used until it is taken', () => {
  const reserve = { sharePercent: 20, limitWh: 2_000 };
  const start = run(newMeter({ reserve }), [
    typed(tokenOf(5_000)),
    typed(tokenOf(20_000, firstTid + 1)),
  ]);
  assert.equal(start.state.reserved, 2_000_000, 'up to the limit');
  const off = run(start.state, [load(start.state, { w: 1000, ms: 30 * hourMs })]);
  assert.equal(off.flowedMilliWh, 23_000_000);
  assert.equal(off.state.loadSwitch, 'disconnected');
  const taken = run(off.state, [typed('891', off.state.atMs)]);
  assert.deepEqual(taken.codes, ['reserveSelected', 'loadSwitchClosed']);
  const used = run(taken.state, [load(taken.state, { w: 1000, ms: 30 * hourMs })]);
  assert.equal(used.flowedMilliWh, 2_000_000);
});

test('where a rule keeps supply on, what was put aside goes before what would be owed', () => {
  const evening = Date.UTC(2026, 10, 18, 15);
  const reserve = { sharePercent: 50, limitWh: 1_000 };
  const { state, codes } = run(newMeter({ protection: friendly, reserve }, evening), [
    typed(tokenOf(2_000), evening),
    { atMs: evening + 3 * hourMs, demandMilliWh: 3_000_000 },
  ]);
  assert.ok(codes.includes('reserveSelected') && codes.includes('protectedSupply'));
  assert.deepEqual([state.importMilliWh, state.owedMilliWh], [3_000_000, 1_000_000]);
});

test('emergency credit leaves alone what was put aside, which is taken after it', () => {
  const reserve = { sharePercent: 20, limitWh: 10_000 };
  const start = run(newMeter({ protection: lending, reserve }), [
    typed(tokenOf(10_000)),
    { atMs: noonMs + hourMs, demandMilliWh: 4_000_000 },
    typed('890', noonMs + hourMs),
  ]).state;
  assert.deepEqual([emergencyStatusOf(start), start.reserved], ['selected', 2_000_000]);
  // 4 kWh are left of the token, then two of the three that are lent.
  const lent = run(start, [load(start, { w: 6_000, ms: hourMs })]).state;
  assert.deepEqual([lent.loadSwitch, emergencyStatusOf(lent)], ['connected', 'inUse']);
  assert.deepEqual(
    [lent.reserved, lent.emergencyUsed, lent.owedMilliWh, availableMilliWhOf(lent)],
    [2_000_000, 2_000_000, 2_000_000, 2_000_000],
  );
  const spent = run(lent, [load(lent, { w: 6_000, ms: hourMs })]).state;
  assert.deepEqual(
    [spent.loadSwitch, emergencyStatusOf(spent), spent.reserved],
    ['disconnected', 'exhausted', 2_000_000],
  );
  assert.equal(spent.importMilliWh, 11_000_000, 'eight bought and not put aside, three lent');
  const taken = run(spent, [typed('891', spent.atMs)]).state;
  assert.deepEqual([taken.loadSwitch, taken.reserved], ['connected', 0]);
});

test('the status of emergency credit goes the ways of class 112', () => {
  const seen: (string | null)[] = [];
  const see = (state: MeterState): MeterState => {
    seen.push(emergencyStatusOf(state));
    return state;
  };
  const topUp = (state: MeterState, wh: number, n: number) =>
    see(run(state, [typed(tokenOf(wh, firstTid + n), state.atMs)]).state);
  const use = (state: MeterState, wh: number) =>
    see(run(state, [load(state, { w: wh, ms: hourMs })]).state);
  let state = see(run(newMeter({ protection: lending }), [typed(tokenOf(9_000))]).state);
  state = use(state, 5_000); // A: enabled, selectable
  state = topUp(state, 9_000, 1); // F: and enabled again
  state = use(state, 9_000); // A
  state = see(run(state, [typed('890', state.atMs)]).state); // B: selected
  state = topUp(state, 9_000, 2); // G: not needed after all
  state = use(state, 9_000); // A
  state = see(run(state, [typed('890', state.atMs)]).state); // B
  state = use(state, 5_000); // C: in use
  state = use(state, 3_000); // D: exhausted
  topUp(state, 20_000, 3); // E: paid back
  assert.deepEqual(seen, [
    ...['enabled', 'selectable', 'enabled', 'selectable', 'selected', 'enabled', 'selectable'],
    ...['selected', 'inUse', 'exhausted', 'enabled'],
  ]);
});

test('the numbers of COSEM stand for what the views name', () => {
  const start = low();
  const { state } = run(start, [
    typed('890', start.atMs),
    { atMs: start.atMs + 5 * hourMs, demandMilliWh: 5_000_000 },
  ]);
  const account = cosemAccountOf(state);
  // Bits 0 in credit, 1 low credit, 5 selectable credit in use.
  assert.equal(creditStatusNumber(account.creditStatus), 0b100011);
  assert.equal(cosemNumbers.paymentMode[account.paymentMode], 2);
  assert.deepEqual(
    cosemCreditsOf(state).map(({ type, status }) => [
      cosemNumbers.creditType[type],
      cosemNumbers.creditStatus[status],
    ]),
    [
      [0, 4],
      [2, 3],
    ],
  );
  const { status, deliveryMethod } = tokenGatewayOf(state);
  assert.ok(status !== null && deliveryMethod !== null);
  assert.equal(cosemNumbers.gatewayStatus[status], 3);
  assert.equal(cosemNumbers.deliveryMethod[deliveryMethod], 2);
  assert.equal(cosemNumbers.controlState[cosemSwitchOf(state).controlState], 1);
});

test('the account reads as COSEM objects', () => {
  const start = low();
  const { state } = run(start, [
    typed('890', start.atMs),
    { atMs: start.atMs + 5 * hourMs, demandMilliWh: 5_000_000 },
  ]);
  const account = cosemAccountOf(state);
  assert.deepEqual(account.creditStatus, ['inCredit', 'lowCredit', 'selectableCreditInUse']);
  assert.deepEqual(
    [account.paymentMode, account.accountStatus, account.creditInUse, account.availableCredit],
    ['prepayment', 'active', 'emergency', 2_000],
  );
  assert.deepEqual([account.amountToClear, account.currency.unit], [1_000, 'consumption']);
  assert.deepEqual(account.tokenGatewayConfiguration, [{ credit: 'token', percent: 100 }]);
  assert.deepEqual(
    cosemCreditsOf(state).map(
      ({ type, priority, status, currentCreditAmount, presetCreditAmount }) => [
        type,
        priority,
        status,
        currentCreditAmount,
        presetCreditAmount,
      ],
    ),
    [
      ['token', 1, 'exhausted', 0, 0],
      ['emergency', 3, 'inUse', 2_000, 3_000],
    ],
  );
  const paying = cosemChargesOf(state).find(({ type }) => type === 'paymentEvent');
  assert.deepEqual([paying?.proportion, paying?.totalAmountRemaining], [6_000, 1_000]);
  assert.deepEqual(tokenGatewayOf(state), {
    tokenTimeMs: noonMs,
    deliveryMethod: 'manual',
    status: 'executionOk',
  });
  const wire = accountStateOf(state).account;
  assert.deepEqual(wire?.emergency, {
    status: 'inUse',
    leftEnergyWh: 2_000n,
    usedEnergyWh: 1_000n,
    presetEnergyWh: 3_000n,
    automatic: false,
  });
  assert.equal(wire?.paidBackEnergyWh, 0n);
});
