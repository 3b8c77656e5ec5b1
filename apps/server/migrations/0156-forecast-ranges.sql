-- How wide the range of a forecast must be so that it holds 80 of 100 ends, as a utility's own homes say.

SET LOCAL search_path = prewatt;

CREATE TABLE forecast_ranges (
  utility_id uuid PRIMARY KEY REFERENCES utilities,
  -- In thousandths of a home's unrest.
  early_milli integer NOT NULL CHECK (early_milli > 0),
  late_milli integer NOT NULL CHECK (late_milli > 0),
  -- Ends that were judged, and how many of them this range would have held.
  ends integer NOT NULL CHECK (ends >= 0),
  ends_in_range integer NOT NULL CHECK (ends_in_range BETWEEN 0 AND ends),
  made_at timestamptz NOT NULL
);
ALTER TABLE forecast_ranges ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON forecast_ranges TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT, UPDATE (early_milli, late_milli, ends, ends_in_range, made_at) ON forecast_ranges TO prewatt_app;
