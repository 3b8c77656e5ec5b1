// Each field of a document is put on a small one, and does what the table of fields says of it: to
// a price and back, in words, in wallet use, in a meter that counts money and at its till.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { documentOf, energyOf, optionsOf } from '../test/documents.ts';
import { fieldsOf, standingIn, standOf } from './field-walk.ts';
import { type Field, type FieldTable, fieldTable } from './fields.ts';
import {
  describeTariff,
  meterDocument,
  moneyParts,
  parseTariff,
  type Quote,
  quoteEnergy,
  quotePurchase,
  rateUsage,
  startPosition,
  type Tariff,
  type TariffPosition,
} from './index.ts';

type Part = Record<string, unknown>;

/** How a part of a group stands in a document, with the fields that it cannot be without. */
const homes: Readonly<Record<keyof FieldTable, (part: Part) => Part>> = {
  document: (part) => ({ levies: [levy()], ...part }),
  energy: (part) => ({ energy: { ...energyOf(blocks), ...part } }),
  schedule: (part) => ({
    energy: {
      schedules: [
        { code: 'standard', blocks, ...part },
        { code: 'rest', blocks },
      ],
    },
  }),
  block: (part) => ({
    energy: energyOf([{ uptoKwh: null, rate: '2.00', ...part }, ...last(part)]),
  }),
  charge: (part) => ({ charges: [charge(part)] }),
  chargeVariant: (part) => ({
    charges: [
      charge({ amount: undefined, variants: [{ amount: '30', ...part }, { amount: '7' }] }),
    ],
  }),
  skipped: (part) => ({ charges: [charge({ skipped: { recover: false, ...part } })] }),
  recovery: (part) => ({ charges: [charge({ recovery: part })] }),
  levy: (part) => ({ charges: [charge()], levies: [levy(part)] }),
  free: (part) => ({
    energy: energyOf(blocks),
    freeAllowance: { kwh: '5', countsInBlocks: false, ...free, ...part },
  }),
  freeVariant: (part) => ({
    freeAllowance: { variants: [{ kwh: '5', ...part }], countsInBlocks: false, ...free },
  }),
  rounding: (part) => ({ levies: [levy()], rounding: part }),
  condition: (when) => ({
    periods: [
      { code: 'all', label: 'All' },
      { code: 'rest', label: 'Rest' },
    ],
    parameters: { class: { label: 'Class', choices: ['a', 'b'], value: 'b' } },
    levies: [levy({ when })],
  }),
  payment: (part) => ({ levies: [levy({ when: { payment: part } })] }),
};
const blocks = [
  { uptoKwh: '40', rate: '2.0037' },
  { uptoKwh: null, rate: '3.0071' },
];
const last = (part: Part) => ('uptoKwh' in part ? [{ uptoKwh: null, rate: '3.00' }] : []);
const free = { delivery: 'with-first-purchase' };
const charge = (part: Part = {}): Part => ({
  ...{ code: 'service', label: 'Service', per: 'month', amount: '30', ...part },
});
const levy = (part: Part = {}): Part => ({
  ...{ code: 'vat', label: 'VAT', percent: '15', of: ['energy'], ...part },
});

/** Parts without the field and with it; `inner`: what is inside is tried, field by field. */
type Sample = 'inner' | 'frame' | readonly [without: Part, set: Part];
const threeBands = [
  { code: 'low', when: { monthTotal: { uptoKwh: '60' } }, blocks: [blocks[1]] },
  { code: 'high', blocks: [{ uptoKwh: null, rate: '4' }] },
];
const nightUpto = (to: string) => ({
  periods: [
    { code: 'night', label: 'Night', to },
    { code: 'all', label: 'Day' },
  ],
});

