-- Free credit of a home in wallet mode is money: the grant names the transfer that gave it.

SET LOCAL search_path = prewatt;

ALTER TABLE postings
  DROP CONSTRAINT postings_reasons_check,
  ADD CONSTRAINT postings_reasons_check CHECK (reasons <@ ARRAY['energy', 'tax', 'vendorSale', 'commission', 'fee', 'debt',
    'payment', 'openingDebt', 'openingBalance', 'vendorDeposit', 'reversal', 'moveOut', 'moveIn', 'refund', 'refundPaid',
    'creditNote', 'charge', 'writeOff', 'lateEnergy', 'lateTax', 'lateFee', 'carriedEnergy', 'carriedTax',
    'lateTokenEnergy', 'lateTokenTax', 'freeCredit']);

-- The only transfer of its posting.
ALTER TABLE grants
  ADD COLUMN amount_minor bigint CHECK (amount_minor > 0),
  ADD COLUMN transfer_id uuid,
  ADD CONSTRAINT grants_in_money CHECK ((amount_minor IS NULL) = (transfer_id IS NULL)
    AND (amount_minor IS NULL OR (kind = 'freeCredit' AND state = 'accepted'))),
  ADD CONSTRAINT grants_transfer_fkey FOREIGN KEY (bucket, transfer_id) REFERENCES postings (bucket, id);
CREATE UNIQUE INDEX grants_by_transfer ON grants (bucket, transfer_id) WHERE transfer_id IS NOT NULL;
