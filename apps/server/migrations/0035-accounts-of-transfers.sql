-- That the accounts of transfers exist is checked once for a statement instead of twice for a row. Two foreign keys of four
-- columns took a look-up and a row lock for each side of each transfer, and wrote each lock to the log. What they promise
-- stands: no statement leaves a transfer without its accounts, and an account is never changed or taken away.

CREATE FUNCTION prewatt.transfers_have_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A subquery that is no join: it stays a look-up by key, however many accounts there are.
  IF EXISTS (
    SELECT FROM (
      SELECT bucket, utility_id, debit_kind AS kind, debit_subject_id AS subject_id FROM posted
      UNION SELECT bucket, utility_id, credit_kind, credit_subject_id FROM posted
    ) used
    WHERE (SELECT true FROM prewatt.ledger_accounts a WHERE a.bucket = used.bucket AND a.utility_id = used.utility_id
      AND a.kind = used.kind AND a.subject_id = used.subject_id) IS NULL
  ) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "transfers" violates foreign key: an account is not in "ledger_accounts"';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION prewatt.accounts_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE restrict_violation USING MESSAGE = 'accounts of the ledger are never changed or deleted';
END
$$;

CREATE TRIGGER transfers_have_accounts AFTER INSERT ON prewatt.transfers
  REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION prewatt.transfers_have_accounts();
-- A trigger with a transition table has one event.
CREATE TRIGGER moved_transfers_have_accounts AFTER UPDATE ON prewatt.transfers
  REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION prewatt.transfers_have_accounts();
CREATE TRIGGER accounts_stand BEFORE UPDATE OR DELETE OR TRUNCATE ON prewatt.ledger_accounts
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.accounts_stand();

ALTER TABLE prewatt.transfers
  DROP CONSTRAINT transfers_bucket_utility_id_debit_kind_debit_subject_id_fkey,
  DROP CONSTRAINT transfers_bucket_utility_id_credit_kind_credit_subject_id_fkey;
