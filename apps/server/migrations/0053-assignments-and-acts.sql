-- Another tariff for many connections at once: a list that is written when it is asked for, tried on past purchases, allowed
-- by a second person and worked off row by row. And a record of what operators did where nothing else keeps their name.

SET LOCAL search_path = prewatt;

-- Widened whatever kinds there are by now.
DO $$
DECLARE
  known text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO STRICT known
    FROM pg_constraint WHERE conrelid = 'prewatt.approvals'::regclass AND conname = 'approvals_kind_check';
  ALTER TABLE prewatt.approvals DROP CONSTRAINT approvals_kind_check;
  EXECUTE format('ALTER TABLE prewatt.approvals ADD CONSTRAINT approvals_kind_check
    CHECK (kind = ''tariffAssignment'' OR %s)', known);
END
$$;

CREATE TABLE tariff_assignment_batches (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  -- SHA-256 of what was asked for, so that the same request with something else is known.
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  -- Null where each connection gets back what it had before the batch that is undone.
  tariff_id uuid REFERENCES tariffs,
  undo_of uuid REFERENCES tariff_assignment_batches,
  from_date date NOT NULL,
  -- How the connections were chosen, and how many of them had it already.
  chosen jsonb NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  requested_by uuid NOT NULL REFERENCES operators,
  -- Purchases from the first instant to the second are tried.
  months smallint NOT NULL CHECK (months BETWEEN 1 AND 24),
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  rows_total integer NOT NULL CHECK (rows_total > 0),
  -- Of the preview, then of the assigning; a killed job goes on after the last row that is done.
  rows_done integer NOT NULL DEFAULT 0,
  after_bucket smallint,
  after_id uuid,
  summary jsonb,
  approval_id uuid REFERENCES approvals,
  state text NOT NULL CHECK (state IN ('previewing', 'ready', 'awaitingApproval', 'assigning', 'done', 'closed')),
  created_at timestamptz NOT NULL,
  state_at timestamptz NOT NULL,
  UNIQUE (utility_id, request_id),
  CHECK ((tariff_id IS NULL) = (undo_of IS NOT NULL)),
  CHECK (state IN ('previewing', 'closed') OR summary IS NOT NULL),
  CHECK (state IN ('previewing', 'ready', 'closed') OR approval_id IS NOT NULL)
);
CREATE INDEX tariff_assignment_batches_newest ON tariff_assignment_batches (utility_id, id DESC);

CREATE TABLE tariff_assignment_rows (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  batch_id uuid NOT NULL REFERENCES tariff_assignment_batches,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- What it would have on the day otherwise; what it is to have.
  before_tariff_id uuid NOT NULL REFERENCES tariffs,
  before_parameters jsonb NOT NULL,
  tariff_id uuid NOT NULL REFERENCES tariffs,
  parameters jsonb NOT NULL,
  -- Its purchases under both; null until they were tried, or where there are none.
  purchases integer,
  refused integer,
  energy_wh bigint,
  before_minor bigint,
  after_minor bigint,
  spent_minor bigint,
  energy_before_wh bigint,
  energy_after_wh bigint,
  outcome text CHECK (outcome IN ('assigned', 'refused')),
  refusal text,
  PRIMARY KEY (bucket, batch_id, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  CHECK ((outcome IS NOT DISTINCT FROM 'refused') = (refusal IS NOT NULL))
);
CREATE INDEX tariff_assignment_rows_in_order ON tariff_assignment_rows (batch_id, bucket, connection_id);
CREATE INDEX tariff_assignment_rows_by_change
  ON tariff_assignment_rows (batch_id, (after_minor - before_minor), connection_id);

CREATE TABLE operator_acts (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- Null for whoever keeps the database; the name says so then.
  operator_id uuid REFERENCES operators,
  by_name text NOT NULL CHECK (length(by_name) BETWEEN 1 AND 200),
  act text NOT NULL CHECK (act ~ '^[a-z][A-Za-z]{2,39}$'),
  -- What it was done to: an identifier, or an address for signing in.
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
  -- What was said with it: a reason, settings. Never a secret.
  details jsonb NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX operator_acts_newest ON operator_acts (utility_id, id DESC);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tariff_assignment_batches', 'tariff_assignment_rows', 'operator_acts']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON tariff_assignment_batches, tariff_assignment_rows, operator_acts TO prewatt_app;
-- What was asked for stands; how far it is, and what became of it, moves.
GRANT UPDATE (rows_done, after_bucket, after_id, summary, approval_id, state, state_at)
  ON tariff_assignment_batches TO prewatt_app;
GRANT UPDATE (purchases, refused, energy_wh, before_minor, after_minor, spent_minor, energy_before_wh, energy_after_wh,
  outcome, refusal) ON tariff_assignment_rows TO prewatt_app;
