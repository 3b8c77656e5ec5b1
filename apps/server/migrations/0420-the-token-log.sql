-- The token log: what is written to a table that carries money, tokens or approvals makes a leaf in the same transaction,
-- by triggers of the database, whoever writes (ADR 0018). A leaf has a line for each row: its key, a salted hash of
-- its text, and what is public of it. `prewatt_log` holds the triggers' functions, made by `prewatt_log.cover`.

CREATE SCHEMA prewatt_log;
GRANT USAGE ON SCHEMA prewatt_log TO prewatt_app;

-- Only the triggers write here, and nothing is ever changed or taken away.
CREATE TABLE prewatt_log.leaves (
  id bigint GENERATED ALWAYS AS IDENTITY,
  utility_id uuid NOT NULL,
  -- Whose rows; none where a leaf tells how rows are written.
  table_name text,
  -- With a row's number it makes the salt of that row: sha256(salt || number as eight bytes).
  salt bytea NOT NULL,
  -- The number of the leaf's first row.
  first_row bigint NOT NULL,
  -- Of tokens: between which places in the order of entry its rows are.
  from_entry bigint,
  to_entry bigint,
  leaf bytea NOT NULL,
  PRIMARY KEY (utility_id, id)
);
-- Hashes do not get shorter.
ALTER TABLE prewatt_log.leaves ALTER COLUMN leaf SET STORAGE EXTERNAL;
ALTER TABLE prewatt_log.leaves ENABLE ROW LEVEL SECURITY;

-- How the rows of each table are written as text; never changed, only followed by the next number.
CREATE TABLE prewatt_log.columns (
  table_name text NOT NULL,
  number integer NOT NULL,
  key text[] NOT NULL,
  list text[] NOT NULL,
  is_append_only boolean NOT NULL,
  -- Expressions over a row `r` that the triggers use, so that an export renders it as they did.
  sql jsonb NOT NULL,
  PRIMARY KEY (table_name, number)
);


-- The first two lines of a leaf. Whoever the session acts as; a migration says which one it is.
CREATE FUNCTION prewatt_log.head(what text) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  RETURN E'prewatt-log/1\n{' || what || ',"by":' ||
    to_json(CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END)::text ||
    coalesce(',"for":' || to_json(nullif(current_setting('prewatt.log_for', true), ''))::text, '') ||
    ',"at":"' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || E'"}\n';

-- Leaves that tell how the rows of a table are written, one for each utility; of all utilities, or of a new one.
CREATE FUNCTION prewatt_log.tell_columns(of_table text, of_utility uuid) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO prewatt_log.leaves (utility_id, salt, first_row, leaf)
  SELECT u.id, uuid_send(gen_random_uuid()), 1, convert_to(prewatt_log.head(format(
    '"columns":%s,"number":%s,"key":%s,"list":%s,"appendOnly":%s', to_json(c.table_name), c.number, to_json(c.key),
    to_json(c.list), to_json(c.is_append_only))), 'UTF8')
  FROM (SELECT DISTINCT ON (table_name) * FROM prewatt_log.columns WHERE of_table IS NULL OR table_name = of_table
      ORDER BY table_name, number DESC) c
  CROSS JOIN prewatt.utilities u WHERE of_utility IS NULL OR u.id = of_utility
  ORDER BY u.id, c.table_name
$$;

CREATE FUNCTION prewatt_log.begin_utility() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM prewatt_log.tell_columns(NULL, NEW.id);
  RETURN NULL;
END
$$;
-- Before the leaf of the utility's own row: triggers of a row come before those of its statement.
CREATE TRIGGER log_begins AFTER INSERT ON prewatt.utilities FOR EACH ROW EXECUTE FUNCTION prewatt_log.begin_utility();

-- A value of a key as JSON, cheaply.
CREATE FUNCTION prewatt_log.key_part(name text, type regtype) RETURNS text LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN type IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype) THEN format('r.%I', name)
    WHEN type IN ('uuid'::regtype, 'date'::regtype, 'timestamptz'::regtype) THEN format('''"'' || r.%I || ''"''', name)
    ELSE format('to_json(r.%I)::text', name)
  END
$$;

-- The query that makes leaves of rows: at most 200 rows and some 60,000 bytes each.
CREATE FUNCTION prewatt_log.leaves_of(o jsonb, op text, of_rows text) RETURNS text LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  SELECT format($f$
  INSERT INTO prewatt_log.leaves (utility_id, table_name, salt, first_row, from_entry, to_entry, leaf)
  SELECT l.utility_id, '%1$s', secret, min(l.n), min(l.entry), max(l.entry), convert_to(prewatt_log.head('"table":"%1$s","op":"%2$s","columns":%3$s')
    || string_agg(l.key || E'\t' || %4$s || coalesce(E'\t' || l.public, ''), E'\n' ORDER BY l.n) || E'\n', 'UTF8')
  FROM (SELECT s.*, sum(80 + octet_length(s.key) + coalesce(octet_length(s.public), 0))
      OVER (ROWS UNBOUNDED PRECEDING) / 60000 AS part
    FROM (SELECT %5$s AS utility_id, row_number() OVER () AS n, %6$s AS entry, '[' || %7$s || ']' AS key,
        %8$s AS text, %9$s AS public
      FROM %10$s) s) l
  WHERE l.utility_id IS NOT NULL
  GROUP BY l.utility_id, (l.n - 1) / 200, l.part
  ORDER BY min(l.n);$f$,
    o ->> 'table', op, o ->> 'number',
    CASE op WHEN 'delete' THEN $q$'-'$q$
      ELSE $q$encode(sha256(sha256(secret || int8send(l.n)) || convert_to(l.text, 'UTF8')), 'base64')$q$ END,
    o ->> 'utility', o ->> 'entry', o ->> 'keyText', CASE op WHEN 'delete' THEN 'NULL::text' ELSE o ->> 'rowText' END,
    CASE op WHEN 'delete' THEN 'NULL::text' ELSE coalesce(o ->> 'public', 'NULL::text') END, of_rows)
$$;

-- Makes, or makes anew, the triggers of a table: all its columns but those that are left out stand in a row's text,
-- with those to be digested as their SHA-256. Called by the migration that makes or changes a table.
-- `utility` and `public` are expressions over a row `r`.
CREATE FUNCTION prewatt_log.cover(
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
  EXECUTE format($f$
    CREATE OR REPLACE FUNCTION prewatt_log.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres'
    SET bytea_output = 'hex' SET extra_float_digits = 1 SET enable_nestloop = off AS $body$
    DECLARE
      secret bytea := uuid_send(gen_random_uuid());
    BEGIN
      IF TG_OP = 'INSERT' THEN %2$s
      ELSIF TG_OP = 'UPDATE' THEN %3$s
      ELSE %4$s
      END IF;
      RETURN NULL;
    END
    $body$ $f$, of_table, prewatt_log.leaves_of(o, 'insert', 'new_rows r'),
    prewatt_log.leaves_of(o, 'update', format('new_rows r LEFT JOIN old_rows was ON (%s) WHERE ROW(%s)::record *<> ROW(%s)::record',
      (SELECT string_agg(format('was.%1$I = r.%1$I', name), ' AND ') FROM unnest(key_names) name),
      (SELECT string_agg(format('r.%I', name), ', ') FROM unnest(names) name),
      (SELECT string_agg(format('was.%I', name), ', ') FROM unnest(names) name))),
    prewatt_log.leaves_of(o, 'delete', 'old_rows r'));
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
-- They are the owner's: leaves are made by triggers alone.
DO $$
BEGIN
  REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA prewatt_log FROM PUBLIC;
END
$$;
