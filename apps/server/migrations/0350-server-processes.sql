-- The processes of the server, each of which says every few seconds that it is there, by the database's clock. Who is silent has
-- lost its jobs, and the others share its part of what one address may ask.
SET LOCAL search_path = prewatt;

CREATE TABLE server_processes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  state text NOT NULL DEFAULT 'working' CHECK (state IN ('working', 'draining', 'ended')),
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Under which names it holds jobs.
  job_workers text[] NOT NULL DEFAULT '{}' CHECK (cardinality(job_workers) <= 100)
);
GRANT SELECT, DELETE ON server_processes TO prewatt_app;
GRANT INSERT (id, name, state, job_workers), UPDATE (state, seen_at, job_workers) ON server_processes TO prewatt_app;
