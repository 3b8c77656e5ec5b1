-- Grants: energy and other tokens that no sale paid for, each with a reason, by name, and where energy moves with a second
-- person's approval. A token belongs to a sale or to a grant, never to both.

SET LOCAL search_path = prewatt;

-- A list of meters for which one approval is asked; its grants come into being once it is given.
CREATE TABLE grant_batches (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  kind text NOT NULL CHECK (kind IN ('freeCredit', 'clearCredit')),
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  requested_by uuid NOT NULL REFERENCES operators,
  -- SHA-256 of the rows as they were handed in, so that the same request with others is known.
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  rows_total integer NOT NULL CHECK (rows_total > 0),
  energy_total_wh bigint NOT NULL CHECK (energy_total_wh >= 0),
  approval_id uuid REFERENCES approvals,
  state text NOT NULL CHECK (state IN ('awaitingApproval', 'issuing', 'done', 'closed')),
  created_at timestamptz NOT NULL,
  state_at timestamptz NOT NULL,
  UNIQUE (utility_id, request_id),
  CHECK (state = 'awaitingApproval' OR approval_id IS NOT NULL)
);

CREATE TABLE grant_batch_rows (
  utility_id uuid NOT NULL REFERENCES utilities,
  batch_id uuid NOT NULL REFERENCES grant_batches,
  ordinal integer NOT NULL,
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  connection_id uuid NOT NULL,
  meter_pan text NOT NULL,
  energy_wh bigint CHECK (energy_wh > 0),
  outcome text CHECK (outcome IN ('issued', 'refused')),
  refusal text,
  grant_id uuid,
  PRIMARY KEY (batch_id, ordinal),
  UNIQUE (batch_id, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  CHECK ((outcome IS NOT DISTINCT FROM 'refused') = (refusal IS NOT NULL)),
  CHECK ((outcome IS NOT DISTINCT FROM 'issued') = (grant_id IS NOT NULL))
);
CREATE INDEX grant_batch_rows_waiting ON grant_batch_rows (batch_id, ordinal) WHERE outcome IS NULL;

CREATE TABLE grants (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  -- The caller's idempotency key: the same request again gets the first answer.
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  kind text NOT NULL CHECK (kind IN ('freeUnits', 'freeCredit', 'replacement', 'clearCredit', 'clearTamper',
    'setMaximumPowerLimit', 'setPhaseUnbalanceLimit', 'test', 'keyChange')),
  energy_wh bigint CHECK (energy_wh > 0),
  parameters jsonb NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  -- Who asked for it; null for free units, which a tariff gives.
  requested_by uuid REFERENCES operators,
  approval_id uuid REFERENCES approvals,
  -- Free units: the first day of the month, and the version of the tariff that gives them.
  month date,
  tariff_version_id uuid REFERENCES tariffs,
  state text NOT NULL CHECK (state IN ('issued', 'accepted', 'refused', 'unconfirmed')),
  refusal text,
  issued_at timestamptz NOT NULL,
  state_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, request_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  CHECK ((kind IN ('freeUnits', 'freeCredit', 'replacement')) = (energy_wh IS NOT NULL)),
  CHECK (kind NOT IN ('freeCredit', 'replacement', 'clearCredit') OR approval_id IS NOT NULL),
  CHECK ((kind = 'freeUnits') = (requested_by IS NULL)),
  CHECK ((kind = 'freeUnits') = (month IS NOT NULL)),
  CHECK ((kind = 'freeUnits') = (tariff_version_id IS NOT NULL)),
  CHECK ((state = 'refused') = (refusal IS NOT NULL))
);
CREATE UNIQUE INDEX grants_month_once ON grants (bucket, connection_id, month) WHERE month IS NOT NULL;
CREATE INDEX grants_by_connection ON grants (bucket, connection_id, issued_at DESC);
CREATE INDEX grants_by_id ON grants (id);
CREATE INDEX grants_open ON grants (utility_id, state_at) WHERE state IN ('refused', 'unconfirmed');

-- Who looked at the digits of a grant's tokens.
CREATE TABLE grant_views (
  bucket smallint NOT NULL,
  grant_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  operator_id uuid NOT NULL REFERENCES operators,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, grant_id, ordinal),
  FOREIGN KEY (bucket, grant_id) REFERENCES grants (bucket, id)
);

-- The free units of a month: how far a utility's connections are through.
CREATE TABLE free_unit_runs (
  utility_id uuid NOT NULL REFERENCES utilities,
  month date NOT NULL,
  -- The last connection that was looked at, in the order of (bucket, id).
  after_bucket smallint NOT NULL DEFAULT -1,
  after_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  seen bigint NOT NULL DEFAULT 0,
  issued bigint NOT NULL DEFAULT 0,
  refused bigint NOT NULL DEFAULT 0,
  state text NOT NULL CHECK (state IN ('running', 'done')),
  started_at timestamptz NOT NULL,
  state_at timestamptz NOT NULL,
  PRIMARY KEY (utility_id, month)
);

ALTER TABLE tokens
  ALTER COLUMN sale_id DROP NOT NULL,
  ALTER COLUMN base_date DROP NOT NULL,
  ALTER COLUMN tid DROP NOT NULL,
  ALTER COLUMN energy_wh DROP NOT NULL,
  ADD COLUMN grant_id uuid,
  -- Which token of a key-change set it is.
  ADD COLUMN section smallint CHECK (section BETWEEN 1 AND 4),
  ADD FOREIGN KEY (bucket, grant_id) REFERENCES grants (bucket, id),
  DROP CONSTRAINT tokens_kind_check,
  ADD CONSTRAINT tokens_kind_check CHECK (kind IN ('credit', 'keyChange', 'management', 'test')),
  ADD CONSTRAINT tokens_of_one CHECK ((sale_id IS NULL) <> (grant_id IS NULL)),
  -- Key-change sections and tests carry no TID (IEC 62055-41, 6.2.3 and 6.2.7); tests are under no key.
  ADD CONSTRAINT tokens_tid CHECK ((kind IN ('credit', 'management')) = (tid IS NOT NULL)),
  ADD CONSTRAINT tokens_base_date CHECK ((kind = 'test') = (base_date IS NULL)),
  ADD CONSTRAINT tokens_energy CHECK ((kind = 'credit') = (energy_wh IS NOT NULL)),
  ADD CONSTRAINT tokens_section CHECK ((kind = 'keyChange') = (section IS NOT NULL));
-- The few without a TID, for the proof, which reads a meter's tokens together.
CREATE INDEX tokens_untimed ON tokens (bucket, meter_id, id) WHERE tid IS NULL;
CREATE INDEX tokens_by_grant ON tokens (bucket, grant_id) WHERE grant_id IS NOT NULL;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['grant_batches', 'grant_batch_rows', 'grants', 'grant_views', 'free_unit_runs']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON grant_batches, grant_batch_rows, grants, grant_views, free_unit_runs TO prewatt_app;
-- What was asked for and given stands; what became of it moves.
GRANT UPDATE (approval_id, state, state_at) ON grant_batches TO prewatt_app;
GRANT UPDATE (outcome, refusal, grant_id) ON grant_batch_rows TO prewatt_app;
GRANT UPDATE (state, refusal, state_at) ON grants TO prewatt_app;
GRANT UPDATE (after_bucket, after_id, seen, issued, refused, state, state_at) ON free_unit_runs TO prewatt_app;
