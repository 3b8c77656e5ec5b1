import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTariff } from '@prewatt/tariff';
import { sayTariff } from './said-tariff.ts';

type Change = {
  readonly block?: object;
  readonly periods?: readonly object[];
  readonly more?: object;
};

function say(change: Change, parameters: Readonly<Record<string, string>> = {}) {
  const { block = { rate: '2.45' }, periods = [], more = {} } = change;
  const parsed = parseTariff({
    ...{ schema: 'prewatt-tariff-1', id: 'a-test', version: 1, utility: 'A test', country: 'ZA' },
    ...{ customerClass: 'Homes', zone: 'Africa/Johannesburg', effectiveFrom: '2026-01-01' },
    currency: { code: 'ZAR', scale: 2 },
    periods,
    energy: {
      repricing: 'purchase',
      schedules: [{ code: 'use', blocks: [{ uptoKwh: null, ...block }] }],
    },
    ...more,
  });
  assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.error));
  return sayTariff(parsed.value, parameters);
}

const tax = { code: 'vat', label: 'VAT', percent: '15', of: ['energy'] };

test('one price is said at the coarsest scale that is exact, with the taxes on it', () => {
  const prices = [{ script: 0, price: 245 }];
  assert.deepEqual(say({}), { priceScale: -2, prices, calendar: null });
  const taxed = say({ block: { rate: '2' }, more: { levies: [tax] } });
  assert.deepEqual(taxed, { priceScale: -1, prices: [{ script: 0, price: 23 }], calendar: null });
  const parameters = { rate: { label: 'Rate', value: null } };
  const named = { block: { rate: { parameter: 'rate' } }, more: { parameters } };
  assert.equal(say(named, { rate: '1.5' })?.prices[0]?.price, 15);
  assert.equal(say(named), null);
});

test('what the classes cannot say is not said at all', () => {
  assert.equal(say({ block: { rate: '2.123456' } }), null, 'more than 16 bits');
  const blocks = [
    { uptoKwh: '50', rate: '1' },
    { uptoKwh: null, rate: '2' },
  ];
  const energy = { schedules: [{ code: 'use', blocks }] };
  assert.equal(say({ more: { energy } }), null, 'blocks');
  const charges = [{ code: 'service', label: 'Service', per: 'month', amount: '10' }];
  assert.equal(say({ more: { charges } }), null, 'a standing charge');
});

const holiday = { code: 'holiday', label: 'Holiday', dates: ['12-25', '2027-04-02'] };
const rest = { code: 'rest', label: 'Rest' };
const [atMidnight, holidayAllDay] = [
  [{ minute: 0, script: 2 }],
  [{ minute: 0, script: 1 }],
] as const;

test('days by name have a profile of their own, and change no week', () => {
  const said = say({ block: { rates: { holiday: '1', rest: '2' } }, periods: [holiday, rest] });
  assert.deepEqual(said?.calendar, {
    days: [atMidnight, holidayAllDay],
    weeks: [[1, 1, 1, 1, 1, 1, 1]],
    seasons: [{ month: 1, week: 1 }],
    specialDays: [
      { year: null, month: 12, dayOfMonth: 25, day: 2 },
      { year: 2027, month: 4, dayOfMonth: 2, day: 2 },
    ],
  });
});

test('a day of every year that is another one on a Sunday is not said', () => {
  const rates = { sunday: '3', holiday: '1', rest: '2' };
  const sunday = { code: 'sunday', label: 'Sunday', days: [7] };
  assert.equal(say({ block: { rates }, periods: [sunday, holiday, rest] }), null);
  assert.ok(say({ block: { rates }, periods: [holiday, sunday, rest] }) !== null);
  const both = { ...holiday, dates: ['12-25', '2026-12-25'] };
  const once = say({ block: { rates }, periods: [both, sunday, rest] })?.calendar?.specialDays;
  assert.equal(once?.length, 1);
  // The same day twice, in two ways.
  const other = { code: 'sunday', label: 'Other', dates: ['2026-12-25'] };
  assert.equal(say({ block: { rates }, periods: [other, holiday, rest] }), null);
});

test('taxes go into the price as far as they hang on energy alone', () => {
  const levies = (...list: object[]) => say({ block: { rate: '2' }, more: { levies: list } });
  assert.equal(levies(tax)?.prices[0]?.price, 23);
  const included = { ...tax, code: 'in', kind: 'rebate', included: true };
  assert.equal(levies(tax, included)?.prices[0]?.price, 23, 'what is in the price already');
  for (const other of [
    { ...tax, of: ['payment'] },
    { ...tax, kind: 'rebate' },
    { ...tax, atMost: '5' },
    { ...tax, when: { monthTotal: { overKwh: '50' } } },
    { code: 'fund', label: 'Fund', perKwh: '0.1' },
  ]) {
    assert.equal(levies(other), null, JSON.stringify(other));
  }
  const freeAllowance = { kwh: '5', delivery: 'separate', countsInBlocks: false };
  assert.equal(say({ more: { freeAllowance } }), null);
});

test('periods become day profiles, weeks and seasons, each once', () => {
  const winter = { days: [1, 2, 3, 4, 5], calendarMonths: [6, 7, 8] };
  const peak = { code: 'peak', label: 'Peak', from: '17:30', to: '20:00', ...winter };
  const night = { code: 'night', label: 'Night', from: '22:00', to: '06:00' };
  const periods = [peak, night, { code: 'rest', label: 'Rest' }];
  const said = say({ block: { rates: { peak: '4', night: '1', rest: '2.5' } }, periods });
  assert.deepEqual(said?.prices, [
    { script: 1, price: 40 },
    { script: 2, price: 10 },
    { script: 3, price: 25 },
  ]);
  const plain = [
    { minute: 0, script: 2 },
    { minute: 360, script: 3 },
    { minute: 1320, script: 2 },
  ];
  const cold = plain.toSpliced(2, 0, { minute: 1050, script: 1 }, { minute: 1200, script: 3 });
  assert.deepEqual(said.calendar, {
    days: [plain, cold],
    weeks: [
      [1, 1, 1, 1, 1, 1, 1],
      [2, 2, 2, 2, 2, 1, 1],
    ],
    seasons: [
      { month: 1, week: 1 },
      { month: 6, week: 2 },
      { month: 9, week: 1 },
    ],
    specialDays: [],
  });
});
