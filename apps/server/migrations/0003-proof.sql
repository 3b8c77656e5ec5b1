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

ALTER TABLE proof_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON proof_runs TO prewatt_app
  USING (utility_id = current_utility()) WITH CHECK (utility_id = current_utility());
ALTER TABLE proof_results ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON proof_results TO prewatt_app
  USING (utility_id = current_utility()) WITH CHECK (utility_id = current_utility());

GRANT SELECT, INSERT ON proof_runs, proof_results TO prewatt_app;
GRANT UPDATE (buckets_done) ON proof_runs TO prewatt_app;
