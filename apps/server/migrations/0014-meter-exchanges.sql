-- A meter exchanged for another on the same connection: what the old one was read to have taken, and what was carried over.

SET LOCAL search_path = prewatt;

-- Read at the old meter when it was taken away: all credit that it ever took. Null when nobody could read it.
ALTER TABLE meters ADD COLUMN final_credited_wh bigint CHECK (final_credited_wh >= 0);
ALTER TABLE meters ADD CONSTRAINT meters_final_check CHECK (final_credited_wh IS NULL OR retired_at IS NOT NULL);

CREATE TABLE meter_exchanges (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  old_meter_id uuid NOT NULL,
  new_meter_id uuid NOT NULL,
  balance_from text NOT NULL CHECK (balance_from IN ('lastReading', 'stated')),
  -- As it was read or stated, and what a token of the new meter carries of it.
  balance_wh bigint NOT NULL CHECK (balance_wh >= 0),
  carried_wh bigint NOT NULL CHECK (carried_wh BETWEEN 0 AND balance_wh),
  grant_id uuid,
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  requested_by uuid NOT NULL REFERENCES operators,
  approved_by uuid NOT NULL REFERENCES operators,
  approval_id uuid NOT NULL REFERENCES approvals,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, old_meter_id),
  UNIQUE (bucket, new_meter_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, old_meter_id) REFERENCES meters (bucket, id),
  FOREIGN KEY (bucket, new_meter_id) REFERENCES meters (bucket, id),
  FOREIGN KEY (bucket, grant_id) REFERENCES grants (bucket, id),
  CHECK (requested_by <> approved_by),
  CHECK ((carried_wh > 0) = (grant_id IS NOT NULL))
);
CREATE INDEX meter_exchanges_by_connection ON meter_exchanges (bucket, connection_id, at DESC);
ALTER TABLE meter_exchanges ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON meter_exchanges TO prewatt_app
  USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility());
GRANT SELECT, INSERT ON meter_exchanges TO prewatt_app;
