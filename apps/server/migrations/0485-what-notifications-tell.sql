-- What a notification says of its money stands beside it, as its adapter read it when it came: people look for an amount or a reference
-- without opening one. A secret in the address and a sender that is not listed have codes of their own. Judging again is seen on the row.

SET LOCAL search_path = prewatt;

ALTER TABLE provider_notifications
  ADD COLUMN amount_minor bigint,
  ADD COLUMN currency_code text,
  ADD COLUMN provider_reference text,
  -- The last digits of the payer's phone: all that is needed to tell two payers apart.
  ADD COLUMN phone_end text,
  ADD COLUMN judged_at timestamptz,
  ADD COLUMN judged_made text,
  ADD COLUMN judged_by uuid;
ALTER TABLE provider_notifications
  ADD CONSTRAINT provider_notifications_told CHECK (length(currency_code) BETWEEN 1 AND 12
    AND length(provider_reference) BETWEEN 1 AND 200 AND phone_end ~ '^[0-9]{3}$') NOT VALID,
  ADD CONSTRAINT provider_notifications_judged
    CHECK (num_nonnulls(judged_at, judged_made, judged_by) IN (0, 3)) NOT VALID,
  ADD CONSTRAINT provider_notifications_judged_made_check CHECK (judged_made IN
    ('word', 'hint', 'arrived', 'mayArrive', 'answer', 'refundAnswer', 'aside', 'unlistedSender', 'wrongSecret',
     'badSignature', 'staleSignature', 'malformed', 'unknownPayment')) NOT VALID;

-- Rows are not read again: each word that was allowed still is.
ALTER TABLE provider_notifications DROP CONSTRAINT provider_notifications_made_check;
ALTER TABLE provider_notifications ADD CONSTRAINT provider_notifications_made_check CHECK (made IN
  ('word', 'hint', 'arrived', 'mayArrive', 'answer', 'refundAnswer', 'aside', 'unlistedSender', 'wrongSecret',
   'badSignature', 'staleSignature', 'malformed', 'unknownPayment')) NOT VALID;
GRANT UPDATE (amount_minor, currency_code, provider_reference, phone_end, judged_at, judged_made, judged_by)
  ON provider_notifications TO prewatt_app;

-- As before (0310), with the words that are new.
CREATE OR REPLACE FUNCTION forget_provider_notifications(kept_days integer, refused_days integer, most_bytes bigint) RETURNS integer
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
        AND made IN ('unlistedSender', 'wrongSecret', 'badSignature', 'staleSignature', 'malformed', 'unknownPayment', 'aside'))
      OR bytes > greatest(most_bytes, 100000000)
    ORDER BY heard_at LIMIT 5000
  ) old
  WHERE n.id = old.id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;
