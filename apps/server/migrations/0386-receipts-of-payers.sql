-- Who pays for somebody else's home may be told by text that the money came. The number is kept until then.

SET LOCAL search_path = prewatt;

ALTER TABLE payments ADD COLUMN receipt_phone text CHECK (length(receipt_phone) BETWEEN 8 AND 16);
CREATE INDEX payments_receipts_due ON payments (utility_id)
  WHERE receipt_phone IS NOT NULL AND state = 'succeeded';
GRANT UPDATE (receipt_phone) ON payments TO prewatt_app;
