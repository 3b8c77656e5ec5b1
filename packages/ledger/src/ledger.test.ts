import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  accounts,
  balanceOf,
  commissionOf,
  openingBalancePosting,
  openingDebtPosting,
  paymentPosting,
  providerFeePosting,
  reversalOf,
  type SaleLine,
  salePostings,
  type Transfer,
  transfer,
  vendorDepositPosting,
  vendorSalePostings,
} from './index.ts';

const subjects = { utilityId: 'u', connectionId: 'c' };
const prepaid = accounts.customerPrepaid(subjects);

const lineArbitrary: fc.Arbitrary<SaleLine> = fc.record({
  kind: fc.constantFrom('energy', 'tax', 'fee', 'debt'),
  amountMinor: fc.bigInt(0n, 10n ** 9n),
  debtId: fc.constantFrom('d1', 'd2'),
});

/** Sum over every account with debits positive: zero in any ledger made of transfers. */
function trialBalance(transfers: readonly Transfer[]): bigint {
  const sides = new Map<string, bigint>();
  for (const each of transfers) {
    for (const [account, sign] of [
      [each.debitAccount, 1n],
      [each.creditAccount, -1n],
    ] as const) {
      const key = `${account.kind}:${account.subjectId}`;
      sides.set(key, (sides.get(key) ?? 0n) + sign * each.amountMinor);
    }
  }
  return [...sides.values()].reduce((sum, each) => sum + each, 0n);
}

test('a sale that adds up leaves its remainder prepaid, and the ledger sums to zero', () => {
  fc.assert(
    fc.property(fc.array(lineArbitrary), fc.bigInt(0n, 10n ** 9n), (lines, remainderMinor) => {
      const availableMinor = lines.reduce((sum, line) => sum + line.amountMinor, remainderMinor);
      const sale = salePostings(subjects, { availableMinor, lines, remainderMinor });
      assert.ok(sale.ok);
      const transfers = [...sale.value];
      if (availableMinor > 0n) transfers.push(paymentPosting(subjects, availableMinor));
      for (const each of transfers) assert.ok(transfer(each).ok);
      assert.equal(balanceOf(prepaid, transfers), remainderMinor);
      assert.equal(trialBalance(transfers), 0n);
      const energy = lines.filter((line) => line.kind === 'energy');
      assert.equal(
        balanceOf(accounts.energySales(subjects), transfers),
        energy.reduce((sum, line) => sum + line.amountMinor, 0n),
      );
    }),
  );
});

test('a sale that is a cent off is refused', () => {
  const lines: SaleLine[] = [{ kind: 'energy', amountMinor: 900n }];
  const post = (availableMinor: bigint, remainderMinor: bigint) =>
    salePostings(subjects, { availableMinor, lines, remainderMinor });
  assert.deepEqual(post(1000n, 99n), { ok: false, error: 'does-not-add-up' });
  assert.deepEqual(post(800n, -100n), { ok: false, error: 'negative-remainder' });
  assert.deepEqual(
    salePostings(subjects, {
      availableMinor: 5n,
      lines: [{ kind: 'debt', amountMinor: 5n }],
      remainderMinor: 0n,
    }),
    { ok: false, error: 'debt-without-name' },
  );
});

test('a rebate lowers its account’s transfer, and may not turn it round', () => {
  const post = (rebate: bigint) =>
    salePostings(subjects, {
      availableMinor: 900n - rebate,
      lines: [
        { kind: 'energy', amountMinor: 900n },
        { kind: 'energy', amountMinor: -rebate },
      ],
      remainderMinor: 0n,
    });
  const sale = post(100n);
  assert.ok(sale.ok);
  assert.deepEqual(
    sale.value.map((each) => each.amountMinor),
    [800n],
  );
  assert.deepEqual(post(1_000n), { ok: false, error: 'negative-account' });
});

test('repaid debt lowers what is owed', () => {
  const opening = openingDebtPosting(subjects, 'd1', 10_000n);
  const sale = salePostings(subjects, {
    availableMinor: 2_500n,
    lines: [{ kind: 'debt', amountMinor: 2_500n, debtId: 'd1' }],
    remainderMinor: 0n,
  });
  assert.ok(sale.ok);
  assert.equal(balanceOf(accounts.customerDebt('d1'), [opening, ...sale.value]), 7_500n);
});

