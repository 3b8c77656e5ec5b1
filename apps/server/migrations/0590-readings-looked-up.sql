-- Looks at readings for each row of a statement are functions: where the readings lie on several
-- nodes (Citus), each look goes to the one node that has the meter's. They run with the rights of
-- their caller, so that row-level security holds.

-- The newest of a register in a stretch of time; nothing where there is none.
CREATE FUNCTION prewatt.last_reading(of_bucket smallint, of_meter uuid, of_register smallint,
  after_at timestamptz, until_at timestamptz, OUT read_at timestamptz, OUT value bigint)
LANGUAGE plpgsql STABLE SET search_path = prewatt, pg_temp AS $$
BEGIN
  SELECT r.read_at, r.value INTO read_at, value FROM readings r
  WHERE r.bucket = of_bucket AND r.meter_id = of_meter AND r.register = of_register
    AND r.read_at > after_at AND r.read_at <= until_at
  ORDER BY r.read_at DESC LIMIT 1;
END
$$;

-- The oldest of a register in a stretch of time; nothing where there is none.
CREATE FUNCTION prewatt.first_reading(of_bucket smallint, of_meter uuid, of_register smallint,
  after_at timestamptz, until_at timestamptz, OUT read_at timestamptz, OUT value bigint)
LANGUAGE plpgsql STABLE SET search_path = prewatt, pg_temp AS $$
BEGIN
  SELECT r.read_at, r.value INTO read_at, value FROM readings r
  WHERE r.bucket = of_bucket AND r.meter_id = of_meter AND r.register = of_register
    AND r.read_at > after_at AND r.read_at <= until_at
  ORDER BY r.read_at LIMIT 1;
END
$$;

-- What stands for one instant; NULL where nothing does.
CREATE FUNCTION prewatt.reading_at(of_bucket smallint, of_meter uuid, of_register smallint,
  at timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = prewatt, pg_temp AS $$
BEGIN
  RETURN (SELECT r.value FROM readings r WHERE r.bucket = of_bucket AND r.meter_id = of_meter
    AND r.register = of_register AND r.read_at = at);
END
$$;

-- Instant and value of each reading in a stretch of time, in order, 16 bytes each.
CREATE FUNCTION prewatt.reading_points(of_bucket smallint, of_meter uuid, of_register smallint,
  after_at timestamptz, until_at timestamptz) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = prewatt, pg_temp AS $$
BEGIN
  RETURN (SELECT string_agg(timestamptz_send(r.read_at) || int8send(r.value), ''::bytea ORDER BY r.read_at)
    FROM readings r WHERE r.bucket = of_bucket AND r.meter_id = of_meter AND r.register = of_register
      AND r.read_at > after_at AND r.read_at <= until_at);
END
$$;

-- The same with the instant at which each came, 24 bytes each in no order: those of the stretch, the
-- last one before it and some after it.
CREATE FUNCTION prewatt.readings_around(of_bucket smallint, of_meter uuid, of_register smallint,
  after_at timestamptz, until_at timestamptz, more_after integer) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = prewatt, pg_temp AS $$
BEGIN
  RETURN (SELECT string_agg(timestamptz_send(f.read_at) || int8send(f.value)
      || timestamptz_send(f.received_at), ''::bytea)
    FROM (
      (SELECT r.read_at, r.value, r.received_at FROM readings r WHERE r.bucket = of_bucket
        AND r.meter_id = of_meter AND r.register = of_register AND r.read_at <= after_at
        ORDER BY r.read_at DESC LIMIT 1)
      UNION ALL (SELECT r.read_at, r.value, r.received_at FROM readings r WHERE r.bucket = of_bucket
        AND r.meter_id = of_meter AND r.register = of_register
        AND r.read_at > after_at AND r.read_at <= until_at)
      UNION ALL (SELECT r.read_at, r.value, r.received_at FROM readings r WHERE r.bucket = of_bucket
        AND r.meter_id = of_meter AND r.register = of_register AND r.read_at > until_at
        ORDER BY r.read_at LIMIT more_after)) AS f);
END
$$;
