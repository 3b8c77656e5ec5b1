// Double-entry rules: the chart of accounts, transfers, and what each business act posts. Has never
// heard of a token.

export {
  type CustomerAccount,
  growingSide,
  type LedgerAccount,
  type LedgerAccountKind,
  sameAccount,
} from './accounts.ts';
export {
  allocationPosting,
  chargePosting,
  creditNotePosting,
  type EarnedSums,
  earnedBy,
  finePosting,
  freeCreditPosting,
  lateAcceptancePostings,
  movePostings,
  type PostedTransfer,
  type Reversal,
  refundPaidPosting,
  refundPosting,
  saleReversal,
  upheldDebtPosting,
  upheldPaidPosting,
  useOwedPosting,
  useRepaidPosting,
  writeOffPosting,
} from './corrections.ts';
export {
  accounts,
  commissionOf,
  openingBalancePosting,
  openingDebtPosting,
  paymentPosting,
  providerFeePosting,
  type SaleError,
  type SaleLine,
  type Subjects,
  salePostings,
  type VendorSubjects,
  vendorDepositPosting,
  vendorPaymentPosting,
  vendorSalePostings,
} from './postings.ts';
export {
  balanceOf,
  reversalOf,
  type Transfer,
  type TransferError,
  type TransferReason,
  transfer,
} from './transfers.ts';
