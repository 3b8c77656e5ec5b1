-- When a connection turned from post-paid to prepaid: what grace after conversion counts from. Each word on it is kept;
-- connections.converted_at is the last one.

SET LOCAL search_path = prewatt;

CREATE TABLE conversion_events (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  -- The civil day, in the utility's zone; null: it was never post-paid, or nobody knows.
  converted_on date,
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  operator_id uuid NOT NULL REFERENCES operators,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, request_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);

ALTER TABLE conversion_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON conversion_events TO prewatt_app
  USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()));
GRANT SELECT, INSERT ON conversion_events TO prewatt_app;
