-- Which alerts a customer wants by text message and when they may come; messages that wait for the end of quiet hours;
-- meters that fell silent or were tampered with, for the attention list.

SET LOCAL search_path = prewatt;

ALTER TABLE utilities ADD COLUMN silent_after_hours smallint NOT NULL DEFAULT 48
  CHECK (silent_after_hours BETWEEN 1 AND 8760);

-- A customer's choice; no row: every kind, at any hour. Minutes of the day in the utility's zone.
CREATE TABLE alert_choices (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  low boolean NOT NULL,
  very_low boolean NOT NULL,
  restored boolean NOT NULL,
  quiet_from_minute smallint CHECK (quiet_from_minute BETWEEN 0 AND 1439),
  quiet_to_minute smallint CHECK (quiet_to_minute BETWEEN 0 AND 1439),
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  CHECK ((quiet_from_minute IS NULL) = (quiet_to_minute IS NULL)),
  CHECK (quiet_from_minute <> quiet_to_minute)
);

-- `waiting` until due_at, then `queued`, or `dropped` when something newer has overtaken it. about_at: when what it tells
-- of happened; null where nothing can overtake it.
ALTER TABLE messages
  ADD COLUMN due_at timestamptz,
  ADD COLUMN about_at timestamptz,
  DROP CONSTRAINT messages_state_check,
  ADD CONSTRAINT messages_state_check CHECK (state IN ('waiting', 'queued', 'sent', 'failed', 'dropped')),
  ADD CONSTRAINT messages_waiting_check CHECK (state <> 'waiting' OR due_at IS NOT NULL);
CREATE INDEX messages_waiting ON messages (utility_id, due_at) WHERE state = 'waiting';

-- One row for each silence and for each tamper condition. `fact` names it: the epoch milliseconds of the last contact, or
-- the number of the meter's event.
CREATE TABLE meter_alerts (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('silent', 'tamper')),
  code text NOT NULL,
  fact bigint NOT NULL,
  since_at timestamptz NOT NULL,
  noticed_at timestamptz NOT NULL,
  -- With contact, with a ClearTamper at the meter, or with the meter's exchange.
  ended_at timestamptz,
  seen_at timestamptz,
  seen_by uuid REFERENCES operators,
  seen_reason text CHECK (length(seen_reason) BETWEEN 10 AND 500),
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, meter_id, kind, fact),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  CHECK ((seen_at IS NULL) = (seen_by IS NULL) AND (seen_at IS NULL) = (seen_reason IS NULL))
);
CREATE INDEX meter_alerts_open ON meter_alerts (utility_id, since_at) WHERE ended_at IS NULL;
-- A condition that comes and goes stands on the list once until somebody has seen it.
CREATE UNIQUE INDEX meter_alerts_once ON meter_alerts (bucket, meter_id, kind, code)
  WHERE ended_at IS NULL AND seen_at IS NULL;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['alert_choices', 'meter_alerts'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON alert_choices, meter_alerts TO prewatt_app;
GRANT UPDATE (low, very_low, restored, quiet_from_minute, quiet_to_minute, changed_at) ON alert_choices TO prewatt_app;
GRANT UPDATE (ended_at, seen_at, seen_by, seen_reason) ON meter_alerts TO prewatt_app;
