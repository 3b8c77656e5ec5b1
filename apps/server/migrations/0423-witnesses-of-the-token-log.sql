-- What each witness has signed of a log, and the newest head with their signatures.

CREATE TABLE prewatt_log.witnesses (
  utility_id uuid NOT NULL,
  name text NOT NULL,
  -- Of the head that it signed last, as far as we know.
  size bigint NOT NULL CHECK (size >= 0),
  signed_at timestamptz,
  PRIMARY KEY (utility_id, name)
);
ALTER TABLE prewatt_log.witnesses ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt_log.witnesses TO prewatt_app
  USING (utility_id = (SELECT prewatt.current_utility()))
  WITH CHECK (utility_id = (SELECT prewatt.current_utility()));
GRANT SELECT, INSERT, UPDATE (size, signed_at) ON prewatt_log.witnesses TO prewatt_app;

ALTER TABLE prewatt_log.heads
  ADD COLUMN witnessed text,
  ADD COLUMN witnessed_size bigint,
  ADD COLUMN witnessed_at timestamptz;
GRANT UPDATE (witnessed, witnessed_size, witnessed_at) ON prewatt_log.heads TO prewatt_app;
