import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import {
  accounts,
  balanceOf,
  earnedBy,
  lateAcceptancePostings,
  movePostings,
  paymentPosting,
  refundPaidPosting,
  refundPosting,
  type SaleLine,
  salePostings,
  saleReversal,
  type Transfer,
  transfer,
  writeOffPosting,
} from './index.ts';

const home = { utilityId: 'u', connectionId: 'home' };
const other = { utilityId: 'u', connectionId: 'other' };
const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });
const saleLines: fc.Arbitrary<SaleLine[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('energy', 'tax', 'fee' as const), amountMinor: amount }),
    fc.record({
      kind: fc.constant('debt' as const),
      amountMinor: amount,
      debtId: fc.constant('d'),
    }),
  ),
  { minLength: 1, maxLength: 6 },
);
const sum = (lines: readonly SaleLine[]) =>
  lines.reduce((total, line) => total + line.amountMinor, 0n);

/** A paid sale's transfers as they stand in a store. */
function sold(lines: readonly SaleLine[], remainderMinor: bigint) {
  const availableMinor = sum(lines) + remainderMinor;
  const postings = expectOk(salePostings(home, { availableMinor, lines, remainderMinor }), 'sale');
  const posted = postings.map((each, i) => ({ ...each, id: String(i) }));
  return { availableMinor, posted, all: [paymentPosting(home, availableMinor), ...postings] };
}

test('a reversed sale leaves every account as it was before, but for the money that is prepaid', () => {
  fc.assert(
    fc.property(saleLines, amount, (lines, remainder) => {
      const { availableMinor, posted, all } = sold(lines, remainder);
      const after: Transfer[] = [...all, ...saleReversal(posted)];
      for (const account of [accounts.energySales, accounts.tax, accounts.fees]) {
        assert.equal(balanceOf(account(home), after), 0n);
      }
      assert.equal(balanceOf(accounts.customerDebt('d'), after), 0n);
      assert.equal(balanceOf(accounts.customerPrepaid(home), after), availableMinor);
    }),
  );
});

test('each transfer of a sale is reversed once, and its reversal names it', () => {
  fc.assert(
    fc.property(saleLines, (lines) => {
      const { posted } = sold(lines, 0n);
      const named = saleReversal(posted).map((each) => each.reversesId);
      assert.deepEqual(named.sort(), posted.map((each) => each.id).sort());
    }),
  );
});

test('moved money leaves one customer, reaches the other, and nothing stays on the way', () => {
  fc.assert(
    fc.property(amount, (amountMinor) => {
      const move = movePostings({ from: home, to: other, amountMinor });
      const all = [paymentPosting(home, amountMinor), move.out, move.in];
      assert.equal(balanceOf(accounts.customerPrepaid(home), all), 0n);
      assert.equal(balanceOf(accounts.customerPrepaid(other), all), amountMinor);
      assert.equal(balanceOf(accounts.betweenConnections(home), all), 0n);
    }),
  );
});

test('a refund is owed until it is paid, and then the bank has paid it', () => {
  const due = [paymentPosting(home, 500n), refundPosting(home, 500n)];
  assert.equal(balanceOf(accounts.refundsDue(home), due), 500n);
  const paid = [...due, refundPaidPosting(home, 500n)];
  assert.equal(balanceOf(accounts.refundsDue(home), paid), 0n);
  assert.equal(balanceOf(accounts.bank(home), paid), -500n);
  assert.equal(balanceOf(accounts.customerPrepaid(home), paid), 0n);
});

test('a write-off lowers the debt and shows as what the utility gave up', () => {
  const charged: Transfer = {
    debitAccount: accounts.customerDebt('d'),
    creditAccount: accounts.openingBalance(home),
    amountMinor: 900n,
    reason: 'openingDebt',
  };
  const all = [charged, writeOffPosting(home, 'd', 400n)];
  assert.equal(balanceOf(accounts.customerDebt('d'), all), 500n);
  assert.equal(balanceOf(accounts.debtWrittenOff(home), all), 400n);
});

test('what late parts make a customer owe adds up to the whole sale, in any order', () => {
  fc.assert(
    fc.property(
      saleLines,
      fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 5 }),
      (lines, parts) => {
        const earned = earnedBy(lines);
        const saleEnergyWh = parts.reduce((total, each) => total + each, 0n);
        const posted: Transfer[] = [];
        let beforeWh = 0n;
        for (const energyWh of parts) {
          const afterWh = beforeWh + energyWh;
          posted.push(
            ...lateAcceptancePostings(home, {
              debtId: 'd',
              earned,
              saleEnergyWh,
              beforeWh,
              afterWh,
            }),
          );
          beforeWh = afterWh;
        }
        for (const each of posted) assert.ok(transfer(each).ok);
        const whole = earned.energy + earned.tax + earned.fee;
        assert.equal(balanceOf(accounts.customerDebt('d'), posted), whole);
        assert.equal(balanceOf(accounts.tax(home), posted), earned.tax);
      },
    ),
  );
});
