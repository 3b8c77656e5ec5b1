-- What 0453 allowed, read beside the work.

ALTER TABLE prewatt.commands VALIDATE CONSTRAINT commands_kind_check;
