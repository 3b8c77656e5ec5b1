-- A deposit that was recorded and did not come (a cheque that bounced, a slip read wrongly) is undone by two people: whole, once,
-- by a transfer that names the first one.

SET LOCAL search_path = prewatt;

CREATE TABLE vendor_deposit_reversals (
  vendor_deposit_id uuid PRIMARY KEY REFERENCES vendor_deposits,
  utility_id uuid NOT NULL REFERENCES utilities,
  vendor_id uuid NOT NULL REFERENCES vendors,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  transfer_id uuid NOT NULL UNIQUE,
  requested_by uuid NOT NULL REFERENCES operators,
  approved_by uuid NOT NULL REFERENCES operators,
  approval_id uuid NOT NULL,
  approval_state text GENERATED ALWAYS AS ('done') STORED,
  reversed_at timestamptz NOT NULL,
  entered bigint NOT NULL DEFAULT nextval('prewatt.entries'),
  CONSTRAINT vendor_deposit_reversals_allowed
    FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX vendor_deposit_reversals_by_vendor ON vendor_deposit_reversals (vendor_id);
ALTER TABLE vendor_deposit_reversals ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON vendor_deposit_reversals TO prewatt_app
  USING (utility_id = (SELECT prewatt.current_utility()))
  WITH CHECK (utility_id = (SELECT prewatt.current_utility()));
GRANT SELECT ON vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (vendor_deposit_id, utility_id, vendor_id, request_id, reason, transfer_id, requested_by, approved_by, approval_id,
  reversed_at) ON vendor_deposit_reversals TO prewatt_app;

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('vendingKeyLoad', 'grantTokens', 'reversal',
  'moveSale', 'creditNote', 'tariffChange', 'tariffAssignment', 'protectionRules', 'debtWriteOff', 'keyChangeCampaign',
  'meterExchange', 'creditMode', 'safetyCut', 'controlLimits', 'vendorDeposit', 'vendorDepositReversal', 'vendorTerms',
  'tillKey', 'openingBalances', 'refundPayment', 'moveMoney', 'refundMoney', 'wrongClock', 'bankStatement'));
