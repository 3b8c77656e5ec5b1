// Between which accounts money moves, by the reason of the transfer.

import type { LedgerAccountKind, TransferReason } from '@prewatt/ledger';

type Sides = { readonly debit: LedgerAccountKind; readonly credit: LedgerAccountKind };
/** Which accounts a transfer of each reason is between; a reversal has its own rule. */
export const sidesOf: Record<Exclude<TransferReason, 'reversal'>, Sides> = {
  payment: { debit: 'providerClearing', credit: 'customerPrepaid' },
  energy: { debit: 'customerPrepaid', credit: 'energySales' },
  tax: { debit: 'customerPrepaid', credit: 'tax' },
  fee: { debit: 'customerPrepaid', credit: 'fees' },
  debt: { debit: 'customerPrepaid', credit: 'customerDebt' },
  openingDebt: { debit: 'customerDebt', credit: 'openingBalance' },
  openingBalance: { debit: 'openingBalance', credit: 'customerPrepaid' },
  vendorSale: { debit: 'vendorFloat', credit: 'customerPrepaid' },
  commission: { debit: 'vendorCommission', credit: 'vendorFloat' },
  vendorDeposit: { debit: 'bank', credit: 'vendorFloat' },
  vendorPayment: { debit: 'providerClearing', credit: 'vendorFloat' },
  moveOut: { debit: 'customerPrepaid', credit: 'betweenConnections' },
  moveIn: { debit: 'betweenConnections', credit: 'customerPrepaid' },
  refund: { debit: 'customerPrepaid', credit: 'refundsDue' },
  refundPaid: { debit: 'refundsDue', credit: 'bank' },
  creditNote: { debit: 'creditNotes', credit: 'customerPrepaid' },
  charge: { debit: 'customerDebt', credit: 'otherCharges' },
  fine: { debit: 'customerDebt', credit: 'fines' },
  upheldDebt: { debit: 'debtWrittenOff', credit: 'customerDebt' },
  upheldPaid: { debit: 'creditNotes', credit: 'customerPrepaid' },
  writeOff: { debit: 'debtWrittenOff', credit: 'customerDebt' },
  lateEnergy: { debit: 'customerDebt', credit: 'energySales' },
  lateTax: { debit: 'customerDebt', credit: 'tax' },
  lateFee: { debit: 'customerDebt', credit: 'fees' },
  carriedEnergy: { debit: 'energySales', credit: 'customerPrepaid' },
  carriedTax: { debit: 'tax', credit: 'customerPrepaid' },
  lateTokenEnergy: { debit: 'energySales', credit: 'customerPrepaid' },
  lateTokenTax: { debit: 'tax', credit: 'customerPrepaid' },
  freeCredit: { debit: 'creditNotes', credit: 'customerPrepaid' },
  useOwed: { debit: 'customerDebt', credit: 'customerPrepaid' },
  allocation: { debit: 'providerClearing', credit: 'customerPrepaid' },
  providerFee: { debit: 'providerFees', credit: 'providerClearing' },
  providerFeeBack: { debit: 'providerClearing', credit: 'providerFees' },
};
