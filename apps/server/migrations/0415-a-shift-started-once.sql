-- A terminal that tells twice that a shift starts, because the first answer was lost, starts one shift: it is known by the request.
SET LOCAL search_path = prewatt;

ALTER TABLE vendor_shifts ADD COLUMN start_request text;
ALTER TABLE vendor_shifts
  ADD CONSTRAINT vendor_shifts_start_request_check CHECK (length(start_request) BETWEEN 8 AND 100) NOT VALID;
ALTER TABLE vendor_shifts VALIDATE CONSTRAINT vendor_shifts_start_request_check;
