-- A sale at a till and the request that it answers were two rows for one fact: they are one now, with one index less. Two
-- tills' requests of the same id are told apart by the unique key of vendor and request, as before.
ALTER TABLE prewatt.vendor_sales ADD COLUMN request_id text, ADD COLUMN meter_pan text;
UPDATE prewatt.vendor_sales v SET request_id = q.request_id, meter_pan = q.meter_pan
  FROM prewatt.vendor_requests q WHERE q.sale_id = v.sale_id;
ALTER TABLE prewatt.vendor_sales
  ALTER COLUMN request_id SET NOT NULL,
  ALTER COLUMN meter_pan SET NOT NULL,
  ADD CONSTRAINT vendor_sales_request_id_check CHECK (length(request_id) BETWEEN 8 AND 100),
  ADD CONSTRAINT vendor_sales_requested_once UNIQUE (vendor_id, request_id);
DROP TRIGGER keys_stand ON prewatt.vendor_sales;
CREATE TRIGGER keys_stand
  BEFORE UPDATE OF bucket, sale_id, utility_id, connection_id, vendor_id, shift_id, request_id, meter_pan
  ON prewatt.vendor_sales FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
DROP TABLE prewatt.vendor_requests;
DROP FUNCTION prewatt.vendor_requests_have_their_vendor();

-- Nobody asks for it: what is under way stands in commands.
DROP INDEX prewatt.sales_undelivered;
