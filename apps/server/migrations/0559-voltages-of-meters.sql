-- Voltage at meters by half-hour, as a head-end hands it over, and what it says of where a meter is: the transformer, the
-- phase, and the evidence, for a person to confirm.

SET LOCAL search_path = prewatt;

CREATE TABLE network_voltages (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  deci_volts smallint NOT NULL CHECK (deci_volts BETWEEN 0 AND 10000),
  PRIMARY KEY (bucket, connection_id, starts_at),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);
ALTER TABLE network_voltages ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON network_voltages TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON network_voltages TO prewatt_app;

ALTER TABLE placement_findings
  -- load: its use goes with what is missing there. voltage: its voltage goes with that of the meters there.
  ADD COLUMN basis text NOT NULL DEFAULT 'load' CHECK (basis IN ('load', 'voltage')),
  ADD COLUMN present_phase text CHECK (present_phase IN ('L1', 'L2', 'L3', 'all')),
  ADD COLUMN suggested_phase text CHECK (suggested_phase IN ('L1', 'L2', 'L3')),
  -- Of voltage: correlation with the place of the list and with the best other one, per cent; meters and half-hours.
  ADD COLUMN listed_percent smallint,
  ADD COLUMN next_percent smallint,
  ADD COLUMN meters integer,
  ADD COLUMN pairs integer;
GRANT UPDATE (basis, present_phase, suggested_phase, listed_percent, next_percent, meters, pairs)
  ON placement_findings TO prewatt_app;

ALTER TABLE imports DROP CONSTRAINT imports_kind_check;
ALTER TABLE imports ADD CONSTRAINT imports_kind_check CHECK (kind IN ('connections', 'arrears', 'openingBalances',
  'networkNodes', 'networkPlacements', 'networkReadings', 'networkVoltages'));
