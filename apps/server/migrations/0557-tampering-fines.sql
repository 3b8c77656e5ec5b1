-- Fines for tampering beside what is asked for energy that was not counted: by the utility's rule, allowed by two people, a kind of its
-- own in the ledger. An appeal that is upheld gives both back: what is owed is owed no more, and what was repaid is prepaid money again.

SET LOCAL search_path = prewatt;

-- The newest of a tariff holds, else the newest of all tariffs. Rows are only added.
CREATE TABLE revenue_fine_rules (
  utility_id uuid NOT NULL REFERENCES utilities,
  version integer NOT NULL CHECK (version > 0),
  -- Null: of all tariffs that have no rule of their own.
  tariff_name text CHECK (length(tariff_name) BETWEEN 1 AND 200),
  fixed_minor bigint NOT NULL CHECK (fixed_minor BETWEEN 0 AND 1000000000000),
  -- Of what is asked for the energy in the same case.
  share_percent smallint NOT NULL CHECK (share_percent BETWEEN 0 AND 300),
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  set_by uuid NOT NULL REFERENCES operators,
  set_at timestamptz NOT NULL,
  entered bigint NOT NULL DEFAULT next_entry(),
  PRIMARY KEY (utility_id, version),
  UNIQUE (utility_id, request_id)
);
ALTER TABLE revenue_fine_rules ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON revenue_fine_rules TO prewatt_app
  USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()));
GRANT SELECT, INSERT ON revenue_fine_rules TO prewatt_app;
SELECT prewatt_log.cover('revenue_fine_rules', is_append_only => true);

ALTER TABLE revenue_cases
  ADD COLUMN fine_minor bigint,
  ADD COLUMN fine_debt_id uuid;
ALTER TABLE revenue_cases
  ADD CONSTRAINT revenue_cases_fined CHECK ((fine_minor IS NULL) = (fine_debt_id IS NULL) AND fine_minor > 0) NOT VALID,
  -- Where a fine was asked, somebody else than who found it closes.
  ADD CONSTRAINT revenue_cases_fined_by_two CHECK (fine_minor IS NULL OR closed_by IS NULL OR closed_by <> found_by) NOT VALID;
GRANT UPDATE (fine_minor, fine_debt_id) ON revenue_cases TO prewatt_app;
SELECT prewatt_log.cover('revenue_cases', left_out => 'visitors check_in_with');

ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check CHECK (kind IN ('providerClearing', 'customerPrepaid',
  'customerDebt', 'openingBalance', 'bank', 'vendorFloat', 'vendorCommission', 'energySales', 'tax', 'fees', 'betweenConnections',
  'refundsDue', 'creditNotes', 'otherCharges', 'fines', 'debtWrittenOff', 'providerFees')) NOT VALID;

ALTER TABLE postings DROP CONSTRAINT postings_reasons_check;
ALTER TABLE postings ADD CONSTRAINT postings_reasons_check CHECK (reasons <@ ARRAY['useOwed', 'energy', 'tax', 'vendorSale',
  'commission', 'fee', 'debt', 'payment', 'openingDebt', 'openingBalance', 'vendorDeposit', 'vendorPayment', 'reversal', 'moveOut',
  'moveIn', 'refund', 'refundPaid', 'creditNote', 'charge', 'writeOff', 'lateEnergy', 'lateTax', 'lateFee', 'carriedEnergy',
  'carriedTax', 'lateTokenEnergy', 'lateTokenTax', 'freeCredit', 'allocation', 'providerFee', 'providerFeeBack', 'fine',
  'upheldDebt', 'upheldPaid']) NOT VALID;

ALTER TABLE corrections DROP CONSTRAINT corrections_kind_check;
ALTER TABLE corrections ADD CONSTRAINT corrections_kind_check CHECK (kind IN ('reversal', 'creditNote', 'moveOut', 'moveIn',
  'charge', 'writeOff', 'lateAcceptance', 'refundPaid', 'acknowledgement', 'allocation', 'fine', 'upheldDebt', 'upheldPaid'))
  NOT VALID;
ALTER TABLE corrections ADD CONSTRAINT corrections_fined CHECK (kind <> 'fine'
  OR (approval_id IS NOT NULL AND approved_by <> requested_by AND debt_id IS NOT NULL)) NOT VALID;
