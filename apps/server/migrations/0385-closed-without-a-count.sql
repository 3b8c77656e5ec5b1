-- A terminal may close a shift without saying what cash was there: that is "not counted", and no count of what should be there.

SET LOCAL search_path = prewatt;

ALTER TABLE vendor_shifts
  DROP CONSTRAINT vendor_shifts_check1,
  ADD CONSTRAINT vendor_shifts_counted_once_closed CHECK (closed_at IS NOT NULL OR counted_minor IS NULL);

ALTER TABLE vendor_batches
  DROP CONSTRAINT vendor_batches_check,
  ADD CONSTRAINT vendor_batches_ended_whole CHECK (num_nulls(ended_at, expected_minor, end_request) IN (0, 3)),
  ADD CONSTRAINT vendor_batches_counted_once_ended CHECK (ended_at IS NOT NULL OR counted_minor IS NULL);
