-- The token log: half of what a leaf costs a sale. A row's salt comes of its key, so that rows need neither be numbered
-- nor sorted; a statement of up to 200 rows of the present utility makes its leaf in one pass; and the number of the
-- last token of a meter, which each sale moves, is in no leaf: the tokens' own rows tell it.

-- Null in leaves from here on; in those of before the salts of rows come of their numbers.
ALTER TABLE prewatt_log.leaves ALTER COLUMN first_row DROP NOT NULL;

-- As in 0420: a leaf of how rows are written has no rows.
CREATE OR REPLACE FUNCTION prewatt_log.tell_columns(of_table text, of_utility uuid) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO prewatt_log.leaves (utility_id, salt, leaf)
  SELECT u.id, uuid_send(gen_random_uuid()), convert_to(prewatt_log.head(format(
    '"columns":%s,"number":%s,"key":%s,"list":%s,"appendOnly":%s', to_json(c.table_name), c.number, to_json(c.key),
    to_json(c.list), to_json(c.is_append_only))), 'UTF8')
  FROM (SELECT DISTINCT ON (table_name) * FROM prewatt_log.columns WHERE of_table IS NULL OR table_name = of_table
      ORDER BY table_name, number DESC) c
  CROSS JOIN prewatt.utilities u WHERE of_utility IS NULL OR u.id = of_utility
  ORDER BY u.id, c.table_name
$$;

-- A line of a leaf, as an expression over a row `r` with its key.
CREATE FUNCTION prewatt_log.line_of(o jsonb, op text) RETURNS text LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE op WHEN 'delete' THEN $q$r.log_key || E'\t-'$q$ ELSE format(
    $q$r.log_key || E'\t' || encode(sha256(sha256(secret || convert_to(r.log_key, 'UTF8')) || convert_to(%s, 'UTF8')), 'base64')%s$q$,
    o ->> 'rowText', coalesce($q$ || coalesce(E'\t' || $q$ || (o ->> 'public') || $q$, '')$q$, '')) END
$$;

-- As in 0420; places in the order of entry as in 0426.
CREATE OR REPLACE FUNCTION prewatt_log.leaves_of(o jsonb, op text, of_rows text) RETURNS text LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  SELECT format($f$
  INSERT INTO prewatt_log.leaves (utility_id, table_name, salt, from_entry, to_entry, leaf)
  SELECT l.utility_id, '%1$s', secret, min(l.entry), max(l.entry), convert_to(prewatt_log.head('"table":"%1$s","op":"%2$s","columns":%3$s')
    || string_agg(l.line, E'\n' ORDER BY l.n) || E'\n', 'UTF8')
  FROM (SELECT s.*, sum(1 + octet_length(s.line)) OVER (ROWS UNBOUNDED PRECEDING) / 60000 AS part
    FROM (SELECT %4$s AS utility_id, row_number() OVER () AS n, %5$s AS entry, %6$s AS line
      FROM (SELECT r.*, '[' || %7$s || ']' AS log_key FROM %8$s) r) s) l
  WHERE l.utility_id IS NOT NULL
  GROUP BY l.utility_id, (l.n - 1) / 200, l.part
  ORDER BY min(l.n);$f$,
    o ->> 'table', op, o ->> 'number', o ->> 'utility',
    CASE WHEN op IN ('insert', 'found') THEN o ->> 'entry' ELSE 'NULL::bigint' END,
    prewatt_log.line_of(o, op), o ->> 'keyText', of_rows)
$$;

-- The same for the trigger of a statement: most statements are of few rows and of one utility, and make one leaf.
CREATE FUNCTION prewatt_log.leaf_of(o jsonb, op text, of_rows text) RETURNS text LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  SELECT format($f$
  SELECT count(*), bool_and(%4$s = (SELECT prewatt.current_utility())), min(%5$s), max(%5$s), string_agg(%6$s, E'\n')
  INTO leaf_rows, leaf_is_one, leaf_first, leaf_last, leaf_lines
  FROM (SELECT r.*, '[' || %7$s || ']' AS log_key FROM %8$s LIMIT 201) r;
  IF leaf_rows BETWEEN 1 AND 200 AND leaf_is_one AND octet_length(leaf_lines) <= 60000 THEN
    INSERT INTO prewatt_log.leaves (utility_id, table_name, salt, from_entry, to_entry, leaf)
    VALUES (prewatt.current_utility(), '%1$s', secret, leaf_first, leaf_last,
      convert_to(prewatt_log.head('"table":"%1$s","op":"%2$s","columns":%3$s') || leaf_lines || E'\n', 'UTF8'));
  ELSIF leaf_rows > 0 THEN %9$s
  END IF;$f$,
    o ->> 'table', op, o ->> 'number', o ->> 'utility', CASE op WHEN 'insert' THEN o ->> 'entry' ELSE 'NULL::bigint' END,
    prewatt_log.line_of(o, op), o ->> 'keyText', of_rows, prewatt_log.leaves_of(o, op, of_rows))
