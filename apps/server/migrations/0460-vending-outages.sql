-- Times at which electricity could not be bought and homes are therefore not cut, and the homes that such a time kept on.

SET LOCAL search_path = prewatt;

CREATE TABLE vending_outages (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities (id),
  began_at timestamptz NOT NULL,
  grace_until timestamptz NOT NULL,
  -- Null: the server noticed it by itself.
  declared_by uuid REFERENCES operators (id),
  request_id text CHECK (length(request_id) BETWEEN 8 AND 100),
  note text CHECK (length(note) BETWEEN 1 AND 500),
  ended_at timestamptz,
  end_cause text CHECK (end_cause IN ('salesGoOn', 'operator', 'timeOver')),
  ended_by uuid REFERENCES operators (id),
  CONSTRAINT vending_outages_declared_whole CHECK (num_nulls(declared_by, request_id, note) IN (0, 3)),
  CONSTRAINT vending_outages_ended_whole CHECK ((ended_at IS NULL) = (end_cause IS NULL)),
  CONSTRAINT vending_outages_ended_by_one CHECK ((end_cause = 'operator') IS NOT TRUE OR ended_by IS NOT NULL),
  CONSTRAINT vending_outages_in_order CHECK (grace_until > began_at)
);
CREATE UNIQUE INDEX vending_outages_one_open ON vending_outages (utility_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX vending_outages_asked_once ON vending_outages (utility_id, request_id);
CREATE INDEX vending_outages_by_time ON vending_outages (utility_id, began_at DESC);

CREATE TABLE vending_outage_homes (
  outage_id uuid NOT NULL REFERENCES vending_outages (id),
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities (id),
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (outage_id, bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);

ALTER TABLE vending_outages ENABLE ROW LEVEL SECURITY;
ALTER TABLE vending_outage_homes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON vending_outages FOR ALL TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
CREATE POLICY tenant ON vending_outage_homes FOR ALL TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON vending_outages, vending_outage_homes TO prewatt_app;
GRANT UPDATE (grace_until, ended_at, end_cause, ended_by) ON vending_outages TO prewatt_app;
