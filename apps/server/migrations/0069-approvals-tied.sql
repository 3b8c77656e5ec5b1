-- Whatever says that it was allowed is tied to its approval: by foreign keys, which ask at the commit that the approval is
-- done, and by whom. An approval comes into being awaiting, and each decision carries a seal under the master key, which
-- the database's roles do not have; the nightly proof reads it.

SET LOCAL search_path = prewatt;

ALTER TABLE approvals
  -- HMAC-SHA-256 over what was asked for and what was decided, by the server that heard the decision.
  ADD COLUMN seal bytea CHECK (octet_length(seal) = 32),
  -- Decided before decisions were sealed. The server's role cannot say so.
  ADD COLUMN unsealed boolean NOT NULL DEFAULT false;
UPDATE approvals SET unsealed = true WHERE state <> 'awaiting';
ALTER TABLE approvals
  ADD CONSTRAINT approvals_sealed CHECK (unsealed OR (state = 'awaiting') = (seal IS NULL)),
  ADD CONSTRAINT approvals_as_decided UNIQUE (utility_id, id, requested_by, decided_by, state),
  ADD CONSTRAINT approvals_in_state UNIQUE (utility_id, id, state);

REVOKE INSERT ON approvals FROM prewatt_app;
GRANT INSERT (id, utility_id, kind, request_id, payload, reason, requested_by, requested_at, expires_at, state)
  ON approvals TO prewatt_app;
GRANT UPDATE (seal) ON approvals TO prewatt_app;

-- Rows that name who asked and who allowed. Checked at the commit: the deed is done in the transaction of the yes, just
-- before it is written.
ALTER TABLE corrections
  ADD COLUMN approval_state text GENERATED ALWAYS AS (CASE WHEN approval_id IS NOT NULL THEN 'done' END) STORED;
ALTER TABLE corrections ADD CONSTRAINT corrections_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
  REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE corrections ADD CONSTRAINT corrections_approved CHECK ((approval_id IS NULL) = (approved_by IS NULL)
  AND (approval_id IS NULL OR requested_by IS NOT NULL));
ALTER TABLE meter_exchanges
  ADD COLUMN approval_state text GENERATED ALWAYS AS ('done') STORED;
ALTER TABLE meter_exchanges ADD CONSTRAINT meter_exchanges_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
  REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE mode_changes
  ADD COLUMN approval_state text GENERATED ALWAYS AS ('done') STORED;
ALTER TABLE mode_changes ADD CONSTRAINT mode_changes_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
  REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE protection_rule_sets
  ADD COLUMN approval_state text GENERATED ALWAYS AS ('done') STORED;
ALTER TABLE protection_rule_sets ADD CONSTRAINT protection_rule_sets_allowed
  FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
  REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED NOT VALID;

-- Rows that name the approval alone. What waits for one is 'awaiting' with it, and free again when it is not given.
ALTER TABLE grants
  ADD COLUMN approval_state text GENERATED ALWAYS AS (CASE WHEN approval_id IS NOT NULL THEN 'done' END) STORED;
ALTER TABLE grants ADD CONSTRAINT grants_allowed FOREIGN KEY (utility_id, approval_id, approval_state)
  REFERENCES approvals (utility_id, id, state) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE grant_batches
  ADD COLUMN approval_state text GENERATED ALWAYS AS (CASE WHEN state IN ('issuing', 'done') THEN 'done' END) STORED;
ALTER TABLE grant_batches ADD CONSTRAINT grant_batches_allowed FOREIGN KEY (utility_id, approval_id, approval_state)
  REFERENCES approvals (utility_id, id, state) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tariff_assignment_batches
  ADD COLUMN approval_state text GENERATED ALWAYS AS (CASE WHEN state IN ('assigning', 'done') THEN 'done' END) STORED;
ALTER TABLE tariff_assignment_batches ADD CONSTRAINT tariff_assignment_batches_allowed FOREIGN KEY (utility_id, approval_id, approval_state)
  REFERENCES approvals (utility_id, id, state) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE key_loads
  ADD COLUMN approval_state text GENERATED ALWAYS AS (CASE WHEN state = 'loaded' THEN 'done' END) STORED;
ALTER TABLE key_loads ADD CONSTRAINT key_loads_allowed FOREIGN KEY (utility_id, approval_id, approval_state)
  REFERENCES approvals (utility_id, id, state) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE key_loads ADD CONSTRAINT key_loads_loaded CHECK (state <> 'loaded' OR approval_id IS NOT NULL) NOT VALID;
ALTER TABLE tariffs
  ADD COLUMN approval_state text GENERATED ALWAYS AS (CASE WHEN state = 'approved' AND approval_id IS NOT NULL THEN 'done' END) STORED;
ALTER TABLE tariffs ADD CONSTRAINT tariffs_allowed FOREIGN KEY (utility_id, approval_id, approval_state)
  REFERENCES approvals (utility_id, id, state) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE tariffs ADD CONSTRAINT tariffs_approval_fkey FOREIGN KEY (approval_id) REFERENCES approvals NOT VALID;

-- Rows of before are looked at, too. One that does not hold is no reason to keep a utility from its new version: it is
-- told here, and by each proof from now on.
DO $$
DECLARE
  tied record;
BEGIN
  FOR tied IN SELECT conrelid::regclass AS of_table, conname FROM pg_constraint
    WHERE connamespace = 'prewatt'::regnamespace AND NOT convalidated
      AND (conname ~ '_allowed$' OR conname IN ('tariffs_approval_fkey', 'key_loads_loaded'))
    ORDER BY conname
  LOOP
    BEGIN
      EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', tied.of_table, tied.conname);
    EXCEPTION WHEN foreign_key_violation OR check_violation THEN
      RAISE WARNING 'rows of % say that they were allowed, and were not: %', tied.of_table, SQLERRM;
    END;
  END LOOP;
END
$$;
