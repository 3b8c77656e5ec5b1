// What each business act posts. One function per act, so that a sentence about money can be tested.

import { divideFloor, err, ok, type Result } from '@prewatt/quantities';
import type { CustomerAccount, LedgerAccount } from './accounts.ts';
import type { Transfer } from './transfers.ts';

export type Subjects = { readonly utilityId: string; readonly connectionId: string };

export type VendorSubjects = { readonly utilityId: string; readonly vendorId: string };

export const accounts = {
  providerClearing: (s: Pick<Subjects, 'utilityId'>): LedgerAccount => ({
    kind: 'providerClearing',
    subjectId: s.utilityId,
  }),
  providerFees: (s: Pick<Subjects, 'utilityId'>): LedgerAccount => ({
    kind: 'providerFees',
    subjectId: s.utilityId,
  }),
  customerPrepaid: (s: Subjects): CustomerAccount => ({
    kind: 'customerPrepaid',
    subjectId: s.connectionId,
  }),
  customerDebt: (debtId: string): CustomerAccount => ({ kind: 'customerDebt', subjectId: debtId }),
  openingBalance: (s: Subjects): LedgerAccount => ({
    kind: 'openingBalance',
    subjectId: s.utilityId,
  }),
  bank: (s: Pick<Subjects, 'utilityId'>): LedgerAccount => ({
    kind: 'bank',
    subjectId: s.utilityId,
  }),
  vendorFloat: (s: VendorSubjects): LedgerAccount => ({
    kind: 'vendorFloat',
    subjectId: s.vendorId,
  }),
  vendorCommission: (s: VendorSubjects): LedgerAccount => ({
    kind: 'vendorCommission',
    subjectId: s.vendorId,
  }),
  energySales: (s: Subjects): LedgerAccount => ({ kind: 'energySales', subjectId: s.utilityId }),
  tax: (s: Subjects): LedgerAccount => ({ kind: 'tax', subjectId: s.utilityId }),
  fees: (s: Subjects): LedgerAccount => ({ kind: 'fees', subjectId: s.utilityId }),
  betweenConnections: (s: Subjects): LedgerAccount => ({
    kind: 'betweenConnections',
    subjectId: s.utilityId,
  }),
  refundsDue: (s: Subjects): LedgerAccount => ({ kind: 'refundsDue', subjectId: s.utilityId }),
  creditNotes: (s: Subjects): LedgerAccount => ({ kind: 'creditNotes', subjectId: s.utilityId }),
  otherCharges: (s: Subjects): LedgerAccount => ({ kind: 'otherCharges', subjectId: s.utilityId }),
  fines: (s: Subjects): LedgerAccount => ({ kind: 'fines', subjectId: s.utilityId }),
  debtWrittenOff: (s: Subjects): LedgerAccount => ({
    kind: 'debtWrittenOff',
    subjectId: s.utilityId,
  }),
};

/** A provider reports a payment: it holds the money, and the customer has that much prepaid. */
export function paymentPosting(s: Subjects, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.providerClearing(s),
    creditAccount: accounts.customerPrepaid(s),
    amountMinor,
    reason: 'payment',
  };
}

/**
 * A provider's settlement says what it kept of a payment: the money that it holds is less by the
 * fee. Below zero it gave more back than it kept.
 */
export function providerFeePosting(s: Pick<Subjects, 'utilityId'>, feeMinor: bigint): Transfer {
  const [held, fees] = [accounts.providerClearing(s), accounts.providerFees(s)];
  return feeMinor < 0n
    ? { debitAccount: held, creditAccount: fees, amountMinor: -feeMinor, reason: 'providerFeeBack' }
    : { debitAccount: fees, creditAccount: held, amountMinor: feeMinor, reason: 'providerFee' };
}

/**
 * A vendor has taken cash from a customer: the vendor's float goes down, the customer has that much
 * prepaid, and the commission is given back to the float.
 */
