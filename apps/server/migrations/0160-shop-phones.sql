-- A shop's phone as a till: its key comes to the phone by a code that works once, and stays there as a cookie. Clerks sign in
-- on it by a PIN. A shift belongs to the clerk who opened it, and so do its sales.

SET LOCAL search_path = prewatt;

-- From a code to its tenant and till; 60 random bits, kept as SHA-256.
CREATE TABLE vendor_phone_directory (
  code_hash bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
  utility_id uuid NOT NULL REFERENCES utilities,
  key_id uuid NOT NULL UNIQUE REFERENCES vendor_key_directory (key_id)
);
GRANT SELECT, INSERT ON vendor_phone_directory TO prewatt_app;

CREATE TABLE vendor_clerks (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  vendor_id uuid NOT NULL REFERENCES vendors,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  pin_hash text NOT NULL,
  -- Whether they chose it; one that was given to them opens nothing but the page that changes it.
  pin_is_own boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  removed_at timestamptz
);
CREATE UNIQUE INDEX vendor_clerks_by_name ON vendor_clerks (vendor_id, lower(name)) WHERE removed_at IS NULL;

-- The till itself is in vendor_keys, with its approval; the secret there is known to nobody, so that a phone is no key of
-- the tills' API. At most one clerk is signed in on a phone.
CREATE TABLE vendor_phones (
  key_id uuid PRIMARY KEY REFERENCES vendor_keys,
  utility_id uuid NOT NULL REFERENCES utilities,
  vendor_id uuid NOT NULL REFERENCES vendors,
  code_expires_at timestamptz NOT NULL,
  secret_hash bytea CHECK (octet_length(secret_hash) = 32),
  enrolled_at timestamptz,
  clerk_id uuid REFERENCES vendor_clerks,
  session_hash bytea CHECK (octet_length(session_hash) = 32),
  signed_in_at timestamptz,
  seen_at timestamptz,
  CHECK ((secret_hash IS NULL) = (enrolled_at IS NULL)),
  CHECK (num_nonnulls(clerk_id, session_hash, signed_in_at, seen_at) IN (0, 4))
);
CREATE INDEX vendor_phones_by_vendor ON vendor_phones (vendor_id);

-- Wrong PINs of a clerk in a row on a phone: beyond the most there is none, until the clerk is given another PIN.
CREATE TABLE vendor_pin_tries (
  key_id uuid NOT NULL REFERENCES vendor_phones,
  clerk_id uuid NOT NULL REFERENCES vendor_clerks,
  utility_id uuid NOT NULL REFERENCES utilities,
  wrong smallint NOT NULL CHECK (wrong BETWEEN 1 AND 5),
  PRIMARY KEY (key_id, clerk_id)
);
CREATE INDEX vendor_pin_tries_by_clerk ON vendor_pin_tries (clerk_id);

ALTER TABLE vendor_shifts ADD COLUMN clerk_id uuid REFERENCES vendor_clerks;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['vendor_clerks', 'vendor_phones', 'vendor_pin_tries']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON vendor_clerks, vendor_phones TO prewatt_app;
GRANT UPDATE (pin_hash, pin_is_own, removed_at) ON vendor_clerks TO prewatt_app;
GRANT UPDATE (secret_hash, enrolled_at, clerk_id, session_hash, signed_in_at, seen_at) ON vendor_phones TO prewatt_app;
GRANT SELECT, INSERT, DELETE, UPDATE (wrong) ON vendor_pin_tries TO prewatt_app;
