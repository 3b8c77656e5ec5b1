-- Vending keys as custodians bring them: two components, each entered by another operator at their own sign-in, sealed
-- until a third person allows the combining, and erased by it.

SET LOCAL search_path = prewatt;

CREATE TABLE key_loads (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  supply_group_code text NOT NULL CHECK (supply_group_code ~ '^\d{6}$'),
  key_revision smallint NOT NULL CHECK (key_revision BETWEEN 1 AND 9),
  key_type smallint NOT NULL CHECK (key_type BETWEEN 0 AND 3),
  key_expiry smallint NOT NULL CHECK (key_expiry BETWEEN 0 AND 255),
  base_date smallint NOT NULL CHECK (base_date IN (93, 14, 35)),
  dkga text NOT NULL CHECK (dkga IN ('dkga02', 'dkga04')),
  -- The check value that the whole key shall have, from the key management centre; null when none was given.
  expected_check_value text CHECK (expected_check_value ~ '^[0-9A-F]{6}$'),
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  opened_by uuid NOT NULL REFERENCES operators,
  opened_at timestamptz NOT NULL,
  approval_id uuid REFERENCES approvals,
  state text NOT NULL CHECK (state IN ('collecting', 'awaitingApproval', 'loaded', 'closed')),
  state_at timestamptz NOT NULL,
  UNIQUE (utility_id, request_id)
);
CREATE UNIQUE INDEX key_loads_open_once ON key_loads (utility_id, supply_group_code, key_revision)
  WHERE state IN ('collecting', 'awaitingApproval');

CREATE TABLE key_components (
  load_id uuid NOT NULL REFERENCES key_loads,
  ordinal smallint NOT NULL CHECK (ordinal IN (1, 2)),
  utility_id uuid NOT NULL REFERENCES utilities,
  entered_by uuid NOT NULL REFERENCES operators,
  check_value text NOT NULL CHECK (check_value ~ '^[0-9A-F]{6}$'),
  -- AES-256-GCM under the master key; null once the key is combined or the loading is closed.
  sealed bytea,
  entered_at timestamptz NOT NULL,
  PRIMARY KEY (load_id, ordinal),
  -- No one person holds the whole key.
  UNIQUE (load_id, entered_by)
);

ALTER TABLE vending_keys
  ADD COLUMN load_id uuid REFERENCES key_loads,
  ADD COLUMN check_value text CHECK (check_value ~ '^[0-9A-F]{6}$');

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['key_loads', 'key_components']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON key_loads, key_components TO prewatt_app;
GRANT UPDATE (approval_id, state, state_at) ON key_loads TO prewatt_app;
GRANT UPDATE (sealed) ON key_components TO prewatt_app;
