// Postings and the transfers in them; part of `Tables`. `transfers` is a view, for reading alone.

import type { LedgerAccountKind, TransferReason } from '@prewatt/ledger';
import type { Instant, NullableText } from './columns.ts';

/** What all transfers of a posting have alike. */
type OfPosting = {
  bucket: number;
  id: string;
  utility_id: string;
  connection_id: NullableText;
  vendor_id: NullableText;
  sale_id: NullableText;
  payment_id: NullableText;
  correction_id: NullableText;
  rating_id: NullableText;
  mode_change_id: NullableText;
  reverses_id: NullableText;
  posted_at: Instant;
};

export type PostingTables = {
  /** One element a transfer in each array. */
  postings: OfPosting & {
    reasons: TransferReason[];
    debit_kinds: LedgerAccountKind[];
    debit_subject_ids: string[];
    credit_kinds: LedgerAccountKind[];
    credit_subject_ids: string[];
    amounts_minor: bigint[];
  };
  transfers: OfPosting & {
    posting_id: string;
    reason: TransferReason;
    debit_kind: LedgerAccountKind;
    debit_subject_id: string;
    credit_kind: LedgerAccountKind;
    credit_subject_id: string;
    amount_minor: bigint;
  };
};
