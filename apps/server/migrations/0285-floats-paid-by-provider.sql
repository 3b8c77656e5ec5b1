-- A shop pays its float in by a payment provider: a payment that is of a vendor and not of a sale. The float grows by the payment's
-- own deposit, in the transaction that settles it, against the money that the provider holds.

SET LOCAL search_path = prewatt;

ALTER TABLE payments
  ALTER COLUMN connection_id DROP NOT NULL,
  ALTER COLUMN sale_id DROP NOT NULL,
  ADD COLUMN vendor_id uuid REFERENCES vendors,
  -- The form's own name of what it asks for: again, it is the same payment.
  ADD COLUMN request_id text CHECK (length(request_id) BETWEEN 8 AND 100),
  -- The clerk, by name, at the till.
  ADD COLUMN asked_by text CHECK (length(asked_by) BETWEEN 1 AND 200),
  ADD CONSTRAINT payments_purpose CHECK ((connection_id IS NULL) = (sale_id IS NULL)
    AND (vendor_id IS NULL) = (sale_id IS NOT NULL) AND (vendor_id IS NULL) = (request_id IS NULL)
    AND (vendor_id IS NULL) = (asked_by IS NULL));
CREATE UNIQUE INDEX payments_of_vendor ON payments (vendor_id, request_id) WHERE vendor_id IS NOT NULL;
CREATE INDEX payments_of_vendor_by_time ON payments (vendor_id, requested_at) WHERE vendor_id IS NOT NULL;

ALTER TABLE vendor_deposits
  ADD COLUMN payment_bucket smallint,
  ADD COLUMN payment_id uuid UNIQUE,
  ADD CONSTRAINT vendor_deposits_payment FOREIGN KEY (payment_bucket, payment_id) REFERENCES payments (bucket, id),
  ADD CONSTRAINT vendor_deposits_payment_place CHECK ((payment_bucket IS NULL) = (payment_id IS NULL)),
  DROP CONSTRAINT vendor_deposits_by,
  ADD CONSTRAINT vendor_deposits_by CHECK (of_before OR (operator_id IS NOT NULL) = (payment_id IS NULL));
GRANT INSERT (payment_bucket, payment_id) ON vendor_deposits TO prewatt_app;

ALTER TABLE postings DROP CONSTRAINT postings_reasons_check;
ALTER TABLE postings ADD CONSTRAINT postings_reasons_check CHECK (reasons <@ ARRAY['useOwed', 'energy', 'tax', 'vendorSale',
  'commission', 'fee', 'debt', 'payment', 'openingDebt', 'openingBalance', 'vendorDeposit', 'vendorPayment', 'reversal', 'moveOut',
  'moveIn', 'refund', 'refundPaid', 'creditNote', 'charge', 'writeOff', 'lateEnergy', 'lateTax', 'lateFee', 'carriedEnergy',
  'carriedTax', 'lateTokenEnergy', 'lateTokenTax', 'freeCredit', 'allocation', 'providerFee', 'providerFeeBack']);
ALTER TABLE postings DROP CONSTRAINT postings_alone_check;
ALTER TABLE postings ADD CONSTRAINT postings_alone_check CHECK (cardinality(reasons) = 1
  OR NOT reasons && ARRAY['payment', 'openingBalance', 'vendorDeposit', 'vendorPayment', 'reversal']);
ALTER TABLE postings DROP CONSTRAINT postings_connection_check;
ALTER TABLE postings ADD CONSTRAINT postings_connection_check CHECK (connection_id IS NOT NULL
  OR reasons <@ ARRAY['vendorDeposit', 'vendorPayment', 'reversal', 'providerFee', 'providerFeeBack']);
