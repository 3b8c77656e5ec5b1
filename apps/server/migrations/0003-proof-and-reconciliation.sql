-- Proof and reconciliation: whether our books hold by themselves, and whether they agree with those of others.

-- Proof: each run that checks the laws over a utility's rows, and what it found. Both are append-only; of a run only how
-- far it has come may change.

SET LOCAL search_path = prewatt;

CREATE TABLE proof_runs (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- Once per act: 'operator:' and what the operator's program sent, or 'nightly:' and the civil day.
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 120),
  -- The operator who asked; null for the nightly run.
  requested_by text,
  requested_at timestamptz NOT NULL,
  buckets_done smallint NOT NULL DEFAULT 0 CHECK (buckets_done BETWEEN 0 AND 1024),
  UNIQUE (utility_id, request_id)
);
CREATE INDEX proof_runs_by_time ON proof_runs (utility_id, requested_at DESC, id DESC);

CREATE TABLE proof_results (
  run_id uuid PRIMARY KEY REFERENCES proof_runs,
  utility_id uuid NOT NULL REFERENCES utilities,
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  holds boolean NOT NULL,
  -- Per law and rule: how much was checked, how much failed, and the first of what failed.
  laws jsonb NOT NULL,
  -- Transfers with an id below the cut, as the next run must find them: how many, and the sum of their digests.
  history_cut uuid NOT NULL,
  history_count bigint NOT NULL CHECK (history_count >= 0),
  history_digest numeric NOT NULL
);
CREATE INDEX proof_results_by_time ON proof_results (utility_id, finished_at DESC);

-- Reconciliation: what a provider and a bank say, row by row, and where it differs from our payments. Append-only: what
-- becomes of a difference is a note.

CREATE TABLE reconciliation_files (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  kind text NOT NULL CHECK (kind IN ('settlement', 'bank')),
  provider text NOT NULL,
  name text NOT NULL,
  -- The same content under the same mapping is the same file.
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  row_count integer NOT NULL CHECK (row_count > 0),
  first_date date NOT NULL,
  last_date date NOT NULL,
  imported_by text NOT NULL,
  imported_at timestamptz NOT NULL,
  UNIQUE (utility_id, kind, digest)
);

CREATE TABLE reconciliation_rows (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  file_id uuid NOT NULL REFERENCES reconciliation_files,
  line_number integer NOT NULL CHECK (line_number > 0),
  kind text NOT NULL CHECK (kind IN ('settlement', 'bank')),
  provider text NOT NULL,
  -- Settlement: the provider's reference of a payment. Bank: the name of a settlement's batch.
  reference text NOT NULL,
  -- Settlement: what the customer paid. Bank: what arrived.
  amount_minor bigint NOT NULL,
  -- Settlement: what the provider keeps of it.
  fee_minor bigint NOT NULL,
  batch text,
  on_date date NOT NULL,
  -- Which of several equal rows of one file it is: rows of a file that overlaps another are the same rows.
  occurrence integer NOT NULL CHECK (occurrence > 0),
  UNIQUE NULLS NOT DISTINCT (utility_id, kind, provider, reference, amount_minor, fee_minor, batch, on_date, occurrence)
);
CREATE INDEX reconciliation_rows_by_file ON reconciliation_rows (file_id);
CREATE INDEX reconciliation_rows_by_batch ON reconciliation_rows (utility_id, provider, batch) WHERE batch IS NOT NULL;

CREATE TABLE reconciliation_differences (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  kind text NOT NULL CHECK (kind IN ('settlement', 'bank')),
  provider text NOT NULL,
  what text NOT NULL CHECK (what IN ('missingHere', 'missingThere', 'amountDiffers', 'duplicate')),
  reference text NOT NULL,
  -- What our books say, and what theirs say.
  ours_minor bigint,
  theirs_minor bigint,
  -- Since when it differs: the day of the payment or of the row.
  since date NOT NULL,
  file_id uuid NOT NULL REFERENCES reconciliation_files,
  found_at timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (utility_id, kind, provider, what, reference, ours_minor, theirs_minor)
);
CREATE INDEX reconciliation_differences_by_file ON reconciliation_differences (file_id);
CREATE INDEX reconciliation_differences_by_age ON reconciliation_differences (utility_id, since, id);

CREATE TABLE reconciliation_notes (
  difference_id uuid NOT NULL REFERENCES reconciliation_differences,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  utility_id uuid NOT NULL REFERENCES utilities,
  state text NOT NULL CHECK (state IN ('open', 'explained', 'closed')),
  why text NOT NULL CHECK (length(why) BETWEEN 3 AND 1000),
  -- The operator, or the later file that settled it.
  noted_by text,
  file_id uuid REFERENCES reconciliation_files,
  noted_at timestamptz NOT NULL,
  PRIMARY KEY (difference_id, ordinal),
  CHECK ((noted_by IS NULL) <> (file_id IS NULL))
);
CREATE INDEX reconciliation_notes_by_file ON reconciliation_notes (file_id) WHERE file_id IS NOT NULL;

-- For payments that a settlement should have named.
CREATE INDEX payments_by_decision ON payments (utility_id, provider, decided_at) WHERE state = 'succeeded';

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['proof_runs', 'proof_results', 'reconciliation_files', 'reconciliation_rows',
    'reconciliation_differences', 'reconciliation_notes']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
    EXECUTE format('GRANT SELECT, INSERT ON prewatt.%I TO prewatt_app', name);
  END LOOP;
END
$$;
GRANT UPDATE (buckets_done) ON proof_runs TO prewatt_app;
