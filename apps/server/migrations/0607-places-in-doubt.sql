-- A home is not put first by a balance that rests on a place in doubt: a last stage of a round judges such homes again, and their lines
-- say so.

SET LOCAL search_path = prewatt;

ALTER TABLE revenue_rounds DROP CONSTRAINT revenue_rounds_stage_check;
ALTER TABLE revenue_rounds ADD CONSTRAINT revenue_rounds_stage_check
  CHECK (stage IN ('nodes', 'unplaced', 'placing', 'doubts', 'done')) NOT VALID;

ALTER TABLE revenue_lines ADD COLUMN doubt text;
GRANT UPDATE (doubt) ON revenue_lines TO prewatt_app;
