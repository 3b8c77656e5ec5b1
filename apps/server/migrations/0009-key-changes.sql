-- Key changes: what a meter should hold beside what it holds, the sets of tokens that lead there, and campaigns over many
-- meters. A meter's own columns say what it holds; they follow when it has taken a set.

SET LOCAL search_path = prewatt;

-- Null while the meter holds what is wanted. While they are set, last_tid counts under the wanted key's base date.
ALTER TABLE meters
  ADD COLUMN wanted_supply_group_code text CHECK (wanted_supply_group_code ~ '^\d{6}$'),
  ADD COLUMN wanted_tariff_index text CHECK (wanted_tariff_index ~ '^\d{2}$'),
  ADD COLUMN wanted_key_revision smallint CHECK (wanted_key_revision BETWEEN 1 AND 9),
  ADD CONSTRAINT meters_wanted CHECK ((wanted_supply_group_code IS NULL) = (wanted_tariff_index IS NULL)
    AND (wanted_supply_group_code IS NULL) = (wanted_key_revision IS NULL));

CREATE TABLE key_change_campaigns (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  -- Which meters: those that held this when it began; and what they shall hold. A null tariff index stays as it is.
  from_supply_group_code text NOT NULL,
  from_key_revision smallint NOT NULL,
  to_supply_group_code text NOT NULL,
  to_key_revision smallint NOT NULL,
  to_tariff_index text CHECK (to_tariff_index ~ '^\d{2}$'),
  requested_by uuid NOT NULL REFERENCES operators,
  meters_total integer NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (utility_id, request_id)
);

CREATE TABLE key_change_meters (
  campaign_id uuid NOT NULL REFERENCES key_change_campaigns,
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  PRIMARY KEY (campaign_id, bucket, meter_id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);
CREATE INDEX key_change_meters_by_meter ON key_change_meters (bucket, meter_id);

CREATE TABLE key_change_sets (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  sale_id uuid,
  grant_id uuid,
  from_supply_group_code text NOT NULL,
  from_tariff_index text NOT NULL,
  from_key_revision smallint NOT NULL,
  to_supply_group_code text NOT NULL,
  to_tariff_index text NOT NULL,
  to_key_revision smallint NOT NULL,
  state text NOT NULL CHECK (state IN ('issued', 'done', 'failed')),
  refusal text,
  issued_at timestamptz NOT NULL,
  state_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  CHECK ((sale_id IS NULL) <> (grant_id IS NULL)),
  CHECK ((state = 'failed') = (refusal IS NOT NULL)),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  FOREIGN KEY (bucket, sale_id) REFERENCES sales (bucket, id),
  FOREIGN KEY (bucket, grant_id) REFERENCES grants (bucket, id)
);
CREATE INDEX key_change_sets_by_meter ON key_change_sets (bucket, meter_id, issued_at DESC);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['key_change_campaigns', 'key_change_meters', 'key_change_sets']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON key_change_campaigns, key_change_meters, key_change_sets TO prewatt_app;
GRANT UPDATE (state, refusal, state_at) ON key_change_sets TO prewatt_app;
