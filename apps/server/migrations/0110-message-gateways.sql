-- Several message gateways: which of them was given which message, what became of it, delivery reports, and
-- phones that want no messages.

SET LOCAL search_path = prewatt;

ALTER TABLE messages
  -- When it is looked at again: no report came, or nobody knows whether it went. Real time.
  ADD COLUMN check_at timestamptz,
  DROP CONSTRAINT messages_state_check,
  ADD CONSTRAINT messages_state_check CHECK (state IN ('waiting', 'queued', 'sent', 'delivered', 'failed', 'dropped'));
CREATE INDEX messages_to_check ON messages (utility_id, check_at) WHERE check_at IS NOT NULL;
GRANT UPDATE (check_at) ON messages TO prewatt_app;

CREATE TABLE message_attempts (
  bucket smallint NOT NULL,
  message_id uuid NOT NULL,
  nth smallint NOT NULL CHECK (nth BETWEEN 1 AND 100),
  utility_id uuid NOT NULL,
  gateway text NOT NULL CHECK (length(gateway) BETWEEN 1 AND 32),
  -- handing: being handed over. later: certainly not sent. unknown: it may have been sent.
  outcome text NOT NULL
    CHECK (outcome IN ('handing', 'accepted', 'refused', 'later', 'unknown', 'delivered', 'undelivered')),
  reason text CHECK (length(reason) <= 200),
  -- How often it was handed to this gateway in this attempt.
  tries integer NOT NULL CHECK (tries > 0),
  at timestamptz NOT NULL,
  outcome_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, message_id, nth),
  FOREIGN KEY (bucket, message_id) REFERENCES messages (bucket, id)
);
ALTER TABLE message_attempts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON message_attempts FOR ALL TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON message_attempts TO prewatt_app;
GRANT UPDATE (outcome, reason, tries, outcome_at) ON message_attempts TO prewatt_app;

-- By which name a gateway reports on which message; before a tenant is known. Deleted after some weeks.
CREATE TABLE gateway_message_directory (
  gateway text NOT NULL,
  gateway_id text NOT NULL CHECK (length(gateway_id) BETWEEN 1 AND 100),
  utility_id uuid NOT NULL,
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  message_id uuid NOT NULL,
  nth smallint NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (gateway, gateway_id)
);
CREATE INDEX gateway_message_directory_by_age ON gateway_message_directory (at);
GRANT SELECT, INSERT, DELETE ON gateway_message_directory TO prewatt_app;

-- Reports that came before their message was filed; kept for a day.
CREATE TABLE early_report_directory (
  gateway text NOT NULL,
  -- All forms of the id, the surest first.
  gateway_ids text[] NOT NULL CHECK (cardinality(gateway_ids) BETWEEN 1 AND 12),
  first_id text NOT NULL CHECK (length(first_id) BETWEEN 1 AND 100),
  outcome text NOT NULL CHECK (outcome IN ('delivered', 'failed')),
  reason text CHECK (length(reason) <= 200),
  is_opted_out boolean NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (gateway, first_id, outcome)
);
GRANT SELECT, INSERT, DELETE ON early_report_directory TO prewatt_app;

-- What the owner of a phone chose, for all utilities of the installation.
CREATE TABLE phone_choice_directory (
  phone text PRIMARY KEY CHECK (length(phone) BETWEEN 8 AND 16),
  stopped_at timestamptz,
  language text CHECK (length(language) BETWEEN 2 AND 8),
  changed_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON phone_choice_directory TO prewatt_app;
GRANT UPDATE (stopped_at, language, changed_at) ON phone_choice_directory TO prewatt_app;
