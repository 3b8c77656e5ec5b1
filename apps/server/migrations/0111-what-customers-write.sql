-- What customers write, and dialogues of cheap phones; who pays when a friend buys.

SET LOCAL search_path = prewatt;

-- Where a dialogue of a phone stands, so that one that was cut off goes on.
CREATE TABLE ussd_session_directory (
  phone text NOT NULL CHECK (length(phone) BETWEEN 8 AND 16),
  service_code text NOT NULL CHECK (length(service_code) <= 40),
  state jsonb NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (phone, service_code)
);
GRANT SELECT, INSERT, DELETE ON ussd_session_directory TO prewatt_app;
GRANT UPDATE (state, at) ON ussd_session_directory TO prewatt_app;

-- What customers write, and what was answered.
CREATE TABLE inbound_texts (
  utility_id uuid NOT NULL,
  id uuid NOT NULL,
  gateway text NOT NULL CHECK (length(gateway) BETWEEN 1 AND 32),
  gateway_id text NOT NULL CHECK (length(gateway_id) BETWEEN 1 AND 100),
  phone text NOT NULL CHECK (length(phone) BETWEEN 1 AND 40),
  bucket smallint,
  connection_id uuid,
  text text NOT NULL CHECK (length(text) <= 2000),
  answer text CHECK (length(answer) <= 1000),
  -- open: a person should read it.
  state text NOT NULL CHECK (state IN ('answered', 'open', 'done')),
  at timestamptz NOT NULL,
  done_at timestamptz,
  done_by uuid,
  PRIMARY KEY (utility_id, id),
  UNIQUE (utility_id, gateway, gateway_id),
  FOREIGN KEY (utility_id) REFERENCES utilities (id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  CHECK ((state = 'done') = (done_at IS NOT NULL AND done_by IS NOT NULL))
);
CREATE INDEX inbound_texts_open ON inbound_texts (utility_id, id) WHERE state = 'open';
ALTER TABLE inbound_texts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inbound_texts FOR ALL TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON inbound_texts TO prewatt_app;
GRANT UPDATE (answer, state, done_at, done_by) ON inbound_texts TO prewatt_app;

-- Whose phone is asked for the money, when it is not the home's own.
ALTER TABLE payments ADD COLUMN payer_phone text CHECK (length(payer_phone) BETWEEN 8 AND 16);
