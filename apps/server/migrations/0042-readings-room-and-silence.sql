-- What stands open about readings is found for a whole utility; a decision can be taken back by a person, by name. The hours
-- after which a meter counts as silent are the utility's to set, each change on record.

CREATE INDEX reading_findings_found ON prewatt.reading_findings (utility_id, read_at DESC, bucket, meter_id) WHERE state = 'found';
ALTER TABLE prewatt.reading_findings
  DROP CONSTRAINT reading_findings_check,
  ADD CONSTRAINT reading_findings_decided_check CHECK (
    (decided_by IS NULL) = (reason IS NULL)
    AND (state NOT IN ('accepted', 'rejected') OR decided_by IS NOT NULL)
    AND (state <> 'gone' OR decided_by IS NULL));

CREATE TABLE prewatt.utility_setting_events (
  utility_id uuid NOT NULL REFERENCES prewatt.utilities,
  ordinal integer NOT NULL,
  request_id text NOT NULL,
  setting text NOT NULL CHECK (setting IN ('silentAfterHours')),
  value_before text NOT NULL,
  value_after text NOT NULL,
  changed_by uuid NOT NULL REFERENCES prewatt.operators,
  reason text NOT NULL CHECK (length(reason) BETWEEN 5 AND 500),
  at timestamptz NOT NULL,
  PRIMARY KEY (utility_id, ordinal),
  UNIQUE (utility_id, request_id)
);
ALTER TABLE prewatt.utility_setting_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.utility_setting_events TO prewatt_app
  USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility());
GRANT SELECT, INSERT ON prewatt.utility_setting_events TO prewatt_app;

-- Reaches the tenant of the transaction and this one column.
CREATE FUNCTION prewatt.set_silent_after_hours(hours smallint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = prewatt, pg_temp
AS 'UPDATE prewatt.utilities SET silent_after_hours = hours WHERE id = prewatt.current_utility()';
REVOKE ALL ON FUNCTION prewatt.set_silent_after_hours(smallint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prewatt.set_silent_after_hours(smallint) TO prewatt_app;
