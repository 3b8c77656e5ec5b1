-- Meters prove who they are with certificates, too: of an authority of the utility, each on record with its meter; and what was
-- refused at the door is kept, once for each meter and reason.

SET LOCAL search_path = prewatt;

-- The newest signs; all of them are on the list that brokers are given. The key rests sealed under the master key.
CREATE TABLE meter_authorities (
  utility_id uuid NOT NULL REFERENCES utilities,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  certificate bytea NOT NULL,
  sealed bytea NOT NULL,
  made_at timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  PRIMARY KEY (utility_id, ordinal)
);

CREATE TABLE meter_certificates (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  -- 16 hex digits.
  serial text NOT NULL CHECK (serial ~ '^[0-9a-f]{16}$'),
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  authority integer NOT NULL,
  -- SHA-256 of the certificate, and of its public key.
  fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
  public_key_hash bytea NOT NULL CHECK (octet_length(public_key_hash) = 32),
  certificate bytea NOT NULL,
  -- request: somebody brought the meter's request. made: the key was made here and shown once. renewal: over the meter's own link.
  origin text NOT NULL CHECK (origin IN ('request', 'made', 'renewal')),
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  -- Real time, as the validity is.
  issued_at timestamptz NOT NULL,
  first_used_at timestamptz,
  ended_at timestamptz,
  end_reason text CHECK (end_reason IN ('replaced', 'revoked')),
  PRIMARY KEY (bucket, meter_id, serial),
  UNIQUE (bucket, meter_id, fingerprint),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  CHECK (not_before < not_after),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
-- What a list of revoked certificates names.
CREATE INDEX meter_certificates_ended ON meter_certificates (utility_id, not_after) WHERE ended_at IS NOT NULL;

CREATE TABLE link_refusals (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  reason text NOT NULL CHECK (reason IN ('wrongSecret', 'linkRevoked', 'certificateNeeded', 'certificateForeign', 'certificateRevoked',
    'certificateReplaced', 'certificateExpired', 'certificateNotYetValid', 'meterRetired')),
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  times bigint NOT NULL CHECK (times > 0),
  -- Of the certificate that was shown last.
  serial text CHECK (length(serial) <= 64),
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, meter_id, reason),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);

-- certified: a certificate was made for a request, or with its key. renewed: at the meter's own request.
ALTER TABLE link_acts
  ADD COLUMN serial text CHECK (serial ~ '^[0-9a-f]{16}$'),
  DROP CONSTRAINT link_acts_act_check,
  ADD CONSTRAINT link_acts_act_check CHECK (act IN ('claimed', 'paired', 'rotationAsked', 'rotated', 'revoked', 'certified', 'renewed')),
  DROP CONSTRAINT link_acts_check,
  ADD CONSTRAINT link_acts_check CHECK ((act IN ('claimed', 'rotated', 'renewed')) = (done_by IS NULL)),
  ADD CONSTRAINT link_acts_certificate_check CHECK (act NOT IN ('certified', 'renewed') OR serial IS NOT NULL);

ALTER TABLE commands DROP CONSTRAINT commands_kind_check;
ALTER TABLE commands ADD CONSTRAINT commands_kind_check CHECK (kind IN
  ('deliverToken', 'readNow', 'switchOpen', 'switchClose', 'switchArm', 'setPowerLimit',
   'setEmergencyCredit', 'setProtection', 'setTariff', 'setPaymentMode', 'setClock', 'setLinkSecret',
   'renewCertificate'));

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['meter_authorities', 'meter_certificates', 'link_refusals'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON meter_authorities, meter_certificates, link_refusals TO prewatt_app;
GRANT UPDATE (first_used_at, ended_at, end_reason) ON meter_certificates TO prewatt_app;
GRANT UPDATE (times, serial, last_at) ON link_refusals TO prewatt_app;
