-- What a provider kept of a payment, as its settlements say: booked once, against the money that it holds. A later
-- word about the same payment undoes the transfer of the word before and books its own.

SET LOCAL search_path = prewatt;

ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check CHECK (kind IN ('providerClearing', 'customerPrepaid',
  'customerDebt', 'openingBalance', 'bank', 'vendorFloat', 'vendorCommission', 'energySales', 'tax', 'fees',
  'betweenConnections', 'refundsDue', 'creditNotes', 'otherCharges', 'debtWrittenOff', 'providerFees'));

ALTER TABLE postings DROP CONSTRAINT postings_reasons_check;
ALTER TABLE postings ADD CONSTRAINT postings_reasons_check CHECK (reasons <@ ARRAY['useOwed', 'energy', 'tax', 'vendorSale',
  'commission', 'fee', 'debt', 'payment', 'openingDebt', 'openingBalance', 'vendorDeposit', 'reversal', 'moveOut', 'moveIn',
  'refund', 'refundPaid', 'creditNote', 'charge', 'writeOff', 'lateEnergy', 'lateTax', 'lateFee', 'carriedEnergy',
  'carriedTax', 'lateTokenEnergy', 'lateTokenTax', 'freeCredit', 'allocation', 'providerFee', 'providerFeeBack']);
ALTER TABLE postings DROP CONSTRAINT postings_connection_check;
ALTER TABLE postings ADD CONSTRAINT postings_connection_check CHECK (connection_id IS NOT NULL
  OR reasons <@ ARRAY['vendorDeposit', 'reversal', 'providerFee', 'providerFeeBack']);

CREATE TABLE provider_fees (
  utility_id uuid NOT NULL REFERENCES utilities,
  provider text NOT NULL,
  -- The provider's reference of the payment, or of the money without an order that two people gave to a connection.
  reference text NOT NULL,
  -- Which of the provider's words about this fee it is.
  ordinal integer NOT NULL CHECK (ordinal > 0),
  file_id uuid NOT NULL REFERENCES reconciliation_files,
  -- The sum of that file's rows; below zero when the provider gave more back than it kept.
  fee_minor bigint NOT NULL,
  on_date date NOT NULL,
  -- Of the payment: there it is posted.
  posted_bucket smallint NOT NULL CHECK (posted_bucket BETWEEN 0 AND 1023),
  -- The transfer that books it; none for a fee of nothing.
  transfer_id uuid CHECK ((transfer_id IS NULL) = (fee_minor = 0)),
  -- The transfer that undoes the one of the word before.
  reversal_id uuid CHECK (reversal_id IS NULL OR ordinal > 1),
  posted_at timestamptz NOT NULL,
  entered bigint NOT NULL DEFAULT nextval('prewatt.entries'),
  PRIMARY KEY (utility_id, provider, reference, ordinal)
);
CREATE INDEX provider_fees_by_transfer ON provider_fees (posted_bucket, transfer_id);
CREATE INDEX provider_fees_by_file ON provider_fees (file_id);
ALTER TABLE provider_fees ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON provider_fees TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT ON provider_fees TO prewatt_app;
GRANT INSERT (utility_id, provider, reference, ordinal, file_id, fee_minor, on_date, posted_bucket, transfer_id, reversal_id,
  posted_at) ON provider_fees TO prewatt_app;
