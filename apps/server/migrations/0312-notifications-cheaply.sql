-- One for each payment is written in the moment that it is settled: headers are kept as they are read back, as text, and the index by
-- time is no wider than the list needs.

SET LOCAL search_path = prewatt;

ALTER TABLE provider_notifications DROP CONSTRAINT provider_notifications_headers_check;
ALTER TABLE provider_notifications ALTER COLUMN headers TYPE text USING headers::text;
ALTER TABLE provider_notifications ADD CONSTRAINT provider_notifications_headers_check CHECK (length(headers) <= 16384);
DROP INDEX provider_notifications_by_time;
CREATE INDEX provider_notifications_by_time ON provider_notifications (utility_id, heard_at);
