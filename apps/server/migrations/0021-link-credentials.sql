-- How a meter proves who it is on the wire: its secret, the next one while it is handed over, and
-- whether its link is revoked. Secrets rest as hashes; a new one is derived when it is sent.

ALTER TABLE prewatt.meters ADD COLUMN next_secret_hash bytea;
ALTER TABLE prewatt.meters ADD COLUMN secret_generation integer NOT NULL DEFAULT 0;
ALTER TABLE prewatt.meters ADD COLUMN link_revoked_at timestamptz;

CREATE TABLE prewatt.link_acts (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL REFERENCES prewatt.utilities,
  connection_id uuid NOT NULL,
  -- claimed: the factory's secret was used for the first time. rotated: the new secret was used.
  act text NOT NULL CHECK (act IN ('claimed', 'paired', 'rotationAsked', 'rotated', 'revoked')),
  request_id text,
  done_by text,
  reason text,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, meter_id, ordinal),
  UNIQUE (bucket, meter_id, request_id),
  CHECK ((act IN ('claimed', 'rotated')) = (done_by IS NULL)),
  CHECK ((done_by IS NULL) = (reason IS NULL AND request_id IS NULL)),
  FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters (bucket, id)
);
ALTER TABLE prewatt.link_acts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.link_acts TO prewatt_app
  USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility());
GRANT SELECT, INSERT ON prewatt.link_acts TO prewatt_app;

ALTER TABLE prewatt.commands DROP CONSTRAINT commands_kind_check;
ALTER TABLE prewatt.commands ADD CONSTRAINT commands_kind_check CHECK (kind IN
  ('deliverToken', 'readNow', 'switchOpen', 'switchClose', 'switchArm', 'setPowerLimit',
   'setEmergencyCredit', 'setProtection', 'setTariff', 'setPaymentMode', 'setClock', 'setLinkSecret'));
