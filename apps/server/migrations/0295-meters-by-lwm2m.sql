-- Meters that are read and commanded by LwM2M over CoAP: their names, their secrets (sealed), the counter of their proofs, how they
-- were heard last and what went wrong.

SET LOCAL search_path = prewatt;

CREATE TABLE lwm2m_links (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  -- The name by which the device registers.
  endpoint text NOT NULL CHECK (endpoint ~ '^[!-~]{1,128}$'),
  -- none: something in front of the server proves who the device is.
  proof text NOT NULL CHECK (proof IN ('secret', 'none')),
  -- Sealed under the master key.
  sealed bytea,
  -- The highest of the device's proofs; what comes must be higher.
  counter bigint NOT NULL DEFAULT -1 CHECK (counter BETWEEN -1 AND 9007199254740991),
  read_every_s integer NOT NULL CHECK (read_every_s BETWEEN 60 AND 86400),
  -- What the device said first stays.
  serial text CHECK (length(serial) <= 64),
  registered_at timestamptz,
  heard_at timestamptz,
  address text CHECK (length(address) <= 64),
  -- messages: the head-end's own, in the container; objects: those of the registry.
  speaks text CHECK (speaks IN ('messages', 'objects')),
  sleeps boolean,
  objects text CHECK (length(objects) <= 400),
  fault text CHECK (fault IN ('unreachable', 'noAnswer', 'notLetIn', 'notProved', 'otherMeter', 'replay', 'tooMuch', 'malformed',
    'countersUsedUp')),
  fault_at timestamptz,
  faults integer NOT NULL DEFAULT 0,
  -- Commands that were answered, so that a repeat gets the first answer.
  answered jsonb NOT NULL DEFAULT '[]',
  linked_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (bucket, meter_id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  CHECK ((proof = 'secret') = (sealed IS NOT NULL)),
  CHECK ((fault IS NULL) = (fault_at IS NULL))
);

-- Which meter registers by this name, before its tenant is known.
CREATE TABLE lwm2m_endpoint_directory (
  endpoint text PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL
);

ALTER TABLE lwm2m_links ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON lwm2m_links TO prewatt_app
  USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()));

GRANT SELECT, INSERT ON lwm2m_links TO prewatt_app;
GRANT SELECT, INSERT, DELETE ON lwm2m_endpoint_directory TO prewatt_app;
GRANT UPDATE (connection_id, endpoint, proof, sealed, counter, read_every_s, serial, registered_at, heard_at, address, speaks, sleeps,
  objects, fault, fault_at, faults, answered, linked_at, ended_at) ON lwm2m_links TO prewatt_app;
