-- Wallet mode without losses: the meter's own time of an answer, tokens that it takes after its credit has been handed
-- over, use that is rated up to the end of wallet mode, and what of wallets stands on the attention list.

SET LOCAL search_path = prewatt;

-- When the meter carried the command out, by its own clock; null until it answers.
ALTER TABLE commands ADD COLUMN completed_at timestamptz;

-- Use is rated up to here and no further: the connection leaves wallet mode, or gets another meter.
ALTER TABLE wallets ADD COLUMN until_at timestamptz;

-- Credit that a meter took while the ledger held the credit: its energy becomes money, once.
CREATE TABLE late_tokens (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  -- Of the meter's event.
  sequence bigint NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  energy_wh bigint NOT NULL CHECK (energy_wh > 0),
  at timestamptz NOT NULL,
  -- Kept: the meter went on in token mode with it.
  state text NOT NULL CHECK (state IN ('waiting', 'carried', 'kept')),
  -- The change to wallet mode at whose price it became money.
  mode_change_id uuid,
  amount_minor bigint CHECK (amount_minor >= 0),
  state_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, meter_id, sequence),
  CHECK ((state = 'carried') = (amount_minor IS NOT NULL) AND (state = 'carried') <= (mode_change_id IS NOT NULL)),
  FOREIGN KEY (bucket, meter_id, sequence) REFERENCES meter_events (bucket, meter_id, sequence),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, mode_change_id) REFERENCES mode_changes (bucket, id)
);
CREATE INDEX late_tokens_waiting ON late_tokens (utility_id, at) WHERE state = 'waiting';
CREATE INDEX late_tokens_by_connection ON late_tokens (bucket, connection_id);
ALTER TABLE late_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON late_tokens TO prewatt_app
  USING (utility_id = current_utility()) WITH CHECK (utility_id = current_utility());
GRANT SELECT, INSERT ON late_tokens TO prewatt_app;
GRANT UPDATE (state, mode_change_id, amount_minor, state_at) ON late_tokens TO prewatt_app;

-- A change that was given up and that the meter has made all the same.
CREATE INDEX mode_changes_failed ON mode_changes (utility_id, at) WHERE state = 'failed';

-- Widened whatever there is by now.
DO $$
DECLARE
  known text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO STRICT known
    FROM pg_constraint WHERE conrelid = 'prewatt.transfers'::regclass AND conname = 'transfers_reason_check';
  ALTER TABLE prewatt.transfers DROP CONSTRAINT transfers_reason_check;
  EXECUTE format('ALTER TABLE prewatt.transfers ADD CONSTRAINT transfers_reason_check
    CHECK (reason IN (''lateTokenEnergy'', ''lateTokenTax'') OR %s)', known);
  SELECT pg_get_expr(conbin, conrelid) INTO STRICT known
    FROM pg_constraint WHERE conrelid = 'prewatt.meter_alerts'::regclass AND conname = 'meter_alerts_kind_check';
  ALTER TABLE prewatt.meter_alerts DROP CONSTRAINT meter_alerts_kind_check;
  EXECUTE format('ALTER TABLE prewatt.meter_alerts ADD CONSTRAINT meter_alerts_kind_check
    CHECK (kind IN (''walletChange'', ''walletSupply'', ''walletReadings'', ''walletRating'', ''walletJump'',
      ''walletBalance'') OR %s)', known);
END
$$;
