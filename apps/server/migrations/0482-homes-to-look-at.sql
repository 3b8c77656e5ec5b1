-- Homes for the attention list: a meter that refused the protection rules, and one that owes much.

SET LOCAL search_path = prewatt;

ALTER TABLE meter_alerts DROP CONSTRAINT meter_alerts_kind_check;
ALTER TABLE meter_alerts ADD CONSTRAINT meter_alerts_kind_check CHECK (kind IN ('silent', 'tamper', 'walletChange', 'walletSupply',
  'walletReadings', 'walletRating', 'walletJump', 'walletBalance', 'certificateEnds', 'certificateEnded', 'renewalFailed',
  'tooMuchWork', 'driverFault', 'card', 'lamps', 'rulesRefused', 'owesMuch'));
