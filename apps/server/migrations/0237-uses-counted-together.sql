-- How often somebody did what is limited, counted by all server processes together. Unlogged: a crash of PostgreSQL forgets the
-- counts of one stretch of time, and counting writes nothing to its log.

SET LOCAL search_path = prewatt;

CREATE UNLOGGED TABLE use_count_directory (
  key text PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 200),
  from_at timestamptz NOT NULL,
  count integer NOT NULL CHECK (count >= 0)
) WITH (fillfactor = 70);
CREATE INDEX use_count_directory_by_time ON use_count_directory (from_at);
GRANT SELECT, INSERT, DELETE, UPDATE (from_at, count) ON use_count_directory TO prewatt_app;
