// What the till takes and what the meter charges, where a meter counts its credit in money.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Tariff } from './document.ts';
import { quoteMoneyCredit } from './money-credit.ts';
import { isForMeter, meterDocument, moneyParts } from './money-parts.ts';
import { parseTariff } from './parse-tariff.ts';
import { startPosition } from './position.ts';
import { rateUsage } from './usage.ts';

const document = {
  schema: 'prewatt-tariff-1',
  id: 'homes',
  version: 1,
  utility: 'Riverside Power',
  country: 'ZA',
  customerClass: 'Homes',
  zone: 'Africa/Johannesburg',
  currency: { code: 'ZAR', scale: 2 },
  effectiveFrom: '2026-01-01',
  effectiveTo: null,
  energy: {
    schedules: [
      {
        code: 'all',
        blocks: [
          { uptoKwh: '50', rate: '2.00' },
          { uptoKwh: null, rate: '3.00' },
        ],
      },
    ],
  },
  charges: [
    { code: 'service', label: 'Service charge', per: 'month', amount: '20.00' },
    { code: 'sale', label: 'Fee of the purchase', per: 'purchase', amount: '1.00' },
  ],
  levies: [
    { code: 'vat', label: 'VAT', percent: '15', of: ['energy', 'charges'] },
    { code: 'city', label: 'City', percent: '2', of: ['payment'] },
  ],
};

const tariffOf = (changes: object = {}): Tariff => {
  const parsed = parseTariff({ ...document, ...changes });
  assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.error));
  return parsed.value;
};
const at = { date: '2026-11-24' };
const order = {
  amountMinor: 10_000n,
  at,
  position: startPosition(),
  debts: [],
  protection: 'none',
  floorToEncodableMinor: (minor: bigint) => minor,
} as const;

const quoted = (tariff: Tariff, o: Partial<Parameters<typeof quoteMoneyCredit>[1]> = {}) => {
  const quote = quoteMoneyCredit(tariff, { ...order, ...o });
  assert.ok(quote.ok, quote.ok ? '' : quote.error.code);
  return quote.value;
};

describe('the till of a meter that counts money', () => {
  it('takes what a purchase bears, with the taxes on it, and the rest goes on the meter', () => {
    const quote = quoted(tariffOf());
    const sums = Object.fromEntries(quote.lines.map((line) => [line.code, line.amountMinor]));
    // 1.00 and 15 % of it, and 2 % of all: the month's charge and VAT on energy are the meter's.
    assert.deepEqual(sums, { credit: 9_685n, sale: 100n, vat: 15n, city: 200n });
    assert.deepEqual([quote.creditMinor, quote.remainderMinor, quote.energyWh], [9_685n, 0n, 0n]);
    assert.equal(quote.positionAfter.energyWhThisMonth, 0n);
    assert.match(quote.lines[0]?.explanation ?? '', /^ZAR 96.85 go on the meter/);
  });

  it('lets arrears give way to the floor, and never yields nothing', () => {
    const debt = { id: 'old', label: 'Arrears', outstandingMinor: 90_000n, ageDays: 0 };
    const rule = { kind: 'share', basisPoints: 10_000 } as const;
    const protection = { debtShareCapBasisPoints: 9_000, floorMinor: 4_000n };
    const quote = quoted(tariffOf({ charges: [], levies: [] }), {
      debts: [{ ...debt, rule }],
      protection,
    });
    assert.ok(quote.creditMinor >= 4_000n, String(quote.creditMinor));
    assert.ok(quote.lines.some((line) => line.kind === 'debt' && line.amountMinor > 0n));
  });

  it('charges with the meter what the whole tariff charges, and nothing twice', () => {
    const tariff = tariffOf();
    const parts = moneyParts(tariff);
    assert.ok(parts.ok);
    const { meter } = parts.value;
    const used = rateUsage(meter, {
      intervals: [{ at, energyWh: 100_000n }],
      position: startPosition(),
    });
    assert.ok(used.ok);
    // (100 + 150 + 20) and 15 %.
    assert.equal(used.value.chargedMinor, 31_050n);
    assert.equal(isForMeter(tariff), false);
    assert.equal(isForMeter(meter), true);
  });

  it('gives the document of the meter, which reads as the meter’s part', () => {
    const sent = meterDocument(tariffOf(), document);
    const parsed = parseTariff(sent);
    assert.ok(parsed.ok);
    assert.deepEqual(
      parsed.value.charges.map(({ code }) => code),
      ['service'],
    );
    assert.deepEqual(
      parsed.value.levies.map(({ code, of }) => [code, of]),
      [['vat', ['energy', 'charges']]],
    );
  });

  it('refuses a tariff of which a part is neither the till’s nor the meter’s', () => {
    const [service, sale] = document.charges;
    for (const [changes, reason] of [
      [
        { charges: [{ ...sale, when: { monthTotal: { overKwh: '50' } } }] },
        'Fee of the purchase depends both on the purchase and on energy',
      ],
      [
        { levies: [{ ...document.levies[0], atMost: '5' }] },
        'VAT depends both on the purchase and on energy',
      ],
      [
        {
          freeAllowance: {
            countsInBlocks: true,
            variants: [{ when: { purchaseOfMonth: 'first' }, kwh: '5' }],
          },
        },
        'the price of energy depends on the purchase',
      ],
      [
        {
          energy: {
            schedules: [
              {
                code: 'first',
                when: { purchaseOfMonth: 'first' },
                blocks: [{ uptoKwh: null, rate: '1' }],
              },
              { code: 'later', blocks: [{ uptoKwh: null, rate: '2' }] },
            ],
          },
        },
        'the price of energy depends on the purchase',
      ],
    ] as const) {
      const tariff = tariffOf({ charges: [service, sale], ...changes });
      assert.deepEqual(moneyParts(tariff), { ok: false, error: { reason } });
      const refused = quoteMoneyCredit(tariff, order);
      assert.deepEqual(refused, { ok: false, error: { code: 'no-money-parts', reason } });
    }
  });

  it('law 2: what was paid is the lines and the remainder, exactly', () => {
    const tariff = tariffOf();
    const protection = { debtShareCapBasisPoints: 5_000, floorMinor: 100n };
    fc.assert(
      fc.property(fc.bigInt(200n, 10_000_000n), fc.bigInt(1n, 997n), (amountMinor, step) => {
        const floorToEncodableMinor = (minor: bigint) => minor - (minor % step);
        const asked = { ...order, protection, amountMinor, floorToEncodableMinor };
        const quote = quoteMoneyCredit(tariff, asked);
        if (!quote.ok) return amountMinor < step * 2n;
        const { lines, remainderMinor, creditMinor } = quote.value;
        const sum = lines.reduce((all, line) => all + line.amountMinor, remainderMinor);
        const credit = lines.find((line) => line.code === 'credit')?.amountMinor;
        return sum === amountMinor && credit === creditMinor && creditMinor % step === 0n;
      }),
    );
  });
});
