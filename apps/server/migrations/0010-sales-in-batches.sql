-- What sales in batches read and write. Balances of customers rest beside the ledger as a cache, so that a sale costs the
-- same after ten years as on the first day: prepaid money on the connection's row, which a sale changes anyway, and what
-- is left of a debt on the debt's. The ledger stays the truth; the proof recomputes both.

SET LOCAL search_path = prewatt;

ALTER TABLE connections ADD COLUMN prepaid_minor bigint NOT NULL DEFAULT 0;
UPDATE connections c SET prepaid_minor = moved.minor FROM (
  SELECT bucket, subject_id, sum(minor)::bigint AS minor FROM (
    SELECT bucket, credit_subject_id AS subject_id, amount_minor AS minor FROM transfers
      WHERE credit_kind = 'customerPrepaid'
    UNION ALL SELECT bucket, debit_subject_id, -amount_minor FROM transfers WHERE debit_kind = 'customerPrepaid') sides
  GROUP BY bucket, subject_id) moved
WHERE c.bucket = moved.bucket AND c.id = moved.subject_id;

ALTER TABLE debts ADD COLUMN outstanding_minor bigint NOT NULL DEFAULT 0;
UPDATE debts d SET outstanding_minor = moved.minor FROM (
  SELECT bucket, subject_id, sum(minor)::bigint AS minor FROM (
    SELECT bucket, debit_subject_id AS subject_id, amount_minor AS minor FROM transfers WHERE debit_kind = 'customerDebt'
    UNION ALL SELECT bucket, credit_subject_id, -amount_minor FROM transfers WHERE credit_kind = 'customerDebt') sides
  GROUP BY bucket, subject_id) moved
WHERE d.bucket = moved.bucket AND d.id = moved.subject_id;
GRANT UPDATE (outstanding_minor) ON debts TO prewatt_app;

-- Sales that were paid and wait for a token: their money is not free for another sale of the connection.
CREATE INDEX sales_held ON sales (bucket, connection_id) WHERE state = 'stuck' AND issued_at IS NULL;

-- A row that each sale changes keeps room on its page for the next version of itself.
ALTER TABLE connections SET (fillfactor = 85);
ALTER TABLE meters SET (fillfactor = 85);
ALTER TABLE vendors SET (fillfactor = 20);
