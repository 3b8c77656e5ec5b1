import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { documentFiles, energyOf, readDocument, tariffOf } from '../test/documents.ts';
import { compareTariffs, describeTariff, parseTariff } from './index.ts';

const textOf = (fields: Record<string, unknown>, date?: string): string[] =>
  describeTariff(tariffOf(fields), date === undefined ? {} : { date }).flatMap((section) => [
    `# ${section.title}`,
    ...section.sentences,
  ]);

test('blocks, charges and levies are said in the order of a price list', () => {
  assert.deepEqual(
    textOf({
      energy: energyOf([
        { uptoKwh: '50', rate: '1.65' },
        { uptoKwh: '350', rate: '2.25' },
        { uptoKwh: null, rate: '2.95' },
      ]),
      charges: [
        {
          code: 'service',
          label: 'Service charge',
          per: 'month',
          amount: '25',
          recovery: { maxShareOfPaymentPercent: '50', whileMonthPaidBelow: '400' },
        },
      ],
      levies: [
        { code: 'vat', label: 'VAT', percent: '15', of: ['energy', 'charges'] },
        {
          code: 'help',
          label: 'Subsidy',
          kind: 'rebate',
          percent: '-50',
          of: ['energy'],
          atLeast: '-800',
        },
      ],
      freeAllowance: { kwh: '10', countsInBlocks: false },
    }),
    [
      '# Energy',
      'The first 50 kWh of a month: ZAR 1.65 per kWh.',
      'From 50 to 350 kWh a month: ZAR 2.25 per kWh.',
      'Above 350 kWh a month: ZAR 2.95 per kWh.',
      '# Fixed charges',
      'Service charge: ZAR 25.00, once a month, spread over purchases. It takes at most 50 % of a payment while less than ZAR 400.00 was paid in the month; the rest waits for later purchases.',
      '# Taxes and levies',
      'VAT: 15 % of the energy and the fixed charges.',
      'Subsidy: 50 % off the energy. For one purchase at most ZAR 800.00 off.',
      '# Free units',
      '10 kWh each month are free.',
      'They come as a token of their own, without a purchase, and do not count towards the month’s blocks.',
    ],
  );
});

test('who pays for use, or has the prices in the meter, reads of use and not of purchases', () => {
  const tariff = tariffOf({
    energy: energyOf([{ uptoKwh: '350', rate: '2.25' }]),
    charges: [
      { code: 'service', label: 'Service', per: 'month', amount: '25' },
      { code: 'day', label: 'Standing', per: 'day', amount: '1', skipped: { recover: true } },
      { code: 'visit', label: 'Fee', per: 'purchase', amount: '2' },
      {
        code: 'share',
        label: 'Line',
        per: 'month',
        amount: '9',
        recovery: { maxShareOfPaymentPercent: '50' },
      },
    ],
    freeAllowance: { kwh: '10', countsInBlocks: true },
    rounding: { total: { toMinor: 100 } },
  });
  const said = (charging: 'purchase' | 'use' | 'meter') =>
    describeTariff(tariff, { charging }).flatMap(({ sentences }) => sentences);
  assert.deepEqual(said('use'), [
    'The first 350 kWh of a month: ZAR 2.25 per kWh.',
    'There is no price beyond 350 kWh a month.',
    'Service: ZAR 25.00, once a month, with its first use.',
    'Standing: ZAR 1.00, for each day.',
    'Line: ZAR 9.00, once a month, with its first use.',
    '10 kWh each month are free.',
    'They are the first that is used in a month, and count towards the month’s blocks.',
  ]);
  // What hangs on a purchase is taken at the till.
  assert.deepEqual(said('meter').slice(2, 6), [
    'Service: ZAR 25.00, once a month, with its first use.',
    'Standing: ZAR 1.00, for each day.',
    'Fee: ZAR 2.00, with each purchase.',
    'Line: ZAR 9.00, once a month, spread over purchases. It takes at most 50 % of a payment; the rest waits for later purchases.',
  ]);
  assert.match(said('purchase').join(' '), /What a small purchase leaves of it, the next ones pay/);
});

test('a slab says when it applies, and that passing its limit prices the month again', () => {
  const lines = textOf({
    energy: {
      schedules: [
        {
          code: 'small',
          when: { monthTotal: { uptoKwh: '50' } },
          blocks: [{ uptoKwh: '50', rate: '1' }],
        },
        { code: 'large', blocks: [{ uptoKwh: null, rate: '2' }] },
      ],
    },
  });
  assert.deepEqual(lines, [
    '# Energy: small',
    'Applies when the month’s total, this purchase included, is at most 50 kWh.',
    'Every kWh: ZAR 1.00 per kWh.',
    '# Energy: large',
    'Applies in all other cases.',
    'Every kWh: ZAR 2.00 per kWh.',
    '# Energy: always',
    'When a purchase carries the month into another price list, what was bought earlier in the month is priced again and the difference is taken or given back.',
  ]);
});

test('times of use have their days and hours, and a pegged rate its formula with the day’s value', () => {
  const fields = {
    parameters: {
      usd: {
        label: 'Rand per dollar',
        values: [
          { from: '2026-10-01', value: '18.00' },
          { from: '2026-12-01', value: '19.00' },
        ],
      },
    },
    periods: [
      { code: 'peak', label: 'Peak', days: [1, 2, 3, 4, 5], from: '17:00', to: '20:00' },
      { code: 'rest', label: 'Rest' },
    ],
    energy: energyOf([
      {
        uptoKwh: null,
        rates: { peak: { multiply: ['0.25', { parameter: 'usd' }] }, rest: '2' },
      },
    ]),
  };
  assert.deepEqual(textOf(fields, '2026-11-24'), [
    '# Energy',
    'Every kWh: Peak ZAR 4.50 (0.25 × “Rand per dollar”), Rest ZAR 2.00 per kWh.',
    '# Times',
    'Peak: Monday to Friday, 17:00 to 20:00.',
    'Rest: at all other times.',
    '# Figures that may change',
    'Rand per dollar, published by the utility: 18.00. From 2026-12-01 on 19.00.',
  ]);
  assert.match(textOf(fields, '2026-12-01').join('\n'), /Peak ZAR 4\.75/);
});

test('two versions are told apart by the sentences that changed, and by those alone', () => {
  const vat = (percent: string) => [{ code: 'vat', label: 'VAT', percent, of: ['energy'] }];
  const before = tariffOf({ levies: vat('15') });
  assert.deepEqual(compareTariffs(before, tariffOf({ version: 2, levies: vat('15.5') })), {
    gone: ['Taxes and levies: VAT: 15 % of the energy.'],
    added: ['Taxes and levies: VAT: 15.5 % of the energy.'],
  });
  assert.deepEqual(compareTariffs(before, before), { gone: [], added: [] });
});

test('every committed document is described, each sentence whole', () => {
  for (const file of documentFiles) {
    const sections = describeTariff(expectOk(parseTariff(readDocument(file)), file));
    assert.ok(sections.length > 0, file);
    for (const { title, sentences } of sections) {
      assert.ok(sentences.length > 0, `${file}: ${title}`);
      for (const sentence of sentences) {
        assert.match(sentence, /^\S.*\.$/s, file);
        assert.doesNotMatch(sentence, /undefined|null|NaN|\[object| {2}| \./, file);
      }
    }
  }
});
