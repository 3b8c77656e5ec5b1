-- A terminal that tells twice that its shift has ended, because the first answer was lost, ends the same shift and no later one.

SET LOCAL search_path = prewatt;

ALTER TABLE vendor_shifts
  ADD COLUMN end_request text CHECK (length(end_request) BETWEEN 8 AND 100),
  ADD CONSTRAINT vendor_shifts_end_request_once_closed CHECK (closed_at IS NOT NULL OR end_request IS NULL),
  ADD UNIQUE (vendor_id, end_request);
GRANT UPDATE (end_request) ON vendor_shifts TO prewatt_app;