export function vendorSalePostings(
  s: Subjects & VendorSubjects,
  o: { readonly amountMinor: bigint; readonly commissionMinor: bigint },
): Transfer[] {
  const sale: Transfer = {
    debitAccount: accounts.vendorFloat(s),
    creditAccount: accounts.customerPrepaid(s),
    amountMinor: o.amountMinor,
    reason: 'vendorSale',
  };
  if (o.commissionMinor === 0n) return [sale];
  const commission: Transfer = {
    debitAccount: accounts.vendorCommission(s),
    creditAccount: accounts.vendorFloat(s),
    amountMinor: o.commissionMinor,
    reason: 'commission',
  };
  return [sale, commission];
}

/** A vendor has brought money to the utility: the float goes up. */
export function vendorDepositPosting(s: VendorSubjects, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.bank(s),
    creditAccount: accounts.vendorFloat(s),
    amountMinor,
    reason: 'vendorDeposit',
  };
}

/** A provider reports what a vendor paid into its float: it holds the money and pays it out. */
export function vendorPaymentPosting(s: VendorSubjects, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.providerClearing(s),
    creditAccount: accounts.vendorFloat(s),
    amountMinor,
    reason: 'vendorPayment',
  };
}

/**
 * A vendor's share of one sale, in whole minor units, rounded down. 10,000 basis points are all of
 * it.
 */
export function commissionOf(amountMinor: bigint, basisPoints: number): bigint {
  return divideFloor(amountMinor * BigInt(basisPoints), 10_000n);
}

/** Arrears brought in from an older system. */
export function openingDebtPosting(s: Subjects, debtId: string, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.customerDebt(debtId),
    creditAccount: accounts.openingBalance(s),
    amountMinor,
    reason: 'openingDebt',
  };
}

/** Prepaid money brought in from an older system: the utility owes it to the customer now. */
export function openingBalancePosting(s: Subjects, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.openingBalance(s),
    creditAccount: accounts.customerPrepaid(s),
    amountMinor,
    reason: 'openingBalance',
  };
}

export type SaleLine = {
  readonly kind: 'energy' | 'tax' | 'fee' | 'debt';
  readonly amountMinor: bigint;
  readonly debtId?: string;
};

export type SaleError =
  | 'negative-remainder'
  | 'debt-without-name'
  | 'negative-account'
  | 'does-not-add-up';

/**
 * A sale turns prepaid money into energy, tax, fees and repaid debt. `availableMinor` is what the
 * customer had prepaid; lines and remainder must use it up exactly (law 2). Lines of the same
 * account become one transfer, so a rebate (a negative line) lowers its account's transfer; an
 * account's sum may not be negative.
 */
export function salePostings(
  s: Subjects,
  o: {
    readonly availableMinor: bigint;
    readonly lines: readonly SaleLine[];
    readonly remainderMinor: bigint;
  },
): Result<Transfer[], SaleError> {
  const sums = new Map<string, Transfer>();
  let total = o.remainderMinor;
  if (o.remainderMinor < 0n) return err('negative-remainder');
  for (const line of o.lines) {
    if (line.kind === 'debt' && line.debtId === undefined) return err('debt-without-name');
    total += line.amountMinor;
    const creditAccount = accountOfLine(s, line);
    const key = `${creditAccount.kind}:${creditAccount.subjectId}`;
    sums.set(key, {
      debitAccount: accounts.customerPrepaid(s),
      creditAccount,
      amountMinor: (sums.get(key)?.amountMinor ?? 0n) + line.amountMinor,
      reason: line.kind,
    });
  }
  const transfers = [...sums.values()].filter((each) => each.amountMinor !== 0n);
  if (transfers.some((each) => each.amountMinor < 0n)) return err('negative-account');
  return total === o.availableMinor ? ok(transfers) : err('does-not-add-up');
}

function accountOfLine(s: Subjects, line: SaleLine): LedgerAccount {
  switch (line.kind) {
    case 'energy':
      return accounts.energySales(s);
    case 'tax':
      return accounts.tax(s);
    case 'fee':
      return accounts.fees(s);
    case 'debt':
      return accounts.customerDebt(line.debtId ?? '');
  }
}