const samples: { [G in keyof FieldTable]: { [K in keyof FieldTable[G]]: Sample } } = {
  document: {
    // What a document is called, where and when it holds, what a position remembers a charge by.
    ...{ schema: 'frame', id: 'frame', version: 'frame', zone: 'frame', currency: 'frame' },
    ...{ effectiveFrom: 'frame', effectiveTo: 'frame', examples: 'frame' },
    utility: [{}, { utility: 'Other' }],
    country: [{}, { country: 'KE' }],
    customerClass: [{}, { customerClass: 'Other' }],
    sources: [{}, { sources: [{ title: 'Gazette' }] }],
    reason: [{}, { reason: 'It rises.' }],
    notes: [{}, { notes: 'A note.' }],
    invented: [{}, { invented: true }],
    confidence: [{}, { confidence: 'high' }],
    licence: [{}, { licence: 'Facts.' }],
    parameters: [{}, { parameters: { unused: { label: 'Unused', value: '2' } } }],
    periods: [
      {
        energy: energyOf([{ uptoKwh: null, rates: { all: '2', night: '1' } }]),
        ...nightUpto('06:00'),
      },
      nightUpto('13:00'),
    ],
    counting: [{ energy: energyOf(blocks) }, { counting: { months: 2 } }],
    ...{ energy: 'inner', charges: 'inner', levies: 'inner', freeAllowance: 'inner' },
    rounding: 'inner',
  },
  energy: {
    label: [{}, { label: 'Power' }],
    ratesInclude: [{}, { ratesInclude: ['levies'] }],
    repricing: [{ schedules: threeBands }, { repricing: 'purchase' }],
    averageWithoutHistoryKwh: [
      {
        schedules: [
          { ...threeBands[0], when: { average: { months: 3, uptoKwh: '9' } } },
          threeBands[1],
        ],
      },
      { averageWithoutHistoryKwh: '50' },
    ],
    schedules: 'inner',
  },
  schedule: {
    code: [{}, { code: 'other' }],
    label: [{}, { label: 'Homes' }],
    ...{ when: 'inner', blocks: 'inner' },
  },
  block: {
    uptoKwh: [{}, { uptoKwh: '40' }],
    rate: [{}, { rate: '2.50' }],
    rates: 'frame',
    label: [{}, { label: 'Base' }],
  },
  charge: {
    code: 'frame',
    label: [{}, { label: 'Standing charge' }],
    kind: [{}, { kind: 'tax' }],
    per: [{}, { per: 'purchase' }],
    amount: [{}, { amount: '40' }],
    variants: 'inner',
    ...{ when: 'inner', skipped: 'inner', recovery: 'inner' },
  },
  chargeVariant: { when: 'inner', amount: [{}, { amount: '12' }] },
  skipped: {
    recover: [{}, { recover: true }],
    maxPeriods: [{ recover: true }, { maxPeriods: 1 }],
  },
  recovery: {
    maxShareOfPaymentPercent: [{ perKwh: '9' }, { maxShareOfPaymentPercent: '10' }],
    whileMonthPaidBelow: [{ maxShareOfPaymentPercent: '10' }, { whileMonthPaidBelow: '60' }],
    maxPerPurchase: [{ perKwh: '9' }, { maxPerPurchase: '4' }],
    perKwh: [{ maxPerPurchase: '25' }, { perKwh: '0.20' }],
  },
  levy: {
    code: [{}, { code: 'gst' }],
    label: [{}, { label: 'GST' }],
    kind: [{}, { kind: 'fee' }],
    percent: [{}, { percent: '20' }],
    of: [{}, { of: ['energy', 'charges'] }],
    perKwh: [{}, { percent: undefined, of: undefined, perKwh: '0.50' }],
    energyAboveKwh: [{}, { energyAboveKwh: '20' }],
    energyUptoKwh: [{}, { energyUptoKwh: '20' }],
    atLeast: [{}, { atLeast: '20' }],
    atMost: [{}, { atMost: '3' }],
    limitsPer: [{ atMost: '9' }, { limitsPer: 'month' }],
    repricing: [{ when: { monthTotal: { overKwh: '60' } } }, { repricing: 'month' }],
    included: [{}, { included: true }],
    when: 'inner',
  },
  free: {
    kwh: [{}, { kwh: '8' }],
    when: 'inner',
    variants: 'inner',
    countsInBlocks: [{}, { countsInBlocks: true }],
    delivery: [{ delivery: 'separate' }, { delivery: 'with-first-purchase' }],
  },
  freeVariant: { when: 'inner', kwh: [{}, { kwh: '8' }] },
  rounding: {
    lines: [{}, { lines: 'up' }],
    toMinor: [{}, { toMinor: 100 }],
    total: [{}, { total: { toMinor: 100 } }],
  },
  condition: {
    monthTotal: [{}, { monthTotal: { overKwh: '60' } }],
    average: [{}, { average: { months: 3, overKwh: '20' } }],
    highest: [{}, { highest: { months: 3, overKwh: '20' } }],
    calendarMonths: [{}, { calendarMonths: [1] }],
    dayOfMonth: [{}, { dayOfMonth: { upto: 5 } }],
    periods: [{}, { periods: ['rest'] }],
    parameter: [{}, { parameter: { class: 'a' } }],
    purchaseOfMonth: [{}, { purchaseOfMonth: 'first' }],
    payment: 'inner',
  },
  payment: { from: [{ below: '400' }, { from: '120' }], below: [{ from: '20' }, { below: '120' }] },
};

