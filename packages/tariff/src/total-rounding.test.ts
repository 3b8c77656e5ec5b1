// The total of a purchase rounded to a step of the utility's, with a line of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { amounts, optionsOf, tariffOf, tokenSteps } from '../test/documents.ts';
import {
  moneyParts,
  parseTariff,
  quoteEnergy,
  quotePurchase,
  rateUsage,
  runExamples,
  startPosition,
  type Tariff,
} from './index.ts';

const fields = {
  energy: { schedules: [{ code: 'd1', blocks: [{ uptoKwh: null, rate: '12.2271' }] }] },
  levies: [
    { code: 'vat', label: 'VAT', kind: 'tax', percent: '16', of: ['energy'] },
    { code: 'rep', label: 'Rural levy', kind: 'fee', percent: '5', of: ['energy'] },
  ],
};
const rounded = (mode: string, more: object = {}): Tariff =>
  tariffOf({ ...fields, ...more, rounding: { total: { toMinor: 100, mode } } });
const plain = tariffOf(fields);

const buy = (tariff: Tariff, amountMinor: bigint) =>
  expectOk(quotePurchase(tariff, { ...optionsOf(), amountMinor }), `${amountMinor}`);
const costOf = (tariff: Tariff, energyWh: bigint) =>
  expectOk(quoteEnergy(tariff, { ...optionsOf({ protection: 'none' }), energyWh }), 'cost');

test('all lines of a purchase come to whole steps, and the line says how it was rounded', () => {
  const quote = costOf(rounded('half-up'), 10_000n);
  assert.deepEqual(amounts(quote), { energy: 12_227n, vat: 1_956n, rep: 611n, rounding: 6n });
  assert.equal(quote.paidMinor, 14_800n);
  assert.match(quote.lines.at(-1)?.explanation ?? '', /total of this purchase is rounded/);
  assert.equal(amounts(costOf(rounded('down'), 10_000n))['rounding'], -94n);
  assert.equal(amounts(costOf(rounded('up'), 10_000n))['rounding'], 6n);
});

test('a payment buys the most energy whose rounded total it covers; what is over stays prepaid', () => {
  for (const mode of ['half-up', 'down', 'up']) {
    for (const amountMinor of [149n, 1_000n, 14_799n, 14_800n, 50_037n, 1_000_000n]) {
      const quote = buy(rounded(mode), amountMinor);
      const taken = quote.lines.reduce((sum, line) => sum + line.amountMinor, 0n);
      assert.equal(taken % 100n, 0n, `${mode} ${amountMinor}`);
      assert.equal(taken + quote.remainderMinor, amountMinor);
      const more = costOf(rounded(mode), quote.energyWh + 1n);
      assert.ok(more.paidMinor > amountMinor, `${mode} ${amountMinor}`);
    }
  }
});

test('nothing is free by rounding: what costs at all costs a step', () => {
  const options = { ...optionsOf(), amountMinor: 40n };
  for (const mode of ['half-up', 'down']) {
    assert.equal(costOf(rounded(mode), 10n).paidMinor, 100n, mode);
    assert.deepEqual(quotePurchase(rounded(mode), options), {
      ok: false,
      error: { code: 'amount-too-small', leastAmountMinor: 100n },
    });
  }
});

test('rounding down takes nothing of charges and taxes', () => {
  const charges = [{ code: 'service', label: 'Service', per: 'month', amount: '9.90' }];
  const quote = costOf(rounded('down', { charges, levies: [] }), 1n);
  assert.deepEqual(amounts(quote), { service: 990n, energy: 1n, rounding: -1n });
});

test('wallet use and a credit of money are not rounded', () => {
  const use = (tariff: Tariff) => {
    const intervals = [{ at: { date: '2026-11-24' }, energyWh: 777n }];
    return expectOk(rateUsage(tariff, { position: startPosition(), intervals }), 'use');
  };
  assert.deepEqual(use(rounded('up')), use(plain));
  const parts = expectOk(moneyParts(rounded('up')), 'parts');
  for (const part of [parts.till, parts.meter]) assert.equal(part.rounding.total, undefined);
});

test('an example may expect the line, and no other line may have its code', () => {
  const examples = [
    { id: 'receipt', wantedKwh: '10', expect: { cost: '148', parts: { rounding: '0.06' } } },
  ];
  const [result] = runExamples(rounded('half-up', { examples }));
  assert.deepEqual(result?.misses, []);
  const taken = { code: 'rounding', label: 'Rounding', percent: '1', of: ['energy'] };
  const document = { ...documentWith([taken]) };
  const parsed = parseTariff(document);
  assert.match(parsed.ok ? '' : (parsed.error[0]?.message ?? ''), /already taken or reserved/);
});

test('a token’s steps leave the rest prepaid', () => {
  const quote = expectOk(
    quotePurchase(rounded('half-up'), {
      ...optionsOf({ floorToEncodableWh: tokenSteps }),
      amountMinor: 50_000n,
    }),
    'token',
  );
  assert.equal(quote.energyWh, 33_800n);
  assert.equal(quote.paidMinor - quote.remainderMinor, 50_000n);
});

function documentWith(levies: readonly object[]): object {
  return {
    ...{ schema: 'prewatt-tariff-1', id: 'test', version: 1, utility: 'Test', country: 'KE' },
    ...{ customerClass: 'Domestic', zone: 'Africa/Nairobi', effectiveFrom: '2020-01-01' },
    currency: { code: 'KES', scale: 2 },
    energy: fields.energy,
    levies,
  };
}
