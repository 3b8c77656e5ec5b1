-- Identities of meters that somebody should look at: certificates near or past their end, renewals that failed. How many days before
-- its end a certificate counts as near is the utility's to set, each change on record as that of silence.

SET LOCAL search_path = prewatt;

ALTER TABLE utilities ADD COLUMN identity_warn_days smallint NOT NULL DEFAULT 30
  CHECK (identity_warn_days BETWEEN 1 AND 365);

-- Reaches the tenant of the transaction and this one column.
CREATE FUNCTION set_identity_warn_days(days smallint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = prewatt, pg_temp
AS 'UPDATE prewatt.utilities SET identity_warn_days = days WHERE id = prewatt.current_utility()';
REVOKE ALL ON FUNCTION set_identity_warn_days(smallint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_identity_warn_days(smallint) TO prewatt_app;

ALTER TABLE utility_setting_events
  DROP CONSTRAINT utility_setting_events_setting_check,
  ADD CONSTRAINT utility_setting_events_setting_check CHECK (setting IN ('silentAfterHours', 'identityWarnDays'));

-- `fact` of certificateEnds and certificateEnded: the epoch milliseconds of its end; of renewalFailed: when the renewal was asked for,
-- or when the certificate that nobody uses was issued.
ALTER TABLE meter_alerts
  DROP CONSTRAINT meter_alerts_kind_check,
  ADD CONSTRAINT meter_alerts_kind_check CHECK (kind IN ('silent', 'tamper', 'walletChange', 'walletSupply', 'walletReadings',
    'walletRating', 'walletJump', 'walletBalance', 'certificateEnds', 'certificateEnded', 'renewalFailed'));

-- What ends next, what waits for its first use, and what was asked for: few among all.
CREATE INDEX meter_certificates_alive ON meter_certificates (utility_id, not_after) WHERE ended_at IS NULL;
CREATE INDEX link_acts_asked ON link_acts (utility_id, bucket, meter_id) WHERE act = 'rotationAsked';
