-- Use by day and month, kept up as readings come in, late ones too; what validation found about
-- readings; what stands in for what was not measured. Readings themselves are never changed.

CREATE TABLE prewatt.usage_days (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  -- Civil day in the utility's zone.
  day date NOT NULL,
  utility_id uuid NOT NULL REFERENCES prewatt.utilities,
  connection_id uuid NOT NULL,
  -- A reading of this day came in after it was last rolled up.
  stale_at timestamptz,
  measured_wh bigint NOT NULL DEFAULT 0 CHECK (measured_wh >= 0),
  estimated_wh bigint NOT NULL DEFAULT 0 CHECK (estimated_wh >= 0),
  quality text NOT NULL DEFAULT 'incomplete' CHECK (quality IN ('measured', 'estimated', 'incomplete')),
  findings integer NOT NULL DEFAULT 0,
  rolled_at timestamptz,
  PRIMARY KEY (bucket, meter_id, day),
  FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters (bucket, id)
);
CREATE INDEX usage_days_stale ON prewatt.usage_days (utility_id, stale_at) WHERE stale_at IS NOT NULL;

CREATE TABLE prewatt.usage_months (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  -- The first day of the month.
  month date NOT NULL,
  utility_id uuid NOT NULL REFERENCES prewatt.utilities,
  connection_id uuid NOT NULL,
  measured_wh bigint NOT NULL,
  estimated_wh bigint NOT NULL,
  -- Days with a whole day of energy, measured or estimated.
  whole_days smallint NOT NULL,
  PRIMARY KEY (bucket, meter_id, month),
  FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters (bucket, id)
);

-- History of each finding: found, gone when late readings explain it, accepted or rejected by a person.
CREATE TABLE prewatt.reading_findings (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  register smallint NOT NULL,
  read_at timestamptz NOT NULL,
  finding text NOT NULL CHECK (finding IN ('gap', 'spike', 'negative', 'reset', 'clockDrift', 'differs')),
  ordinal smallint NOT NULL,
  utility_id uuid NOT NULL REFERENCES prewatt.utilities,
  connection_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('found', 'gone', 'accepted', 'rejected')),
  detail jsonb NOT NULL,
  decided_by text,
  reason text,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, meter_id, register, read_at, finding, ordinal),
  CHECK ((state IN ('accepted', 'rejected')) = (decided_by IS NOT NULL AND reason IS NOT NULL)),
  FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters (bucket, id)
);
CREATE INDEX reading_findings_by_connection ON prewatt.reading_findings (bucket, connection_id, read_at DESC);

-- Energy of a span that was not measured, with how it was come by; a better one is a new row.
CREATE TABLE prewatt.reading_estimates (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  ordinal smallint NOT NULL,
  utility_id uuid NOT NULL REFERENCES prewatt.utilities,
  connection_id uuid NOT NULL,
  energy_wh bigint NOT NULL CHECK (energy_wh >= 0),
  method text NOT NULL CHECK (method IN ('interpolated', 'average', 'edited')),
  made_by text,
  reason text,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, meter_id, starts_at, ends_at, ordinal),
  CHECK (ends_at > starts_at),
  CHECK ((method = 'edited') = (made_by IS NOT NULL AND reason IS NOT NULL)),
  FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters (bucket, id)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['usage_days', 'usage_months', 'reading_findings', 'reading_estimates'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE ON prewatt.usage_days, prewatt.usage_months TO prewatt_app;
GRANT SELECT, INSERT ON prewatt.reading_findings, prewatt.reading_estimates TO prewatt_app;

ALTER TABLE prewatt.utilities ADD COLUMN readings_kept_months smallint NOT NULL DEFAULT 36
  CHECK (readings_kept_months BETWEEN 13 AND 600);

-- Drops the months that no utility keeps any longer; a month with days that are not rolled up yet stays.
CREATE FUNCTION prewatt.drop_old_readings(now_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  kept smallint;
  oldest date;
  partition record;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('prewatt.readings'));
  SELECT max(readings_kept_months) INTO kept FROM utilities;
  oldest := date_trunc('month', now_at AT TIME ZONE 'UTC')::date - make_interval(months => COALESCE(kept, 36));
  FOR partition IN
    SELECT c.relname AS name, to_date(substring(c.relname FROM 10), 'YYYY_MM') AS month
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'prewatt.readings'::regclass AND c.relname ~ '^readings_\d{4}_\d{2}$'
  LOOP
    CONTINUE WHEN partition.month >= oldest;
    CONTINUE WHEN EXISTS (SELECT FROM usage_days WHERE stale_at IS NOT NULL
      AND day BETWEEN partition.month - 1 AND partition.month + 32);
    EXECUTE format('DROP TABLE prewatt.%I', partition.name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION prewatt.drop_old_readings(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prewatt.drop_old_readings(timestamptz) TO prewatt_app;
