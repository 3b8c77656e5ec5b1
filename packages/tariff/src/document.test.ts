import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { documentFiles, documentOf, energyOf, readDocument } from '../test/documents.ts';
import { places, replaced } from '../test/replaced.ts';
import { parseTariff, type TariffDocumentError } from './index.ts';

function errorsOf(document: unknown): TariffDocumentError[] {
  const parsed = parseTariff(document);
  return parsed.ok ? [] : parsed.error;
}

test('a number that was written another way is told how', () => {
  const rateOf = (rate: unknown) => {
    const parsed = parseTariff(documentOf({ energy: energyOf([{ uptoKwh: null, rate }]) }));
    return parsed.ok ? '' : parsed.error[0]?.message;
  };
  assert.equal(rateOf(2.5), 'write a decimal in quotes: "2.5"');
  assert.equal(rateOf('2,5'), '"2,5": write a decimal in quotes with a point, "2.5"');
  assert.equal(rateOf('15 %'), '"15 %": leave the mark out, "15"');
  assert.match(rateOf('two') ?? '', /^"two" is no number: write a decimal in quotes/);
  assert.match(rateOf(1e-20) ?? '', /too large or too fine/);
  for (const long of ['1234567890123', '-0.1234567890123', '1/1234567890123']) {
    assert.match(rateOf(long) ?? '', /at most 12 digits before the point and 12 behind it/);
  }
});

test('examples have ids of their own, and levies leave something of a payment', () => {
  const placesOf = (fields: Record<string, unknown>) =>
    errorsOf(documentOf(fields)).map(({ path, message }) => `${path}: ${message}`);
  const example = (id: string) => ({ id, paid: '10', expect: { kwh: '1' } });
  assert.deepEqual(placesOf({ examples: [example('a'), example('b'), example('a')] }), [
    'examples[2].id: another example has the id "a": write another',
  ]);
  const levy = (code: string, percent: string, more: object = {}) => ({
    ...{ code, label: code, kind: 'fee', percent, of: ['payment'], ...more },
  });
  const whole = 'the whole payment would be taken: write less than 100 in all';
  assert.deepEqual(placesOf({ levies: [levy('a', '100')] }), [`levies[0].percent: ${whole}`]);
  assert.deepEqual(placesOf({ levies: [levy('a', '60'), levy('b', '40')] }), [
    `levies[1].percent: ${whole}`,
  ]);
  const april = { when: { calendarMonths: [4] } };
  assert.deepEqual(placesOf({ levies: [levy('a', '60'), levy('b', '40', april)] }), []);
  assert.deepEqual(placesOf({ levies: [levy('a', '99.9')] }), []);
});

test('a misspelt field that must be there is said once', () => {
  const { currency, ...rest } = documentOf({});
  const said = errorsOf({ ...rest, curency: currency });
  assert.deepEqual(
    said.map(({ path }) => path),
    ['curency'],
  );
  const without = errorsOf(rest);
  assert.deepEqual(
    without.map(({ path }) => path),
    ['currency'],
  );
});

