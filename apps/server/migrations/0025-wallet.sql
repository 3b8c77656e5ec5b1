-- Wallet mode: the ledger holds the money, readings are rated as they come, the switch follows by command.

SET LOCAL search_path = prewatt;

ALTER TABLE connections ADD COLUMN credit_mode text NOT NULL DEFAULT 'token' CHECK (credit_mode IN ('token', 'wallet'));

-- One row for each connection that is or was in wallet mode.
CREATE TABLE wallets (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  meter_id uuid NOT NULL,
  -- Energy used from here on is paid from the wallet; null while the connection is in token mode.
  since_at timestamptz,
  -- Use is rated up to here.
  rated_until timestamptz NOT NULL,
  -- Readings from here on have changed and are not looked at yet.
  stale_from timestamptz,
  -- Why the last rating could not be made; it is tried again.
  problem text,
  supply text NOT NULL CHECK (supply IN ('on', 'emergency', 'protected', 'off')),
  supply_at timestamptz NOT NULL,
  -- While protected: when supply may be cut.
  promised_until timestamptz,
  -- Numbers the decisions about supply, and so the commands.
  supply_ordinal integer NOT NULL DEFAULT 0,
  -- The command that carries out the last decision.
  command_id uuid,
  -- When supply is looked at again; null while the connection is in token mode.
  check_at timestamptz,
  PRIMARY KEY (bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);
CREATE INDEX wallets_stale ON wallets (utility_id, stale_from) WHERE stale_from IS NOT NULL;
CREATE INDEX wallets_to_check ON wallets (utility_id, check_at) WHERE check_at IS NOT NULL;

-- What was taken for the use of an interval; never changed. A correction is a new row that names the one it replaces:
-- its transfers reverse the old ones and are made anew.
CREATE TABLE ratings (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  ordinal smallint NOT NULL CHECK (ordinal > 0),
  energy_wh bigint NOT NULL CHECK (energy_wh >= 0),
  charged_minor bigint NOT NULL CHECK (charged_minor >= 0),
  lines jsonb NOT NULL,
  tariff_version_id uuid NOT NULL REFERENCES tariffs,
  -- The month's position before and after, by packages/tariff.
  position_before jsonb NOT NULL,
  position_after jsonb NOT NULL,
  replaces_id uuid,
  -- For the statement: why it was rated again.
  explanation text,
  rated_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, ends_at, ordinal),
  CHECK (ends_at > starts_at),
  CHECK ((ordinal = 1) = (replaces_id IS NULL) AND (ordinal = 1) = (explanation IS NULL)),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  FOREIGN KEY (bucket, replaces_id) REFERENCES ratings (bucket, id)
);
CREATE UNIQUE INDEX ratings_replaced_once ON ratings (bucket, replaces_id) WHERE replaces_id IS NOT NULL;

-- A change between token and wallet mode: allowed by two people, carried out by the meter's answer.
CREATE TABLE mode_changes (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  to_mode text NOT NULL CHECK (to_mode IN ('token', 'wallet')),
  state text NOT NULL CHECK (state IN ('awaitingMeter', 'done', 'failed')),
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  requested_by uuid NOT NULL REFERENCES operators,
  approved_by uuid NOT NULL REFERENCES operators,
  approval_id uuid NOT NULL,
  command_id uuid,
  -- What the meter handed over, or owed; what it was worth.
  energy_wh bigint,
  amount_minor bigint,
  sale_id uuid,
  problem text,
  at timestamptz NOT NULL,
  state_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, request_id),
  CHECK (approved_by <> requested_by),
  CHECK ((state = 'failed') <= (problem IS NOT NULL)),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);
CREATE UNIQUE INDEX mode_changes_one_open ON mode_changes (bucket, connection_id) WHERE state = 'awaitingMeter';
CREATE INDEX mode_changes_open ON mode_changes (utility_id, at) WHERE state = 'awaitingMeter';

ALTER TABLE transfers ADD COLUMN rating_id uuid;
ALTER TABLE transfers ADD CONSTRAINT transfers_rating_fkey FOREIGN KEY (bucket, rating_id)
  REFERENCES ratings (bucket, id);
ALTER TABLE transfers ADD COLUMN mode_change_id uuid;
ALTER TABLE transfers ADD CONSTRAINT transfers_mode_change_fkey FOREIGN KEY (bucket, mode_change_id)
  REFERENCES mode_changes (bucket, id);
CREATE INDEX transfers_by_rating ON transfers (bucket, rating_id) WHERE rating_id IS NOT NULL;
DO $$
DECLARE
  known text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO STRICT known
    FROM pg_constraint WHERE conrelid = 'prewatt.transfers'::regclass AND conname = 'transfers_reason_check';
  ALTER TABLE prewatt.transfers DROP CONSTRAINT transfers_reason_check;
  EXECUTE format('ALTER TABLE prewatt.transfers ADD CONSTRAINT transfers_reason_check
    CHECK (reason IN (''carriedEnergy'', ''carriedTax'') OR %s)', known);
END
$$;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['wallets', 'ratings', 'mode_changes'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE ON wallets TO prewatt_app;
GRANT SELECT, INSERT ON ratings TO prewatt_app;
GRANT SELECT, INSERT ON mode_changes TO prewatt_app;
GRANT UPDATE (state, state_at, command_id, energy_wh, amount_minor, sale_id, problem) ON mode_changes TO prewatt_app;

-- Widened whatever kinds there are by now.
DO $$
DECLARE
  known text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO STRICT known
    FROM pg_constraint WHERE conrelid = 'prewatt.approvals'::regclass AND conname = 'approvals_kind_check';
  ALTER TABLE prewatt.approvals DROP CONSTRAINT approvals_kind_check;
  EXECUTE format('ALTER TABLE prewatt.approvals ADD CONSTRAINT approvals_kind_check
    CHECK (kind = ''creditMode'' OR %s)', known);
END
$$;
