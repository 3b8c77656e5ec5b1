import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { documentFiles, optionsOf, readDocument, tariffOf } from '../test/documents.ts';
import { parseTariff, quoteEnergy, quotePurchase, type Tariff } from './index.ts';

const options = optionsOf({ protection: 'none' });

function paidFor(tariff: Tariff, energyWh: bigint, at = options.at): bigint {
  const parameters = given(tariff);
  const quote = quoteEnergy(tariff, { ...options, at, parameters, energyWh });
  return expectOk(quote, 'cost').paidMinor;
}

/** A value for each parameter that has to be given. */
function given(tariff: Tariff): Record<string, string> {
  const open = Object.entries(tariff.parameters).filter(([, p]) => !(p.value ?? p.values));
  return Object.fromEntries(open.map(([name, p]) => [name, p.choices?.[0] ?? '2']));
}

test('the cost of an energy is the least payment, also where a payment brings a rebate', () => {
  const tariff = tariffOf({
    levies: [
      {
        code: 'rebate',
        label: 'Rebate',
        kind: 'rebate',
        percent: '-5',
        of: ['energy'],
        when: { payment: { from: '500' } },
      },
    ],
  });
  assert.equal(paidFor(tariff, 200_000n), 40_000n);
  assert.equal(paidFor(tariff, 300_000n), 57_000n);
  // Without the rebate 251 kWh would cost 502.00; with it they cost less than where it begins.
  assert.equal(paidFor(tariff, 251_000n), 50_000n);
});

test('a charge that takes a share of a small payment is not asked for in full', () => {
  const tariff = tariffOf({
    charges: [
      {
        code: 'service',
        label: 'Service',
        per: 'month',
        amount: '200.00',
        recovery: { maxShareOfPaymentPercent: '50', whileMonthPaidBelow: '400' },
      },
    ],
  });
  assert.equal(paidFor(tariff, 25_000n), 9999n);
  assert.equal(paidFor(tariff, 150_000n), 50_000n);
});

test('a payment buys an energy that costs no more than it, under every committed tariff', () => {
  for (const file of documentFiles) {
    const tariff = expectOk(parseTariff(readDocument(file)), file);
    const at = { date: tariff.effectiveFrom, time: '12:00' };
    for (let amountMinor = 3001n; amountMinor < 60_000n; amountMinor += 4997n) {
      const parameters = given(tariff);
      const bought = quotePurchase(tariff, { ...options, at, parameters, amountMinor });
      if (!bought.ok) continue;
      const { energyWh, lines } = bought.value;
      const free = lines.find((line) => line.code === 'free')?.energyWh ?? 0n;
      if (energyWh <= free) continue;
      const paidMinor = paidFor(tariff, energyWh - free, at);
      assert.ok(paidMinor <= amountMinor, `${file}: ${paidMinor} for what ${amountMinor} bought`);
    }
  }
});
