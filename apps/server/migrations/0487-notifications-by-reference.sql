-- Without a transaction: built while people buy. Who looks for a provider's reference, and which money came before.
DROP INDEX CONCURRENTLY IF EXISTS prewatt.provider_notifications_by_reference;
CREATE INDEX CONCURRENTLY provider_notifications_by_reference ON prewatt.provider_notifications
  (utility_id, provider_reference) WHERE provider_reference IS NOT NULL;
