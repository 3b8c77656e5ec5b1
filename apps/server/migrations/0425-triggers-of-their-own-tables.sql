-- Whoever may execute a trigger's function can hang it on a table of his own, a temporary one, and has it make leaves
-- of what he likes, or run his own casts with the owner's rights. So nobody but the owner may execute them, and each
-- works for its own table alone. A trigger that stands needs no such right of whoever writes.

-- The function behind the triggers of a covered table, by its newest list.
CREATE FUNCTION prewatt_log.make_trigger_function(of_table text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c prewatt_log.columns;
  names text[];
BEGIN
  SELECT * INTO c FROM prewatt_log.columns WHERE table_name = of_table ORDER BY number DESC LIMIT 1;
  SELECT array_agg(regexp_replace(name, '^sha256\((.*)\)$', '\1') ORDER BY n) INTO names
  FROM unnest(c.list) WITH ORDINALITY l (name, n);
  EXECUTE format($f$
    CREATE OR REPLACE FUNCTION prewatt_log.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres'
    SET bytea_output = 'hex' SET extra_float_digits = 1 SET enable_nestloop = off AS $body$
    DECLARE
      secret bytea := uuid_send(gen_random_uuid());
    BEGIN
      IF TG_RELID <> 'prewatt.%1$I'::regclass THEN
        RAISE EXCEPTION 'leaves of %1$s are made of its own rows alone' USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF TG_OP = 'INSERT' THEN %2$s
      ELSIF TG_OP = 'UPDATE' THEN %3$s
      ELSE %4$s
      END IF;
      RETURN NULL;
    END
    $body$ $f$, of_table, prewatt_log.leaves_of(c.sql, 'insert', 'new_rows r'),
    prewatt_log.leaves_of(c.sql, 'update', format('new_rows r LEFT JOIN old_rows was ON (%s) WHERE ROW(%s)::record *<> ROW(%s)::record',
      (SELECT string_agg(format('was.%1$I = r.%1$I', name), ' AND ') FROM unnest(c.key) name),
      (SELECT string_agg(format('r.%I', name), ', ') FROM unnest(names) name),
      (SELECT string_agg(format('was.%I', name), ', ') FROM unnest(names) name))),
    prewatt_log.leaves_of(c.sql, 'delete', 'old_rows r'));
  EXECUTE format('REVOKE ALL ON FUNCTION prewatt_log.%I() FROM PUBLIC', of_table);
END
$$;

-- As in 0420, by the function above.
CREATE OR REPLACE FUNCTION prewatt_log.cover(
  of_table text, left_out text DEFAULT '', digested text DEFAULT '', public text DEFAULT NULL,
  utility text DEFAULT 'r.utility_id', is_append_only boolean DEFAULT false, is_found boolean DEFAULT false
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  relation regclass := format('prewatt.%I', of_table)::regclass;
  key_names text[];
  names text[];
  next integer := 1 + coalesce((SELECT max(number) FROM prewatt_log.columns WHERE table_name = of_table), 0);
  o jsonb;
BEGIN
  SELECT array_agg(a.attname ORDER BY k.ordinality) INTO key_names
  FROM pg_index i CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY k (attnum, ordinality)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  WHERE i.indrelid = relation AND i.indisprimary;
  SELECT array_agg(attname ORDER BY attnum) INTO names FROM pg_attribute
  WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    AND attname <> ALL (string_to_array(left_out, ' '));
  SELECT jsonb_build_object('table', of_table, 'number', next, 'utility', utility, 'public', public,
    'entry', CASE WHEN is_found THEN 'r.entered' ELSE 'NULL::bigint' END,
    'keyText', (SELECT string_agg(prewatt_log.key_part(k.name, a.atttypid::regtype), ' || '','' || ' ORDER BY k.ordinality)
      FROM unnest(key_names) WITH ORDINALITY k (name, ordinality)
      JOIN pg_attribute a ON a.attrelid = relation AND a.attname = k.name),
    'rowText', 'ROW(' || (SELECT string_agg(CASE WHEN name = ANY (string_to_array(digested, ' '))
      THEN format('encode(sha256(convert_to(r.%I::text, ''UTF8'')), ''hex'')', name) ELSE format('r.%I', name) END, ', ')
      FROM unnest(names) name) || ')::text') INTO o;
  INSERT INTO prewatt_log.columns VALUES (of_table, next, key_names,
    (SELECT array_agg(CASE WHEN name = ANY (string_to_array(digested, ' ')) THEN 'sha256(' || name || ')' ELSE name END)
      FROM unnest(names) name), is_append_only, o);
  PERFORM prewatt_log.make_trigger_function(of_table);
  EXECUTE format('CREATE OR REPLACE TRIGGER log_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION prewatt_log.%I()', relation, of_table);
  EXECUTE format('CREATE OR REPLACE TRIGGER log_update AFTER UPDATE ON %s
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION prewatt_log.%I()', relation, of_table);
  EXECUTE format('CREATE OR REPLACE TRIGGER log_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION prewatt_log.%I()', relation, of_table);
  PERFORM prewatt_log.tell_columns(of_table, NULL);
  -- Rows of before the log.
  IF next = 1 THEN
    EXECUTE format($f$
      DO $body$
      DECLARE
        secret bytea := uuid_send(gen_random_uuid());
      BEGIN
        %s
      END
      $body$ $f$, prewatt_log.leaves_of(o, 'found', relation || ' r'));
  END IF;
END
$$;

DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT DISTINCT table_name FROM prewatt_log.columns LOOP
    PERFORM prewatt_log.make_trigger_function(name);
  END LOOP;
  REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA prewatt_log FROM PUBLIC, prewatt_app, prewatt_sign_in;
  GRANT EXECUTE ON FUNCTION prewatt_log.give_places(integer) TO prewatt_app;
  -- The older ones with the owner's rights, and those that only refuse: none is to be hung elsewhere.
  FOR name IN SELECT oid::regprocedure FROM pg_proc
      WHERE pronamespace = 'prewatt'::regnamespace AND prorettype = 'trigger'::regtype LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', name);
  END LOOP;
END
$$;
