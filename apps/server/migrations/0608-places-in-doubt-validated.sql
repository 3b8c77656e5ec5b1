-- What 0607 allowed, read beside the work.

ALTER TABLE prewatt.revenue_rounds VALIDATE CONSTRAINT revenue_rounds_stage_check;
