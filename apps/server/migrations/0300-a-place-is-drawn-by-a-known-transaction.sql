-- A row's place in the order of entry is drawn by a transaction that already has its number. The proof waits for all
-- transactions of lower numbers than its own; one that had drawn a place and had no number yet would be missed, and
-- its row, entered a moment later, would look like one that was slipped in.

SET LOCAL search_path = prewatt;

-- One expression, so that it costs no call; the transaction's number is asked for first.
CREATE FUNCTION next_entry() RETURNS bigint LANGUAGE sql VOLATILE
  RETURN CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('prewatt.entries') END;
REVOKE EXECUTE ON FUNCTION next_entry() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION next_entry() TO prewatt_app;

CREATE OR REPLACE FUNCTION settle() RETURNS trigger LANGUAGE plpgsql SET search_path = prewatt, pg_temp AS $$
BEGIN
  NEW.settled := next_entry();
  RETURN NEW;
END
$$;

DO $$
DECLARE
  each record;
BEGIN
  FOR each IN
    SELECT d.adrelid::regclass AS name, a.attname AS place FROM pg_attrdef d
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    JOIN pg_class c ON c.oid = d.adrelid AND c.relnamespace = 'prewatt'::regnamespace
    WHERE pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%entries''::regclass)'
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT next_entry()', each.name, each.place);
  END LOOP;
END
$$;
