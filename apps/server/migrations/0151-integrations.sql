-- Programs of others that read by a key of their own: what each may read, and its keys, of which only SHA-256 rests here. A key
-- is replaced by another one while it still opens for a while.

SET LOCAL search_path = prewatt;

CREATE TABLE integrations (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  -- By packages/api: a closed list.
  scopes text[] NOT NULL CHECK (cardinality(scopes) >= 1),
  requests_per_minute integer NOT NULL CHECK (requests_per_minute BETWEEN 1 AND 6000),
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL REFERENCES operators,
  created_by_name text NOT NULL,
  revoked_at timestamptz,
  revoked_reason text CHECK (length(revoked_reason) BETWEEN 3 AND 500),
  UNIQUE (utility_id, id),
  CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
);
CREATE UNIQUE INDEX integrations_one_name ON integrations (utility_id, name) WHERE revoked_at IS NULL;
ALTER TABLE integrations ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON integrations TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON integrations TO prewatt_app;
GRANT UPDATE (revoked_at, revoked_reason) ON integrations TO prewatt_app;

-- Which tenant a key leads to; it says nothing else.
CREATE TABLE integration_key_directory (
  key_id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities
);
GRANT SELECT, INSERT ON integration_key_directory TO prewatt_app;

-- Instants are of real time.
CREATE TABLE integration_keys (
  id uuid PRIMARY KEY REFERENCES integration_key_directory (key_id),
  utility_id uuid NOT NULL REFERENCES utilities,
  integration_id uuid NOT NULL,
  -- Of who asked for it, with what was asked: a repeat is shown no key.
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 1 AND 200),
  secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz,
  UNIQUE (utility_id, request_id),
  FOREIGN KEY (utility_id, integration_id) REFERENCES integrations (utility_id, id)
);
CREATE INDEX integration_keys_of ON integration_keys (utility_id, integration_id, created_at);
ALTER TABLE integration_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON integration_keys TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON integration_keys TO prewatt_app;
GRANT UPDATE (expires_at, last_used_at) ON integration_keys TO prewatt_app;
