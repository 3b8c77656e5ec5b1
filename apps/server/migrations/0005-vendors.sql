-- Vendors: who sells for cash against a float. A vendor has no bucket; what belongs to one of its sales has that of the
-- connection. The float and the hour's budget are counters on the vendor's row, changed under its lock as the last
-- statement of a sale; the ledger is the truth, and a test compares them.

SET LOCAL search_path = prewatt;

-- Why nothing may be sold to a connection at present; null when it may.
ALTER TABLE connections ADD COLUMN blocked_reason text CHECK (length(blocked_reason) BETWEEN 1 AND 200);

ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check CHECK (kind IN ('providerClearing',
  'customerPrepaid', 'customerDebt', 'openingBalance', 'bank', 'vendorFloat', 'vendorCommission', 'energySales', 'tax',
  'fees'));
ALTER TABLE transfers DROP CONSTRAINT transfers_reason_check;
ALTER TABLE transfers ADD CONSTRAINT transfers_reason_check CHECK (reason IN ('payment', 'energy', 'tax', 'fee', 'debt',
  'openingDebt', 'openingBalance', 'vendorSale', 'commission', 'vendorDeposit', 'reversal'));
-- A vendor's deposit concerns no connection.
ALTER TABLE transfers ALTER COLUMN connection_id DROP NOT NULL;
ALTER TABLE transfers ADD CONSTRAINT transfers_connection_check
  CHECK (connection_id IS NOT NULL OR reason IN ('vendorDeposit', 'reversal'));
CREATE INDEX transfers_by_vendor_debit ON transfers (utility_id, debit_subject_id, id) WHERE debit_kind = 'vendorFloat';
CREATE INDEX transfers_by_vendor_credit ON transfers (utility_id, credit_subject_id, id)
  WHERE credit_kind = 'vendorFloat';

CREATE TABLE vendors (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  -- Why this vendor may not sell at present; null when it may.
  blocked_reason text CHECK (length(blocked_reason) BETWEEN 1 AND 200),
  commission_basis_points smallint NOT NULL CHECK (commission_basis_points BETWEEN 0 AND 10000),
  -- How far below zero the float may go.
  float_limit_minor bigint NOT NULL CHECK (float_limit_minor >= 0),
  float_minor bigint NOT NULL DEFAULT 0,
  -- The signing budget of an hour, and what the present one has used. Hours of real time, counted from the epoch.
  tokens_per_hour integer NOT NULL CHECK (tokens_per_hour >= 0),
  energy_per_hour_wh bigint NOT NULL CHECK (energy_per_hour_wh >= 0),
  budget_hour bigint NOT NULL DEFAULT 0,
  hour_tokens bigint NOT NULL DEFAULT 0,
  hour_energy_wh bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  UNIQUE (utility_id, name)
);

-- From a key's id to its tenant; the hash of its secret stands behind the wall.
CREATE TABLE vendor_key_directory (
  key_id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities
);

-- A till's sign-in. SHA-256 of 256 random bits, so a plain hash is enough.
CREATE TABLE vendor_keys (
  id uuid PRIMARY KEY REFERENCES vendor_key_directory,
  utility_id uuid NOT NULL REFERENCES utilities,
  vendor_id uuid NOT NULL REFERENCES vendors,
  label text NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
  secret_hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX vendor_keys_by_vendor ON vendor_keys (vendor_id);

CREATE TABLE vendor_shifts (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  vendor_id uuid NOT NULL REFERENCES vendors,
  key_id uuid NOT NULL REFERENCES vendor_keys,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  -- What the sales of the shift say should be in the till, and what was counted.
  expected_minor bigint CHECK (expected_minor >= 0),
  counted_minor bigint CHECK (counted_minor >= 0),
  CHECK ((closed_at IS NULL) = (expected_minor IS NULL)),
  CHECK ((closed_at IS NULL) = (counted_minor IS NULL))
);
CREATE UNIQUE INDEX vendor_shifts_open_once ON vendor_shifts (key_id) WHERE closed_at IS NULL;
CREATE INDEX vendor_shifts_by_vendor ON vendor_shifts (vendor_id, id);

-- A vendor's request id, once whatever the meter: where its sale is.
CREATE TABLE vendor_requests (
  utility_id uuid NOT NULL REFERENCES utilities,
  vendor_id uuid NOT NULL REFERENCES vendors,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  sale_id uuid NOT NULL,
  meter_pan text NOT NULL,
  amount_minor bigint NOT NULL,
  PRIMARY KEY (vendor_id, request_id)
);
CREATE UNIQUE INDEX vendor_requests_by_sale ON vendor_requests (sale_id);

-- What pays for a sale instead of a payment: cash that a vendor took.
CREATE TABLE vendor_sales (
  bucket smallint NOT NULL,
  sale_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  vendor_id uuid NOT NULL REFERENCES vendors,
  shift_id uuid NOT NULL REFERENCES vendor_shifts,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  commission_minor bigint NOT NULL CHECK (commission_minor BETWEEN 0 AND amount_minor),
  -- As it was then: a receipt never changes.
  connection_name text NOT NULL,
  reprints integer NOT NULL DEFAULT 0,
  PRIMARY KEY (bucket, sale_id),
  FOREIGN KEY (bucket, sale_id) REFERENCES sales (bucket, id)
);
CREATE INDEX vendor_sales_by_shift ON vendor_sales (shift_id);

CREATE TABLE vendor_deposits (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  vendor_id uuid NOT NULL REFERENCES vendors,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  -- The bank's or the cashier's name of it.
  reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
  transfer_id uuid NOT NULL UNIQUE,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (vendor_id, request_id)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['vendors', 'vendor_keys', 'vendor_shifts', 'vendor_requests', 'vendor_sales',
    'vendor_deposits']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON vendor_key_directory, vendor_requests, vendor_deposits TO prewatt_app;
GRANT SELECT, INSERT, UPDATE ON vendors, vendor_keys, vendor_shifts, vendor_sales TO prewatt_app;
