// Money credit: a tariff in the meter with blocks, periods of the day and a standing charge; and
// changes between energy and money, prepayment and credit, with the balance intact.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandAction, UpMessage } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import {
  accountStateOf,
  availableMilliWhOf,
  availableOf,
  cosemAccountOf,
  cosemChargesOf,
  displayOf,
  type MeterState,
  restoreMeter,
  serialiseMeter,
} from '../src/index.ts';
import {
  dayMs,
  firstTid,
  friendly,
  hourMs,
  load,
  minuteMs,
  moneyTokenOf,
  newMeter,
  noonMs,
  tokenOf,
  told,
  typed,
} from './fixtures.ts';
import { run } from './run.ts';

/** Invented: 2.00 a kilowatt-hour up to 10 in a month, then 3.00; 0.50 a day; no tax. */
const document = {
  schema: 'prewatt-tariff-1',
  id: 'bench-blocks',
  version: 1,
  utility: 'Bench',
  country: 'ZA',
  customerClass: 'Domestic',
  zone: 'Africa/Johannesburg',
  currency: { code: 'ZAR', scale: 2 },
  effectiveFrom: '2020-01-01',
  invented: true,
  energy: {
    schedules: [
      {
        code: 'all',
        blocks: [
          { uptoKwh: '10', rate: '2.00' },
          { uptoKwh: null, rate: '3.00' },
        ],
      },
    ],
  },
  charges: [{ code: 'service', label: 'Service', per: 'day', amount: '0.50' }],
};
/** Invented: 1.00 a kilowatt-hour, 4.00 from 17:30 to 20:00. */
const byTheHour = {
  ...document,
  id: 'bench-hours',
  periods: [
    { code: 'peak', label: 'Peak', from: '17:30', to: '20:00' },
    { code: 'base', label: 'Base' },
  ],
  energy: {
    schedules: [
      { code: 'all', blocks: [{ uptoKwh: null, rates: { peak: '4.00', base: '1.00' } }] },
    ],
  },
  charges: [],
};

const micro = 1_000_000;
const tariff = { documentJson: JSON.stringify(document), parameters: {} };
const moneyMeter = (changes = {}, doc: object = document, atMs = noonMs) =>
  newMeter(changes, atMs, {
    creditUnit: 'money',
    tariff: { documentJson: JSON.stringify(doc), parameters: {} },
  });
const centsOf = (state: MeterState): number => availableOf(state) / micro;
const chargedOf = (state: MeterState): number => (state.money?.chargedMicro ?? 0) / micro;
/** 100.00624 as 10^-5 of the base unit: amounts on tokens have a mantissa of 14 bits. */
const hundred = 10_000_624;

function checkLaw(state: MeterState): void {
  const { money } = state;
  assert.ok(money !== null);
  assert.equal(
    money.creditedMicro - money.chargedMicro - money.clearedMicro,
    availableOf(state) - money.owedMicro,
  );
  assert.ok(availableOf(state) >= 0 && money.owedMicro >= 0);
}

test('a currency token credits money and turns supply on; an energy token is refused', () => {
  const { state, events } = run(moneyMeter(), [
    typed(moneyTokenOf(hundred)),
    typed(tokenOf(5_000, firstTid + 1)),
  ]);
  assert.equal(state.loadSwitch, 'connected');
  assert.equal(centsOf(state), 10_000.624);
  const outcomes = events.flatMap((event) => (event.code === 'token' ? [event.outcome] : []));
  assert.deepEqual(outcomes, [
    {
      result: 'accepted',
      effect: 'credit',
      tid: firstTid,
      creditedEnergyWh: 0,
      creditedMicroMinor: 10_000_624_000,
    },
    { result: 'refused', refusal: 'function', tid: firstTid + 1 },
  ]);
  const display = displayOf(state, noonMs);
  assert.deepEqual([display.credit, display.creditUnit], ['100.00', 'ZAR']);
  checkLaw(state);
});

test('blocks of the month and the day’s standing charge are charged as energy flows', () => {
  const start = run(moneyMeter(), [typed(moneyTokenOf(hundred))]).state;
  // 12 kWh in the rest of the day: 0.50 + 10 x 2.00 + 2 x 3.00.
  const { state } = run(start, [load(start, { w: 1200, ms: 10 * hourMs })]);
  assert.equal(chargedOf(state), 50 + 2_000 + 600);
  const next = run(state, [load(state, { w: 1000, ms: 3 * hourMs })]);
  assert.equal(chargedOf(next.state), 2_650 + 50 + 900, 'one midnight on the way');
  checkLaw(next.state);
});

