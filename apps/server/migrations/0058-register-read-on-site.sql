-- A wallet's meter that is silent goes back to token mode by its register as somebody read it there; and what a wallet
-- owes at its end, or for use that is known better afterwards, is a debt.

SET LOCAL search_path = prewatt;

-- The register as read at the meter, and when; null where the meter itself answers.
ALTER TABLE mode_changes
  ADD COLUMN site_read_at timestamptz,
  ADD COLUMN site_import_wh bigint CHECK (site_import_wh >= 0),
  -- What of the use the wallet could not pay is owed here; one for a change.
  ADD COLUMN debt_id uuid,
  ADD CONSTRAINT mode_changes_site_check CHECK ((site_read_at IS NULL) = (site_import_wh IS NULL)
    AND (site_read_at IS NOT NULL) <= (to_mode = 'token')),
  ADD CONSTRAINT mode_changes_debt_fkey FOREIGN KEY (bucket, debt_id) REFERENCES debts (bucket, id);
GRANT UPDATE (debt_id) ON mode_changes TO prewatt_app;

-- Widened whatever there is by now.
DO $$
DECLARE
  known text;
BEGIN
  SELECT pg_get_constraintdef(oid) INTO STRICT known
    FROM pg_constraint WHERE conrelid = 'prewatt.postings'::regclass AND conname = 'postings_reasons_check';
  ALTER TABLE prewatt.postings DROP CONSTRAINT postings_reasons_check;
  EXECUTE 'ALTER TABLE prewatt.postings ADD CONSTRAINT postings_reasons_check '
    || replace(known, 'ARRAY[', 'ARRAY[''useOwed''::text, ');
END
$$;
