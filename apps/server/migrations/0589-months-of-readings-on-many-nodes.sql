-- Where the readings lie on several nodes (Citus), a SELECT inside a function has to select something.

CREATE OR REPLACE FUNCTION prewatt.prepare_readings_month(month_start date) RETURNS void
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
  IF EXISTS (SELECT 1 FROM readings_default WHERE read_at >= lower_bound AND read_at < upper_bound) THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE prewatt.%I PARTITION OF prewatt.readings FOR VALUES FROM (%L) TO (%L)',
    partition, lower_bound, upper_bound);
  EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', partition);
END
$$;
