-- Install jobs: a meter is put up and tested step by step; technicians, who see and do nothing but these jobs.

SET LOCAL search_path = prewatt;

ALTER TABLE operators
  DROP CONSTRAINT operators_role_check,
  ADD CONSTRAINT operators_role_check CHECK (role IN ('administrator', 'operator', 'viewer', 'technician'));

CREATE TABLE install_jobs (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- Of a new connection: the id that it has from its first meter on.
  connection_id uuid NOT NULL,
  request_id text NOT NULL,
  request_digest text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('newConnection', 'newMeter', 'exchange')),
  name text NOT NULL,
  address text NOT NULL,
  note text NOT NULL CHECK (length(note) <= 500),
  was_postpaid boolean NOT NULL,
  -- The connection to make and the meter to bring, as asked for; no secret but as a hash.
  plan jsonb NOT NULL,
  expected_meter_pan text,
  has_link boolean NOT NULL,
  -- What has to pass before it may be closed, in order.
  steps text[] NOT NULL CHECK (cardinality(steps) > 0),
  -- The meter that hangs there when the job is opened.
  old_meter_id uuid,
  -- The meter that the technician has identified and that is the connection's.
  meter_id uuid,
  opened_by uuid NOT NULL REFERENCES operators,
  opened_at timestamptz NOT NULL,
  assigned_to uuid REFERENCES operators,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'cancelled')),
  state_at timestamptz NOT NULL,
  ended_by uuid REFERENCES operators,
  end_reason text CHECK (length(end_reason) <= 500),
  -- A step waits for a meter or for the office: the server looks after it.
  is_watched boolean NOT NULL DEFAULT false,
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, old_meter_id) REFERENCES meters (bucket, id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  CHECK ((kind = 'newConnection') = (old_meter_id IS NULL)),
  CHECK ((state = 'open') = (ended_by IS NULL)),
  CHECK (state <> 'cancelled' OR end_reason IS NOT NULL),
  CHECK (state <> 'closed' OR meter_id IS NOT NULL),
  CHECK (state = 'open' OR NOT is_watched)
);
CREATE INDEX install_jobs_by_id ON install_jobs (id);
CREATE INDEX install_jobs_by_request ON install_jobs (utility_id, request_id);
CREATE INDEX install_jobs_by_state ON install_jobs (utility_id, state, opened_at);
CREATE INDEX install_jobs_by_connection ON install_jobs (bucket, connection_id, opened_at DESC);
CREATE UNIQUE INDEX install_jobs_one_open ON install_jobs (bucket, connection_id) WHERE state = 'open';
CREATE INDEX install_jobs_watched ON install_jobs (utility_id) WHERE is_watched;

-- All that happened to a job. The last row of a step is its state; each try stays.
CREATE TABLE install_events (
  bucket smallint NOT NULL,
  job_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  what text NOT NULL CHECK (what IN ('opened', 'assigned', 'taken', 'running', 'passed', 'failed', 'skipped', 'closed', 'cancelled')),
  step text CHECK (step IN ('oldMeter', 'meter', 'exchange', 'link', 'carryOver', 'testToken', 'remoteRead', 'switchOpen',
    'switchClose', 'load', 'startReading')),
  -- What it rests on: numbers read, commands, tokens' grants. No digits of tokens, no secrets.
  evidence jsonb NOT NULL,
  words text,
  -- Null: the meter or the server said it.
  operator_id uuid REFERENCES operators,
  request_id text,
  request_digest text,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, job_id, ordinal),
  UNIQUE (bucket, job_id, request_id),
  FOREIGN KEY (bucket, job_id) REFERENCES install_jobs (bucket, id),
  CHECK ((what IN ('running', 'passed', 'failed', 'skipped')) = (step IS NOT NULL)),
  CHECK (what NOT IN ('failed', 'skipped') OR words IS NOT NULL),
  -- Nothing else may be left out: what cannot be done without a link, and a carry-over of nothing.
  CHECK (what <> 'skipped' OR step IN ('link', 'remoteRead', 'carryOver')),
  CHECK ((request_id IS NULL) = (request_digest IS NULL))
);
CREATE INDEX install_events_by_step ON install_events (bucket, job_id, step, ordinal DESC);

-- A job ends once, and is not closed while one of its steps has not passed.
CREATE FUNCTION install_jobs_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'open' THEN
    RAISE restrict_violation USING MESSAGE = 'an install job that has ended is never changed';
  END IF;
  IF NEW.state = 'closed' AND EXISTS (
    SELECT FROM unnest(NEW.steps) AS needed (step)
    WHERE coalesce((SELECT e.what FROM prewatt.install_events e
      WHERE e.bucket = NEW.bucket AND e.job_id = NEW.id AND e.step = needed.step
      ORDER BY e.ordinal DESC LIMIT 1), 'notStarted') NOT IN ('passed', 'skipped')
  ) THEN
    RAISE check_violation USING MESSAGE = 'an install job with a step that has not passed is not closed';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER install_jobs_end BEFORE UPDATE ON install_jobs
  FOR EACH ROW EXECUTE FUNCTION install_jobs_end();

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['install_jobs', 'install_events'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON install_jobs, install_events TO prewatt_app;
GRANT UPDATE (meter_id, assigned_to, state, state_at, ended_by, end_reason, is_watched) ON install_jobs TO prewatt_app;
