-- Meters are told what they should hold (protection rules, a tariff) in rounds. How far each round is stands in one table; a
-- round that has no row begins at its first meter, so nothing is copied.

SET LOCAL search_path = prewatt;

CREATE TABLE setting_rounds (
  utility_id uuid NOT NULL REFERENCES utilities,
  setting text NOT NULL CHECK (setting IN ('protection', 'tariff')),
  -- What the round goes by: the digest of the rules, the day of the tariffs. Another value begins another round.
  going_by text NOT NULL,
  started_at timestamptz NOT NULL,
  after_bucket smallint NOT NULL,
  after_meter_id uuid NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (utility_id, setting)
);
ALTER TABLE setting_rounds ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON setting_rounds TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON setting_rounds TO prewatt_app;
GRANT UPDATE (going_by, started_at, after_bucket, after_meter_id, finished_at) ON setting_rounds TO prewatt_app;

DROP TABLE protection_rounds, tariff_rounds;
