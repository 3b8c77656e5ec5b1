-- Tickets: what a customer complains of, reports or asks for, with a day by which it is due and whoever has it. Each change is kept.

SET LOCAL search_path = prewatt;

CREATE TABLE tickets (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  number integer NOT NULL CHECK (number > 0),
  kind text NOT NULL CHECK (kind IN ('complaint', 'fault', 'request')),
  topic text NOT NULL CHECK (topic IN ('noSupply', 'meter', 'charge', 'other')),
  state text NOT NULL CHECK (state IN ('open', 'working', 'closed')),
  customer_id uuid REFERENCES customers,
  bucket smallint CHECK (bucket BETWEEN 0 AND 1023),
  connection_id uuid,
  words text NOT NULL CHECK (length(words) BETWEEN 1 AND 2000),
  -- Null: the customer wrote it on the consumer page.
  opened_by uuid REFERENCES operators,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  opened_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  assigned_to uuid REFERENCES operators,
  closed_at timestamptz,
  -- What the customer reads as the answer.
  answer text CHECK (length(answer) BETWEEN 1 AND 1000),
  version integer NOT NULL DEFAULT 1,
  UNIQUE (utility_id, number),
  UNIQUE (utility_id, request_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  CONSTRAINT tickets_of_somebody CHECK (customer_id IS NOT NULL OR connection_id IS NOT NULL),
  CONSTRAINT tickets_place CHECK ((bucket IS NULL) = (connection_id IS NULL)),
  CONSTRAINT tickets_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL) AND (state <> 'closed' OR answer IS NOT NULL))
);
CREATE INDEX tickets_open ON tickets (utility_id, due_at) WHERE state <> 'closed';
CREATE INDEX tickets_newest ON tickets (utility_id, opened_at DESC);
CREATE INDEX tickets_of_customer ON tickets (customer_id, opened_at DESC);
CREATE INDEX tickets_of_home ON tickets (bucket, connection_id, opened_at DESC);

CREATE TABLE ticket_events (
  ticket_id uuid NOT NULL REFERENCES tickets,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  utility_id uuid NOT NULL REFERENCES utilities,
  at timestamptz NOT NULL,
  operator_id uuid REFERENCES operators,
  event text NOT NULL CHECK (event IN ('opened', 'taken', 'given', 'noted', 'closed', 'openedAgain')),
  words text NOT NULL DEFAULT '' CHECK (length(words) <= 2000),
  PRIMARY KEY (ticket_id, ordinal)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tickets', 'ticket_events'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON tickets, ticket_events TO prewatt_app;
GRANT UPDATE (state, assigned_to, closed_at, answer, version) ON tickets TO prewatt_app;
