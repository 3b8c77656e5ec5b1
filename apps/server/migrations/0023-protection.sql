-- Protection: which rules held when, declared heat and cold days, homes that are never cut, and the list of people to call.
-- Everything a person decided is append-only; a call's state and the watch over homes without credit move on.

SET LOCAL search_path = prewatt;

-- Widened whatever kinds there are by now.
DO $$
DECLARE
  known text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO STRICT known
    FROM pg_constraint WHERE conrelid = 'prewatt.approvals'::regclass AND conname = 'approvals_kind_check';
  ALTER TABLE prewatt.approvals DROP CONSTRAINT approvals_kind_check;
  EXECUTE format('ALTER TABLE prewatt.approvals ADD CONSTRAINT approvals_kind_check
    CHECK (kind = ''protectionRules'' OR %s)', known);
END
$$;

-- The rule sets that have been live; the one with the highest version is.
CREATE TABLE protection_rule_sets (
  utility_id uuid NOT NULL REFERENCES utilities,
  version integer NOT NULL CHECK (version > 0),
  -- As packages/protection checks it, without the declared days of the calendar.
  document jsonb NOT NULL,
  approval_id uuid NOT NULL REFERENCES approvals,
  requested_by uuid NOT NULL REFERENCES operators,
  approved_by uuid NOT NULL REFERENCES operators CHECK (approved_by <> requested_by),
  live_at timestamptz NOT NULL,
  PRIMARY KEY (utility_id, version)
);

-- A day counts when its last word is "declared".
CREATE TABLE weather_day_events (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  date date NOT NULL,
  kind text NOT NULL CHECK (kind IN ('heat', 'cold')),
  what text NOT NULL CHECK (what IN ('declared', 'withdrawn')),
  note text NOT NULL CHECK (length(note) BETWEEN 1 AND 500),
  operator_id uuid NOT NULL REFERENCES operators,
  at timestamptz NOT NULL,
  UNIQUE (utility_id, request_id, date, kind)
);
CREATE INDEX weather_day_events_by_date ON weather_day_events (utility_id, date, kind, id DESC);

-- Who depends on supply, on whose word. Private: it says something of a person's health.
CREATE TABLE home_flag_events (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  kind text NOT NULL CHECK (kind IN ('medical', 'vulnerable')),
  what text NOT NULL CHECK (what IN ('set', 'ended')),
  -- What it rests on, or why it ended.
  evidence text NOT NULL CHECK (length(evidence) BETWEEN 10 AND 500),
  -- The last civil day on which it counts.
  expires_on date,
  operator_id uuid NOT NULL REFERENCES operators,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, request_id),
  CHECK (what = 'set' OR expires_on IS NULL),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);
CREATE INDEX home_flag_events_by_kind ON home_flag_events (bucket, connection_id, kind, id DESC);

-- Homes without credit: since when, and since when nothing was used. Not history.
CREATE TABLE supply_watch (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- Null while there is credit.
  out_since timestamptz,
  still_since timestamptz NOT NULL,
  import_energy_wh bigint NOT NULL,
  PRIMARY KEY (bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);

-- People to call. new -> called -> resolved; at most one open call for a home.
CREATE TABLE supply_calls (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  because text NOT NULL CHECK (because IN ('medical', 'vulnerable', 'silence')),
  out_since timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('new', 'called', 'resolved')),
  opened_at timestamptz NOT NULL,
  state_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);
CREATE UNIQUE INDEX supply_calls_one_open ON supply_calls (bucket, connection_id) WHERE state <> 'resolved';
CREATE INDEX supply_calls_by_connection ON supply_calls (bucket, connection_id, out_since);
CREATE INDEX supply_calls_by_state ON supply_calls (utility_id, state, opened_at);

CREATE TABLE supply_call_events (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  call_id uuid NOT NULL,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  what text NOT NULL CHECK (what IN ('called', 'resolved')),
  note text NOT NULL CHECK (length(note) BETWEEN 1 AND 500),
  -- Null when credit came back by itself.
  operator_id uuid REFERENCES operators,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, call_id, request_id),
  FOREIGN KEY (bucket, call_id) REFERENCES supply_calls (bucket, id)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['protection_rule_sets', 'weather_day_events', 'home_flag_events', 'supply_watch',
    'supply_calls', 'supply_call_events']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON protection_rule_sets, weather_day_events, home_flag_events, supply_call_events TO prewatt_app;
GRANT SELECT, INSERT ON supply_watch, supply_calls TO prewatt_app;
GRANT UPDATE (out_since, still_since, import_energy_wh) ON supply_watch TO prewatt_app;
GRANT UPDATE (state, state_at) ON supply_calls TO prewatt_app;

-- The rules in force, declared days and all, of the present tenant and of no other.
CREATE FUNCTION set_protection_rules(document jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = prewatt, pg_temp
AS 'UPDATE prewatt.utilities SET protection_rules = document WHERE id = prewatt.current_utility()';
REVOKE ALL ON FUNCTION set_protection_rules(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_protection_rules(jsonb) TO prewatt_app;
