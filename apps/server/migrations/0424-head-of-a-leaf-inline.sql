-- The first two lines of a leaf cost a third of a small statement's leaf: without settings of its own the function is
-- written into the query that calls it. Its body was read when it was made, so no path leads it elsewhere.

CREATE OR REPLACE FUNCTION prewatt_log.head(what text) RETURNS text LANGUAGE sql VOLATILE
  RETURN E'prewatt-log/1\n{' || what || ',"by":' ||
    to_json(CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END)::text ||
    coalesce(',"for":' || to_json(nullif(current_setting('prewatt.log_for', true), ''))::text, '') ||
    ',"at":"' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || E'"}\n';
