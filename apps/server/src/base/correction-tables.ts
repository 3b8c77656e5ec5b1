// The tables of what is put right after a sale; part of `Tables`.

import type { ColumnType } from 'kysely';
import type { Instant, NullableInstant, NullableText } from './columns.ts';

type OfConnection = { bucket: number; utility_id: string; connection_id: string };

export type CorrectionProof = 'noToken' | 'meterRetired' | 'keyChanged' | 'tidTooOld';
export type MoneyTo = 'prepaid' | 'refund' | 'vendor' | 'connection';

export type CorrectionTables = {
  corrections: OfConnection & {
    id: string;
    kind:
      | 'reversal'
      | 'creditNote'
      | 'moveOut'
      | 'moveIn'
      | 'charge'
      | 'writeOff'
      | 'lateAcceptance'
      | 'refundPaid'
      | 'acknowledgement';
    request_id: string;
    sale_id: NullableText;
    debt_id: NullableText;
    amount_minor: bigint;
    reason: string;
    proof: ColumnType<CorrectionProof | null, CorrectionProof | null | undefined, never>;
    money_to: ColumnType<MoneyTo | null, MoneyTo | null | undefined, never>;
    other_bucket: ColumnType<number | null, number | null | undefined, never>;
    other_connection_id: NullableText;
    other_sale_id: NullableText;
    requested_by: NullableText;
    approved_by: NullableText;
    approval_id: NullableText;
    at: Instant;
  };
  refunds: OfConnection & {
    id: string;
    sale_id: string;
    correction_id: string;
    amount_minor: bigint;
    state: 'due' | 'paid';
    due_at: Instant;
    paid_reference: NullableText;
    paid_by: NullableText;
    paid_at: NullableInstant;
  };
  meter_exchanges: OfConnection & {
    id: string;
    old_meter_id: string;
    new_meter_id: string;
    balance_from: 'lastReading' | 'stated';
    balance_wh: bigint;
    carried_wh: bigint;
    balance_minor?: bigint | null;
    carried_minor?: bigint | null;
    per_kwh_micro_minor?: bigint | null;
    grant_id: string | null;
    final_from?: 'lastReading' | 'display' | null;
    final_import_wh?: bigint | null;
    reason: string;
    requested_by: string;
    approved_by: string;
    approval_id: string;
    at: Instant;
  };
  sale_reprints: {
    bucket: number;
    sale_id: string;
    ordinal: number;
    utility_id: string;
    operator_id: string | null;
    key_id: string | null;
    reason: string | null;
    at: Instant;
  };
};
