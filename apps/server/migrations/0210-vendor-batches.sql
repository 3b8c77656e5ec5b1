-- Batches of a vendor: a sales batch takes the shifts that were closed since the one before it, a bank batch the sales batches.
-- What a batch took in no other takes, and totals stand from its end on.

SET LOCAL search_path = prewatt;

CREATE TABLE vendor_batches (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  vendor_id uuid NOT NULL REFERENCES vendors,
  kind text NOT NULL CHECK (kind IN ('sales', 'bank')),
  -- 1, 2, 3 … of its vendor and kind.
  number integer NOT NULL CHECK (number > 0),
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  expected_minor bigint CHECK (expected_minor >= 0),
  counted_minor bigint CHECK (counted_minor >= 0),
  -- Whoever asked twice has one batch.
  start_request text NOT NULL CHECK (length(start_request) BETWEEN 8 AND 100),
  end_request text CHECK (length(end_request) BETWEEN 8 AND 100),
  entered bigint NOT NULL DEFAULT nextval('prewatt.entries'),
  settled bigint,
  UNIQUE (vendor_id, kind, number),
  UNIQUE (vendor_id, kind, start_request),
  UNIQUE (vendor_id, kind, end_request),
  CHECK (num_nulls(ended_at, expected_minor, counted_minor, end_request) IN (0, 4))
);
CREATE UNIQUE INDEX vendor_batches_open_once ON vendor_batches (vendor_id, kind) WHERE ended_at IS NULL;
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON vendor_batches FOR EACH ROW
  WHEN (NEW.settled IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE vendor_batch_shifts (
  shift_id uuid PRIMARY KEY REFERENCES vendor_shifts,
  batch_id uuid NOT NULL REFERENCES vendor_batches,
  utility_id uuid NOT NULL REFERENCES utilities
);
CREATE INDEX vendor_batch_shifts_by_batch ON vendor_batch_shifts (batch_id);

CREATE TABLE vendor_bank_batch_parts (
  sales_batch_id uuid PRIMARY KEY REFERENCES vendor_batches,
  batch_id uuid NOT NULL REFERENCES vendor_batches,
  utility_id uuid NOT NULL REFERENCES utilities
);
CREATE INDEX vendor_bank_batch_parts_by_batch ON vendor_bank_batch_parts (batch_id);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['vendor_batches', 'vendor_batch_shifts', 'vendor_bank_batch_parts']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON vendor_batches, vendor_batch_shifts, vendor_bank_batch_parts TO prewatt_app;
GRANT UPDATE (ended_at, expected_minor, counted_minor, end_request) ON vendor_batches TO prewatt_app;
