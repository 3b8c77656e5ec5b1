-- What a change of a tariff goes through: back-tests on past sales, and who assigned which tariff to a connection.

SET LOCAL search_path = prewatt;

ALTER TABLE tariffs ADD COLUMN withdrawn_by text;
GRANT UPDATE (withdrawn_by) ON tariffs TO prewatt_app;

CREATE TABLE tariff_back_tests (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- The version that is tried; its document never changes.
  version_id uuid NOT NULL REFERENCES tariffs,
  -- The version of the same tariff that it would follow; null for a tariff's first.
  baseline_id uuid REFERENCES tariffs,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  months smallint NOT NULL CHECK (months BETWEEN 1 AND 24),
  -- Sales from the first instant to the second, both included.
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  connections_total integer NOT NULL CHECK (connections_total >= 0),
  connections_done integer NOT NULL DEFAULT 0,
  -- The last connection that is done; a killed job goes on after it.
  after_bucket smallint,
  after_id uuid,
  summary jsonb,
  finished_at timestamptz,
  UNIQUE (utility_id, request_id),
  CHECK ((summary IS NULL) = (finished_at IS NULL))
);
CREATE INDEX tariff_back_tests_by_version ON tariff_back_tests (version_id, id DESC);

CREATE TABLE tariff_back_test_rows (
  bucket smallint NOT NULL,
  back_test_id uuid NOT NULL REFERENCES tariff_back_tests,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  purchases integer NOT NULL,
  -- Purchases that one of the two versions refuses; they are left out of the sums.
  refused integer NOT NULL,
  energy_wh bigint NOT NULL,
  before_minor bigint NOT NULL,
  after_minor bigint NOT NULL,
  spent_minor bigint NOT NULL,
  energy_before_wh bigint NOT NULL,
  energy_after_wh bigint NOT NULL,
  PRIMARY KEY (bucket, back_test_id, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);
CREATE INDEX tariff_back_test_rows_by_change
  ON tariff_back_test_rows (back_test_id, (after_minor - before_minor), connection_id);

-- History: each row stands. What holds now is on the connection's row.
CREATE TABLE tariff_assignments (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  tariff_id uuid NOT NULL REFERENCES tariffs,
  parameters jsonb NOT NULL,
  from_date date NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  assigned_by text NOT NULL,
  assigned_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, request_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tariff_back_tests', 'tariff_back_test_rows', 'tariff_assignments']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON tariff_back_tests, tariff_back_test_rows, tariff_assignments TO prewatt_app;
GRANT UPDATE (connections_done, after_bucket, after_id, summary, finished_at) ON tariff_back_tests TO prewatt_app;
