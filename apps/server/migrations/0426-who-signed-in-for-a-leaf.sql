-- The token log: who signed in where another role wrote, no places in the order of entry for updates, places that go on in
-- a copy of another cluster, and no secret's hash of a vendor's key.

-- `by` is the role that the session acts as; `login` whom it signed in as, where that is another.
CREATE OR REPLACE FUNCTION prewatt_log.head(what text) RETURNS text LANGUAGE sql VOLATILE
  RETURN E'prewatt-log/1\n{' || what || ',"by":' ||
    to_json(CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END)::text ||
    CASE WHEN current_setting('role') NOT IN ('none', session_user::text)
      THEN ',"login":' || to_json(session_user::text)::text ELSE '' END ||
    coalesce(',"for":' || to_json(nullif(current_setting('prewatt.log_for', true), ''))::text, '') ||
    ',"at":"' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || E'"}\n';

-- As in 0420; only leaves by which a token began stand in the order of entry, where its receipt is looked up.
CREATE OR REPLACE FUNCTION prewatt_log.leaves_of(o jsonb, op text, of_rows text) RETURNS text LANGUAGE sql
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
    o ->> 'utility', CASE WHEN op IN ('insert', 'found') THEN o ->> 'entry' ELSE 'NULL::bigint' END, o ->> 'keyText', CASE op WHEN 'delete' THEN 'NULL::text' ELSE o ->> 'rowText' END,
    CASE op WHEN 'delete' THEN 'NULL::text' ELSE coalesce(o ->> 'public', 'NULL::text') END, of_rows)
$$;

-- As in 0422; and it goes on after a restore.
CREATE OR REPLACE FUNCTION prewatt_log.give_places(most integer) RETURNS TABLE (place bigint, hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_utility uuid := prewatt.current_utility();
  head prewatt_log.heads;
  next bigint;
  newest bigint;
BEGIN
  -- Read before this transaction has a number of its own: whoever drew a number up to there has a lower one.
  IF pg_current_xact_id_if_assigned() IS NULL THEN
    SELECT max(l.id) INTO newest FROM prewatt_log.leaves l WHERE l.utility_id = of_utility;
  END IF;
  SELECT * INTO head FROM prewatt_log.heads h WHERE h.utility_id = of_utility FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  -- Every transaction that may have drawn a number up to `watched` is over: no leaf is missing below it.
  IF head.watched_by < pg_snapshot_xmin(pg_current_snapshot()) THEN
    UPDATE prewatt_log.heads h SET done_to = least(head.watched, coalesce((SELECT min(l.id) - 1 FROM prewatt_log.leaves l
        WHERE l.utility_id = of_utility AND l.id > head.done_to AND l.id <= head.watched AND NOT EXISTS (
          SELECT FROM prewatt_log.entries e WHERE e.utility_id = of_utility AND e.leaf_id = l.id)), head.watched)),
      watched = NULL, watched_by = NULL WHERE h.utility_id = of_utility RETURNING * INTO head;
  END IF;
  -- A number that no transaction has had yet is of the cluster that a copy came from; only this transaction's own may
  -- look like one.
  IF head.watched_by >= pg_snapshot_xmax(pg_current_snapshot())
      AND head.watched_by IS DISTINCT FROM pg_current_xact_id_if_assigned() THEN
    UPDATE prewatt_log.heads h SET watched = NULL, watched_by = NULL
    WHERE h.utility_id = of_utility RETURNING * INTO head;
  END IF;
  IF head.watched_by IS NULL AND newest > head.done_to THEN
    UPDATE prewatt_log.heads h SET watched = newest, watched_by = pg_current_xact_id() WHERE h.utility_id = of_utility;
  END IF;
  SELECT coalesce(max(e.place) + 1, 0) INTO next FROM prewatt_log.entries e WHERE e.utility_id = of_utility;
  RETURN QUERY
  WITH taken AS (
    SELECT l.id, l.leaf FROM prewatt_log.leaves l
    WHERE l.utility_id = of_utility AND l.id > head.done_to AND NOT EXISTS (
      SELECT FROM prewatt_log.entries e WHERE e.utility_id = of_utility AND e.leaf_id = l.id)
    ORDER BY l.id LIMIT most
  ), placed AS (
    INSERT INTO prewatt_log.entries (utility_id, place, leaf_id)
    SELECT of_utility, next - 1 + row_number() OVER (ORDER BY t.id), t.id FROM taken t
    RETURNING entries.place, entries.leaf_id
  )
  SELECT p.place, sha256('\x00'::bytea || t.leaf) FROM placed p JOIN taken t ON t.id = p.leaf_id ORDER BY p.place;
END
$$;

DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT DISTINCT table_name FROM prewatt_log.columns LOOP
    PERFORM prewatt_log.make_trigger_function(name);
  END LOOP;
END
$$;

-- The hash of a secret goes to no auditor; rows of before are written anew without it. The verifier wants this
-- migration named (--allow).
SELECT prewatt_log.cover('vendor_keys', left_out => 'secret_hash');
DO $$
BEGIN
  EXECUTE (SELECT format('DO $body$ DECLARE secret bytea := uuid_send(gen_random_uuid()); BEGIN %s END $body$',
      prewatt_log.leaves_of(sql, 'update', 'prewatt.vendor_keys r'))
    FROM prewatt_log.columns WHERE table_name = 'vendor_keys' ORDER BY number DESC LIMIT 1);
END
$$;
