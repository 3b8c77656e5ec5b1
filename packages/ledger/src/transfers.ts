// Transfers: the only way money moves. Amounts are positive; a correction is a new transfer that
// names the old one.

import { err, ok, type Result } from '@prewatt/quantities';
import { growingSide, type LedgerAccount, sameAccount } from './accounts.ts';

export type TransferReason =
  | 'payment'
  | 'energy'
  | 'tax'
  | 'fee'
  | 'debt'
  | 'openingDebt'
  | 'vendorSale'
  | 'commission'
  | 'vendorDeposit'
  | 'vendorPayment'
  | 'openingBalance'
  | 'reversal'
  | 'moveOut'
  | 'moveIn'
  | 'refund'
  | 'refundPaid'
  | 'creditNote'
  | 'charge'
  | 'fine'
  | 'writeOff'
  | 'upheldDebt'
  | 'upheldPaid'
  | 'lateEnergy'
  | 'lateTax'
  | 'lateFee'
  | 'carriedEnergy'
  | 'carriedTax'
  | 'lateTokenEnergy'
  | 'lateTokenTax'
  | 'freeCredit'
  | 'useOwed'
  | 'allocation'
  | 'providerFee'
  | 'providerFeeBack';

export type Transfer = {
  readonly debitAccount: LedgerAccount;
  readonly creditAccount: LedgerAccount;
  readonly amountMinor: bigint;
  readonly reason: TransferReason;
};

export type TransferError = 'amount-not-positive' | 'same-account';

/** A transfer, or why it cannot be one. */
export function transfer(o: Transfer): Result<Transfer, TransferError> {
  if (o.amountMinor <= 0n) return err('amount-not-positive');
  if (sameAccount(o.debitAccount, o.creditAccount)) return err('same-account');
  return ok(o);
}

/**
 * The transfer that undoes another: sides exchanged, same amount. The store names the one it
 * reverses.
 */
export function reversalOf(original: Transfer): Transfer {
  return {
    debitAccount: original.creditAccount,
    creditAccount: original.debitAccount,
    amountMinor: original.amountMinor,
    reason: 'reversal',
  };
}

/** The derived balance of an account, in minor units, positive on the side on which it grows. */
export function balanceOf(account: LedgerAccount, transfers: Iterable<Transfer>): bigint {
  let debits = 0n;
  let credits = 0n;
  for (const each of transfers) {
    if (sameAccount(each.debitAccount, account)) debits += each.amountMinor;
    if (sameAccount(each.creditAccount, account)) credits += each.amountMinor;
  }
  return growingSide[account.kind] === 'debit' ? debits - credits : credits - debits;
}