type Case = {
  readonly name: string;
  readonly field: Field;
  readonly before: Tariff;
  readonly after: Tariff;
  readonly document: object;
};

const cases: Case[] = Object.entries(samples).flatMap(([group, ofGroup]) =>
  Object.entries<Sample>(ofGroup).flatMap(([name, sample]) => {
    if (typeof sample === 'string') return [];
    const home = homes[group as keyof FieldTable];
    const [without, set] = sample;
    const parts = [home(without), home({ ...without, ...set })];
    const [before, after] = parts.map((part) => expectOk(parseTariff(documentOf(part)), name));
    const answers: Readonly<Record<string, Field>> = fieldTable[group as keyof FieldTable];
    const field = answers[name];
    assert.ok(before !== undefined && after !== undefined && field !== undefined);
    const document = JSON.parse(JSON.stringify(documentOf(parts[1])));
    return [{ name: `${group}.${name}`, field, before, after, document }];
  }),
);

/** The first of all, one after half a year, one in the middle of a month. */
const positions: TariffPosition[] = [
  startPosition(),
  ...[
    { month: '2026-05', energyWhThisMonth: 30_000n },
    { month: '2026-11', energyWhThisMonth: 30_000n, purchasesThisMonth: 1 },
  ].map((counted) => ({
    ...{ ...startPosition(), ...counted, firstMonth: '2026-05' },
    leviedMicroMinorThisMonth: { vat: 500_000_000n },
    charges: { service: { through: counted.month, accruedMinor: 3000n, owedMinor: 0n } },
  })),
];
const paidMinors = [3_511n, 10_077n, 17_777n, 47_013n];

function quotesOf(tariff: Tariff): Quote[] {
  return positions.flatMap((position) =>
    paidMinors.flatMap((amountMinor) => {
      const options = optionsOf({ position, at: { date: '2026-11-24', time: '12:00' } });
      const quote = quotePurchase(tariff, { ...options, protection: 'none', amountMinor });
      return quote.ok ? [quote.value] : [];
    }),
  );
}

const pricesOf = (tariff: Tariff) =>
  quotesOf(tariff).map(({ energyWh, lines }) => [
    energyWh,
    lines.filter((l) => l.amountMinor !== 0n).map(({ kind, amountMinor }) => [kind, amountMinor]),
  ]);

const usesOf = (tariff: Tariff) =>
  positions.map((position) => {
    const intervals = ['2026-11-24', '2026-11-25', '2026-11-26'].map((date) => ({
      at: { date, time: '12:00' },
      energyWh: 35_123n,
    }));
    const rated = expectOk(rateUsage(tariff, { position, intervals }), 'use');
    return rated.lines.map(({ kind, amountMinor }) => [kind, amountMinor]);
  });

