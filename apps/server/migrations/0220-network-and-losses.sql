-- The network below the substation as data, what goes in at its nodes, which meter is behind which node, what is lost
-- there by day, and which homes the loss probably goes with.

SET LOCAL search_path = prewatt;

CREATE TABLE network_nodes (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- As the utility writes it on the pole.
  code text NOT NULL CHECK (length(code) BETWEEN 1 AND 60),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  kind text NOT NULL CHECK (kind IN ('feeder', 'transformer')),
  parent_id uuid,
  created_at timestamptz NOT NULL,
  UNIQUE (utility_id, code),
  UNIQUE (utility_id, id),
  FOREIGN KEY (utility_id, parent_id) REFERENCES network_nodes (utility_id, id),
  -- A transformer hangs on a feeder, a feeder on nothing: no circle is possible.
  CHECK (kind = 'transformer' OR parent_id IS NULL)
);

-- Energy through a node's own meter, by half-hour. The first value stands.
CREATE TABLE network_readings (
  node_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  utility_id uuid NOT NULL,
  energy_wh bigint NOT NULL CHECK (energy_wh BETWEEN 0 AND 2000000000),
  PRIMARY KEY (node_id, starts_at),
  FOREIGN KEY (utility_id, node_id) REFERENCES network_nodes (utility_id, id)
);

-- Behind which node a connection is, since when; null: always. The newest row of the latest day holds.
CREATE TABLE network_placements (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  node_id uuid NOT NULL,
  phase text CHECK (phase IN ('L1', 'L2', 'L3', 'all')),
  since date,
  -- `confirmed`: a person agreed with what the readings suggest.
  source text NOT NULL CHECK (source IN ('import', 'confirmed')),
  placed_by uuid REFERENCES operators,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (utility_id, node_id) REFERENCES network_nodes (utility_id, id),
  CHECK ((source = 'confirmed') = (placed_by IS NOT NULL))
);
CREATE INDEX network_placements_by_connection ON network_placements (bucket, connection_id, id);
CREATE INDEX network_placements_by_node ON network_placements (utility_id, node_id);

