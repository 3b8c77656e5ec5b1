-- Leaves get their places in the log, in the order of their numbers, once they are committed; the head of each log says how
-- long it is and what its root is. The server signs; places are given by a function of the owner's, so that a leaf
-- can neither be passed over for good nor given a place twice.

CREATE TABLE prewatt_log.entries (
  utility_id uuid NOT NULL,
  place bigint NOT NULL CHECK (place >= 0),
  leaf_id bigint NOT NULL,
  PRIMARY KEY (utility_id, place),
  UNIQUE (utility_id, leaf_id)
);
CREATE INDEX leaves_of_tokens ON prewatt_log.leaves (utility_id, to_entry) WHERE to_entry IS NOT NULL;

CREATE TABLE prewatt_log.heads (
  utility_id uuid PRIMARY KEY,
  size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
  -- Hashes of the complete subtrees from left to right.
  peaks bytea NOT NULL DEFAULT '',
  -- The newest signed note, and when it was signed.
  checkpoint text,
  signed_at timestamptz,
  -- Below it every leaf has its place; up to the number that was newest when transaction `watched_by` had not begun.
  done_to bigint NOT NULL DEFAULT 0,
  watched bigint,
  watched_by xid8
);
CREATE TABLE prewatt_log.keys (
  utility_id uuid PRIMARY KEY,
  -- The log's name, kept when the address of the server changes.
  origin text NOT NULL,
  public_key bytea NOT NULL CHECK (length(public_key) = 32),
  sealed bytea NOT NULL,
  made_at timestamptz NOT NULL
);
-- Whole tiles; the newest of each level is reckoned from what is below it.
CREATE TABLE prewatt_log.tiles (
  utility_id uuid NOT NULL,
  level smallint NOT NULL CHECK (level >= 0),
  index bigint NOT NULL CHECK (index >= 0),
  hashes bytea NOT NULL CHECK (length(hashes) = 8192),
  PRIMARY KEY (utility_id, level, index)
);
ALTER TABLE prewatt_log.tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['leaves', 'entries', 'heads', 'keys', 'tiles'] LOOP
    EXECUTE format('ALTER TABLE prewatt_log.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt_log.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
    EXECUTE format('GRANT SELECT ON prewatt_log.%I TO prewatt_app', name);
  END LOOP;
END
$$;
GRANT SELECT ON prewatt_log.columns TO prewatt_app;
GRANT INSERT ON prewatt_log.keys, prewatt_log.tiles TO prewatt_app;
GRANT UPDATE (size, peaks, checkpoint, signed_at) ON prewatt_log.heads TO prewatt_app;

INSERT INTO prewatt_log.heads (utility_id) SELECT id FROM prewatt.utilities;
CREATE OR REPLACE FUNCTION prewatt_log.begin_utility() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO prewatt_log.heads (utility_id) VALUES (NEW.id);
  PERFORM prewatt_log.tell_columns(NULL, NEW.id);
  RETURN NULL;
END
$$;

-- Gives the oldest leaves of the present utility that have none a place each, and tells their hashes as RFC 6962 has them.
-- One at a time for a utility: the head's row is locked. A leaf that is not committed yet is passed over and comes later.
CREATE FUNCTION prewatt_log.give_places(most integer) RETURNS TABLE (place bigint, hash bytea)
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
BEGIN
  REVOKE EXECUTE ON FUNCTION prewatt_log.give_places(integer) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION prewatt_log.give_places(integer) TO prewatt_app;
END
$$;
