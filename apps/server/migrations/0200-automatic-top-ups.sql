-- Automatic top-ups: the rule of a home, each request with its reason, and cards that customers let us keep.

SET LOCAL search_path = prewatt;

CREATE TABLE kept_cards (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  -- By which it was kept.
  payment_id uuid NOT NULL,
  provider text NOT NULL CHECK (length(provider) BETWEEN 1 AND 40),
  -- Whose consent it is: of no use once the home has another phone.
  phone text NOT NULL CHECK (length(phone) BETWEEN 8 AND 16),
  -- As people know it: "visa, ending in 4081".
  label text NOT NULL CHECK (length(label) BETWEEN 1 AND 60),
  -- The provider's token under the master key; never a card number. Gone once the consent has ended.
  sealed bytea,
  kept_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections,
  FOREIGN KEY (bucket, payment_id) REFERENCES payments (bucket, id),
  CONSTRAINT kept_cards_forgotten CHECK ((ended_at IS NULL) = (sealed IS NOT NULL))
);
CREATE UNIQUE INDEX kept_cards_one ON kept_cards (bucket, connection_id) WHERE ended_at IS NULL;
ALTER TABLE kept_cards ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON kept_cards TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON kept_cards TO prewatt_app;
GRANT UPDATE (sealed, ended_at) ON kept_cards TO prewatt_app;

-- Of a payment: the card that it is taken from, and when the provider is asked for the token of one to keep.
ALTER TABLE payments ADD COLUMN card_id uuid, ADD COLUMN card_check_at timestamptz,
  ADD CONSTRAINT payments_card FOREIGN KEY (bucket, card_id) REFERENCES kept_cards (bucket, id);
CREATE INDEX payments_cards_to_keep ON payments (utility_id, card_check_at)
  WHERE card_check_at IS NOT NULL AND state = 'succeeded';

GRANT UPDATE (card_check_at) ON payments TO prewatt_app;

CREATE TABLE top_up_rules (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  is_on boolean NOT NULL,
  -- The phone is asked each time, or the kept card pays.
  way text NOT NULL CHECK (way IN ('ask', 'card')),
  -- Whose wish it is.
  phone text NOT NULL CHECK (length(phone) BETWEEN 8 AND 16),
  days_ahead smallint NOT NULL CHECK (days_ahead BETWEEN 1 AND 14),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  most_a_week_minor bigint NOT NULL,
  paused_until timestamptz,
  -- By an operator: the customer cannot take it back.
  stopped_at timestamptz,
  stopped_by uuid REFERENCES operators,
  stop_reason text CHECK (length(stop_reason) BETWEEN 1 AND 500),
  look_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections,
  CONSTRAINT top_up_rules_week CHECK (most_a_week_minor >= amount_minor),
  CONSTRAINT top_up_rules_stopped CHECK ((stopped_at IS NULL) = (stopped_by IS NULL)
    AND (stopped_at IS NULL) = (stop_reason IS NULL))
);
CREATE INDEX top_up_rules_to_look ON top_up_rules (utility_id, look_at) WHERE is_on AND stopped_at IS NULL;
ALTER TABLE top_up_rules ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON top_up_rules TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON top_up_rules TO prewatt_app;
GRANT UPDATE (is_on, way, phone, days_ahead, amount_minor, most_a_week_minor, paused_until, stopped_at, stopped_by,
  stop_reason, look_at, changed_at) ON top_up_rules TO prewatt_app;

CREATE TABLE top_ups (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  way text NOT NULL CHECK (way IN ('ask', 'card')),
  card_id uuid,
  phone text NOT NULL CHECK (length(phone) BETWEEN 8 AND 16),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  -- Why: when credit was expected to end, and within how many days that had to be.
  expected_end_at timestamptz NOT NULL,
  days_ahead smallint NOT NULL,
  begun_at timestamptz NOT NULL,
  told_at timestamptz,
  outcome text CHECK (outcome IN ('paid', 'notPaid', 'notPossible')),
  ended_at timestamptz,
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections,
  FOREIGN KEY (bucket, card_id) REFERENCES kept_cards (bucket, id),
  CONSTRAINT top_ups_card CHECK ((way = 'card') = (card_id IS NOT NULL)),
  CONSTRAINT top_ups_ended CHECK ((outcome IS NULL) = (ended_at IS NULL))
);
-- Never a second request while one is open or unclear.
CREATE UNIQUE INDEX top_ups_open ON top_ups (bucket, connection_id) WHERE outcome IS NULL;
CREATE INDEX top_ups_to_follow ON top_ups (utility_id) WHERE outcome IS NULL;
CREATE INDEX top_ups_of_connection ON top_ups (bucket, connection_id, begun_at);
ALTER TABLE top_ups ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON top_ups TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON top_ups TO prewatt_app;
GRANT UPDATE (told_at, outcome, ended_at) ON top_ups TO prewatt_app;
