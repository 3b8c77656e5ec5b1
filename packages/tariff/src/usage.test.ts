import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import { energyOf, tariffOf } from '../test/documents.ts';
import {
  describeTariff,
  periodAt,
  rateUsage,
  startPosition,
  type TariffPosition,
  type UsageInterval,
} from './index.ts';

const tou = tariffOf({
  periods: [
    { code: 'critical', label: 'Announced peak', announced: true },
    { code: 'peak', label: 'Peak', days: [1, 2, 3, 4, 5], from: '17:00', to: '20:00' },
    { code: 'night', label: 'Night', from: '22:00', to: '06:00' },
    { code: 'winter', label: 'Winter day', calendarMonths: [6, 7, 8] },
    { code: 'day', label: 'Day' },
  ],
  energy: energyOf([
    {
      uptoKwh: null,
      rates: { critical: '9.999', peak: '4.003', night: '1.001', winter: '3', day: '2.007' },
    },
  ]),
  charges: [{ code: 'standing', label: 'Standing charge', per: 'day', amount: '0.50' }],
  levies: [{ code: 'vat', label: 'VAT', percent: '5', of: ['energy', 'charges'] }],
});

test('the period follows weekday, hour, season and announcement, over midnight too', () => {
  const at = (date: string, time: string, period?: string) =>
    periodAt(tou, { date, time, ...(period !== undefined && { period }) });
  assert.equal(at('2026-11-24', '17:00'), 'peak');
  assert.equal(at('2026-11-24', '20:00'), 'day');
  assert.equal(at('2026-11-22', '18:00'), 'day');
  assert.equal(at('2026-11-24', '23:30'), 'night');
  assert.equal(at('2026-11-24', '05:59'), 'night');
  assert.equal(at('2026-11-24', '06:00'), 'day');
  assert.equal(at('2026-07-01', '12:00'), 'winter');
  assert.equal(at('2026-11-24', '12:00', 'critical'), 'critical');
  assert.equal(periodAt(tariffOf(), { date: '2026-11-24' }), null);
});

test('a period with two stretches of the day has one price in both', () => {
  const peak = { code: 'peak', label: 'Peak', days: [1, 2, 3, 4, 5] };
  const twice = tariffOf({
    periods: [
      { ...peak, from: '06:00', to: '09:00' },
      { ...peak, from: '17:00', to: '19:00' },
      { code: 'off', label: 'Off-peak' },
    ],
    energy: energyOf([{ uptoKwh: null, rates: { peak: '4', off: '1' } }]),
  });
  const codes = ['05:59', '06:00', '12:00', '17:00', '19:00'].map((time) =>
    periodAt(twice, { date: '2026-11-24', time }),
  );
  assert.deepEqual(codes, ['off', 'peak', 'off', 'peak', 'off']);
  const sentences = describeTariff(twice).flatMap((section) => section.sentences);
  assert.ok(sentences.some((s) => s.startsWith('Peak: ') && s.includes('06:00 to 09:00')));
  assert.ok(sentences.some((s) => s.startsWith('Peak: ') && s.includes('17:00 to 19:00')));
});

test('each interval has the price of its own period, and a day its standing charge', () => {
  const intervals: UsageInterval[] = [
    { at: { date: '2026-11-24', time: '17:30' }, energyWh: 1000n },
    { at: { date: '2026-11-24', time: '23:00' }, energyWh: 2000n },
    { at: { date: '2026-11-25', time: '12:00', period: 'critical' }, energyWh: 1000n },
  ];
  const rated = expectOk(rateUsage(tou, { intervals, position: startPosition() }), 'usage');
  const lines = rated.lines.map((line) => [line.code, line.period, line.amountMinor]);
  assert.deepEqual(lines, [
    ['energy', 'peak', 400n],
    ['standing', undefined, 100n],
    ['vat', undefined, 85n],
    ['energy', 'night', 200n],
    ['energy', 'critical', 1000n],
  ]);
  assert.equal(rated.chargedMinor, 1785n);
});

test('many small ratings charge what one does, line by line, to the minor unit', () => {
  const interval = fc.record({
    hour: fc.integer({ min: 0, max: 23 }),
    energyWh: fc.bigInt(0n, 3000n),
  });
  fc.assert(
    fc.property(fc.array(interval, { minLength: 1, maxLength: 60 }), (list) => {
      const intervals = list.map(({ hour, energyWh }) => ({
        at: { date: '2026-11-24', time: `${String(hour).padStart(2, '0')}:00` },
        energyWh,
      }));
      const once = expectOk(rateUsage(tou, { intervals, position: startPosition() }), 'usage');
      let position: TariffPosition = startPosition();
      const small = new Map<string, bigint>();
      for (const one of intervals) {
        const rated = expectOk(rateUsage(tou, { intervals: [one], position }), 'usage');
        assert.equal(
          rated.lines.reduce((sum, l) => sum + l.amountMinor, 0n),
          rated.chargedMinor,
        );
        for (const { code, amountMinor } of rated.lines) {
          small.set(code, (small.get(code) ?? 0n) + amountMinor);
        }
        position = rated.positionAfter;
      }
      for (const code of ['energy', 'standing', 'vat']) {
        const lines = once.lines.filter((line) => line.code === code);
        const large = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
        assert.equal(small.get(code) ?? 0n, large, code);
      }
    }),
    { numRuns: 200 },
  );
});

test('a charge of each purchase is not taken with each reading', () => {
  const tariff = tariffOf({
    energy: energyOf([{ uptoKwh: null, rate: '2' }]),
    charges: [
      { code: 'visit', label: 'Fee', per: 'purchase', amount: '1' },
      { code: 'standing', label: 'Standing charge', per: 'day', amount: '0.50' },
    ],
    levies: [{ code: 'vat', label: 'VAT', percent: '10', of: ['charges', 'visit'] }],
  });
  const intervals = Array.from({ length: 48 }, () => ({
    at: { date: '2026-11-24' },
    energyWh: 100n,
  }));
  const rated = expectOk(rateUsage(tariff, { intervals, position: startPosition() }), 'usage');
  assert.deepEqual(
    rated.lines.map(({ code, amountMinor }) => [code, amountMinor]),
    [
      ['energy', 960n],
      ['standing', 50n],
      ['vat', 5n],
    ],
  );
});

test('usage takes the month\u2019s free energy first, whatever way tokens would have it', () => {
  for (const delivery of ['separate', 'with-first-purchase']) {
    for (const countsInBlocks of [true, false]) {
      const tariff = tariffOf({
        freeAllowance: { kwh: '5', countsInBlocks, delivery },
        energy: energyOf([
          { uptoKwh: '6', rate: '1.00' },
          { uptoKwh: null, rate: '3.00' },
        ]),
      });
      const at = { date: '2026-11-24' };
      const intervals = [4000n, 4000n].map((energyWh) => ({ at, energyWh }));
      const rated = expectOk(rateUsage(tariff, { intervals, position: startPosition() }), 'usage');
      assert.equal(rated.energyWh, 8000n);
      assert.equal(rated.lines.find((line) => line.code === 'free')?.energyWh, 5000n);
      assert.equal(rated.chargedMinor, countsInBlocks ? 700n : 300n);
      assert.equal(rated.positionAfter.freeEnergyWhThisMonth, 5000n);
    }
  }
});
