// What is posted when something is put right after a sale: money moved to another connection, paid
// back, given, charged, given up, or owed after all. One function per act.

import { divideFloor } from '@prewatt/quantities';
import { accounts, type SaleLine, type Subjects } from './postings.ts';
import { reversalOf, type Transfer, type TransferReason } from './transfers.ts';

/** A transfer that stands in the store, with the name that its reversal gives. */
export type PostedTransfer = Transfer & { readonly id: string };

export type Reversal = Transfer & { readonly reversesId: string };

/** The transfers that undo a sale's, each naming the old one, the last first. */
export function saleReversal(posted: readonly PostedTransfer[]): Reversal[] {
  return posted
    .map(({ id, ...transfer }) => ({ ...reversalOf(transfer), reversesId: id }))
    .reverse();
}

/**
 * A sale's money moved from the connection that it was made for to the right one. The two
 * connections may be in different buckets, so each side is a transfer of its own over an account
 * that is zero over all.
 */
export function movePostings(o: {
  readonly from: Subjects;
  readonly to: Subjects;
  readonly amountMinor: bigint;
}): { readonly out: Transfer; readonly in: Transfer } {
  const { from, to, amountMinor } = o;
  return {
    out: {
      debitAccount: accounts.customerPrepaid(from),
      creditAccount: accounts.betweenConnections(from),
      amountMinor,
      reason: 'moveOut',
    },
    in: {
      debitAccount: accounts.betweenConnections(to),
      creditAccount: accounts.customerPrepaid(to),
      amountMinor,
      reason: 'moveIn',
    },
  };
}

/** Prepaid money becomes the payer's again, to be paid out. */
export function refundPosting(s: Subjects, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.customerPrepaid(s),
    creditAccount: accounts.refundsDue(s),
    amountMinor,
    reason: 'refund',
  };
}

/** The utility has paid a refund out of its bank. */
export function refundPaidPosting(s: Subjects, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.refundsDue(s),
    creditAccount: accounts.bank(s),
    amountMinor,
    reason: 'refundPaid',
  };
}

/** The utility gives a customer prepaid money, with a reason and an approver. */
export function creditNotePosting(s: Subjects, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.creditNotes(s),
    creditAccount: accounts.customerPrepaid(s),
    amountMinor,
    reason: 'creditNote',
  };
}

/** Money that a provider took and no sale got is given to a connection. */
export function allocationPosting(s: Subjects, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.providerClearing(s),
    creditAccount: accounts.customerPrepaid(s),
    amountMinor,
    reason: 'allocation',
  };
}

/** Energy that the utility gives without a sale, as money: into a wallet. */
export function freeCreditPosting(s: Subjects, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.creditNotes(s),
    creditAccount: accounts.customerPrepaid(s),
    amountMinor,
    reason: 'freeCredit',
  };
}

/** A customer owes something besides a sale. */
export function chargePosting(s: Subjects, debtId: string, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.customerDebt(debtId),
    creditAccount: accounts.otherCharges(s),
    amountMinor,
    reason: 'charge',
  };
}

/** A customer is fined for tampering: owed like a charge, and told apart from what was used. */
export function finePosting(s: Subjects, debtId: string, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.customerDebt(debtId),
    creditAccount: accounts.fines(s),
    amountMinor,
    reason: 'fine',
  };
}

/** An appeal was upheld: what is still owed of a charge is owed no more. */
export function upheldDebtPosting(s: Subjects, debtId: string, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.debtWrittenOff(s),
    creditAccount: accounts.customerDebt(debtId),
    amountMinor,
    reason: 'upheldDebt',
  };
}

/** An appeal was upheld: what was repaid of a charge is the customer's prepaid money again. */
export function upheldPaidPosting(s: Subjects, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.creditNotes(s),
    creditAccount: accounts.customerPrepaid(s),
    amountMinor,
    reason: 'upheldPaid',
  };
}

/** Use that a wallet had no money for, when it ends or afterwards: owed, and repaid as arrears. */
export function useOwedPosting(s: Subjects, debtId: string, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.customerDebt(debtId),
    creditAccount: accounts.customerPrepaid(s),
    amountMinor,
    reason: 'useOwed',
  };
}

/** Money that was given back for use pays what is still owed for it. */
export function useRepaidPosting(s: Subjects, debtId: string, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.customerPrepaid(s),
    creditAccount: accounts.customerDebt(debtId),
    amountMinor,
    reason: 'debt',
  };
}

/** The utility gives up a part of a debt, or all of it. */
export function writeOffPosting(s: Subjects, debtId: string, amountMinor: bigint): Transfer {
  return {
    debitAccount: accounts.debtWrittenOff(s),
    creditAccount: accounts.customerDebt(debtId),
    amountMinor,
    reason: 'writeOff',
  };
}

const lateReason = {
  energy: 'lateEnergy',
  tax: 'lateTax',
  fee: 'lateFee',
} as const satisfies Record<Exclude<SaleLine['kind'], 'debt'>, TransferReason>;

const incomeOf = {
  energy: accounts.energySales,
  tax: accounts.tax,
  fee: accounts.fees,
} as const;

/** What a reversed sale would have earned: its lines by account, without repaid arrears. */
export type EarnedSums = Readonly<Record<keyof typeof lateReason, bigint>>;

/** Sums of a sale's lines by account; arrears are still owed after a reversal, so not in it. */
export function earnedBy(lines: readonly SaleLine[]): EarnedSums {
  const sums = { energy: 0n, tax: 0n, fee: 0n };
  for (const { kind, amountMinor } of lines) if (kind !== 'debt') sums[kind] += amountMinor;
  return sums;
}

/**
 * A token of a reversed sale was accepted all the same: its share of what the sale would have
 * earned
 * is a debt now. Shares follow the energy accepted so far, rounded down, so that they add up to the
 * whole when the last token is accepted.
 */
export function lateAcceptancePostings(
  s: Subjects,
  o: {
    readonly debtId: string;
    readonly earned: EarnedSums;
    /** Or money, for a meter that counts in money: the unit is that of the two below. */
    readonly saleEnergyWh: bigint;
    /** Accepted of this sale before this token, and with it. */
    readonly beforeWh: bigint;
    readonly afterWh: bigint;
  },
): Transfer[] {
  const share = (sum: bigint, energyWh: bigint) => divideFloor(sum * energyWh, o.saleEnergyWh);
  const kinds = ['energy', 'tax', 'fee'] as const;
  return kinds
    .map((kind) => ({
      debitAccount: accounts.customerDebt(o.debtId),
      creditAccount: incomeOf[kind](s),
      amountMinor: share(o.earned[kind], o.afterWh) - share(o.earned[kind], o.beforeWh),
      reason: lateReason[kind],
    }))
    .filter((each) => each.amountMinor > 0n);
}
