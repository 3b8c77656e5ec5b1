-- When the credit of a connection is expected to end, as it was forecast last, so that a list can be in this order.

SET LOCAL search_path = prewatt;

CREATE TABLE supply_forecasts (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- Null: nobody can say, for want of history or of a report of the credit.
  expected_at timestamptz,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections
);
CREATE INDEX supply_forecasts_by_end ON supply_forecasts (utility_id, expected_at, connection_id) WHERE expected_at IS NOT NULL;
ALTER TABLE supply_forecasts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON supply_forecasts TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT, UPDATE (expected_at, made_at) ON supply_forecasts TO prewatt_app;
