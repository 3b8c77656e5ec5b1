-- Photos of a visit, as the device made them: their SHA-256 stands in the finding, which lists them.

SET LOCAL search_path = prewatt;

CREATE TABLE revenue_case_photos (
  bucket smallint NOT NULL,
  case_id uuid NOT NULL,
  sha256 bytea NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  jpeg bytea NOT NULL,
  sent_by uuid NOT NULL REFERENCES operators,
  sent_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, case_id, sha256),
  FOREIGN KEY (bucket, case_id) REFERENCES revenue_cases (bucket, id),
  CONSTRAINT revenue_case_photos_hash CHECK (sha256 = sha256(jpeg)),
  CONSTRAINT revenue_case_photos_size CHECK (octet_length(jpeg) <= 1000000)
);
-- They are packed already.
ALTER TABLE revenue_case_photos ALTER COLUMN jpeg SET STORAGE EXTERNAL;

ALTER TABLE revenue_case_photos ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON revenue_case_photos TO prewatt_app
  USING (utility_id = (SELECT prewatt.current_utility()))
  WITH CHECK (utility_id = (SELECT prewatt.current_utility()));
GRANT SELECT, INSERT ON revenue_case_photos TO prewatt_app;
