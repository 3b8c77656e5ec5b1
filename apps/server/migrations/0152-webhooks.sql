-- What programs of others are told: their addresses, the events that are theirs to hear, written with the fact in one
-- transaction, and each delivery with how it went.

SET LOCAL search_path = prewatt;

CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  integration_id uuid NOT NULL,
  url text NOT NULL CHECK (length(url) BETWEEN 8 AND 2000),
  -- By packages/api: a closed list.
  events text[] NOT NULL CHECK (cardinality(events) >= 1),
  state text NOT NULL CHECK (state IN ('on', 'off')),
  -- byHand: an administrator's; gone: the receiver answered that it is no more.
  off_reason text CHECK (off_reason IN ('byHand', 'gone')),
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL,
  UNIQUE (utility_id, id),
  UNIQUE (utility_id, request_id),
  CHECK ((state = 'off') = (off_reason IS NOT NULL)),
  FOREIGN KEY (utility_id, integration_id) REFERENCES integrations (utility_id, id)
);
CREATE INDEX webhook_endpoints_of ON webhook_endpoints (utility_id, integration_id);
ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON webhook_endpoints TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON webhook_endpoints TO prewatt_app;
GRANT UPDATE (state, off_reason) ON webhook_endpoints TO prewatt_app;

-- What messages to an endpoint are signed with, sealed under the master key. While one is replaced both sign.
CREATE TABLE webhook_secrets (
  endpoint_id uuid NOT NULL,
  ordinal smallint NOT NULL CHECK (ordinal >= 1),
  utility_id uuid NOT NULL REFERENCES utilities,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 1 AND 200),
  sealed bytea NOT NULL,
  -- Of real time; null for the newest.
  ends_at timestamptz,
  PRIMARY KEY (endpoint_id, ordinal),
  UNIQUE (utility_id, request_id),
  FOREIGN KEY (utility_id, endpoint_id) REFERENCES webhook_endpoints (utility_id, id)
);
ALTER TABLE webhook_secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON webhook_secrets TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON webhook_secrets TO prewatt_app;
GRANT UPDATE (ends_at) ON webhook_secrets TO prewatt_app;

CREATE TABLE webhook_events (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  type text NOT NULL CHECK (length(type) BETWEEN 3 AND 40),
  -- Names the fact: the same is one event.
  fact_key text NOT NULL CHECK (length(fact_key) BETWEEN 1 AND 200),
  at timestamptz NOT NULL,
  data jsonb NOT NULL,
  UNIQUE (utility_id, type, fact_key),
  UNIQUE (utility_id, id)
);
CREATE INDEX webhook_events_at ON webhook_events (utility_id, at);
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON webhook_events TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON webhook_events TO prewatt_app;

-- Instants are of real time.
CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  utility_id uuid NOT NULL REFERENCES utilities,
  endpoint_id uuid NOT NULL,
  event_id uuid NOT NULL,
  is_replay boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
  attempts smallint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  -- When it is tried next; while it is being tried, when another may.
  due_at timestamptz NOT NULL,
  -- Of the last attempt: the receiver's status, or what hindered it.
  answer_status smallint,
  answer_fault text CHECK (answer_fault IN ('timeout', 'notPublic', 'unreachable')),
  answer_ms integer,
  answered_at timestamptz,
  FOREIGN KEY (utility_id, endpoint_id) REFERENCES webhook_endpoints (utility_id, id),
  FOREIGN KEY (utility_id, event_id) REFERENCES webhook_events (utility_id, id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (utility_id, due_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON webhook_deliveries TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON webhook_deliveries TO prewatt_app;
GRANT UPDATE (state, attempts, due_at, answer_status, answer_fault, answer_ms, answered_at) ON webhook_deliveries TO prewatt_app;