test('money from an older system is prepaid, and a sale uses it like any other', () => {
  const opening = openingBalancePosting(subjects, 4_000n);
  assert.ok(transfer(opening).ok);
  assert.equal(balanceOf(prepaid, [opening]), 4_000n);
  assert.equal(balanceOf(accounts.providerClearing(subjects), [opening]), 0n);
  const sale = salePostings(subjects, {
    availableMinor: 4_000n,
    lines: [{ kind: 'energy', amountMinor: 3_990n }],
    remainderMinor: 10n,
  });
  assert.ok(sale.ok);
  const all = [opening, ...sale.value];
  assert.equal(balanceOf(prepaid, all), 10n);
  assert.equal(trialBalance(all), 0n);
  const arrears = openingDebtPosting(subjects, 'd1', 500n);
  assert.equal(balanceOf(accounts.openingBalance(subjects), [opening, arrears]), -3_500n);
});

test('a reversal brings every balance back', () => {
  const payment = paymentPosting(subjects, 500n);
  const both = [payment, reversalOf(payment)];
  assert.equal(balanceOf(prepaid, both), 0n);
  assert.equal(balanceOf(accounts.providerClearing(subjects), both), 0n);
});

test('what a provider kept lowers the money that it holds; more given back than kept raises it', () => {
  const payment = paymentPosting(subjects, 500n);
  const kept = [payment, providerFeePosting(subjects, 12n)];
  assert.equal(balanceOf(accounts.providerClearing(subjects), kept), 488n);
  assert.equal(balanceOf(accounts.providerFees(subjects), kept), 12n);
  const back = [...kept, providerFeePosting(subjects, -20n)];
  assert.equal(balanceOf(accounts.providerClearing(subjects), back), 508n);
  assert.equal(balanceOf(accounts.providerFees(subjects), back), -8n);
  assert.equal(balanceOf(prepaid, back), 500n);
  assert.equal(trialBalance(back), 0n);
});

test('a vendor’s float is what was brought less what was sold, plus commission', () => {
  const vendor = { ...subjects, vendorId: 'v' };
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(1n, 10n ** 9n)),
      fc.integer({ min: 0, max: 10_000 }),
      (amounts, basisPoints) => {
        const sold = amounts.flatMap((amountMinor) =>
          vendorSalePostings(vendor, {
            amountMinor,
            commissionMinor: commissionOf(amountMinor, basisPoints),
          }),
        );
        const transfers = [vendorDepositPosting(vendor, 10n ** 9n), ...sold];
        for (const each of transfers) assert.ok(transfer(each).ok);
        const total = amounts.reduce((sum, each) => sum + each, 0n);
        const commission = balanceOf(accounts.vendorCommission(vendor), transfers);
        assert.equal(
          balanceOf(accounts.vendorFloat(vendor), transfers),
          10n ** 9n - total + commission,
        );
        assert.equal(balanceOf(prepaid, transfers), total);
        assert.equal(trialBalance(transfers), 0n);
        const exact = total * BigInt(basisPoints);
        assert.ok(commission * 10_000n <= exact);
        assert.ok(exact - commission * 10_000n < 10_000n * BigInt(amounts.length) || exact === 0n);
      },
    ),
  );
});

test('commission rounds down to whole minor units', () => {
  assert.equal(commissionOf(9_999n, 150), 149n);
  assert.equal(commissionOf(10_000n, 150), 150n);
  assert.equal(commissionOf(66n, 150), 0n);
  assert.equal(commissionOf(1n, 10_000), 1n);
});

test('a transfer of nothing, or to itself, is refused', () => {
  const payment = paymentPosting(subjects, 1n);
  assert.deepEqual(transfer({ ...payment, amountMinor: 0n }), {
    ok: false,
    error: 'amount-not-positive',
  });
  assert.deepEqual(transfer({ ...payment, creditAccount: payment.debitAccount }), {
    ok: false,
    error: 'same-account',
  });
});
