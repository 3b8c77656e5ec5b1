-- Events for programs of others pass through: what is old and waits for nobody is removed, by the database's clock and never
-- sooner than after 30 days, so that the server's role still deletes nothing itself.

SET LOCAL search_path = prewatt;

CREATE INDEX webhook_deliveries_of_event ON webhook_deliveries (event_id);

-- At most 5,000 events of the transaction's utility at a time; answers with how many.
CREATE FUNCTION forget_webhook_events(kept_days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  gone uuid[];
BEGIN
  SELECT array_agg(old.id) INTO gone FROM (
    SELECT e.id FROM webhook_events e
    WHERE e.utility_id = current_utility()
      AND e.at < clock_timestamp() - make_interval(days => greatest(kept_days, 30))
      AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.event_id = e.id AND d.state = 'waiting')
    ORDER BY e.at LIMIT 5000
  ) old;
  DELETE FROM webhook_deliveries WHERE event_id = ANY (gone);
  DELETE FROM webhook_events WHERE id = ANY (gone);
  RETURN coalesce(cardinality(gone), 0);
END
$$;
REVOKE ALL ON FUNCTION forget_webhook_events(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_webhook_events(integer) TO prewatt_app;
