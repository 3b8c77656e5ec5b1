-- What payment providers have sent, as it came: enough to judge it again, and kept for a stated time. By the clock of the machine,
-- since signatures are good for minutes of it.

SET LOCAL search_path = prewatt;

CREATE TABLE provider_notifications (
  -- Made of what came: the same again is the same row.
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  provider text NOT NULL CHECK (length(provider) BETWEEN 1 AND 40),
  heard_at timestamptz NOT NULL,
  last_heard_at timestamptz NOT NULL,
  times integer NOT NULL CHECK (times >= 1),
  -- What was made of it.
  made text NOT NULL CHECK (made IN ('word', 'hint', 'arrived', 'mayArrive', 'answer', 'refundAnswer', 'aside', 'badSignature',
    'staleSignature', 'malformed', 'unknownPayment')),
  -- Acting on it threw: the provider was not told that we have it.
  failed_at timestamptz,
  -- Where it came from.
  address text NOT NULL CHECK (length(address) <= 64),
  -- Behind the address of notifications; what is secret in it and in the headers is masked.
  path text NOT NULL CHECK (length(path) <= 1000),
  headers jsonb NOT NULL CHECK (length(headers::text) <= 16384),
  body bytea NOT NULL CHECK (length(body) <= 65536),
  -- No foreign key: it would wait for the payment's row, which is being settled at the same time.
  payment_bucket smallint,
  payment_id uuid,
  CONSTRAINT provider_notifications_of_payment CHECK ((payment_bucket IS NULL) = (payment_id IS NULL))
);
CREATE INDEX provider_notifications_by_time ON provider_notifications (utility_id, heard_at, id);
CREATE INDEX provider_notifications_failed ON provider_notifications (utility_id) WHERE failed_at IS NOT NULL;
ALTER TABLE provider_notifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON provider_notifications TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON provider_notifications TO prewatt_app;
GRANT UPDATE (times, last_heard_at, failed_at) ON provider_notifications TO prewatt_app;

-- At most 5,000 rows of the transaction's utility at a time, by the database's clock; answers with how many. Never sooner than after
-- 30 days, of what was refused after 7; of more bytes than may be kept (never fewer than 100 MB) the oldest go first.
CREATE FUNCTION forget_provider_notifications(kept_days integer, refused_days integer, most_bytes bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  gone integer;
BEGIN
  DELETE FROM provider_notifications n USING (
    SELECT id FROM (
      SELECT id, heard_at, made, sum(length(body)::bigint + 512) OVER (ORDER BY heard_at DESC, id DESC) AS bytes
      FROM provider_notifications WHERE utility_id = current_utility()
    ) kept
    WHERE heard_at < clock_timestamp() - make_interval(days => greatest(kept_days, 30))
      OR (heard_at < clock_timestamp() - make_interval(days => greatest(refused_days, 7))
        AND made IN ('badSignature', 'staleSignature', 'malformed', 'unknownPayment', 'aside'))
      OR bytes > greatest(most_bytes, 100000000)
    ORDER BY heard_at LIMIT 5000
  ) old
  WHERE n.id = old.id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;
REVOKE ALL ON FUNCTION forget_provider_notifications(integer, integer, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_provider_notifications(integer, integer, bigint) TO prewatt_app;
