-- Budgets: how many tokens, how much free energy and how many other tariffs come in an hour and a day, whoever agrees.

SET LOCAL search_path = prewatt;

-- Set by two people; each change is another version, of all budgets of the utility counted together.
CREATE TABLE budgets (
  utility_id uuid NOT NULL REFERENCES utilities,
  version integer NOT NULL CHECK (version > 0),
  budget text NOT NULL CHECK (budget IN ('engineering', 'freeCredit', 'homeTariffs')),
  per_hour integer NOT NULL CHECK (per_hour >= 0),
  per_day integer NOT NULL CHECK (per_day >= 0),
  -- Of free credit alone.
  energy_per_hour_wh bigint CHECK (energy_per_hour_wh >= 0),
  energy_per_day_wh bigint CHECK (energy_per_day_wh >= 0),
  approval_id uuid NOT NULL,
  requested_by uuid NOT NULL REFERENCES operators,
  approved_by uuid NOT NULL REFERENCES operators CHECK (approved_by <> requested_by),
  approval_state text GENERATED ALWAYS AS ('done'::text) STORED,
  at timestamptz NOT NULL,
  entered bigint NOT NULL DEFAULT next_entry(),
  PRIMARY KEY (utility_id, version),
  CONSTRAINT budgets_energy CHECK ((budget = 'freeCredit') = (energy_per_hour_wh IS NOT NULL)
    AND (energy_per_hour_wh IS NULL) = (energy_per_day_wh IS NULL)),
  CONSTRAINT budgets_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX budgets_newest ON budgets (utility_id, budget, version DESC);

-- What of a budget is used in the hour and the day that run, counted from the epoch in real time. Of an operator, or of the utility.
CREATE TABLE budget_counts (
  utility_id uuid NOT NULL REFERENCES utilities,
  budget text NOT NULL CHECK (budget IN ('engineering', 'freeCredit', 'homeTariffs')),
  of_id uuid NOT NULL,
  hour bigint NOT NULL,
  day bigint NOT NULL,
  hour_count integer NOT NULL,
  day_count integer NOT NULL,
  hour_energy_wh bigint NOT NULL,
  day_energy_wh bigint NOT NULL,
  PRIMARY KEY (utility_id, budget, of_id)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['budgets', 'budget_counts'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON budgets, budget_counts TO prewatt_app;
GRANT UPDATE (hour, day, hour_count, day_count, hour_energy_wh, day_energy_wh) ON budget_counts TO prewatt_app;

SELECT prewatt_log.cover('budgets', is_append_only => true);

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('vendingKeyLoad', 'grantTokens', 'reversal',
  'moveSale', 'creditNote', 'tariffChange', 'tariffAssignment', 'protectionRules', 'debtWriteOff', 'keyChangeCampaign',
  'meterExchange', 'creditMode', 'safetyCut', 'controlLimits', 'vendorDeposit', 'vendorDepositReversal', 'vendorTerms', 'tillKey',
  'openingBalances', 'refundPayment', 'moveMoney', 'refundMoney', 'wrongClock', 'bankStatement', 'backBill', 'budget')) NOT VALID;
ALTER TABLE approvals VALIDATE CONSTRAINT approvals_kind_check;
