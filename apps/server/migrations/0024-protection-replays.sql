-- Replays: a rule set run over a utility's own past, beside the rules of the day, before anybody approves it.

SET LOCAL search_path = prewatt;

CREATE TABLE protection_replays (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  document jsonb NOT NULL,
  -- The rules in force when it was asked for.
  compared_with jsonb NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL CHECK (to_at > from_at),
  requested_by uuid NOT NULL REFERENCES operators,
  requested_at timestamptz NOT NULL,
  -- How far it has come: the chunk that is next, and the last connection of the one before.
  next_chunk integer NOT NULL DEFAULT 0,
  last_bucket smallint NOT NULL DEFAULT -1,
  last_connection_id uuid,
  sums jsonb NOT NULL,
  finished_at timestamptz,
  UNIQUE (utility_id, request_id)
);
CREATE INDEX protection_replays_newest ON protection_replays (utility_id, id DESC);

-- Homes that one of the two rule sets would cut, or call about.
CREATE TABLE protection_replay_homes (
  bucket smallint NOT NULL,
  replay_id uuid NOT NULL REFERENCES protection_replays,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  vulnerable boolean NOT NULL,
  medical boolean NOT NULL,
  now jsonb NOT NULL,
  proposed jsonb NOT NULL,
  PRIMARY KEY (bucket, replay_id, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);
CREATE INDEX protection_replay_homes_by_replay ON protection_replay_homes (replay_id, bucket, connection_id);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['protection_replays', 'protection_replay_homes']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON protection_replays, protection_replay_homes TO prewatt_app;
GRANT UPDATE (next_chunk, last_bucket, last_connection_id, sums, finished_at) ON protection_replays TO prewatt_app;
