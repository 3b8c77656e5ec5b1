-- Without a transaction: built while people buy. What upkeep has yet to read; empty once it is through.
DROP INDEX CONCURRENTLY IF EXISTS prewatt.provider_notifications_to_read;
CREATE INDEX CONCURRENTLY provider_notifications_to_read ON prewatt.provider_notifications
  (utility_id, heard_at) WHERE awaits_reading;
