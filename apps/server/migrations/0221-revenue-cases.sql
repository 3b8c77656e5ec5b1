-- Cases of revenue protection: from a line of the list to a visit, a finding, what is asked for it, and an appeal.

SET LOCAL search_path = prewatt;

CREATE TABLE revenue_cases (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  state text NOT NULL,
  visit_on date NOT NULL,
  -- What the list said when it was opened; null of a home that was not on it.
  standing text CHECK (standing IN ('visit', 'support', 'held')),
  probability_permille smallint,
  reasons jsonb NOT NULL,
  -- Why it was opened although help or an honest cause comes first: managers read it.
  guard_reason text CHECK (length(guard_reason) BETWEEN 10 AND 500),
  -- The home had a flag of protection then, and its tariff.
  was_flagged boolean NOT NULL,
  tariff_name text NOT NULL,
  opened_by uuid NOT NULL REFERENCES operators,
  opened_at timestamptz NOT NULL,
  -- Who went: two names, or one with the person who waits for their word.
  visitors text[],
  check_in_with text CHECK (length(check_in_with) BETWEEN 2 AND 100),
  finding text CHECK (finding IN ('theft', 'fault', 'honest', 'noAccess', 'notSafe', 'notVisited')),
  found_by uuid REFERENCES operators,
  found_at timestamptz,
  -- The calculation that a customer is shown, with what is asked.
  bill jsonb,
  billed_minor bigint CHECK (billed_minor > 0),
  billed_wh bigint,
  approval_id uuid,
  debt_id uuid,
  appeal_until date,
  closed_by uuid REFERENCES operators,
  closed_at timestamptz,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, request_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  CONSTRAINT revenue_cases_state_check CHECK (state IN ('planned', 'visited', 'billing', 'billed', 'appealed', 'closed')),
  CONSTRAINT revenue_cases_guarded CHECK (standing IS NOT DISTINCT FROM 'visit' OR standing IS NULL OR guard_reason IS NOT NULL),
  CONSTRAINT revenue_cases_found CHECK ((finding IS NULL) = (found_at IS NULL)),
  CONSTRAINT revenue_cases_visited CHECK (finding IS NULL OR finding IN ('notSafe', 'notVisited')
    OR cardinality(visitors) >= 2 OR (cardinality(visitors) = 1 AND check_in_with IS NOT NULL)),
  CONSTRAINT revenue_cases_billed CHECK ((billed_minor IS NULL) = (debt_id IS NULL)),
  CONSTRAINT revenue_cases_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
  -- Where money was asked, somebody else than who found it closes.
  CONSTRAINT revenue_cases_by_two CHECK (billed_minor IS NULL OR closed_by IS NULL OR closed_by <> found_by)
);
CREATE UNIQUE INDEX revenue_cases_one_open ON revenue_cases (bucket, connection_id) WHERE state <> 'closed';
CREATE INDEX revenue_cases_by_time ON revenue_cases (utility_id, opened_at DESC);

-- What was done and by whom; evidence stands in the details as names, sizes and SHA-256 hashes.
CREATE TABLE revenue_case_events (
  bucket smallint NOT NULL,
  case_id uuid NOT NULL,
  ordinal smallint NOT NULL CHECK (ordinal >= 1),
  utility_id uuid NOT NULL REFERENCES utilities,
  what text NOT NULL CHECK (what IN ('opened', 'visit', 'found', 'billAsked', 'billed', 'billRefused', 'appealed',
    'appealDecided', 'closed')),
  operator_id uuid NOT NULL REFERENCES operators,
  at timestamptz NOT NULL,
  details jsonb NOT NULL,
  PRIMARY KEY (bucket, case_id, ordinal),
  FOREIGN KEY (bucket, case_id) REFERENCES revenue_cases (bucket, id)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['revenue_cases', 'revenue_case_events']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON revenue_cases, revenue_case_events TO prewatt_app;
GRANT UPDATE (state, visitors, check_in_with, finding, found_by, found_at, bill, billed_minor, billed_wh, approval_id, debt_id,
  appeal_until, closed_by, closed_at) ON revenue_cases TO prewatt_app;

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('vendingKeyLoad', 'grantTokens', 'reversal',
  'moveSale', 'creditNote', 'tariffChange', 'tariffAssignment', 'protectionRules', 'debtWriteOff', 'keyChangeCampaign',
  'meterExchange', 'creditMode', 'safetyCut', 'controlLimits', 'vendorDeposit', 'vendorDepositReversal', 'vendorTerms', 'tillKey',
  'openingBalances', 'refundPayment', 'moveMoney', 'refundMoney', 'wrongClock', 'bankStatement', 'backBill'));
