-- Every command that a meter understands in the one stage table: what is asked, how urgent, who
-- asked and why, who took it back. And whether a meter's link is up, as the meter's last will says.

ALTER TABLE prewatt.commands DROP CONSTRAINT commands_kind_check;
ALTER TABLE prewatt.commands ADD CONSTRAINT commands_kind_check CHECK (kind IN
  ('deliverToken', 'readNow', 'switchOpen', 'switchClose', 'switchArm', 'setPowerLimit',
   'setEmergencyCredit', 'setProtection', 'setTariff', 'setPaymentMode', 'setClock'));
ALTER TABLE prewatt.commands DROP CONSTRAINT commands_stage_check;
ALTER TABLE prewatt.commands ADD CONSTRAINT commands_stage_check CHECK (stage IN
  ('queued', 'sent', 'awaitingResult', 'retry', 'cancelling', 'done', 'refused', 'cancelled', 'expired'));
-- What exactly is asked, as JSON; a token's digits stay in tokens.
ALTER TABLE prewatt.commands ADD COLUMN action jsonb;
-- 0 goes first.
ALTER TABLE prewatt.commands ADD COLUMN priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9);
ALTER TABLE prewatt.commands ADD COLUMN requested_by text;
ALTER TABLE prewatt.commands ADD COLUMN reason text;
ALTER TABLE prewatt.commands ADD COLUMN cancelled_by text;
ALTER TABLE prewatt.commands ADD COLUMN cancel_reason text;
ALTER TABLE prewatt.commands ADD CHECK ((kind IN ('deliverToken', 'readNow')) OR (action IS NOT NULL));
ALTER TABLE prewatt.commands ADD CHECK ((cancelled_by IS NULL) = (cancel_reason IS NULL));
DROP INDEX prewatt.commands_due;
CREATE INDEX commands_due ON prewatt.commands (utility_id, due_at, priority) WHERE due_at IS NOT NULL;
CREATE INDEX commands_open_of_meter ON prewatt.commands (bucket, meter_id) WHERE due_at IS NOT NULL;

ALTER TABLE prewatt.meter_states ADD COLUMN link_up boolean;
ALTER TABLE prewatt.meter_states ADD COLUMN link_at timestamptz;