test('an error names its place and what to write instead', () => {
  const cases: [Record<string, unknown>, string, RegExp][] = [
    [{ curency: {} }, 'curency', /not known here: did you mean "currency"\?/],
    [
      { energy: energyOf([{ upto: '50', uptoKwh: null, rate: '1' }]) },
      'energy.schedules[0].blocks[0].upto',
      /did you mean "uptoKwh"\?/,
    ],
    [{ quota: 5 }, 'quota', /known are schema, id, version/],
    [
      { charges: [{ code: 's', label: 's', per: 'month', quantity: '5' }] },
      'charges[0].quantity',
      /known are code, label, kind, per, amount/,
    ],
    [{ levies: {} }, 'levies', /a list in brackets/],
    [{ currency: 'ZAR' }, 'currency', /fields in braces/],
    [{ energy: undefined }, 'energy', /is missing/],
    [
      { energy: energyOf([{ rate: '1' }]) },
      'energy.schedules[0].blocks[0].uptoKwh',
      /null in the last block/,
    ],
    [{ confidence: 'sure' }, 'confidence', /one of high, medium, low, none/],
    [
      { levies: [{ code: 'v', label: 'v', percent: '5', of: ['energy'], limitsPer: 'month' }] },
      'levies[0]',
      /needs atMost/,
    ],
    [
      {
        levies: [
          {
            code: 'v',
            label: 'v',
            percent: '5',
            of: ['energy'],
            atLeast: '1',
            atMost: '2',
            limitsPer: 'month',
          },
        ],
      },
      'levies[0].atLeast',
      /only atMost can be kept/,
    ],
    [
      { freeAllowance: { kwh: '5', countsInBlocks: true, when: { periods: ['night'] } } },
      'freeAllowance.when.periods',
      /add it to periods/,
    ],
    [
      {
        charges: [
          {
            code: 's',
            label: 's',
            per: 'month',
            amount: '1',
            when: { monthTotal: { overKwh: '9', uptoKwh: '9' } },
          },
        ],
      },
      'charges[0].when.monthTotal',
      /never holds/,
    ],
    [
      {
        periods: [
          { code: 'h', label: 'h', dates: ['02-30'] },
          { code: 'd', label: 'd' },
        ],
      },
      'periods[0].dates[0]',
      /12-25/,
    ],
    [
      {
        examples: [{ id: 'x', paid: '1', position: { owed: { rent: '1' } }, expect: { kwh: '1' } }],
      },
      'examples[0].position.owed.rent',
      /no charge/,
    ],
    [
      {
        examples: [
          { id: 'x', paid: '1', position: { levied: { vat: '1' } }, expect: { kwh: '1' } },
        ],
      },
      'examples[0].position.levied.vat',
      /limitsPer/,
    ],
    [{ schema: 'prewatt-tariff-2' }, 'schema', /prewatt-tariff-1/],
    [{ zone: 'Africa/Nowhere' }, 'zone', /IANA/],
    [{ effectiveFrom: '2026-02-30' }, 'effectiveFrom', /calendar/],
    [{ effectiveTo: '2019-12-31' }, 'effectiveTo', /not before effectiveFrom/],
    [
      { energy: energyOf([{ uptoKwh: null, rate: 2.5 }]) },
      'energy.schedules[0].blocks[0].rate',
      /decimal in quotes/,
    ],
    [
      { energy: energyOf([{ uptoKwh: null, rate: '2,5' }]) },
      'energy.schedules[0].blocks[0].rate',
      /decimal in quotes/,
    ],
    [
      { energy: energyOf([{ uptoKwh: null }]) },
      'energy.schedules[0].blocks[0]',
      /either rate, or rates/,
    ],
    [
      {
        energy: energyOf([
          { uptoKwh: '50', rate: '1' },
          { uptoKwh: '50', rate: '2' },
        ]),
      },
      'energy.schedules[0].blocks[1].uptoKwh',
      /rise/,
    ],
    [
      {
        energy: energyOf([
          { uptoKwh: null, rate: '1' },
          { uptoKwh: '50', rate: '2' },
        ]),
      },
      'energy.schedules[0].blocks[0].uptoKwh',
      /last block/,
    ],
    [
      { levies: [{ code: 'vat', label: 'VAT', percent: '1000', of: ['energy'] }] },
      'levies[0].percent',
      /per cent/,
    ],
    [{ levies: [{ code: 'vat', label: 'VAT', percent: '15' }] }, 'levies[0]', /write of/],
    [
      { levies: [{ code: 'vat', label: 'VAT', percent: '15', of: ['servce'] }] },
      'levies[0].of',
      /no charge and no levy/,
    ],
    [
      { levies: [{ code: 'energy', label: 'E', percent: '15', of: ['energy'] }] },
      'levies[0].code',
      /reserved/,
    ],
    [
      { charges: [{ code: 'fee', label: 'Fee', per: 'month', amount: { parameter: 'kw' } }] },
      'charges[0].amount',
      /not in parameters/,
    ],
    [
      { charges: [{ code: 'fee', label: 'Fee', per: 'fortnight', amount: '1' }] },
      'charges[0].per',
      /"week"/,
    ],
    [
      { charges: [{ code: 'fee', label: 'Fee', per: 'month', amount: '-1' }] },
      'charges[0].amount',
      /zero or more/,
    ],
    [{ parameters: { kw: { label: 'kW', value: 'two' } } }, 'parameters.kw', /not a decimal/],
    [
      {
        periods: [
          { code: 'peak', label: 'Morning peak', from: '06:00', to: '09:00' },
          { code: 'peak', label: 'Evening peak', from: '17:00', to: '19:00' },
          { code: 'day', label: 'Day' },
        ],
      },
      'periods[1].label',
      /"Morning peak".* or another code/,
    ],
    [
      { periods: [{ code: 'day', label: 'Day', from: '06:00' }] },
      'periods[0]',
      /at all other times/,
    ],
    [
      { examples: [{ id: 'a', paid: '1', wantedKwh: '1', expect: { kwh: '1' } }] },
      'examples[0]',
      /either paid or wantedKwh/,
    ],
    [
      { examples: [{ id: 'a', paid: '1', expect: { parts: { vta: '1' } } }] },
      'examples[0].expect.parts.vta',
      /no line/,
    ],
  ];
  for (const [fields, path, message] of cases) {
    const errors = errorsOf(documentOf(fields));
    const found = errors.find((error) => error.path === path);
    assert.match(found?.message ?? JSON.stringify(errors), message, path);
  }
});

test('every error is returned at once', () => {
  const errors = errorsOf({ ...documentOf(), zone: 1, country: 'ZAF', version: 0 });
  assert.deepEqual(errors.map((error) => error.path).sort(), ['country', 'version', 'zone']);
});

const anyJson = fc.jsonValue({ maxDepth: 4 });

test('no JSON makes parsing throw, and every refusal has words', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyJson,
        anyJson.map((v) => ({ ...documentOf(), energy: v })),
      ),
      (json) => {
        for (const error of errorsOf(json)) assert.ok(error.message.length > 0);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a real document with one place replaced by anything parses or is refused, never throws', () => {
  const documents = documentFiles.map(readDocument);
  const spots = documents.map((document) => places(document));
  fc.assert(
    fc.property(
      fc.nat(documents.length - 1),
      fc.nat(),
      fc.oneof(
        anyJson,
        fc.constantFrom(
          '__proto__',
          'constructor',
          '',
          '-1',
          '1e5',
          '9'.repeat(40),
          '0/0',
          '1/0',
          '2026-13-01',
        ),
      ),
      (which, at, by) => {
        const path = spots[which]?.[at % (spots[which]?.length ?? 1)] ?? [];
        for (const error of errorsOf(replaced(documents[which], path, by))) {
          assert.ok(error.message.length > 0);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