test('weeks of half-hours cost what the tariff says, to the millionth', () => {
  const midnight = Date.UTC(2026, 10, 1, 22);
  let { state } = run(moneyMeter({}, document, midnight), [
    typed(moneyTokenOf(200_000_000), midnight),
  ]);
  for (let slot = 0; slot < 20 * 48; slot += 1) {
    state = run(state, [load(state, { w: 700, ms: 30 * minuteMs })]).state;
  }
  // 336 kWh in one month: 10 x 2.00 + 326 x 3.00; 21 days begun.
  assert.equal(state.importMilliWh, 336_000_000);
  assert.equal(chargedOf(state), 2_000 + 97_800 + 21 * 50);
  checkLaw(state);
});

test('the standing charge is collected while supply is off, and owed without credit', () => {
  const start = run(moneyMeter(), [
    typed(moneyTokenOf(hundred)),
    told(noonMs, { kind: 'switchOpen', cause: 'operator' }),
    { atMs: noonMs + 3 * dayMs },
  ]).state;
  assert.equal(start.importMilliWh, 0);
  assert.equal(chargedOf(start), 200, 'the day it began and three midnights');
  const empty = run(moneyMeter(), [
    typed(moneyTokenOf(100_004)),
    { atMs: noonMs + 5 * dayMs },
  ]).state;
  assert.equal(empty.loadSwitch, 'disconnected');
  assert.equal(centsOf(empty), 0);
  assert.equal(empty.money?.owedMicro, 6 * 50 * micro - 100_004_000);
  checkLaw(empty);
});

test('what a standing charge has left unpaid does not eat the next top-up up', () => {
  const rules = { ...friendly, friendlyHours: [] };
  const start = run(moneyMeter({ protection: rules }), [{ atMs: noonMs + 60 * dayMs }]).state;
  assert.equal(start.money?.owedMicro, 61 * 50 * micro);
  const { state } = run(start, [typed(moneyTokenOf(500_004), start.atMs)]);
  assert.equal(state.loadSwitch, 'connected');
  assert.ok(centsOf(state) >= 200, 'more than the floor of 1 kWh at 2.00');
  checkLaw(state);
});

test('each half of an hour has its price, also when a period begins between intervals', () => {
  const at = Date.UTC(2026, 10, 18, 15, 0); // 17:00 local
  const start = run(moneyMeter({ profileIntervalMinutes: 60 }, byTheHour, at), [
    typed(moneyTokenOf(hundred), at),
  ]).state;
  const { state } = run(start, [load(start, { w: 2000, ms: hourMs })]);
  assert.equal(chargedOf(state), 100 + 400);
  const asked = run(state, [typed('811', state.atMs)]).state;
  assert.match(displayOf(asked, asked.atMs).pages[0]?.value ?? '', /4\.00/);
  const { periodMilliWh } = run(state, [load(state, { w: 1000, ms: 20 * hourMs })]).state.calendar;
  assert.deepEqual(periodMilliWh, [3_000_000, 19_000_000]);
});

test('two stretches of the day at one price are one period with one register', () => {
  const peak = { code: 'peak', label: 'Peak' };
  const twice = {
    ...byTheHour,
    periods: [
      { ...peak, from: '06:00', to: '08:00' },
      { ...peak, from: '17:30', to: '20:00' },
      { code: 'base', label: 'Base' },
    ],
  };
  const at = Date.UTC(2026, 10, 18, 3, 0); // 05:00 local
  const start = run(moneyMeter({}, twice, at), [typed(moneyTokenOf(hundred), at)]).state;
  const { state } = run(start, [load(start, { w: 1000, ms: 16 * hourMs })]);
  assert.deepEqual(state.calendar.periodMilliWh, [4_500_000, 11_500_000]);
  assert.equal(chargedOf(state), 4.5 * 400 + 11.5 * 100);
});

