-- Versions of tariffs: a version has dates and a state, its document never changes. At its first day it is in force
-- by a look at the dates; no row of a connection changes then, and no job can be late.

SET LOCAL search_path = prewatt;

ALTER TABLE tariffs
  ADD COLUMN state text NOT NULL DEFAULT 'approved'
    CHECK (state IN ('draft', 'awaitingApproval', 'approved', 'withdrawn')),
  ADD COLUMN effective_from date,
  ADD COLUMN effective_to date,
  ADD COLUMN reason text,
  -- The caller's idempotency key of a change; null for what onboarding made.
  ADD COLUMN request_id text CHECK (length(request_id) BETWEEN 8 AND 100),
  -- SHA-256 of the document as it was handed in, so that the same request with another one is known.
  ADD COLUMN document_digest text CHECK (document_digest ~ '^[0-9a-f]{64}$'),
  ADD COLUMN requested_by text,
  ADD COLUMN approved_by text,
  ADD COLUMN approval_id uuid,
  ADD COLUMN state_at timestamptz;
UPDATE tariffs SET
  effective_from = (document ->> 'effectiveFrom')::date,
  effective_to = (document ->> 'effectiveTo')::date,
  state_at = created_at;
ALTER TABLE tariffs
  ALTER COLUMN effective_from SET NOT NULL,
  ALTER COLUMN state DROP DEFAULT,
  ALTER COLUMN state_at SET NOT NULL,
  DROP CONSTRAINT tariffs_utility_id_name_version_key;
-- A withdrawn draft leaves its number free.
CREATE UNIQUE INDEX tariffs_version_once ON tariffs (utility_id, name, version) WHERE state <> 'withdrawn';
CREATE UNIQUE INDEX tariffs_request_once ON tariffs (utility_id, request_id) WHERE request_id IS NOT NULL;

-- The document, its dates and its reason stand for good.
GRANT UPDATE (state, state_at, approval_id, approved_by) ON tariffs TO prewatt_app;

-- connections.tariff_id names a tariff by its first version. Another tariff from a day on waits beside it; facts of
-- the connection that its tariff asks for (a class, a sanctioned load) are its parameters.
ALTER TABLE connections
  ADD COLUMN tariff_parameters jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN next_tariff jsonb;

-- Which version priced it, for the sentence that compares two purchases. No foreign key: every sale of a utility
-- would take a share lock on the same row; the id was read in the sale's own transaction.
ALTER TABLE quotes
  ADD COLUMN tariff_version_id uuid,
  ADD COLUMN month_energy_before_wh bigint;
ALTER TABLE sales
  ADD COLUMN tariff_version_id uuid,
  ADD COLUMN month_energy_before_wh bigint;
