-- Without a transaction: built while people buy. What the search of the console reads.
DROP INDEX CONCURRENTLY IF EXISTS prewatt.connections_by_words;
CREATE INDEX CONCURRENTLY connections_by_words ON prewatt.connections USING gin
  (prewatt.words_of(name || ' ' || coalesce(customer_name, '') || ' ' || address));
DROP INDEX CONCURRENTLY IF EXISTS prewatt.meter_directory_by_first_digits;
CREATE INDEX CONCURRENTLY meter_directory_by_first_digits ON prewatt.meter_directory
  (utility_id, meter_pan text_pattern_ops);
DROP INDEX CONCURRENTLY IF EXISTS prewatt.meter_directory_by_own_digits;
CREATE INDEX CONCURRENTLY meter_directory_by_own_digits ON prewatt.meter_directory
  (utility_id, substr(meter_pan, 7) text_pattern_ops);
DROP INDEX CONCURRENTLY IF EXISTS prewatt.meter_directory_by_last_digits;
CREATE INDEX CONCURRENTLY meter_directory_by_last_digits ON prewatt.meter_directory
  (utility_id, reverse(meter_pan) text_pattern_ops);
DROP INDEX CONCURRENTLY IF EXISTS prewatt.phone_directory_by_last_digits;
CREATE INDEX CONCURRENTLY phone_directory_by_last_digits ON prewatt.phone_directory
  (utility_id, reverse(phone) text_pattern_ops);
DROP INDEX CONCURRENTLY IF EXISTS prewatt.tokens_by_last_digits;
CREATE INDEX CONCURRENTLY tokens_by_last_digits ON prewatt.tokens (utility_id, "right"(digits, 4), issued_at DESC);
DROP INDEX CONCURRENTLY IF EXISTS prewatt.payments_by_reference;
CREATE INDEX CONCURRENTLY payments_by_reference ON prewatt.payments
  (utility_id, lower(provider_reference) text_pattern_ops) WHERE provider_reference IS NOT NULL;