test('supply ends when money does, to the watt-hour, and a leap ends where small steps do', () => {
  const start = run(moneyMeter({}, byTheHour), [typed(moneyTokenOf(123_456))]).state;
  const leap = run(start, [load(start, { w: 500, ms: 4 * hourMs })]);
  assert.equal(leap.state.loadSwitch, 'disconnected');
  assert.equal(leap.flowedMilliWh, 1_234_000, '123.456 cents at 1.00 a kWh');
  assert.ok(leap.codes.includes('creditExhausted'));
  let small = start;
  for (let minute = 0; minute < 240; minute += 1) {
    small = run(small, [load(small, { w: 500, ms: minuteMs })]).state;
  }
  assert.equal(small.importMilliWh, leap.state.importMilliWh);
  assert.equal(availableOf(small), availableOf(leap.state));
  checkLaw(small);
});

test('protected supply and emergency credit are owed in money and paid back by share', () => {
  const evening = Date.UTC(2026, 10, 18, 19); // 21:00 local
  const start = run(moneyMeter({ protection: friendly }, byTheHour, evening), [
    typed(moneyTokenOf(100_004), evening),
    { atMs: evening + 4 * hourMs, demandMilliWh: 4_000_000 },
  ]).state;
  assert.equal(start.loadSwitch, 'connected');
  assert.deepEqual([centsOf(start), start.money?.owedMicro], [0, 400 * micro - 100_004_000]);
  const paid = run(start, [typed(moneyTokenOf(1_000_024, firstTid + 1), start.atMs)]).state;
  assert.deepEqual([centsOf(paid), paid.money?.owedMicro], [700.028, 0]);
  const little = run(start, [typed(moneyTokenOf(200_024, firstTid + 1), start.atMs)]).state;
  assert.ok(centsOf(little) >= 100 && centsOf(little) < 100.001, 'the floor of 1 kWh, rounded up');
  checkLaw(little);
  checkLaw(paid);
});

const answerOf = (messages: readonly UpMessage[]) =>
  messages.flatMap((m) => (m.kind === 'commandResult' ? [m.result] : [])).at(-1);
const toMoney: CommandAction = {
  kind: 'setPaymentMode',
  paymentMode: 'prepayment',
  creditUnit: 'money',
  balance: 'keep',
  microMinorPerKwh: 200n * 1_000_000n,
};
const setTariff: CommandAction = {
  kind: 'setTariff',
  documentJson: JSON.stringify(byTheHour),
  activatesAtMs: noonMs,
};

test('energy becomes money and money energy at the price given, with nothing lost', () => {
  const energy = run(newMeter(), [typed(tokenOf(12_300)), told(noonMs, setTariff)]).state;
  const money = run(energy, [told(noonMs + 1, toMoney)]);
  assert.equal(centsOf(money.state), 2_460);
  assert.equal(availableMilliWhOf(money.state), 0);
  checkLaw(money.state);
  const back = run(money.state, [told(noonMs + 2, { ...toMoney, creditUnit: 'energy' })]).state;
  assert.equal(availableMilliWhOf(back), 12_300_000);
  assert.equal(back.loadSwitch, 'connected');
  const wire = accountStateOf(back);
  assert.equal(wire.creditedEnergyWh, 12_300n, 'credited by tokens, as before');
  assert.equal(wire.availableEnergyWh, 12_300n);
});

test('who turns to money pays no standing charge twice, and blocks go on from the month’s use', () => {
  const monthly = {
    ...document,
    charges: [...document.charges, { code: 'rent', label: 'Rent', per: 'month', amount: '28.00' }],
  };
  const energy = run(newMeter(), [
    typed(tokenOf(30_000)),
    { atMs: noonMs + hourMs, demandMilliWh: 9_000_000 },
    told(noonMs + hourMs, {
      kind: 'setTariff',
      documentJson: JSON.stringify(monthly),
      activatesAtMs: noonMs,
    }),
  ]).state;
  const money = run(energy, [told(noonMs + hourMs + 1, toMoney)]).state;
  assert.deepEqual([centsOf(money), money.money?.owedMicro], [21 * 200, 0], 'all of 21 kWh');
  // 1 kWh at 2.00, then 3.00: this month has used 9 already.
  const used = run(money, [load(money, { w: 1000, ms: 2 * hourMs })]).state;
  assert.equal(chargedOf(used), 200 + 300);
  // The next day has its charge, the month has not: it was paid with the energy.
  const tomorrow = run(used, [{ atMs: noonMs + dayMs }]).state;
  assert.equal(chargedOf(tomorrow), 500 + 50);
  // Back on energy for five days, whose purchases paid them, and on money again: none fall due.
  const back = run(tomorrow, [told(tomorrow.atMs, { ...toMoney, creditUnit: 'energy' })]).state;
  const again = run(back, [
    { atMs: back.atMs + 5 * dayMs },
    told(back.atMs + 5 * dayMs, toMoney),
  ]).state;
  assert.equal(chargedOf(again), 550);
  checkLaw(again);
});

