-- Without a transaction: built while people buy. Payments that nobody made and whose phones are still there.
DROP INDEX CONCURRENTLY IF EXISTS prewatt.payments_phones_to_forget;
CREATE INDEX CONCURRENTLY payments_phones_to_forget ON prewatt.payments (utility_id, decided_at)
  WHERE state IN ('failed', 'expired') AND vendor_id IS NULL
    AND (payer_phone IS NOT NULL OR receipt_phone IS NOT NULL);
