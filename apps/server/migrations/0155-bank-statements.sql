-- Statements of a bank account, or of a pay-bill, that an operator brings and a second person allows: each entry is heard of
-- as money without an order, once.

SET LOCAL search_path = prewatt;

CREATE TABLE bank_statements (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  sha256 text NOT NULL CHECK (length(sha256) = 64),
  -- Whose money it is: of the bank account, or of a provider's own list.
  source text NOT NULL CHECK (source IN ('bank', 'daraja')),
  format text NOT NULL CHECK (format IN ('camt.053', 'camt.054', 'mt940', 'csv')),
  payments_total integer NOT NULL CHECK (payments_total >= 0),
  payments_minor bigint NOT NULL CHECK (payments_minor >= 0),
  reversals_total integer NOT NULL CHECK (reversals_total >= 0),
  state text NOT NULL CHECK (state IN ('awaiting', 'working', 'done', 'withdrawn')),
  brought_at timestamptz NOT NULL,
  requested_by uuid NOT NULL REFERENCES operators,
  approval_id uuid NOT NULL,
  approved_by uuid REFERENCES operators CHECK (approved_by <> requested_by),
  approval_state text GENERATED ALWAYS AS (CASE WHEN state IN ('working', 'done') THEN 'done' END) STORED,
  done_at timestamptz,
  CONSTRAINT bank_statements_allowed_by CHECK ((state IN ('working', 'done')) = (approved_by IS NOT NULL)),
  CONSTRAINT bank_statements_done CHECK ((state = 'done') = (done_at IS NOT NULL)),
  CONSTRAINT bank_statements_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED
);
-- The same file is brought once; one that was not allowed may come again.
CREATE UNIQUE INDEX bank_statements_once ON bank_statements (utility_id, sha256) WHERE state <> 'withdrawn';
CREATE INDEX bank_statements_working ON bank_statements (utility_id) WHERE state = 'working';
ALTER TABLE bank_statements ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON bank_statements TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON bank_statements TO prewatt_app;
GRANT UPDATE (state, approved_by, done_at) ON bank_statements TO prewatt_app;

CREATE TABLE bank_entries (
  statement_id uuid NOT NULL REFERENCES bank_statements,
  ordinal integer NOT NULL CHECK (ordinal >= 1),
  utility_id uuid NOT NULL REFERENCES utilities,
  -- `reversal`: the bank took a payment back.
  kind text NOT NULL CHECK (kind IN ('payment', 'reversal')),
  -- The same in every file that repeats it.
  reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 200),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency_code text NOT NULL CHECK (length(currency_code) BETWEEN 1 AND 12),
  account text CHECK (length(account) BETWEEN 1 AND 200),
  payer_name text CHECK (length(payer_name) BETWEEN 1 AND 200),
  booked_on text CHECK (booked_on ~ '^\d{4}-\d\d-\d\d$'),
  -- Of a payment, once it was heard of: as arrivals have it, or the payment that it was asked for by.
  outcome text CHECK (outcome IN ('heard', 'matched', 'placed', 'unallocated', 'dropped', 'payment')),
  PRIMARY KEY (statement_id, ordinal)
);
CREATE INDEX bank_entries_to_hear ON bank_entries (statement_id, ordinal) WHERE kind = 'payment' AND outcome IS NULL;
ALTER TABLE bank_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON bank_entries TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON bank_entries TO prewatt_app;
GRANT UPDATE (outcome) ON bank_entries TO prewatt_app;

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('vendingKeyLoad', 'grantTokens', 'reversal',
  'moveSale', 'creditNote', 'tariffChange', 'tariffAssignment', 'protectionRules', 'debtWriteOff', 'keyChangeCampaign',
  'meterExchange', 'creditMode', 'safetyCut', 'controlLimits', 'vendorDeposit', 'vendorTerms', 'tillKey',
  'openingBalances', 'refundPayment', 'moveMoney', 'refundMoney', 'wrongClock', 'bankStatement'));
