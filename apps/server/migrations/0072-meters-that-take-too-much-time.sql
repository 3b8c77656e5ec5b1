-- Meters whose messages took more of the server's time than one may have. `fact` of tooMuchWork: the day, counted from the epoch.

SET LOCAL search_path = prewatt;

ALTER TABLE meter_alerts
  DROP CONSTRAINT meter_alerts_kind_check,
  ADD CONSTRAINT meter_alerts_kind_check CHECK (kind IN ('silent', 'tamper', 'walletChange', 'walletSupply', 'walletReadings',
    'walletRating', 'walletJump', 'walletBalance', 'certificateEnds', 'certificateEnded', 'renewalFailed', 'tooMuchWork'));
