-- Approvals: what one operator asks for and another one must allow. What is asked for never changes; each decision is one
-- more row of history, with what the deciding person was shown.

SET LOCAL search_path = prewatt;

CREATE TABLE approvals (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  kind text NOT NULL CHECK (kind IN ('vendingKeyLoad', 'grantTokens', 'reversal', 'moveSale', 'tariffChange',
    'debtWriteOff', 'keyChangeCampaign', 'meterExchange')),
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  payload jsonb NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  requested_by uuid NOT NULL REFERENCES operators,
  requested_at timestamptz NOT NULL,
  -- Real time, not business time: it bounds how long a person may think.
  expires_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('awaiting', 'done', 'declined', 'withdrawn', 'expired', 'failed')),
  decided_by uuid REFERENCES operators,
  decided_at timestamptz,
  -- What carrying it out answered: a value, or the code of its refusal.
  outcome jsonb,
  UNIQUE (utility_id, request_id),
  -- The second person is another person, whatever the server believes.
  CHECK (state NOT IN ('done', 'failed') OR (decided_by IS NOT NULL AND decided_by <> requested_by)),
  CHECK ((state = 'awaiting') = (decided_at IS NULL)),
  CHECK ((state IN ('done', 'failed')) = (outcome IS NOT NULL))
);
CREATE INDEX approvals_by_state ON approvals (utility_id, state, id DESC);
CREATE INDEX approvals_awaiting ON approvals (utility_id, expires_at) WHERE state = 'awaiting';

CREATE TABLE approval_events (
  approval_id uuid NOT NULL REFERENCES approvals,
  ordinal smallint NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  what text NOT NULL CHECK (what IN ('requested', 'approved', 'declined', 'withdrawn', 'expired', 'failed')),
  -- Null when time did it.
  operator_id uuid REFERENCES operators,
  reason text CHECK (length(reason) BETWEEN 1 AND 500),
  -- What the person was shown when they allowed it.
  shown jsonb,
  at timestamptz NOT NULL,
  PRIMARY KEY (approval_id, ordinal),
  CHECK ((operator_id IS NULL) = (what = 'expired')),
  CHECK ((shown IS NOT NULL) = (what IN ('approved', 'failed')))
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['approvals', 'approval_events']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON approvals, approval_events TO prewatt_app;
-- The decision alone: what was asked for, by whom and why stands.
GRANT UPDATE (state, decided_by, decided_at, outcome) ON approvals TO prewatt_app;
