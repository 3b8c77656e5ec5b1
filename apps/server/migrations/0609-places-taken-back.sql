-- A place that a person confirmed may be taken back, and voltages and readings of nodes go when readings do.

SET LOCAL search_path = prewatt;

GRANT DELETE ON network_placements TO prewatt_app;

-- Rows come in the order of time, or nearly.
CREATE INDEX network_voltages_by_time ON network_voltages USING brin (starts_at);
CREATE INDEX network_readings_by_time ON network_readings USING brin (starts_at);

-- As drop_old_readings: what every utility has kept for long enough. At most so many rows of each at once; how many went.
CREATE FUNCTION drop_old_network_readings(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path TO 'prewatt', 'pg_temp' AS $$
DECLARE
  oldest timestamptz;
  readings integer;
  voltages integer;
BEGIN
  SELECT (date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')
      - make_interval(months => greatest(coalesce(max(readings_kept_months), 36), 13))) AT TIME ZONE 'UTC'
    INTO oldest FROM utilities;
  DELETE FROM network_readings WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM network_readings WHERE starts_at < oldest LIMIT most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS readings = ROW_COUNT;
  DELETE FROM network_voltages WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM network_voltages WHERE starts_at < oldest LIMIT most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS voltages = ROW_COUNT;
  RETURN readings + voltages;
END
$$;
REVOKE ALL ON FUNCTION drop_old_network_readings(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_old_network_readings(integer) TO prewatt_app;
