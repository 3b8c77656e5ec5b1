-- Without a transaction: built while tills sell. One request starts one shift of a vendor.
DROP INDEX CONCURRENTLY IF EXISTS prewatt.vendor_shifts_started_once;
CREATE UNIQUE INDEX CONCURRENTLY vendor_shifts_started_once ON prewatt.vendor_shifts (vendor_id, start_request)
  WHERE start_request IS NOT NULL;
