-- Smart cards: which card belongs to which home, what was loaded onto it, and the reports of meters that came back on it.

SET LOCAL search_path = prewatt;

-- Whose a card is, before its tenant is known.
CREATE TABLE smart_card_directory (
  card_number text PRIMARY KEY CHECK (card_number ~ '^\d{16}$'),
  utility_id uuid NOT NULL REFERENCES utilities,
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL
);

CREATE TABLE smart_cards (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  card_number text NOT NULL CHECK (card_number ~ '^\d{16}$'),
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  medium text NOT NULL CHECK (medium IN ('memory', 'cpu')),
  -- The card of the same home in whose place it was issued.
  replaces text,
  issued_by uuid NOT NULL REFERENCES operators,
  issued_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('issued', 'lost', 'blocked', 'replaced')),
  state_at timestamptz NOT NULL,
  -- The newest that was seen on it: purchase, report, the key that proves them (first bytes of its hash) and the meter. A card
  -- that shows less was copied or put back.
  seen_count bigint NOT NULL DEFAULT 0 CHECK (seen_count BETWEEN 0 AND 4294967295),
  seen_meter_id uuid,
  seen_report bigint CHECK (seen_report BETWEEN 1 AND 4294967295),
  seen_report_digest text,
  seen_key text,
  seen_at timestamptz,
  -- Why it was refused last.
  refusal text CHECK (length(refusal) BETWEEN 1 AND 40),
  refused_at timestamptz,
  entered bigint NOT NULL DEFAULT nextval('prewatt.entries'),
  PRIMARY KEY (bucket, card_number),
  UNIQUE (bucket, connection_id, request_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, replaces) REFERENCES smart_cards (bucket, card_number),
  CONSTRAINT smart_cards_report CHECK (num_nonnulls(seen_report, seen_report_digest, seen_key) IN (0, 3)),
  CONSTRAINT smart_cards_refused CHECK ((refusal IS NULL) = (refused_at IS NULL))
);

-- A purchase as it was given out for a card. A later one of the same card holds what the meter had not taken of it.
CREATE TABLE smart_card_loads (
  bucket smallint NOT NULL,
  card_number text NOT NULL,
  count bigint NOT NULL CHECK (count BETWEEN 1 AND 4294967295),
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  sale_id uuid NOT NULL,
  -- In the order in which they are entered.
  token_ids uuid[] NOT NULL CHECK (cardinality(token_ids) BETWEEN 1 AND 4),
  -- Who asked for it: an operator, or a shop by its till.
  operator_id uuid REFERENCES operators,
  key_id uuid,
  made_at timestamptz NOT NULL,
  -- The meter has had it, or a later one of the card. Outcomes: of this one alone.
  answered_at timestamptz,
  outcomes text[],
  entered bigint NOT NULL DEFAULT nextval('prewatt.entries'),
  settled bigint,
  PRIMARY KEY (bucket, card_number, count),
  UNIQUE (bucket, card_number, meter_id, sale_id),
  FOREIGN KEY (bucket, card_number) REFERENCES smart_cards (bucket, card_number),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  FOREIGN KEY (bucket, sale_id) REFERENCES sales (bucket, id),
  CONSTRAINT smart_card_loads_by_one CHECK (num_nonnulls(operator_id, key_id) = 1),
  CONSTRAINT smart_card_loads_answered CHECK (outcomes IS NULL OR answered_at IS NOT NULL)
);
CREATE INDEX smart_card_loads_open ON smart_card_loads (bucket, connection_id) WHERE answered_at IS NULL;
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON smart_card_loads FOR EACH ROW
  WHEN (NEW.settled IS NULL AND NEW.answered_at IS NOT NULL) EXECUTE FUNCTION settle();

-- What a meter wrote on a card, as it came home.
CREATE TABLE smart_card_reports (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  card_number text NOT NULL,
  meter_id uuid NOT NULL,
  sequence bigint NOT NULL CHECK (sequence >= 1),
  count bigint NOT NULL CHECK (count >= 0),
  outcomes text[] NOT NULL,
  -- By the meter's clock.
  said_at timestamptz NOT NULL,
  -- Watt-hours, or minor units of a meter that counts money.
  available bigint NOT NULL,
  import_energy_wh bigint NOT NULL CHECK (import_energy_wh >= 0),
  event_sequence bigint NOT NULL,
  flags text[] NOT NULL,
  came_at timestamptz NOT NULL,
  entered bigint NOT NULL DEFAULT nextval('prewatt.entries'),
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, card_number) REFERENCES smart_cards (bucket, card_number),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);
CREATE INDEX smart_card_reports_newest ON smart_card_reports (bucket, card_number, id DESC);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['smart_cards', 'smart_card_loads', 'smart_card_reports'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON smart_card_directory TO prewatt_app;
GRANT SELECT ON smart_cards, smart_card_loads, smart_card_reports TO prewatt_app;
GRANT INSERT (bucket, card_number, utility_id, connection_id, request_id, medium, replaces, issued_by, issued_at, state, state_at)
  ON smart_cards TO prewatt_app;
GRANT UPDATE (state, state_at, seen_count, seen_meter_id, seen_report, seen_report_digest, seen_key, seen_at, refusal, refused_at)
  ON smart_cards TO prewatt_app;
GRANT INSERT (bucket, card_number, count, utility_id, connection_id, meter_id, sale_id, token_ids, operator_id, key_id, made_at)
  ON smart_card_loads TO prewatt_app;
GRANT UPDATE (answered_at, outcomes) ON smart_card_loads TO prewatt_app;
GRANT INSERT (bucket, id, utility_id, connection_id, card_number, meter_id, sequence, count, outcomes, said_at, available,
  import_energy_wh, event_sequence, flags, came_at) ON smart_card_reports TO prewatt_app;

-- What a card said of its meter, or a card that somebody copied or found.
ALTER TABLE meter_alerts DROP CONSTRAINT meter_alerts_kind_check;
ALTER TABLE meter_alerts ADD CONSTRAINT meter_alerts_kind_check CHECK (kind IN ('silent', 'tamper', 'walletChange', 'walletSupply',
  'walletReadings', 'walletRating', 'walletJump', 'walletBalance', 'certificateEnds', 'certificateEnded', 'renewalFailed',
  'tooMuchWork', 'driverFault', 'card'));
