-- Imports: files of customers, meters, arrears and opening balances, worked off in chunks. They belong to a utility, not
-- to a connection, so they have no bucket. What a row made stands in the tables that own it; here is who asked and what
-- became of each line.

SET LOCAL search_path = prewatt;

CREATE TABLE imports (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  kind text NOT NULL CHECK (kind IN ('connections', 'arrears', 'openingBalances')),
  dry_run boolean NOT NULL,
  file_name text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 200),
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes integer NOT NULL CHECK (size_bytes > 0),
  columns jsonb NOT NULL,
  rows_total integer NOT NULL CHECK (rows_total > 0),
  chunks_total integer NOT NULL CHECK (chunks_total > 0),
  -- The chunk to work on next: it moves in the transaction that writes the chunk's rows.
  next_chunk integer NOT NULL DEFAULT 0 CHECK (next_chunk BETWEEN 0 AND chunks_total),
  -- How many lines of import_rows have which outcome: a cache, moved in the transaction that writes them.
  rows_created integer NOT NULL DEFAULT 0 CHECK (rows_created >= 0),
  rows_unchanged integer NOT NULL DEFAULT 0 CHECK (rows_unchanged >= 0),
  rows_refused integer NOT NULL DEFAULT 0 CHECK (rows_refused >= 0),
  state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'cancelled')),
  requested_by text NOT NULL,
  created_at timestamptz NOT NULL,
  state_at timestamptz NOT NULL,
  -- Real time: from then on its job counts as lost with the process that ran it, and is added again.
  due_at timestamptz,
  UNIQUE (utility_id, id),
  CHECK ((state IN ('queued', 'running')) = (due_at IS NOT NULL)),
  CHECK ((state = 'done') <= (next_chunk = chunks_total)),
  CHECK (rows_created + rows_unchanged + rows_refused <= rows_total)
);
-- The same file again is answered with the first; a rehearsal may be repeated, since the world changes.
CREATE UNIQUE INDEX imports_file_once ON imports (utility_id, kind, sha256) WHERE NOT dry_run;
CREATE INDEX imports_due ON imports (utility_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX imports_by_time ON imports (utility_id, id DESC);

-- The file's rows as read, a hundred at a time. A meter's secret is a hash here already.
CREATE TABLE import_chunks (
  utility_id uuid NOT NULL,
  import_id uuid NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 0),
  rows jsonb NOT NULL,
  PRIMARY KEY (import_id, ordinal),
  FOREIGN KEY (utility_id, import_id) REFERENCES imports (utility_id, id)
);

-- What became of each line, once: created, unchanged (it was there already), or refused with faults.
CREATE TABLE import_rows (
  utility_id uuid NOT NULL,
  import_id uuid NOT NULL,
  line integer NOT NULL CHECK (line > 1),
  -- What the row is about, e.g. a meter number: the same thing twice in one file is a mistake.
  row_key text,
  outcome text NOT NULL CHECK (outcome IN ('created', 'unchanged', 'refused')),
  faults jsonb NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (import_id, line),
  FOREIGN KEY (utility_id, import_id) REFERENCES imports (utility_id, id)
);
CREATE INDEX import_rows_by_key ON import_rows (import_id, row_key);
CREATE INDEX import_rows_refused ON import_rows (import_id, line) WHERE outcome = 'refused';

-- Prepaid money brought in from an older system: once for each connection.
ALTER TABLE transfers DROP CONSTRAINT transfers_reason_check;
ALTER TABLE transfers ADD CONSTRAINT transfers_reason_check CHECK (reason IN ('payment', 'energy', 'tax', 'fee', 'debt',
  'openingDebt', 'openingBalance', 'reversal'));
CREATE UNIQUE INDEX transfers_opening_balance_once ON transfers (bucket, connection_id)
  WHERE reason = 'openingBalance';

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['imports', 'import_chunks', 'import_rows']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON import_chunks TO prewatt_app;
GRANT SELECT, INSERT ON imports, import_rows TO prewatt_app;
GRANT UPDATE (next_chunk, rows_created, rows_unchanged, rows_refused, state, state_at, due_at) ON imports TO prewatt_app;
-- A refused line may be tried again; what was created stays.
GRANT UPDATE (row_key, outcome, faults, at) ON import_rows TO prewatt_app;