const counts = (paymentMode: 'credit' | 'prepayment', balance: 'handOver' | 'keep' = 'handOver') =>
  ({ kind: 'setPaymentMode', paymentMode, creditUnit: 'energy', balance }) as const;

test('a meter that counts again keeps supply on while the balance comes back as a token', () => {
  const wallet = run(newMeter(), [
    typed(tokenOf(5_000)),
    { atMs: noonMs + hourMs, demandMilliWh: 1_234_567 },
    told(noonMs + hourMs, counts('credit')),
  ]).state;
  const back = run(wallet, [told(noonMs + 2 * hourMs, counts('prepayment'))]);
  const day = run(back.state, [load(back.state, { w: 100, ms: dayMs })]);
  assert.equal(day.flowedMilliWh, 2_400_000);
  assert.deepEqual(day.codes, [], 'no warning, no end of credit, no cut');
  assert.equal(accountStateOf(day.state).creditStatus, 'inCredit');
  const paid = run(day.state, [typed(tokenOf(9_000, firstTid + 1), day.state.atMs)]);
  assert.deepEqual(paid.codes, ['token'], 'the switch has not moved');
  assert.ok(availableMilliWhOf(paid.state) > 6_000_000, 'less what was used meanwhile');
  const used = run(paid.state, [load(paid.state, { w: 1000, ms: dayMs })]);
  assert.equal(used.state.loadSwitch, 'disconnected', 'from then on credit decides');

  const again = run(day.state, [told(day.state.atMs, counts('prepayment', 'keep'))]);
  assert.equal(again.state.loadSwitch, 'disconnected', 'told again: nothing is on its way');
  const late = run(day.state, [load(day.state, { w: 100, ms: 7 * dayMs })]);
  assert.equal(late.state.loadSwitch, 'disconnected', 'nor is it after a week');
  assert.equal(late.flowedMilliWh, 6 * 2_400_000);
});

test('what a wallet has cut is not switched on by the change back', () => {
  const off = run(newMeter(), [
    told(noonMs, counts('credit')),
    told(noonMs + 1, { kind: 'switchOpen', cause: 'operator' }),
    told(noonMs + 2, counts('prepayment')),
    told(noonMs + 3, { kind: 'switchClose' }),
  ]);
  assert.equal(off.state.loadSwitch, 'disconnected');
});

test('a wallet takes the balance over in the answer, and a meter on credit does not cut', () => {
  const start = run(newMeter(), [
    typed(tokenOf(5_000)),
    { atMs: noonMs + hourMs, demandMilliWh: 1_234_567 },
  ]).state;
  const { state, messages } = run(start, [
    told(noonMs + hourMs, {
      kind: 'setPaymentMode',
      paymentMode: 'credit',
      creditUnit: 'energy',
      balance: 'handOver',
    }),
  ]);
  assert.deepEqual(answerOf(messages), {
    kind: 'setPaymentMode',
    handedOverEnergyWh: 3_765n,
    handedOverMicroMinor: 0n,
    owedEnergyWh: 0n,
    owedMicroMinor: 0n,
    importEnergyWh: 1234n,
  });
  assert.equal(availableMilliWhOf(state), 433, 'a fraction of a watt-hour stays');
  const later = run(state, [load(state, { w: 1000, ms: 10 * dayMs })]);
  assert.equal(later.state.loadSwitch, 'connected');
  assert.equal(later.flowedMilliWh, 240_000_000);
  assert.deepEqual([availableMilliWhOf(later.state), later.state.owedMilliWh], [433, 0]);
  assert.equal(cosemAccountOf(later.state).paymentMode, 'credit');
  // What is typed all the same is said to be no credit of the meter's: a wallet makes it money.
  const { events } = run(later.state, [typed(tokenOf(1_000, firstTid + 2), later.state.atMs)]);
  assert.deepEqual(
    events.flatMap((event) => (event.code === 'token' ? [event.outcome] : [])),
    [
      {
        result: 'accepted',
        effect: 'credit',
        tid: firstTid + 2,
        creditedEnergyWh: 1_000,
        paymentMode: 'credit',
      },
    ],
  );
  const prepaid = run(later.state, [
    told(later.state.atMs, {
      kind: 'setPaymentMode',
      paymentMode: 'prepayment',
      creditUnit: 'energy',
      balance: 'keep',
    }),
    typed(tokenOf(3_700, firstTid + 1), later.state.atMs),
  ]).state;
  assert.equal(availableMilliWhOf(prepaid), 3_700_433);
});

