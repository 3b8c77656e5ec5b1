-- Meters that are read and commanded by DLMS/COSEM: how each is reached, its keys (sealed), its invocation counters, what is planned
-- and what went wrong; and what meters of one firmware have in common.

SET LOCAL search_path = prewatt;

CREATE TABLE dlms_links (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  -- called: the server opens the connection. dialsIn: the meter does, and says its device id.
  reach text NOT NULL CHECK (reach IN ('called', 'dialsIn')),
  host text CHECK (length(host) BETWEEN 1 AND 253),
  port integer CHECK (port BETWEEN 1 AND 65535),
  device_id text CHECK (device_id ~ '^[A-Za-z0-9]{4,32}$'),
  framing text NOT NULL CHECK (framing IN ('wrapper', 'hdlc')),
  client_sap smallint NOT NULL CHECK (client_sap BETWEEN 1 AND 127),
  server_sap integer NOT NULL CHECK (server_sap BETWEEN 1 AND 16383),
  authentication text NOT NULL CHECK (authentication IN ('none', 'low', 'gmac')),
  -- Password and keys, sealed under the master key.
  sealed bytea NOT NULL,
  client_title bytea NOT NULL CHECK (octet_length(client_title) = 8),
  -- Of the meter; what it says first stays.
  server_title bytea CHECK (octet_length(server_title) = 8),
  device_name text CHECK (length(device_name) <= 64),
  -- What is sent begins here, what comes must be higher: kept before bytes leave.
  send_from bigint NOT NULL DEFAULT 1 CHECK (send_from BETWEEN 0 AND 4294967296),
  received bigint NOT NULL DEFAULT -1 CHECK (received BETWEEN -1 AND 4294967295),
  -- The send counter was asked of the meter since the keys came.
  counters_known boolean NOT NULL DEFAULT false,
  model_key text CHECK (length(model_key) <= 200),
  read_every_s integer NOT NULL CHECK (read_every_s BETWEEN 60 AND 86400),
  next_read_at timestamptz NOT NULL,
  -- One association at a time, whichever server process has it. Real time.
  leased_by uuid,
  leased_until timestamptz,
  last_read_at timestamptz,
  profile_read_to timestamptz,
  -- The sum of what tokens credited by this link.
  credited_wh bigint NOT NULL DEFAULT 0,
  fault text CHECK (fault IN ('unreachable', 'noAnswer', 'notLetIn', 'notProved', 'otherMeter', 'replay', 'tooMuch', 'malformed',
    'countersUsedUp')),
  fault_at timestamptz,
  faults integer NOT NULL DEFAULT 0,
  -- Classes 111 to 113 as they were read last.
  account jsonb,
  -- Commands that were answered, so that a repeat gets the first answer.
  answered jsonb NOT NULL DEFAULT '[]',
  linked_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (bucket, meter_id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  CHECK ((reach = 'called') = (host IS NOT NULL)),
  CHECK ((reach = 'called') = (port IS NOT NULL)),
  CHECK ((reach = 'dialsIn') = (device_id IS NOT NULL)),
  CHECK ((fault IS NULL) = (fault_at IS NULL))
);
CREATE INDEX dlms_links_due ON dlms_links (utility_id, next_read_at) WHERE ended_at IS NULL;

-- Which meter dials in by this id, before its tenant is known.
CREATE TABLE dlms_device_directory (
  device_id text PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL
);

-- The objects of a firmware that the server uses, with their scalers and the columns of the profile.
CREATE TABLE dlms_models (
  utility_id uuid NOT NULL REFERENCES utilities,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
  model jsonb NOT NULL,
  read_at timestamptz NOT NULL,
  PRIMARY KEY (utility_id, key)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['dlms_links', 'dlms_models'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON dlms_links, dlms_models TO prewatt_app;
GRANT SELECT, INSERT, DELETE ON dlms_device_directory TO prewatt_app;
GRANT UPDATE (connection_id, reach, host, port, device_id, framing, client_sap, server_sap, authentication, sealed, client_title,
  server_title, device_name, send_from, received, counters_known, model_key, read_every_s, next_read_at, leased_by, leased_until,
  last_read_at, profile_read_to, credited_wh, fault, fault_at, faults, account, answered, linked_at, ended_at) ON dlms_links
  TO prewatt_app;
GRANT UPDATE (model, read_at) ON dlms_models TO prewatt_app;

-- Another driver takes a meter over, or lets it go.
ALTER TABLE link_acts
  DROP CONSTRAINT link_acts_act_check,
  ADD CONSTRAINT link_acts_act_check CHECK (act IN ('claimed', 'paired', 'rotationAsked', 'rotated', 'revoked', 'certified', 'renewed',
    'driverLinked', 'driverEnded'));

ALTER TABLE meter_alerts DROP CONSTRAINT meter_alerts_kind_check;
ALTER TABLE meter_alerts ADD CONSTRAINT meter_alerts_kind_check CHECK (kind IN ('silent', 'tamper', 'walletChange', 'walletSupply',
  'walletReadings', 'walletRating', 'walletJump', 'walletBalance', 'certificateEnds', 'certificateEnded', 'renewalFailed',
  'tooMuchWork', 'driverFault'));
