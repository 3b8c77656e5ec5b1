// Whoever reads what is asked can calculate it again from what is printed, line by line.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAmount } from '@prewatt/quantities';
import { backBillOf, fineOf } from '@prewatt/revenue-protection';
import fc from 'fast-check';
import { billFacts } from './asked-money.ts';

const asked = {
  ...{ requestId: 'r', reason: 'A wire past the meter', rule: {}, basis: 'peers' as const },
  caseId: '0199aaaa-0000-7000-8000-000000000001',
  connectionId: '0199aaaa-0000-7000-8000-000000000002',
};
const dayText = (n: number): string => new Date(n * 86_400_000).toISOString().slice(0, 10);

test('each printed line of what is asked follows from the printed lines before it', () => {
  fc.assert(
    fc.property(
      fc.record({
        ...{
          first: fc.integer({ min: 20_000, max: 20_100 }),
          days: fc.integer({ min: 1, max: 999 }),
        },
        ...{ daily: fc.bigInt(1n, 999_999n), metered: fc.bigInt(0n, 9_999_999n) },
        ...{ price: fc.bigInt(1n, 99_999n), scale: fc.constantFrom(0, 2, 3) },
        ...{ fixed: fc.bigInt(0n, 99_999n), percent: fc.integer({ min: 0, max: 300 }) },
      }),
      ({ first, days, daily, metered, price, scale, fixed, percent }) => {
        const span = { fromDate: dayText(first), toDate: dayText(first + days - 1) };
        const energy = { ...span, basis: asked.basis, expectedDailyWh: daily, meteredWh: metered };
        const bill = backBillOf({ ...energy, pricePerKwhMinor: price });
        fc.pre(bill.ok);
        const fine = fineOf({ fixedMinor: fixed, sharePercent: percent }, bill.value.amountMinor);
        fc.pre(fine.ok);
        const payload = {
          ...{ ...asked, ...span, expectedDailyWh: `${daily}`, meteredWh: `${metered}` },
          ...{ pricePerKwhMinor: `${price}`, amountMinor: `${bill.value.amountMinor}` },
          fine: {
            ...{ version: 1, tariffName: null, fixedMinor: `${fixed}`, sharePercent: percent },
            amountMinor: `${fine.value.amountMinor}`,
          },
        };
        followsItself(billFacts(payload, { currency: { code: 'ZAR', scale } }), scale);
      },
    ),
    { numRuns: 200 },
  );
});

/** Knows nothing but the printed text. */
function followsItself(lines: ReturnType<typeof billFacts>, scale: number): void {
  const line = (label: string): string =>
    lines?.find((each) => each.label === label)?.value ?? assert.fail(`no line ${label}`);
  const wh = (text: string): bigint => {
    const [, kwh = '', rest = ''] = /^(\d+)\.(\d{3}) kWh/.exec(text) ?? assert.fail(text);
    return BigInt(kwh + rest);
  };
  const minor = (text: string): bigint => {
    const amount = parseAmount(/ZAR ([\d.]+)/.exec(text)?.[1] ?? '', { code: 'ZAR', scale });
    return amount.ok ? amount.value : assert.fail(text);
  };
  const half = (over: bigint, of: bigint): bigint => (over * 2n + of) / (of * 2n);
  const days = BigInt(/: (\d+)$/.exec(line('Days'))?.[1] ?? '');
  assert.equal(wh(line('Expected in all')), wh(line('Expected use')) * days);
  const missing = wh(line('Expected in all')) - wh(line('Counted by the meter'));
  assert.equal(wh(line('Not counted')), missing);
  const energy = minor(line('Asked for energy'));
  assert.equal(energy, half(missing * minor(line('Average price of a kWh')), 1000n));
  const [fixed = '', share = 'ZAR 0'] = line('How the fine is made up').split(', and ');
  const percent = BigInt(/^(\d+) %/.exec(share)?.[1] ?? 0);
  const shared = percent === 0n ? 0n : minor(share);
  assert.equal(shared, half(energy * percent, 100n));
  assert.equal(minor(line('Fine for tampering')), minor(fixed) + shared);
  assert.equal(minor(line('Asked in all')), energy + minor(line('Fine for tampering')));
  assert.match(line('Rounding'), /rounded once/);
}
