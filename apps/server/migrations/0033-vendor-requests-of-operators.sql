-- An administrator's request that made a vendor or a till's key: asked again, it gets what it made the first time.

SET LOCAL search_path = prewatt;

CREATE TABLE vendor_asks (
  utility_id uuid NOT NULL REFERENCES utilities,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  -- What was asked for, to tell a repeat from another wish under the same id. It holds no secret.
  asked jsonb NOT NULL,
  vendor_id uuid NOT NULL REFERENCES vendors,
  -- The key that it made; null for a vendor.
  key_id uuid REFERENCES vendor_keys,
  -- Real time: a key can be shown again for a short while only.
  at timestamptz NOT NULL,
  PRIMARY KEY (utility_id, request_id)
);

ALTER TABLE vendor_asks ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON vendor_asks TO prewatt_app
  USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()));

GRANT SELECT, INSERT ON vendor_asks TO prewatt_app;
