-- Commands about the same thing hold in the order in which they were asked for: each carries its
-- instant, later than that of any before it for the meter, and a newer one takes the place of an
-- older one that is still open.

-- The instant of the newest command whose order matters.
ALTER TABLE prewatt.meters ADD COLUMN commanded_at timestamptz;
ALTER TABLE prewatt.commands ADD COLUMN issued_at timestamptz;
ALTER TABLE prewatt.commands ADD COLUMN superseded_by uuid;
ALTER TABLE prewatt.commands ADD FOREIGN KEY (bucket, superseded_by) REFERENCES prewatt.commands (bucket, id);
ALTER TABLE prewatt.commands ADD CHECK (superseded_by IS NULL OR (superseded_by <> id AND cancelled_by IS NOT NULL));
ALTER TABLE prewatt.commands DROP CONSTRAINT commands_stage_check;
ALTER TABLE prewatt.commands ADD CONSTRAINT commands_stage_check CHECK (stage IN
  ('queued', 'sent', 'awaitingResult', 'retry', 'cancelling', 'done', 'refused', 'cancelled', 'superseded',
   'expired'));
