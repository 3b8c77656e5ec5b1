import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Receipt } from '@prewatt/api';
import { readXmlvendAnswer } from '@prewatt/rails';
import { element, envelopeOf, receiptOf } from '@prewatt/rails/xmlvend-written';
import fc from 'fast-check';
import { kwhText, writtenReceipt } from './written-sale.ts';

const line = (kind: 'energy' | 'tax' | 'fee' | 'debt', amountMinor: bigint) => ({
  ...{ kind, label: kind, amountMinor: amountMinor.toString(), energyWh: null },
  explanation: kind,
});

type Amounts = {
  readonly energy: bigint;
  readonly tax: bigint;
  readonly fee: bigint;
  readonly debt: bigint;
  readonly remainder: bigint;
  readonly broughtForward: bigint;
};

function receiptWith(a: Amounts, tokens: readonly string[]): Receipt {
  const paid = a.energy + a.tax + a.fee + a.debt + a.remainder - a.broughtForward;
  return {
    ...{ saleId: 'sale_1', requestId: 'request-1', shiftId: 'shift_1', commissionMinor: '0' },
    ...{ soldAt: '2026-11-30T12:00:00Z', meterPan: '600727042298898880', connectionName: 'Flat 1' },
    ...{ amountMinor: paid.toString(), broughtForwardMinor: a.broughtForward.toString() },
    ...{ recoveredEnergyWh: '0', recoveredMinor: '0' },
    ...{ energyWh: '40200', creditMinor: null, remainderMinor: a.remainder.toString() },
    lines: [line('energy', a.energy), line('tax', a.tax), line('fee', a.fee), line('debt', a.debt)],
    ...{ keyChangeTokens: [], liftTokens: [], reversedAt: null, moved: null },
    tokens: tokens.map((token) => ({ token, energyWh: '40200', creditMinor: null })),
  };
}

const around = {
  receiptNo: 'R-1',
  meter: { msno: '04229889888', sgc: '100836', krn: '2', ti: '07', at: '07', tt: '02' },
  ...{ currency: { code: 'ZAR', scale: 2 }, tenderMinor: null },
};

/** As a shop's client reads it. */
function read(receipt: Receipt) {
  const msgID = { dateTime: '20261130120000', uniqueNumber: '1' };
  const body = element(
    'r:creditVendResp',
    {},
    element('b:reqMsgID', msgID),
    receiptOf(writtenReceipt(receipt, around)),
  );
  const paid = receipt.amountMinor.padStart(3, '0');
  return readXmlvendAnswer(
    {
      ...{ operation: 'creditVend', msgID, msno: '04229889888', currency: 'ZAR', original: null },
      amount: `${paid.slice(0, -2)}.${paid.slice(-2)}`,
    },
    { httpStatus: 200, raw: new TextEncoder().encode(envelopeOf('1.1', body)) },
  );
}

const token = '1'.repeat(20);
const amount = (most: bigint) => fc.bigInt({ min: 0n, max: most });

test('a receipt adds up for whoever reads it, whatever is kept or was brought forward', () => {
  const amounts = fc.record({
    energy: fc.bigInt({ min: 10_001n, max: 1_000_000n }),
    ...{ tax: amount(100_000n), fee: amount(5_000n), debt: amount(5_000n) },
    ...{ remainder: amount(500n), broughtForward: amount(10_000n) },
  });
  fc.assert(
    fc.property(amounts, (each) => {
      const said = read(receiptWith(each, [token]));
      assert.deepEqual([said.outcome, said.flags], ['vended', []]);
    }),
  );
});

test('a tax keeps the rate of its tariff beside a fee, and each block is named', () => {
  const amounts = { energy: 330n, tax: 133n, fee: 557n, debt: 0n, remainder: 0n };
  const receipt = receiptWith({ ...amounts, broughtForward: 0n }, [token]);
  const lines = [
    { ...line('energy', 130n), label: 'First block', energyWh: '1000' },
    { ...line('energy', 300n), label: 'Second block', energyWh: '1000' },
    { ...line('energy', -100n), label: 'Rebate' },
    {
      ...{ ...line('tax', 133n), label: 'VAT' },
      explanation: 'VAT, 15 % of the energy and the fixed charges: ZAR 1.33.',
      percent: '15',
    },
    line('fee', 557n),
  ];
  const written = writtenReceipt({ ...receipt, lines }, around);
  const text = envelopeOf('1.1', receiptOf(written));
  assert.match(text, /<b:name>First block, Second block<\/b:name>/);
  assert.match(text, /rate="0.1500"><b:amt value="1.33"/);
  assert.deepEqual(read({ ...receipt, lines }).flags, []);
});

test('several tokens are transactions of their own, in their order', () => {
  const amounts = { energy: 5_000n, tax: 0n, fee: 0n, debt: 0n, remainder: 0n, broughtForward: 0n };
  const tokens = [token, '2'.repeat(20), '3'.repeat(20)];
  const said = read(receiptWith(amounts, tokens));
  assert.deepEqual([said.receipt?.tokens, said.flags], [tokens, []]);
  assert.equal(said.receipt?.units, '120.6');
});

test('energy in kilowatt-hours has the digits that it needs', () => {
  assert.deepEqual([40_200n, 100n, 5_000n, 1_234n].map(kwhText), ['40.2', '0.1', '5.0', '1.234']);
});
