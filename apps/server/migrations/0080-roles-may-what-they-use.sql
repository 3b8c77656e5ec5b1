-- The server's role may what the server's code uses, and no more. Who works for a utility, and how people sign in, is not among
-- it: an operator is made by the owner of the database, passwords and sessions are written under a role of their own. The
-- functions that work with the owner's rights go by the database's clock and have bounds of their own.

SET LOCAL search_path = prewatt;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prewatt_sign_in') THEN
    CREATE ROLE prewatt_sign_in NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
END
$$;

GRANT USAGE ON SCHEMA auth TO prewatt_sign_in;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA auth TO prewatt_sign_in;
REVOKE ALL ON ALL TABLES IN SCHEMA auth FROM prewatt_app;
REVOKE ALL ON SCHEMA auth FROM prewatt_app;

REVOKE INSERT ON operators, operator_directory FROM prewatt_app;

-- What a row says of its connection, meter, amount and request stands; what becomes of it moves.
REVOKE UPDATE ON commands, connections, messages, meter_states, meters, payments, sales, tokens, usage_days, usage_months,
  vendor_shifts, wallets FROM prewatt_app;
GRANT UPDATE (stage, stage_at, due_at, attempts, result, completed_at, cancelled_by, cancel_reason, superseded_by)
  ON commands TO prewatt_app;
GRANT UPDATE (blocked_reason, converted_at, credit_mode, tariff_position, tariff_id, tariff_parameters, next_tariff,
  prepaid_minor) ON connections TO prewatt_app;
GRANT UPDATE (state, state_at, attempts) ON messages TO prewatt_app;
GRANT UPDATE (captured_at, last_contact_at, available_energy_wh, power_w, import_energy_wh, credited_energy_wh, owed_energy_wh,
  load_switch, credit_status, report, clock_ahead_ms, link_up, link_at) ON meter_states TO prewatt_app;
GRANT UPDATE (retired_at, final_credited_wh, final_credited_minor, last_tid, wanted_supply_group_code, wanted_key_revision,
  wanted_tariff_index, supply_group_code, tariff_index, key_revision, lift_power_w, commanded_at, secret_hash, next_secret_hash,
  secret_generation, link_revoked_at) ON meters TO prewatt_app;
GRANT UPDATE (state, next_check_at, decided_at, checks, provider_request, hinted_reference, checkout_url, provider_reference,
  received_minor) ON payments TO prewatt_app;
GRANT UPDATE (meter_id, state, stuck_reason, stuck_at, delivered_at, reversed_at, paid_at, brought_forward_minor, energy_wh,
  credit_minor, lines, remainder_minor, tariff_version_id, month_energy_before_wh, issued_at) ON sales TO prewatt_app;
GRANT UPDATE (state, origin, refusal, state_at, heard_at) ON tokens TO prewatt_app;
GRANT UPDATE (stale_at, measured_wh, estimated_wh, quality, findings, rolled_at) ON usage_days TO prewatt_app;
GRANT UPDATE (connection_id, measured_wh, estimated_wh, whole_days) ON usage_months TO prewatt_app;
GRANT UPDATE (closed_at, expected_minor, counted_minor) ON vendor_shifts TO prewatt_app;
GRANT UPDATE (meter_id, next_meter_id, since_at, rated_until, stale_from, until_at, problem, supply, supply_at, supply_ordinal,
  promised_until, is_low, low_ordinal, command_id, check_at) ON wallets TO prewatt_app;

-- Old readings go by the database's clock, whatever the server takes the time to be, and never those of the last 13 months.
CREATE FUNCTION drop_old_readings() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  kept smallint;
  oldest date;
  partition record;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('prewatt.readings'));
  SELECT max(readings_kept_months) INTO kept FROM utilities;
  oldest := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')::date
    - make_interval(months => greatest(coalesce(kept, 36), 13));
  FOR partition IN
    SELECT c.relname AS name, to_date(substring(c.relname FROM 10), 'YYYY_MM') AS month
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'prewatt.readings'::regclass AND c.relname ~ '^readings_\d{4}_\d{2}$'
  LOOP
    CONTINUE WHEN partition.month >= oldest;
    CONTINUE WHEN EXISTS (SELECT FROM usage_days WHERE stale_at IS NOT NULL
      AND day BETWEEN partition.month - 1 AND partition.month + 32);
    EXECUTE format('DROP TABLE prewatt.%I', partition.name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$$;
DROP FUNCTION drop_old_readings(timestamptz);
REVOKE ALL ON FUNCTION drop_old_readings() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_old_readings() TO prewatt_app;

-- A table for each month from ten years back to five years ahead; what is read outside of that goes into the default partition.
CREATE OR REPLACE FUNCTION prepare_readings_month(month_start date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  first date := date_trunc('month', month_start)::date;
  partition text := 'readings_' || to_char(first, 'YYYY_MM');
  lower_bound timestamptz := first::timestamp AT TIME ZONE 'UTC';
  upper_bound timestamptz := (first + interval '1 month')::timestamp AT TIME ZONE 'UTC';
BEGIN
  IF first NOT BETWEEN clock_timestamp() - interval '10 years' AND clock_timestamp() + interval '5 years' THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('prewatt.readings'));
  IF to_regclass('prewatt.' || partition) IS NOT NULL THEN
    RETURN;
  END IF;
  -- A month that already has rows in the default partition stays there: moving them is an operator's job.
  IF EXISTS (SELECT FROM readings_default WHERE read_at >= lower_bound AND read_at < upper_bound) THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE prewatt.%I PARTITION OF prewatt.readings FOR VALUES FROM (%L) TO (%L)',
    partition, lower_bound, upper_bound);
  EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', partition);
END
$$;

-- Rules are a document of some thousand letters; a page of them harms nobody.
ALTER TABLE utilities ADD CONSTRAINT utilities_protection_rules_size CHECK (length(protection_rules::text) <= 200000);

-- The time of an undoing is business time, as those of sales are: never before the connection was made.
CREATE OR REPLACE FUNCTION undo_connection(of_bucket smallint, of_connection uuid, undone_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  pan text;
BEGIN
  SELECT m.meter_pan INTO pan FROM connections c JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id
    WHERE c.bucket = of_bucket AND c.id = of_connection AND c.utility_id = current_utility() AND c.closed_at IS NULL AND c.created_at <= undone_at
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
