-- What a restore of an older copy does to token identifiers: meters may hold tokens that the database no longer knows. An
-- epoch is the time from one restore to the next. Its beats are counted here and, by each server, outside the database: a
-- copy that was put back has fewer. The row of a restore says up to which instant TIDs were passed over.
SET LOCAL search_path = prewatt;

CREATE TABLE epochs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tids_from timestamptz,
  by_name text,
  beats bigint NOT NULL DEFAULT 0 CHECK (beats >= 0),
  CHECK ((tids_from IS NULL) = (by_name IS NULL))
);
CREATE UNIQUE INDEX epochs_in_order ON epochs (begun_at);
INSERT INTO epochs DEFAULT VALUES;
GRANT SELECT, UPDATE (beats) ON epochs TO prewatt_app;

-- The TID of an instant: whole minutes since the base date (IEC 62055-41, 6.3.5), kept within its 24 bits.
CREATE FUNCTION tid_at(base_date smallint, at timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT least(16777215, greatest(0, floor((extract(epoch FROM at) - extract(epoch FROM (CASE base_date
    WHEN 93 THEN '1993-01-01Z' WHEN 14 THEN '2014-01-01Z' ELSE '2035-01-01Z' END)::timestamptz)) / 60)))::integer
$$;

-- The TID that every meter's next one must be beyond, under a base date; null while nothing was ever restored.
CREATE FUNCTION tid_passed(base_date smallint) RETURNS integer LANGUAGE sql STABLE SET search_path = prewatt, pg_temp AS $$
  SELECT max(tid_at(base_date, e.tids_from)) FROM epochs e
$$;

-- A meter that is put in after a restore may be one that the lost days knew.
CREATE FUNCTION meters_begin_beyond() RETURNS trigger LANGUAGE plpgsql SET search_path = prewatt, pg_temp AS $$
BEGIN
  NEW.last_tid := greatest(NEW.last_tid, (SELECT tid_passed(k.base_date) FROM vending_keys k
    WHERE k.utility_id = NEW.utility_id AND k.supply_group_code = NEW.supply_group_code AND k.key_revision = NEW.key_revision));
  RETURN NEW;
END
$$;
CREATE TRIGGER meters_begin_beyond BEFORE INSERT ON meters FOR EACH ROW EXECUTE FUNCTION meters_begin_beyond();

-- As before, but for the TID of a meter: one that a restore raised says nothing about tokens, which are asked for below.
CREATE OR REPLACE FUNCTION undo_connection(of_bucket smallint, of_connection uuid, undone_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  pan text;
BEGIN
  SELECT m.meter_pan INTO pan FROM connections c JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id
    WHERE c.bucket = of_bucket AND c.id = of_connection AND c.utility_id = current_utility() AND c.closed_at IS NULL
      AND m.retired_at IS NULL
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
