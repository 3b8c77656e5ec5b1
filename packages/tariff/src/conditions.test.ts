// Conditions and limits beyond blocks of fixed kWh: past months, days, hours, the number of a
// purchase, and what follows a fact of the connection.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tariffOf } from '../test/documents.ts';
import { runExamples, type Tariff } from './index.ts';

/** Worked examples are the shortest way to say a purchase and what it must come to. */
function assertHolds(tariff: Tariff): void {
  assert.ok(tariff.examples.length > 0);
  assert.deepEqual(
    runExamples(tariff).flatMap((result) => result.misses.map((miss) => `${result.id}: ${miss}`)),
    [],
  );
}

const flat = (rate: string) => [{ uptoKwh: null, rate }];

test('a class is kept while each of the past months was small, not their mean alone', () => {
  assertHolds(
    tariffOf({
      energy: {
        schedules: [
          {
            code: 'protected',
            when: { highest: { months: 6, uptoKwh: '200' }, monthTotal: { uptoKwh: '200' } },
            blocks: [
              { uptoKwh: '100', rate: '7' },
              { uptoKwh: '200', rate: '10' },
            ],
          },
          { code: 'others', blocks: flat('23') },
        ],
      },
      examples: [
        {
          id: 'six small months',
          wantedKwh: '150',
          position: { pastMonthsKwh: ['190', '200', '5', '5', '5', '5', '900'] },
          expect: { cost: '1200.00' },
        },
        {
          id: 'one month too large',
          wantedKwh: '150',
          position: { pastMonthsKwh: ['5', '5', '5', '5', '5', '201'] },
          expect: { cost: '3450.00' },
        },
        {
          id: 'the class is lost within the month',
          wantedKwh: '10',
          position: { monthToDateKwh: '195', pastMonthsKwh: ['20'] },
          expect: { parts: { energy: '230.00', reprice: '2835.00' } },
        },
      ],
    }),
  );
});

test('holidays are hours of their own, by date or each year, and a levy may keep to some hours', () => {
  const on = (id: string, date: string, time: string, kwh: string) => ({
    id,
    paid: '10',
    date,
    time,
    expect: { kwh },
  });
  assertHolds(
    tariffOf({
      periods: [
        { code: 'holiday', label: 'Holiday', days: [7], dates: ['12-25', '2026-04-03'] },
        { code: 'peak', label: 'Peak', from: '17:00', to: '21:00' },
        { code: 'off', label: 'Off' },
      ],
      energy: {
        schedules: [
          {
            code: 'all',
            blocks: [{ uptoKwh: null, rates: { holiday: '1', peak: '4', off: '2' } }],
          },
        ],
      },
      levies: [{ code: 'grid', label: 'Grid', perKwh: '1', when: { periods: ['peak'] } }],
      examples: [
        on('Christmas', '2026-12-25', '18:00', '10'),
        on('Christmas of another year', '2028-12-25', '18:00', '10'),
        on('a named day', '2026-04-03', '18:00', '10'),
        on('the same day a year later', '2027-04-03', '12:00', '5'),
        on('a Sunday', '2026-11-22', '18:00', '10'),
        on('a Tuesday evening', '2026-11-24', '18:00', '2'),
        on('a Tuesday noon', '2026-11-24', '12:00', '5'),
      ],
    }),
  );
});

test('a condition may count the days of the month or its purchases', () => {
  assertHolds(
    tariffOf({
      charges: [
        {
          code: 'vend',
          label: 'Further purchase',
          per: 'purchase',
          amount: '1.50',
          when: { purchaseOfMonth: { from: 4 } },
        },
      ],
      levies: [
        {
          code: 'early',
          label: 'Early',
          kind: 'rebate',
          percent: '-3',
          of: ['energy'],
          when: { dayOfMonth: { upto: 5 } },
        },
      ],
      examples: [
        { id: 'the 5th', paid: '194', date: '2026-03-05', expect: { kwh: '100' } },
        { id: 'the 6th', paid: '194', date: '2026-03-06', expect: { kwh: '97' } },
        {
          id: 'third purchase',
          paid: '20',
          date: '2026-03-09',
          position: { purchasesThisMonth: 2 },
          expect: { kwh: '10' },
        },
        {
          id: 'fourth purchase',
          paid: '21.50',
          date: '2026-03-09',
          position: { purchasesThisMonth: 3 },
          expect: { kwh: '10', parts: { vend: '1.50' } },
        },
      ],
    }),
  );
});

test('limits may follow a fact of the connection: blocks, conditions, ranges, free units', () => {
  const members = { parameter: 'members' };
  assertHolds(
    tariffOf({
      parameters: { members: { label: 'Members', of: 'connection', value: '2' } },
      energy: {
        schedules: [
          {
            code: 'small',
            when: { monthTotal: { uptoKwh: { multiply: ['50', members] } } },
            blocks: [
              { uptoKwh: { multiply: ['20', members] }, rate: '1' },
              { uptoKwh: null, rate: '2' },
            ],
          },
          { code: 'large', blocks: flat('3') },
        ],
      },
      levies: [
        {
          code: 'tax',
          label: 'Tax',
          perKwh: '0.50',
          energyAboveKwh: { multiply: ['30', members] },
        },
      ],
      freeAllowance: {
        kwh: { multiply: ['5', members] },
        countsInBlocks: false,
        delivery: 'with-first-purchase',
      },
      examples: [
        {
          id: 'two',
          paid: '100',
          expect: { kwh: '78', blocksKwh: ['40', '28'], parts: { tax: '4' } },
        },
        {
          id: 'five',
          paid: '100',
          parameters: { members: '5' },
          expect: { kwh: '125', blocksKwh: ['100'] },
        },
        { id: 'two, beyond', wantedKwh: '120', expect: { cost: '390' } },
      ],
    }),
  );
});
