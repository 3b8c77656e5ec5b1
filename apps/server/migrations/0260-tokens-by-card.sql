-- A token can come into a meter on a smart card.
ALTER TABLE prewatt.tokens DROP CONSTRAINT tokens_origin_check,
  ADD CONSTRAINT tokens_origin_check CHECK (origin IN ('keypad', 'remote', 'card')) NOT VALID;
ALTER TABLE prewatt.tokens VALIDATE CONSTRAINT tokens_origin_check;
