-- The few among all meters whose identity is on its way, was taken back, or was asked to be renewed are found without looking at all.

SET LOCAL search_path = prewatt;

CREATE INDEX meter_certificates_waiting ON meter_certificates (utility_id, bucket, meter_id)
  WHERE ended_at IS NULL AND first_used_at IS NULL;
CREATE INDEX meters_secret_waits ON meters (utility_id, bucket, id) WHERE next_secret_hash IS NOT NULL;
CREATE INDEX meters_link_revoked ON meters (utility_id, bucket, id) WHERE link_revoked_at IS NOT NULL;
