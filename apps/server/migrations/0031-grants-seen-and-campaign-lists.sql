-- What came of a grant stands on the attention list until an operator has seen it; a campaign knows the list of meters it
-- was asked for with; sets that stall are found without a look at each one that there ever was.

SET LOCAL search_path = prewatt;

-- Who has seen that a grant did not come home, and what they say about it. Emptied when it moves on.
ALTER TABLE grants
  ADD COLUMN seen_at timestamptz,
  ADD COLUMN seen_by uuid REFERENCES operators,
  ADD COLUMN seen_reason text CHECK (length(seen_reason) BETWEEN 10 AND 500),
  ADD CONSTRAINT grants_seen CHECK ((seen_at IS NULL) = (seen_by IS NULL)
    AND (seen_at IS NULL) = (seen_reason IS NULL)
    AND (seen_at IS NULL OR state IN ('refused', 'unconfirmed')));
DROP INDEX grants_open;
CREATE INDEX grants_open ON grants (utility_id, state_at)
  WHERE state IN ('refused', 'unconfirmed') AND seen_at IS NULL;
GRANT UPDATE (seen_at, seen_by, seen_reason) ON grants TO prewatt_app;

-- SHA-256 of the meter numbers that were named, in order; null for all meters that hold the key.
ALTER TABLE key_change_campaigns ADD COLUMN meters_digest text CHECK (meters_digest ~ '^[0-9a-f]{64}$');

CREATE INDEX key_change_sets_open ON key_change_sets (utility_id, issued_at) WHERE state = 'issued';

-- A campaign chooses its meters at once and begins with them some hundred at a time, so that no sale waits for all of
-- them. Null: not yet; the meter does not want the new key so far.
ALTER TABLE key_change_meters ADD COLUMN begun_at timestamptz;
UPDATE key_change_meters x SET begun_at = (SELECT c.created_at FROM key_change_campaigns c WHERE c.id = x.campaign_id);
CREATE INDEX key_change_meters_waiting ON key_change_meters (campaign_id, bucket, meter_id) WHERE begun_at IS NULL;
GRANT UPDATE (begun_at) ON key_change_meters TO prewatt_app;
