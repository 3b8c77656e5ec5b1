-- Terminals of shops that speak XMLVend: a till of a vendor that proves itself by a client certificate, with the names by which
-- it calls itself. Their messages are kept by id, so that a repeat gets the first answer, and a message that was given up by
-- advice never sells.

SET LOCAL search_path = prewatt;

-- Which tenant and till a certificate with these names leads to. A terminal that was taken back never comes again under
-- the same certificate.
CREATE TABLE vendor_terminal_directory (
  certificate_sha256 bytea NOT NULL CHECK (octet_length(certificate_sha256) = 32),
  client_id text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 40),
  terminal_id text NOT NULL CHECK (length(terminal_id) BETWEEN 1 AND 40),
  utility_id uuid NOT NULL REFERENCES utilities,
  key_id uuid NOT NULL UNIQUE REFERENCES vendor_key_directory (key_id),
  PRIMARY KEY (certificate_sha256, client_id, terminal_id)
);
GRANT SELECT, INSERT ON vendor_terminal_directory TO prewatt_app;

-- The till's key itself is in vendor_keys, with its approval; its secret is known to nobody.
CREATE TABLE vendor_terminals (
  key_id uuid PRIMARY KEY REFERENCES vendor_keys,
  utility_id uuid NOT NULL REFERENCES utilities,
  vendor_id uuid NOT NULL REFERENCES vendors,
  client_id text NOT NULL,
  terminal_id text NOT NULL,
  certificate_sha256 bytea NOT NULL,
  entered bigint NOT NULL DEFAULT nextval('prewatt.entries'),
  FOREIGN KEY (certificate_sha256, client_id, terminal_id) REFERENCES vendor_terminal_directory
);
ALTER TABLE vendor_terminals ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON vendor_terminals TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON vendor_terminals TO prewatt_app;

-- Messages that do something, by what their sender calls them: unique for ever, whichever certificate the terminal had.
CREATE TABLE vendor_messages (
  vendor_id uuid NOT NULL REFERENCES vendors,
  client_id text NOT NULL CHECK (length(client_id) <= 40),
  terminal_id text NOT NULL CHECK (length(terminal_id) <= 40),
  -- As it was written: 14 or 17 digits.
  date_time text NOT NULL CHECK (length(date_time) <= 17),
  -- Without leading zeros.
  unique_number text NOT NULL CHECK (length(unique_number) <= 18),
  utility_id uuid NOT NULL REFERENCES utilities,
  key_id uuid NOT NULL REFERENCES vendor_keys,
  element text NOT NULL CHECK (length(element) <= 60),
  -- Of what was asked; null for a message that was given up before it came.
  fingerprint text CHECK (length(fingerprint) = 64),
  request jsonb,
  -- taken: being done by whoever has it until `taken_until`; answered: `answer` says with what; givenUp: never to be done.
  state text NOT NULL CHECK (state IN ('taken', 'answered', 'givenUp')),
  taken_until timestamptz,
  answer jsonb,
  answered_at timestamptz,
  confirmed_at timestamptz,
  PRIMARY KEY (vendor_id, client_id, terminal_id, date_time, unique_number),
  CHECK ((state = 'answered') = (answer IS NOT NULL)),
  CHECK ((state = 'answered') = (answered_at IS NOT NULL)),
  CHECK (state = 'givenUp' OR fingerprint IS NOT NULL)
);
ALTER TABLE vendor_messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON vendor_messages TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON vendor_messages TO prewatt_app;
GRANT UPDATE (state, taken_until, answer, answered_at, confirmed_at) ON vendor_messages TO prewatt_app;
