-- Street lights: a lighting account is a connection whose meter is the sum of its lamps. Where they are, what they are told and why, what
-- they say, and what is wrong with them.

SET LOCAL search_path = prewatt;

CREATE TABLE lighting_accounts (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- Whose register is the sum of what the lamps have counted.
  meter_id uuid NOT NULL,
  latitude_micro_deg integer NOT NULL CHECK (latitude_micro_deg BETWEEN -90000000 AND 90000000),
  longitude_micro_deg integer NOT NULL CHECK (longitude_micro_deg BETWEEN -180000000 AND 180000000),
  -- Below so many nights of credit lamps are dimmed, to so much of their level; 0: never.
  dim_below_nights smallint NOT NULL CHECK (dim_below_nights BETWEEN 0 AND 30),
  dim_to_percent smallint NOT NULL CHECK (dim_to_percent BETWEEN 1 AND 99),
  standing text NOT NULL CHECK (standing IN ('enough', 'low', 'usedUp')),
  standing_at timestamptz NOT NULL,
  nights_left_tenths integer CHECK (nights_left_tenths >= 0),
  -- The switch of the account's meter: open leaves protected crossings alone.
  is_open boolean NOT NULL DEFAULT false,
  counted_wh bigint NOT NULL DEFAULT 0 CHECK (counted_wh >= 0),
  -- The end of the last interval of its load profile that was said.
  said_until timestamptz NOT NULL,
  -- Commands that were answered, so that a repeat gets the first answer.
  answered jsonb NOT NULL DEFAULT '[]',
  look_at timestamptz NOT NULL,
  opened_at timestamptz NOT NULL,
  opened_by uuid NOT NULL REFERENCES operators,
  PRIMARY KEY (bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);
CREATE INDEX lighting_accounts_due ON lighting_accounts (utility_id, look_at);

CREATE TABLE dim_programmes (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  document jsonb NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, name),
  FOREIGN KEY (bucket, connection_id) REFERENCES lighting_accounts (bucket, connection_id)
);

CREATE TABLE lamp_groups (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  programme_id uuid NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, name),
  FOREIGN KEY (bucket, connection_id) REFERENCES lighting_accounts (bucket, connection_id),
  FOREIGN KEY (bucket, programme_id) REFERENCES dim_programmes (bucket, id)
);

CREATE TABLE lamps (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  group_id uuid NOT NULL,
  -- As it stands on the pole.
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  full_milli_w integer NOT NULL CHECK (full_milli_w BETWEEN 1000 AND 2000000),
  standby_milli_w integer NOT NULL CHECK (standby_milli_w BETWEEN 0 AND 50000),
  -- Of a protected crossing: never below it while the sun is down.
  floor_percent smallint CHECK (floor_percent BETWEEN 1 AND 100),
  -- What it was told last, why, and how that stands.
  asked_percent smallint CHECK (asked_percent BETWEEN 0 AND 100),
  asked_because text CHECK (asked_because IN ('programme', 'override', 'lowCredit', 'noCredit', 'protected')),
  asked_at timestamptz,
  stage text NOT NULL DEFAULT 'none' CHECK (stage IN ('none', 'asked', 'applied', 'late')),
  tries integer NOT NULL DEFAULT 0,
  -- What it says.
  level_percent smallint CHECK (level_percent BETWEEN 0 AND 100),
  level_since timestamptz,
  milli_w integer CHECK (milli_w >= 0),
  -- Its own counter, and what was counted of it.
  counter_wh bigint CHECK (counter_wh >= 0),
  counted_wh bigint NOT NULL DEFAULT 0 CHECK (counted_wh >= 0),
  read_at timestamptz,
  -- Readings of the last hours, the oldest first: they tell of flicker.
  recent jsonb NOT NULL DEFAULT '[]',
  fault text CHECK (fault IN ('dark', 'burnsByDay', 'overPower', 'underPower', 'flickers', 'silent')),
  fault_at timestamptz,
  visit_at timestamptz NOT NULL,
  added_at timestamptz NOT NULL,
  removed_at timestamptz,
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, connection_id) REFERENCES lighting_accounts (bucket, connection_id),
  FOREIGN KEY (bucket, group_id) REFERENCES lamp_groups (bucket, id),
  CHECK ((fault IS NULL) = (fault_at IS NULL)),
  CHECK (num_nonnulls(asked_percent, asked_because, asked_at) IN (0, 3))
);
CREATE UNIQUE INDEX lamps_name ON lamps (bucket, connection_id, name) WHERE removed_at IS NULL;
CREATE INDEX lamps_due ON lamps (utility_id, visit_at) WHERE removed_at IS NULL;