-- Where a home's readings say that it is, for a person to confirm: never changed by itself.
CREATE TABLE placement_findings (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- Null: on no node yet.
  present_node_id uuid,
  suggested_node_id uuid,
  -- How much of the home's changes the suggested node is missing, and how clearly (a t value, in tenths).
  share_percent integer NOT NULL,
  strength_tenths integer NOT NULL,
  found_at timestamptz NOT NULL,
  -- looking: its use did not come in where it is counted, and no other node is found yet.
  state text NOT NULL CHECK (state IN ('looking', 'open', 'confirmed', 'dismissed')),
  decided_by uuid REFERENCES operators,
  decided_at timestamptz,
  PRIMARY KEY (bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (utility_id, suggested_node_id) REFERENCES network_nodes (utility_id, id),
  CHECK ((state = 'looking') = (suggested_node_id IS NULL)),
  CHECK ((state IN ('looking', 'open')) = (decided_by IS NULL)),
  CHECK ((decided_by IS NULL) = (decided_at IS NULL))
);
CREATE INDEX placement_findings_by_state ON placement_findings (utility_id, state);

-- A round of balances and ranking, once a day: where it has come to stands here, so that any process goes on with it.
CREATE TABLE revenue_rounds (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  day date NOT NULL,
  stage text NOT NULL CHECK (stage IN ('nodes', 'unplaced', 'placing', 'done')),
  -- The code of the last node, or bucket and id of the last connection, that this stage has done.
  after_code text NOT NULL DEFAULT '',
  after_bucket smallint NOT NULL DEFAULT -1,
  after_connection uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  step integer NOT NULL DEFAULT 0,
  homes integer NOT NULL DEFAULT 0,
  -- What a kWh was sold for on average, minor units; null without sales.
  price_per_kwh_minor bigint,
  town_middle_minor bigint,
  started_at timestamptz NOT NULL,
  done_at timestamptz,
  UNIQUE (utility_id, day),
  CHECK ((stage = 'done') = (done_at IS NOT NULL))
);

-- The balance of a node over the span of its last round, and by day. What cannot be told is null; the state says why.
CREATE TABLE network_balances (
  node_id uuid PRIMARY KEY,
  utility_id uuid NOT NULL,
  round_id uuid NOT NULL REFERENCES revenue_rounds,
  state text NOT NULL,
  from_day date NOT NULL,
  days smallint NOT NULL,
  homes integer NOT NULL,
  outage_intervals integer NOT NULL,
  energy_in_wh bigint,
  metered_wh bigint,
  estimated_wh bigint,
  technical_wh bigint,
  unexplained_wh bigint,
  low_wh bigint,
  high_wh bigint,
  FOREIGN KEY (utility_id, node_id) REFERENCES network_nodes (utility_id, id)
);
CREATE TABLE network_balance_days (
  node_id uuid NOT NULL,
  day date NOT NULL,
  utility_id uuid NOT NULL,
  energy_in_wh bigint,
  metered_wh bigint,
  estimated_wh bigint,
  technical_wh bigint,
  unexplained_wh bigint,
  low_wh bigint,
  high_wh bigint,
  -- Of each half-hour; null where it cannot be told.
  half_hours_wh integer[] NOT NULL,
  PRIMARY KEY (node_id, day),
  FOREIGN KEY (utility_id, node_id) REFERENCES network_nodes (utility_id, id)
);

-- What the last round says of a home that is not quiet.
CREATE TABLE revenue_lines (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  node_id uuid,
  round_id uuid NOT NULL REFERENCES revenue_rounds,
  -- visit: worth one. support: help first. held: an honest cause holds. quiet: nothing speaks against it any more.
  standing text NOT NULL CHECK (standing IN ('visit', 'support', 'held', 'quiet')),
  -- Of a held home: which cause, in words.
  held_state text,
  held_words text,
  probability_permille smallint NOT NULL CHECK (probability_permille BETWEEN 0 AND 1000),
  recoverable_wh bigint NOT NULL,
  expected_wh bigint NOT NULL,
  expected_minor bigint,
  reasons jsonb NOT NULL,
  need jsonb NOT NULL,
  chart jsonb NOT NULL,
  PRIMARY KEY (bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  CHECK ((standing = 'held') <= (held_state IS NOT NULL))
);
CREATE INDEX revenue_lines_by_worth ON revenue_lines (utility_id, standing, expected_wh DESC);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['network_nodes', 'network_readings', 'network_placements', 'placement_findings', 'revenue_rounds',
    'network_balances', 'network_balance_days', 'revenue_lines']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON network_nodes, network_readings, network_placements TO prewatt_app;
GRANT SELECT, INSERT ON placement_findings, revenue_rounds, network_balances, network_balance_days, revenue_lines TO prewatt_app;
GRANT UPDATE (present_node_id, suggested_node_id, share_percent, strength_tenths, found_at, state, decided_by, decided_at)
  ON placement_findings TO prewatt_app;
GRANT UPDATE (stage, after_code, after_bucket, after_connection, step, homes, done_at) ON revenue_rounds TO prewatt_app;
GRANT UPDATE (round_id, state, from_day, days, homes, outage_intervals, energy_in_wh, metered_wh, estimated_wh, technical_wh,
  unexplained_wh, low_wh, high_wh) ON network_balances TO prewatt_app;
GRANT UPDATE (energy_in_wh, metered_wh, estimated_wh, technical_wh, unexplained_wh, low_wh, high_wh, half_hours_wh)
  ON network_balance_days TO prewatt_app;
GRANT UPDATE (node_id, round_id, standing, held_state, held_words, probability_permille, recoverable_wh, expected_wh,
  expected_minor, reasons, need, chart) ON revenue_lines TO prewatt_app;

ALTER TABLE imports DROP CONSTRAINT imports_kind_check;
ALTER TABLE imports ADD CONSTRAINT imports_kind_check CHECK (kind IN ('connections', 'arrears', 'openingBalances',
  'networkNodes', 'networkPlacements', 'networkReadings'));
