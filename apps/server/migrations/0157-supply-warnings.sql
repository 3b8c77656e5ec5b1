-- What a home has been told of the end of its present credit, and when it is looked at again. And the choice of one
-- message a week instead of warnings.

SET LOCAL search_path = prewatt;

CREATE TABLE supply_warnings (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- Names the present credit: another one after a purchase.
  credit text NOT NULL,
  -- How long that credit was expected to last when it was seen first.
  lasts_ms bigint NOT NULL,
  told text[] NOT NULL CHECK (told <@ ARRAY['twoDays', 'halfDay', 'surge']),
  -- False while nobody can say when credit ends: then the thresholds of the meter count.
  is_followed boolean NOT NULL,
  look_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections
);
CREATE INDEX supply_warnings_to_look ON supply_warnings (utility_id, look_at);
ALTER TABLE supply_warnings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON supply_warnings TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT, UPDATE (credit, lasts_ms, told, is_followed, look_at) ON supply_warnings TO prewatt_app;

ALTER TABLE alert_choices ADD COLUMN digest boolean NOT NULL DEFAULT false;
GRANT UPDATE (digest) ON alert_choices TO prewatt_app;
