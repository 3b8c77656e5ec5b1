-- A reading may be found to be in another unit than the ones before it: kilowatt-hours for watt-hours, or the reverse.

SET LOCAL search_path = prewatt;

ALTER TABLE reading_findings
  DROP CONSTRAINT reading_findings_finding_check,
  ADD CONSTRAINT reading_findings_finding_check
    CHECK (finding IN ('gap', 'spike', 'negative', 'reset', 'unit', 'clockDrift', 'differs'));
