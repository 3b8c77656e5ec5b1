-- A day is marked with each batch of readings, in their transaction: like readings, it leans on the
-- meter's directory and looks up no parent row. Every mark would lock the one row of its utility.

ALTER TABLE prewatt.usage_days DROP CONSTRAINT usage_days_utility_id_fkey;
ALTER TABLE prewatt.usage_days DROP CONSTRAINT usage_days_bucket_meter_id_fkey;
