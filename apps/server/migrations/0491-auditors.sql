-- Auditors: they read, and their sign-in ends by itself.

SET LOCAL search_path = prewatt;

-- Real time; null of everybody else.
ALTER TABLE operators ADD COLUMN ends_at timestamptz;
ALTER TABLE operators DROP CONSTRAINT operators_role_check;
ALTER TABLE operators ADD CONSTRAINT operators_role_check
  CHECK (role IN ('administrator', 'operator', 'viewer', 'technician', 'auditor')) NOT VALID;
ALTER TABLE operators VALIDATE CONSTRAINT operators_role_check;
ALTER TABLE operators ADD CONSTRAINT operators_auditors_end CHECK ((role = 'auditor') = (ends_at IS NOT NULL)) NOT VALID;
ALTER TABLE operators VALIDATE CONSTRAINT operators_auditors_end;

SELECT prewatt_log.cover('operators');
