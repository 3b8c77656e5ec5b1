-- The token log: a row is hashed as the bytes in which PostgreSQL sends it (record_send), and no longer as text, which was
-- half of what a leaf cost a sale. Each covered table gets the next list, which says so; leaves and rows of before
-- stay as they are, under the lists that they name. No row is read and no table is locked.

-- As in 0427; a list without `rowBytes` is of before, of text.
CREATE OR REPLACE FUNCTION prewatt_log.line_of(o jsonb, op text) RETURNS text LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE op WHEN 'delete' THEN $q$r.log_key || E'\t-'$q$ ELSE format(
    $q$r.log_key || E'\t' || encode(sha256(sha256(secret || convert_to(r.log_key, 'UTF8')) || %s), 'base64')%s$q$,
    coalesce(o ->> 'rowBytes', format($q$convert_to(%s, 'UTF8')$q$, o ->> 'rowText')),
    coalesce($q$ || coalesce(E'\t' || $q$ || (o ->> 'public') || $q$, '')$q$, '')) END
$$;

-- As in 0427; the list says that its rows are bytes.
CREATE OR REPLACE FUNCTION prewatt_log.tell_columns(of_table text, of_utility uuid) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO prewatt_log.leaves (utility_id, salt, leaf)
  SELECT u.id, uuid_send(gen_random_uuid()), convert_to(prewatt_log.head(format(
    '"columns":%s,"number":%s,"key":%s,"list":%s,"appendOnly":%s%s', to_json(c.table_name), c.number, to_json(c.key),
    to_json(c.list), to_json(c.is_append_only), CASE WHEN c.sql ? 'rowBytes' THEN ',"rows":"bytes"' ELSE '' END)), 'UTF8')
  FROM (SELECT DISTINCT ON (table_name) * FROM prewatt_log.columns WHERE of_table IS NULL OR table_name = of_table
      ORDER BY table_name, number DESC) c
  CROSS JOIN prewatt.utilities u WHERE of_utility IS NULL OR u.id = of_utility
  ORDER BY u.id, c.table_name
$$;

-- As in 0427, in one statement where the rows are few and of the present utility.
CREATE OR REPLACE FUNCTION prewatt_log.leaf_of(o jsonb, op text, of_rows text) RETURNS text LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  SELECT format($f$
  INSERT INTO prewatt_log.leaves (utility_id, table_name, salt, from_entry, to_entry, leaf)
  SELECT prewatt.current_utility(), '%1$s', secret, min(%5$s), max(%5$s),
    convert_to(prewatt_log.head('"table":"%1$s","op":"%2$s","columns":%3$s') || string_agg(%6$s, E'\n') || E'\n', 'UTF8')
  FROM (SELECT r.*, '[' || %7$s || ']' AS log_key FROM %8$s LIMIT 201) r
  HAVING count(*) BETWEEN 1 AND 200 AND bool_and(%4$s = (SELECT prewatt.current_utility()))
    AND octet_length(string_agg(%6$s, E'\n')) <= 60000;
  IF NOT FOUND THEN %9$s
  END IF;$f$,
    o ->> 'table', op, o ->> 'number', o ->> 'utility', CASE op WHEN 'insert' THEN o ->> 'entry' ELSE 'NULL::bigint' END,
    prewatt_log.line_of(o, op), o ->> 'keyText', of_rows, prewatt_log.leaves_of(o, op, of_rows))
$$;

-- As in 0427. Keys still are text; of what bytes depend on there is the client's encoding alone.
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
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET client_encoding = 'UTF8'
    SET enable_nestloop = off AS $body$
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

-- Bytes name the types of their columns by numbers that are the same in every cluster for PostgreSQL's own types alone,
-- and the verifier reads these.
CREATE FUNCTION prewatt_log.check_types(of_table text, names text[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  other text;
BEGIN
  SELECT format('%s %s', attname, atttypid::regtype) INTO other FROM pg_attribute
  WHERE attrelid = format('prewatt.%I', of_table)::regclass AND attname = ANY (names) AND atttypid <> ALL (
    '{boolean,bytea,bigint,smallint,integer,text,date,timestamptz,numeric,uuid,jsonb,text[],bigint[],uuid[]}'::regtype[])
  ORDER BY attnum LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the token log has no bytes for % of %: see apps/verifier/src/row-bytes.ts', other, of_table;
  END IF;
END
$$;

-- As in 0427, with rows as bytes.
CREATE OR REPLACE FUNCTION prewatt_log.cover(
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
  PERFORM prewatt_log.check_types(of_table, names);
  SELECT jsonb_build_object('table', of_table, 'number', next, 'utility', utility, 'public', public, 'isRare', is_rare,
    'entry', CASE WHEN is_found THEN 'r.entered' ELSE 'NULL::bigint' END,
    'keyText', (SELECT string_agg(prewatt_log.key_part(k.name, a.atttypid::regtype), ' || '','' || ' ORDER BY k.ordinality)
      FROM unnest(key_names) WITH ORDINALITY k (name, ordinality)
      JOIN pg_attribute a ON a.attrelid = relation AND a.attname = k.name),
    'rowBytes', 'record_send(ROW(' || (SELECT string_agg(CASE WHEN name = ANY (string_to_array(digested, ' '))
      THEN format('encode(sha256(convert_to(r.%I::text, ''UTF8'')), ''hex'')', name) ELSE format('r.%I', name) END, ', ')
      FROM unnest(names) name) || '))') INTO o;
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

-- The next list of every table: the same columns, as bytes.
DO $$
DECLARE
  c prewatt_log.columns;
BEGIN
  FOR c IN SELECT DISTINCT ON (table_name) * FROM prewatt_log.columns ORDER BY table_name, number DESC LOOP
    PERFORM prewatt_log.check_types(c.table_name,
      (SELECT array_agg(regexp_replace(name, '^sha256\((.*)\)$', '\1')) FROM unnest(c.list) name));
    INSERT INTO prewatt_log.columns VALUES (c.table_name, c.number + 1, c.key, c.list, c.is_append_only,
      c.sql - 'rowText' || jsonb_build_object('number', c.number + 1,
        'rowBytes', format('record_send(%s)', regexp_replace(c.sql ->> 'rowText', '::text$', ''))));
    PERFORM prewatt_log.make_trigger_function(c.table_name);
  END LOOP;
  PERFORM prewatt_log.tell_columns(NULL, NULL);
  REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA prewatt_log FROM PUBLIC, prewatt_app, prewatt_sign_in;
  GRANT EXECUTE ON FUNCTION prewatt_log.give_places(integer) TO prewatt_app;
END
$$;