$$;

-- As in 0425, by leaf_of. Where the trigger of updates is one of the row (see `cover`), so is its leaf.
CREATE OR REPLACE FUNCTION prewatt_log.make_trigger_function(of_table text) RETURNS void LANGUAGE plpgsql
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
      leaf_rows bigint;
      leaf_is_one boolean;
      leaf_first bigint;
      leaf_last bigint;
      leaf_lines text;
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
    $body$ $f$, of_table, prewatt_log.leaf_of(c.sql, 'insert', 'new_rows r'),
    prewatt_log.leaf_of(c.sql, 'update', CASE WHEN (c.sql ->> 'isRare')::boolean THEN '(SELECT NEW.*) r'
      ELSE format('new_rows r LEFT JOIN old_rows was ON (%s) WHERE ROW(%s)::record *<> ROW(%s)::record',
        (SELECT string_agg(format('was.%1$I = r.%1$I', name), ' AND ') FROM unnest(c.key) name),
        (SELECT string_agg(format('r.%I', name), ', ') FROM unnest(names) name),
        (SELECT string_agg(format('was.%I', name), ', ') FROM unnest(names) name)) END),
    prewatt_log.leaf_of(c.sql, 'delete', 'old_rows r'));
  EXECUTE format('REVOKE ALL ON FUNCTION prewatt_log.%I() FROM PUBLIC', of_table);
END
$$;

-- As in 0425. `is_rare`: most updates change no listed column. Then the update's trigger is one of the row, with a
-- condition, and makes a leaf for each row that it fires for; those that change nothing cost next to nothing.
DROP FUNCTION prewatt_log.cover(text, text, text, text, text, boolean, boolean);
CREATE FUNCTION prewatt_log.cover(
  of_table text, left_out text DEFAULT '', digested text DEFAULT '', public text DEFAULT NULL,
  utility text DEFAULT 'r.utility_id', is_append_only boolean DEFAULT false, is_found boolean DEFAULT false,
  is_rare boolean DEFAULT false
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
  SELECT jsonb_build_object('table', of_table, 'number', next, 'utility', utility, 'public', public, 'isRare', is_rare,
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
  IF is_rare THEN
    EXECUTE format('DROP TRIGGER IF EXISTS log_update ON %s', relation);
    -- The function, and not its operator: what a dump writes of an operator between rows is read as one for each column.
    EXECUTE format('CREATE TRIGGER log_update AFTER UPDATE ON %s FOR EACH ROW WHEN (record_image_ne(ROW(%s), ROW(%s)))
      EXECUTE FUNCTION prewatt_log.%I()', relation,
      (SELECT string_agg(format('NEW.%I', name), ', ') FROM unnest(names) name),
      (SELECT string_agg(format('OLD.%I', name), ', ') FROM unnest(names) name), of_table);
  ELSE
    EXECUTE format('CREATE OR REPLACE TRIGGER log_update AFTER UPDATE ON %s
      REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION prewatt_log.%I()', relation, of_table);
  END IF;
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
END
$$;

-- Each meter is written anew by the list without its last token; sales wait meanwhile, some ten seconds for a million
-- meters. The verifier wants this migration named (--allow).
SELECT prewatt_log.cover('meters', is_rare => true, left_out =>
  'secret_hash next_secret_hash secret_generation link_revoked_at commanded_at lift_power_w starts_in_money wanted_supply_group_code wanted_tariff_index wanted_key_revision last_tid');
DO $$
BEGIN
  EXECUTE (SELECT format('DO $body$ DECLARE secret bytea := uuid_send(gen_random_uuid()); BEGIN %s END $body$',
      prewatt_log.leaves_of(sql, 'update', 'prewatt.meters r'))
    FROM prewatt_log.columns WHERE table_name = 'meters' ORDER BY number DESC LIMIT 1);
END
$$;