-- Levels that hold in place of the programme, until their end.
CREATE TABLE light_overrides (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  -- Of one group, or of one lamp, or of all.
  group_id uuid,
  lamp_id uuid,
  level_percent smallint NOT NULL CHECK (level_percent BETWEEN 0 AND 100),
  from_at timestamptz NOT NULL,
  until_at timestamptz NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 5 AND 500),
  asked_by uuid NOT NULL REFERENCES operators,
  ended_at timestamptz,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, request_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES lighting_accounts (bucket, connection_id),
  FOREIGN KEY (bucket, group_id) REFERENCES lamp_groups (bucket, id),
  FOREIGN KEY (bucket, lamp_id) REFERENCES lamps (bucket, id),
  CHECK (num_nonnulls(group_id, lamp_id) <= 1),
  CHECK (until_at > from_at)
);

-- Energy of a lamp in a night, noon to noon.
CREATE TABLE lamp_nights (
  bucket smallint NOT NULL,
  lamp_id uuid NOT NULL,
  night date NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  energy_wh bigint NOT NULL CHECK (energy_wh >= 0),
  PRIMARY KEY (bucket, lamp_id, night),
  FOREIGN KEY (bucket, lamp_id) REFERENCES lamps (bucket, id)
);

CREATE TABLE lamp_faults (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  lamp_id uuid NOT NULL,
  fault text NOT NULL,
  since_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, lamp_id) REFERENCES lamps (bucket, id)
);
CREATE INDEX lamp_faults_of ON lamp_faults (bucket, lamp_id) WHERE ended_at IS NULL;

-- Controllers of lamps that speak LwM2M, as lwm2m_links has them for meters.
CREATE TABLE lamp_links (
  bucket smallint NOT NULL,
  lamp_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  endpoint text NOT NULL CHECK (endpoint ~ '^[!-~]{1,128}$'),
  proof text NOT NULL CHECK (proof IN ('secret', 'none')),
  sealed bytea,
  counter bigint NOT NULL DEFAULT -1 CHECK (counter BETWEEN -1 AND 9007199254740991),
  serial text CHECK (length(serial) <= 64),
  registered_at timestamptz,
  heard_at timestamptz,
  address text CHECK (length(address) <= 64),
  speaks text CHECK (speaks IN ('messages', 'objects')),
  sleeps boolean,
  objects text CHECK (length(objects) <= 400),
  fault text CHECK (fault IN ('unreachable', 'noAnswer', 'notLetIn', 'notProved', 'otherMeter', 'replay', 'tooMuch', 'malformed',
    'countersUsedUp')),
  fault_at timestamptz,
  faults integer NOT NULL DEFAULT 0,
  linked_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (bucket, lamp_id),
  FOREIGN KEY (bucket, lamp_id) REFERENCES lamps (bucket, id),
  CHECK ((proof = 'secret') = (sealed IS NOT NULL)),
  CHECK ((fault IS NULL) = (fault_at IS NULL))
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['lighting_accounts', 'dim_programmes', 'lamp_groups', 'lamps', 'light_overrides', 'lamp_nights',
      'lamp_faults', 'lamp_links'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
    EXECUTE format('GRANT SELECT, INSERT ON prewatt.%I TO prewatt_app', name);
  END LOOP;
END
$$;
GRANT UPDATE (latitude_micro_deg, longitude_micro_deg, dim_below_nights, dim_to_percent, standing, standing_at, nights_left_tenths,
  is_open, counted_wh, said_until, answered, look_at) ON lighting_accounts TO prewatt_app;
GRANT UPDATE (document, changed_at) ON dim_programmes TO prewatt_app;
GRANT UPDATE (programme_id) ON lamp_groups TO prewatt_app;
GRANT UPDATE (group_id, full_milli_w, standby_milli_w, floor_percent, asked_percent, asked_because, asked_at, stage, tries,
  level_percent, level_since, milli_w, counter_wh, counted_wh, read_at, recent, fault, fault_at, visit_at, removed_at)
  ON lamps TO prewatt_app;
GRANT UPDATE (ended_at) ON light_overrides TO prewatt_app;
GRANT UPDATE (energy_wh) ON lamp_nights TO prewatt_app;
GRANT UPDATE (ended_at) ON lamp_faults TO prewatt_app;
GRANT UPDATE (connection_id, endpoint, proof, sealed, counter, serial, registered_at, heard_at, address, speaks, sleeps, objects, fault,
  fault_at, faults, linked_at, ended_at) ON lamp_links TO prewatt_app;

-- Lamps of an account that somebody should look at.
ALTER TABLE meter_alerts DROP CONSTRAINT meter_alerts_kind_check;
ALTER TABLE meter_alerts ADD CONSTRAINT meter_alerts_kind_check CHECK (kind IN ('silent', 'tamper', 'walletChange', 'walletSupply',
  'walletReadings', 'walletRating', 'walletJump', 'walletBalance', 'certificateEnds', 'certificateEnded', 'renewalFailed',
  'tooMuchWork', 'driverFault', 'card', 'lamps'));
