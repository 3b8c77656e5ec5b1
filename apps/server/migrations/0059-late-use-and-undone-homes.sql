-- Use of a time in wallet mode that is known better after it has ended; homes of install jobs that were given up.

SET LOCAL search_path = prewatt;

-- A time in wallet mode with one meter, once it is over: its readings may still come, or be decided about.
CREATE TABLE wallet_periods (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  since_at timestamptz NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  until_at timestamptz NOT NULL,
  -- Use is rated up to here; before the end where a reading is still open.
  rated_until timestamptz NOT NULL,
  -- Readings from here on have changed and are not looked at yet.
  stale_from timestamptz,
  -- Why they could not be rated; it is tried again.
  problem text,
  PRIMARY KEY (bucket, connection_id, meter_id, since_at),
  CHECK (until_at > since_at),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);
CREATE INDEX wallet_periods_stale ON wallet_periods (utility_id, stale_from) WHERE stale_from IS NOT NULL;
ALTER TABLE wallet_periods ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON wallet_periods TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON wallet_periods TO prewatt_app;
GRANT UPDATE (rated_until, stale_from, problem) ON wallet_periods TO prewatt_app;

-- What ended before this table: from the first charge to the last one, by meter.
INSERT INTO wallet_periods (bucket, connection_id, meter_id, since_at, utility_id, until_at, rated_until)
  SELECT r.bucket, r.connection_id, r.meter_id, min(r.starts_at), min(r.utility_id::text)::uuid, max(r.ends_at), max(r.ends_at)
  FROM ratings r
  WHERE NOT EXISTS (SELECT FROM wallets w WHERE w.bucket = r.bucket AND w.connection_id = r.connection_id
    AND w.meter_id = r.meter_id AND w.since_at IS NOT NULL AND r.starts_at >= w.since_at)
  GROUP BY r.bucket, r.connection_id, r.meter_id;

-- A home that an install job made and that was given up before it was in use: it stays, closed and without a meter, and
-- the meter's number is free for another home.
ALTER TABLE connections ADD COLUMN closed_at timestamptz;

-- A number that was set free may stand on a meter of before; whoever comes new has to be in the directory.
ALTER TABLE meters DROP CONSTRAINT meters_meter_pan_fkey;
CREATE FUNCTION meters_are_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM prewatt.meter_directory d WHERE d.meter_pan = NEW.meter_pan AND d.meter_id = NEW.id) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a meter that is not in the directory';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER meters_are_known BEFORE INSERT ON meters FOR EACH ROW EXECUTE FUNCTION meters_are_known();

-- True: closed. False: something of it is in use (a sale, money, a debt, a token that counts), and it stays.
CREATE FUNCTION undo_connection(of_bucket smallint, of_connection uuid, undone_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  pan text;
BEGIN
  SELECT m.meter_pan INTO pan FROM connections c JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id
    WHERE c.bucket = of_bucket AND c.id = of_connection AND c.utility_id = current_utility() AND c.closed_at IS NULL
      AND m.retired_at IS NULL AND m.last_tid IS NULL
      AND c.prepaid_minor = 0 AND c.credit_mode = 'token'
    FOR UPDATE OF c, m;
  IF NOT FOUND
    OR EXISTS (SELECT FROM meters m WHERE m.bucket = of_bucket AND m.connection_id = of_connection AND m.retired_at IS NOT NULL)
    OR EXISTS (SELECT FROM postings p WHERE p.bucket = of_bucket AND p.connection_id = of_connection)
    OR EXISTS (SELECT FROM sales s WHERE s.bucket = of_bucket AND s.connection_id = of_connection)
    OR EXISTS (SELECT FROM debts d WHERE d.bucket = of_bucket AND d.connection_id = of_connection)
    OR EXISTS (SELECT FROM tokens t WHERE t.bucket = of_bucket AND t.connection_id = of_connection AND t.kind <> 'test')
    OR EXISTS (SELECT FROM mode_changes m WHERE m.bucket = of_bucket AND m.connection_id = of_connection)
  THEN
    RETURN false;
  END IF;
  UPDATE meters SET retired_at = undone_at WHERE bucket = of_bucket AND connection_id = of_connection AND retired_at IS NULL;
  UPDATE connections SET closed_at = undone_at WHERE bucket = of_bucket AND id = of_connection;
  DELETE FROM meter_directory WHERE meter_pan = pan AND bucket = of_bucket AND connection_id = of_connection;
  DELETE FROM phone_directory WHERE bucket = of_bucket AND connection_id = of_connection;
  RETURN true;
END
$$;
REVOKE ALL ON FUNCTION undo_connection(smallint, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION undo_connection(smallint, uuid, timestamptz) TO prewatt_app;
