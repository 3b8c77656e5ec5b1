-- What one person may do alone, and until when: cuts for safety have a budget, a second person beyond it, and an end; acts
-- that bring value have limits. The limits are the utility's own, changed by two people.

SET LOCAL search_path = prewatt;

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('vendingKeyLoad', 'grantTokens', 'reversal',
  'moveSale', 'creditNote', 'tariffChange', 'tariffAssignment', 'protectionRules', 'debtWriteOff', 'keyChangeCampaign',
  'meterExchange', 'creditMode', 'safetyCut', 'controlLimits', 'vendorDeposit', 'vendorTerms', 'tillKey',
  'openingBalances', 'refundPayment'));

-- The one with the highest version holds; while there is none, what the server has by default.
CREATE TABLE control_limits (
  utility_id uuid NOT NULL REFERENCES utilities,
  version integer NOT NULL CHECK (version > 0),
  -- Of one operator, without a second person; and the most hours that one cut may last.
  safety_cuts_per_hour smallint NOT NULL CHECK (safety_cuts_per_hour BETWEEN 0 AND 100),
  safety_cut_hours smallint NOT NULL CHECK (safety_cut_hours BETWEEN 1 AND 72),
  -- Of one act, and of one operator in 24 hours.
  alone_minor bigint NOT NULL CHECK (alone_minor >= 0),
  daily_minor bigint NOT NULL CHECK (daily_minor >= 0),
  approval_id uuid NOT NULL,
  requested_by uuid NOT NULL REFERENCES operators,
  approved_by uuid NOT NULL REFERENCES operators CHECK (approved_by <> requested_by),
  approval_state text GENERATED ALWAYS AS ('done') STORED,
  at timestamptz NOT NULL,
  PRIMARY KEY (utility_id, version),
  CONSTRAINT control_limits_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED
);

-- What operators did alone, with what it was worth: the daily budget is what is left beside these.
CREATE TABLE alone_acts (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  operator_id uuid NOT NULL REFERENCES operators,
  kind text NOT NULL CHECK (kind IN ('vendorDeposit', 'openingBalances', 'refundPayment')),
  -- What it was done to.
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  -- Real time, not business time: it bounds what a person may do.
  at timestamptz NOT NULL,
  UNIQUE (utility_id, kind, subject)
);
CREATE INDEX alone_acts_of_operator ON alone_acts (utility_id, operator_id, at);

ALTER TABLE supply_holds
  -- Who holds: their own row. Null for holds of before, and of install jobs.
  ADD COLUMN operator_id uuid REFERENCES operators,
  -- Real time of the request; null for one that was carried over to another meter.
  ADD COLUMN asked_at timestamptz,
  ADD COLUMN ends_at timestamptz,
  ADD COLUMN approval_id uuid,
  ADD COLUMN approved_by uuid REFERENCES operators,
  ADD COLUMN approval_state text GENERATED ALWAYS AS (CASE WHEN approval_id IS NOT NULL THEN 'done' END) STORED;
-- Cuts for safety of before end, too: those that stand in as many hours from now as one may last.
UPDATE supply_holds SET ends_at = coalesce(released_at, greatest(held_at, now()) + interval '4 hours') WHERE cause = 'safety';
ALTER TABLE supply_holds
  ADD CONSTRAINT supply_holds_end CHECK ((cause = 'safety') = (ends_at IS NOT NULL)),
  ADD CONSTRAINT supply_holds_approved CHECK ((approval_id IS NULL) = (approved_by IS NULL)
    AND (approval_id IS NULL OR operator_id IS NOT NULL)),
  ADD CONSTRAINT supply_holds_allowed FOREIGN KEY (utility_id, approval_id, operator_id, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX supply_holds_safety ON supply_holds (utility_id, released_at) WHERE cause = 'safety';
CREATE INDEX supply_holds_of_operator ON supply_holds (utility_id, operator_id, asked_at) WHERE cause = 'safety';

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['control_limits', 'alone_acts'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON control_limits, alone_acts TO prewatt_app;
