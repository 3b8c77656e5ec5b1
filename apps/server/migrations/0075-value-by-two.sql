-- Value does not come from one person: deposits of vendors name who recorded them and, beyond what that person may do alone,
-- who allowed it; a vendor's float limit and each key of a till name their approval.

SET LOCAL search_path = prewatt;

ALTER TABLE vendor_deposits
  ADD COLUMN operator_id uuid REFERENCES operators,
  ADD COLUMN approval_id uuid,
  ADD COLUMN approved_by uuid REFERENCES operators,
  ADD COLUMN approval_state text GENERATED ALWAYS AS (CASE WHEN approval_id IS NOT NULL THEN 'done' END) STORED,
  -- Recorded before operators were kept. The server's role cannot say so.
  ADD COLUMN of_before boolean NOT NULL DEFAULT false;
UPDATE vendor_deposits SET of_before = true;
ALTER TABLE vendor_deposits
  ADD CONSTRAINT vendor_deposits_by CHECK (of_before OR operator_id IS NOT NULL),
  ADD CONSTRAINT vendor_deposits_approved CHECK ((approval_id IS NULL) = (approved_by IS NULL)),
  ADD CONSTRAINT vendor_deposits_allowed FOREIGN KEY (utility_id, approval_id, operator_id, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE vendor_keys
  ADD COLUMN approval_id uuid,
  ADD COLUMN requested_by uuid REFERENCES operators,
  ADD COLUMN approved_by uuid REFERENCES operators,
  ADD COLUMN approval_state text GENERATED ALWAYS AS (CASE WHEN approval_id IS NOT NULL THEN 'done' END) STORED,
  ADD COLUMN of_before boolean NOT NULL DEFAULT false;
UPDATE vendor_keys SET of_before = true;
ALTER TABLE vendor_keys
  ADD CONSTRAINT vendor_keys_by CHECK (of_before OR num_nulls(approval_id, requested_by, approved_by) = 0),
  ADD CONSTRAINT vendor_keys_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE vendors
  -- How far the float might go below zero before two people had to say so.
  ADD COLUMN float_limit_before_minor bigint NOT NULL DEFAULT 0,
  ADD COLUMN terms_approval_id uuid,
  ADD COLUMN terms_state text GENERATED ALWAYS AS (CASE WHEN terms_approval_id IS NOT NULL THEN 'done' END) STORED;
UPDATE vendors SET float_limit_before_minor = float_limit_minor;
ALTER TABLE vendors
  ADD CONSTRAINT vendors_float_limit_by CHECK (float_limit_minor <= float_limit_before_minor OR terms_approval_id IS NOT NULL),
  ADD CONSTRAINT vendors_terms_allowed FOREIGN KEY (utility_id, terms_approval_id, terms_state)
    REFERENCES approvals (utility_id, id, state) DEFERRABLE INITIALLY DEFERRED;

REVOKE INSERT ON vendor_deposits FROM prewatt_app;
GRANT INSERT (id, utility_id, vendor_id, request_id, amount_minor, reference, transfer_id, recorded_by, recorded_at, operator_id,
  approval_id, approved_by) ON vendor_deposits TO prewatt_app;
REVOKE INSERT, UPDATE ON vendor_keys FROM prewatt_app;
GRANT INSERT (id, utility_id, vendor_id, label, secret_hash, created_at, approval_id, requested_by, approved_by)
  ON vendor_keys TO prewatt_app;
GRANT UPDATE (revoked_at) ON vendor_keys TO prewatt_app;
REVOKE INSERT, UPDATE ON vendors FROM prewatt_app;
GRANT INSERT (id, utility_id, name, commission_basis_points, float_limit_minor, tokens_per_hour, energy_per_hour_wh, created_at)
  ON vendors TO prewatt_app;
GRANT UPDATE (blocked_reason, commission_basis_points, float_limit_minor, float_minor, tokens_per_hour, energy_per_hour_wh,
  budget_hour, hour_tokens, hour_energy_wh, terms_approval_id) ON vendors TO prewatt_app;

-- Opening balances of a file wait for a second person beyond what its sender may bring in alone.
ALTER TABLE imports
  ADD COLUMN operator_id uuid REFERENCES operators,
  -- Of a file of opening balances that is to be written: all of its amounts.
  ADD COLUMN value_minor bigint CHECK (value_minor >= 0),
  ADD COLUMN approval_id uuid REFERENCES approvals,
  ADD COLUMN of_before boolean NOT NULL DEFAULT false,
  DROP CONSTRAINT imports_state_check;
UPDATE imports SET of_before = true;
ALTER TABLE imports
  ADD CONSTRAINT imports_state_check CHECK (state IN ('awaiting', 'queued', 'running', 'done', 'cancelled')),
  ADD CONSTRAINT imports_by CHECK (of_before OR operator_id IS NOT NULL),
  ADD CONSTRAINT imports_value CHECK (of_before OR (kind = 'openingBalances' AND NOT dry_run) = (value_minor IS NOT NULL));
REVOKE INSERT ON imports FROM prewatt_app;
GRANT INSERT (id, utility_id, kind, dry_run, file_name, sha256, size_bytes, columns, rows_total, chunks_total, next_chunk,
  rows_created, rows_unchanged, rows_refused, state, requested_by, created_at, state_at, due_at, operator_id, value_minor)
  ON imports TO prewatt_app;
GRANT UPDATE (approval_id) ON imports TO prewatt_app;