const same = (a: unknown, b: unknown): boolean => {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}` : each));
  return text(a) === text(b);
};

/** Names of the cases that are not as they should be. */
const wrong = (isRight: (each: Case) => boolean): string[] =>
  cases.filter((each) => !isRight(each)).map(({ name }) => name);

test('each field is set once it is written, and the table knows it', () => {
  const isSet = ({ name, after }: Case) =>
    fieldsOf(after).some((each) => `${each.group}.${each.name}` === name);
  assert.deepEqual(wrong(isSet), []);
  assert.ok(cases.length > 60, `${cases.length} fields`);
});

test('each field changes what a purchase costs, or does not, as it says', () => {
  assert.deepEqual(
    wrong(({ field, before, after }) => {
      const isPriced = field.prices !== 'nothing';
      return isPriced !== same(pricesOf(before), pricesOf(after));
    }),
    [],
  );
});

test('with each field, what an energy costs buys it, and a step more costs more than was paid', () => {
  for (const { name, field, after } of cases) {
    for (const position of positions) {
      for (const energyWh of [7_300n, 45_000n, 101_000n]) {
        const { floorToEncodableWh, ...rest } = optionsOf({ position, protection: 'none' });
        const at = { date: '2026-11-24', time: '12:00' };
        const cost = quoteEnergy(after, { ...rest, at, energyWh });
        if (!cost.ok) continue;
        const { paidMinor } = cost.value;
        const options = { ...rest, at, floorToEncodableWh };
        const bought = quotePurchase(after, { ...options, amountMinor: paidMinor });
        assert.ok(bought.ok && bought.value.energyWh >= cost.value.energyWh, `${name} ${energyWh}`);
        if (field.solve.length > 0) continue;
        const less = quotePurchase(after, { ...options, amountMinor: paidMinor - 2n });
        assert.ok(!less.ok || less.value.energyWh < cost.value.energyWh, `${name} ${energyWh}`);
      }
    }
  }
});

test('the price list says each field, or is silent, as it says', () => {
  assert.deepEqual(
    wrong(({ field, before, after }) => {
      const isSaid = !same(describeTariff(before), describeTariff(after));
      return isSaid === (field.words === 'said');
    }),
    [],
  );
});

test('in wallet use each field counts as in a sale, or is left out, as it says', () => {
  assert.deepEqual(
    wrong(({ name, field, before, after }) => {
      const set = fieldsOf(after).find((each) => `${each.group}.${each.name}` === name);
      const stand = standOf({ field, value: set?.value }, 'wallet');
      // What can have no part in use takes what bears it along.
      const counts = field.prices !== 'nothing' && stand !== 'leftOut';
      return counts !== same(usesOf(before), usesOf(after));
    }),
    [],
  );
});

test('a meter that counts money and its till have each field, or do without, as it says', () => {
  for (const { name, field, after, document } of cases) {
    const parts = moneyParts(after);
    const has = (tariff: Tariff) =>
      fieldsOf(tariff).some((each) => `${each.group}.${each.name}` === name);
    const stand = (place: 'meter' | 'till') => {
      const answer = field[place];
      const set = fieldsOf(after).find((each) => `${each.group}.${each.name}` === name);
      return typeof answer === 'function' ? answer(set?.value) : answer;
    };
    // What neither can have is refused.
    if (!parts.ok) assert.ok(stand('meter') === 'never' || stand('till') === 'never', name);
    else {
      const { meter, till } = parts.value;
      if (stand('meter') !== 'kept') assert.equal(has(meter), false, `${name} in the meter`);
      if (stand('till') !== 'kept' && !name.startsWith('energy.')) {
        assert.equal(has(till) && !/^(schedule|block)\./.test(name), false, `${name} at the till`);
      }
      const isLeftOut = stand('meter') === 'leftOut' && stand('till') !== 'kept';
      assert.equal(has(meter) || has(till), !isLeftOut, name);
      const sent = expectOk(parseTariff(meterDocument(after, document)), `${name} on the wire`);
      assert.ok(same(sent, meter) || field.meter !== 'kept', name);
    }
  }
});

test('a document that leaves nothing out in a place is the same document', () => {
  const tariff = expectOk(parseTariff(documentOf({ levies: [levy()] })), 'plain');
  assert.equal(standingIn('wallet', tariff), tariff);
  assert.equal(standingIn('wallet', tariff), standingIn('wallet', tariff));
});

/** Whether one type may stand where the other is asked for; wrong here, it does not compile. */
type Fits<T, Asked> = T extends Asked ? true : false;

test('a field without an answer does not compile', () => {
  const withoutAnswer: Fits<Omit<Field, 'wallet'>, Field> = false;
  type Rounding = FieldTable['rounding'];
  const withoutField: Fits<Omit<Rounding, 'toMinor'>, Rounding> = false;
  assert.equal(withoutAnswer || withoutField, false);
});
