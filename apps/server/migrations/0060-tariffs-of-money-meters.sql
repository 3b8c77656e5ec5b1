-- Which tariff each meter that counts money should hold, what it was told last, and how far the round over them has come.

SET LOCAL search_path = prewatt;

-- A row from a meter's first report in money on. What it was told last is the command; `held_digest` is what it held before that word.
CREATE TABLE meter_tariffs (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  generation integer NOT NULL DEFAULT 0 CHECK (generation >= 0),
  digest text,
  activates_at timestamptz,
  command_id uuid,
  told_at timestamptz,
  held_digest text,
  -- As the last look found it: the version for today and the one that begins next, and whether the meter has them.
  now_version_id uuid,
  now_standing text CHECK (now_standing IN ('has', 'told', 'waits', 'refused', 'noLink', 'cannot')),
  next_version_id uuid,
  next_from date,
  next_standing text CHECK (next_standing IN ('has', 'told', 'waits', 'refused', 'noLink', 'cannot')),
  PRIMARY KEY (bucket, meter_id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  FOREIGN KEY (bucket, command_id) REFERENCES commands (bucket, id),
  CONSTRAINT meter_tariffs_told CHECK (num_nulls(digest, activates_at, command_id, told_at) = CASE generation WHEN 0 THEN 4 ELSE 0 END),
  CONSTRAINT meter_tariffs_next CHECK (num_nulls(next_version_id, next_from, next_standing) IN (0, 3))
);
CREATE INDEX meter_tariffs_by_utility ON meter_tariffs (utility_id, bucket, meter_id);

CREATE TABLE tariff_rounds (
  utility_id uuid PRIMARY KEY REFERENCES utilities,
  -- The day that it looks at.
  of_date date NOT NULL,
  started_at timestamptz NOT NULL,
  after_bucket smallint NOT NULL,
  after_meter_id uuid NOT NULL,
  finished_at timestamptz
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['meter_tariffs', 'tariff_rounds']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON meter_tariffs, tariff_rounds TO prewatt_app;
GRANT UPDATE (generation, digest, activates_at, command_id, told_at, held_digest, now_version_id, now_standing, next_version_id,
  next_from, next_standing) ON meter_tariffs TO prewatt_app;
GRANT UPDATE (of_date, started_at, after_bucket, after_meter_id, finished_at) ON tariff_rounds TO prewatt_app;

INSERT INTO meter_tariffs (bucket, meter_id, utility_id, connection_id)
  SELECT bucket, meter_id, utility_id, connection_id FROM meter_states WHERE report ? 'money';