test('money is not taken on without a tariff, nor changed without a price', () => {
  const start = run(newMeter(), [typed(tokenOf(5_000))]).state;
  const { microMinorPerKwh: _, ...withoutPrice } = toMoney as Extract<
    CommandAction,
    { kind: 'setPaymentMode' }
  >;
  for (const inputs of [
    [told(noonMs, toMoney)],
    [told(noonMs, setTariff), told(noonMs + 1, withoutPrice)],
  ]) {
    const { state, messages } = run(start, inputs);
    assert.deepEqual(answerOf(messages), { kind: 'refused', reason: 'range' });
    assert.equal(availableMilliWhOf(state), 5_000_000);
    assert.equal(state.settings.creditUnit, 'energy');
  }
});

test('a new tariff is in force from its instant, to the second, and the position goes on', () => {
  const start = run(moneyMeter({}, byTheHour), [typed(moneyTokenOf(hundred))]).state;
  const dearer = {
    ...byTheHour,
    version: 2,
    energy: {
      schedules: [
        { code: 'all', blocks: [{ uptoKwh: null, rates: { peak: '9.00', base: '2.00' } }] },
      ],
    },
  };
  const { state, codes } = run(start, [
    told(noonMs, {
      kind: 'setTariff',
      documentJson: JSON.stringify(dearer),
      activatesAtMs: noonMs + 90 * minuteMs,
    }),
    { atMs: noonMs + 3 * hourMs, demandMilliWh: 3_000_000 },
  ]);
  assert.equal(chargedOf(state), 150 + 300);
  assert.ok(codes.includes('settingChanged'));
  assert.equal(accountStateOf(state).money?.tariff.version, 2);
});

test('a document that cannot be used is refused with its reason and changes nothing', () => {
  const cases: [object | string, string][] = [
    ['{', 'malformed'],
    [{ schema: 'prewatt-tariff-1' }, 'malformed'],
    [
      { ...document, charges: [{ code: 'vend', label: 'Vend', per: 'purchase', amount: '1' }] },
      'unsupported',
    ],
    [{ ...document, effectiveFrom: '2030-01-01' }, 'range'],
    [
      {
        ...byTheHour,
        energy: {
          schedules: [
            { code: 'all', blocks: [{ uptoKwh: '0.1', rates: { peak: '1', base: '1' } }] },
          ],
        },
      },
      'range',
    ],
  ];
  for (const [doc, reason] of cases) {
    const documentJson = typeof doc === 'string' ? '{}}' : JSON.stringify(doc);
    const { state, messages } = run(moneyMeter(), [
      told(noonMs, { kind: 'setTariff', documentJson, activatesAtMs: noonMs }),
    ]);
    assert.deepEqual(answerOf(messages), { kind: 'refused', reason }, documentJson);
    assert.deepEqual(state.settings.tariff, tariff);
  }
});

test('money survives being stored, to the last millionth', () => {
  const start = run(moneyMeter(), [typed(moneyTokenOf(hundred))]).state;
  const { state } = run(start, [load(start, { w: 777, ms: 77 * minuteMs })]);
  const restored = expectOk(restoreMeter(serialiseMeter(state)), 'restore');
  assert.deepEqual(restored, state);
  const [a, b] = [state, restored].map(
    (each) => run(each, [load(each, { w: 500, ms: hourMs })]).state,
  );
  assert.deepEqual(a, b);
});

test('charges read as COSEM objects', () => {
  const start = run(moneyMeter(), [typed(moneyTokenOf(hundred))]).state;
  const { state } = run(start, [load(start, { w: 1000, ms: 2 * hourMs })]);
  assert.deepEqual(
    cosemChargesOf(state).map(({ type, unitChargeMicro, totalAmountPaid }) => [
      type,
      unitChargeMicro,
      totalAmountPaid,
    ]),
    [
      ['consumption', 200 * micro, 400],
      ['timeBased', null, 50],
      ['paymentEvent', null, 0],
    ],
  );
  assert.deepEqual(cosemAccountOf(state).currency, { name: 'ZAR', scale: -2, unit: 'monetary' });
});
