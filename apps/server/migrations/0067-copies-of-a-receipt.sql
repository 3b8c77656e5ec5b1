-- Copies of a receipt are counted once for a sale, whoever prints them: each is a row, of an operator with a reason or of a
-- till by its key. What tills printed before was a counter, which stays as it was and is counted in.

SET LOCAL search_path = prewatt;

ALTER TABLE sale_reprints
  ADD COLUMN key_id uuid REFERENCES vendor_keys,
  ALTER COLUMN operator_id DROP NOT NULL,
  ALTER COLUMN reason DROP NOT NULL,
  ADD CONSTRAINT sale_reprints_printed_by CHECK (num_nonnulls(operator_id, key_id) = 1),
  ADD CONSTRAINT sale_reprints_reasoned CHECK ((operator_id IS NULL) = (reason IS NULL));

-- Nothing of a till's sale changes any more.
REVOKE UPDATE ON vendor_sales FROM prewatt_app;
