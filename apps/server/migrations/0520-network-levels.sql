-- Networks of more than two levels: substations above feeders, feeders below feeders, phases below transformers; nodes
-- that hang elsewhere from a day on; where a node stands; and what the homes of a node bought.

SET LOCAL search_path = prewatt;

ALTER TABLE network_nodes
  -- A transformer hung on a feeder and a feeder on nothing: now who adds a node looks for circles.
  DROP CONSTRAINT network_nodes_check,
  DROP CONSTRAINT network_nodes_kind_check,
  ADD CONSTRAINT network_nodes_kind_check CHECK (kind IN ('substation', 'feeder', 'transformer', 'phase')),
  ADD CONSTRAINT network_nodes_phase_check CHECK (kind <> 'phase' OR (parent_id IS NOT NULL AND name IN ('L1', 'L2', 'L3'))),
  ADD COLUMN latitude_micro integer CHECK (latitude_micro BETWEEN -90000000 AND 90000000),
  ADD COLUMN longitude_micro integer CHECK (longitude_micro BETWEEN -180000000 AND 180000000),
  ADD CONSTRAINT network_nodes_place_check CHECK ((latitude_micro IS NULL) = (longitude_micro IS NULL));
CREATE UNIQUE INDEX network_nodes_by_phase ON network_nodes (parent_id, name) WHERE kind = 'phase';

-- From which day on a node hangs on another one than at first. The newest row of the latest day holds.
CREATE TABLE network_moves (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL,
  node_id uuid NOT NULL,
  parent_id uuid,
  since date NOT NULL,
  at timestamptz NOT NULL,
  FOREIGN KEY (utility_id, node_id) REFERENCES network_nodes (utility_id, id),
  FOREIGN KEY (utility_id, parent_id) REFERENCES network_nodes (utility_id, id)
);
CREATE INDEX network_moves_by_node ON network_moves (utility_id, node_id, since, id);

-- Of the homes directly on the node: what they bought in the span, and what their meters counted.
ALTER TABLE network_balances
  -- 95 of 100 times the technical loss is so near.
  ADD COLUMN technical_range_wh bigint,
  ADD COLUMN own_homes integer NOT NULL DEFAULT 0,
  ADD COLUMN buying_homes integer NOT NULL DEFAULT 0,
  ADD COLUMN sold_wh bigint NOT NULL DEFAULT 0,
  ADD COLUMN sold_minor bigint NOT NULL DEFAULT 0,
  -- Of the homes that were read on nine of ten half-hours, what these homes bought beside what they counted.
  ADD COLUMN read_homes integer NOT NULL DEFAULT 0,
  ADD COLUMN read_counted_wh bigint NOT NULL DEFAULT 0,
  ADD COLUMN read_sold_wh bigint NOT NULL DEFAULT 0;

ALTER TABLE network_moves ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON network_moves TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON network_moves TO prewatt_app;
GRANT UPDATE (latitude_micro, longitude_micro) ON network_nodes TO prewatt_app;
GRANT UPDATE (technical_range_wh, own_homes, buying_homes, sold_wh, sold_minor, read_homes, read_counted_wh, read_sold_wh)
  ON network_balances TO prewatt_app;
