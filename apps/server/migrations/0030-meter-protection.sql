-- What each meter was last told of protection, and how far a utility has come in telling its meters. And since when a
-- connection is prepaid, for the grace after conversion.

SET LOCAL search_path = prewatt;

-- When the connection turned prepaid; null: long ago, or never anything else.
ALTER TABLE connections ADD COLUMN converted_at timestamptz;

-- The last word to a meter. Its command has the request id 'protection:' || meter_id || ':' || generation.
CREATE TABLE meter_protection (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  generation integer NOT NULL CHECK (generation > 0),
  rules_digest text NOT NULL,
  -- 0: the document that came with the utility.
  rules_version integer NOT NULL CHECK (rules_version >= 0),
  -- Null: nobody has ever said; the meter keeps what its factory set.
  vulnerable boolean,
  medical boolean,
  converted_at timestamptz,
  queued_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, meter_id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);
CREATE INDEX meter_protection_by_utility ON meter_protection (utility_id, rules_digest);

-- The round over all meters of a utility: which document, and the last meter that was looked at.
CREATE TABLE protection_rounds (
  utility_id uuid PRIMARY KEY REFERENCES utilities,
  rules_digest text NOT NULL,
  started_at timestamptz NOT NULL,
  after_bucket smallint NOT NULL,
  after_meter_id uuid NOT NULL,
  finished_at timestamptz
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['meter_protection', 'protection_rounds']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON meter_protection, protection_rounds TO prewatt_app;
GRANT UPDATE (generation, rules_digest, rules_version, vulnerable, medical, converted_at, queued_at)
  ON meter_protection TO prewatt_app;
GRANT UPDATE (rules_digest, started_at, after_bucket, after_meter_id, finished_at) ON protection_rounds TO prewatt_app;
