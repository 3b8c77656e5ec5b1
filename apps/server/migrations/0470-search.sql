-- What the one search of the console looks into. Row-level security lets no index serve a condition that could tell rows
-- of others (LIKE, a text search), so each question is a function of the owner that keeps to the current utility itself.

SET LOCAL search_path = prewatt;

-- A home is found by the beginnings of words in its name, its address and its customer's name.
CREATE FUNCTION words_of(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN to_tsvector('simple'::regconfig, translate($1, '-/.,_:@+''#&()"', '              '));

CREATE FUNCTION homes_by_words(words text, most integer) RETURNS TABLE (bucket smallint, connection_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  wanted tsquery;
BEGIN
  SELECT string_agg(quote_literal(word) || ':*', ' & ')::tsquery INTO wanted
    FROM unnest(tsvector_to_array(words_of(words))) AS word;
  IF wanted IS NULL THEN
    RETURN;
  END IF;
  -- Of a word that most homes have, not all are read to show a few; those of that name stand first.
  RETURN QUERY SELECT few.bucket, few.id FROM (
      SELECT c.bucket, c.id, c.name FROM connections c
      WHERE words_of(c.name || ' ' || coalesce(c.customer_name, '') || ' ' || c.address) @@ wanted
        AND c.utility_id = current_utility() AND c.closed_at IS NULL
      LIMIT 400) AS few
    ORDER BY words_of(few.name) @@ wanted DESC, few.name, few.id LIMIT most;
END
$$;

-- By a meter's number: from its first digit, from the first after the maker's code, or its last ones.
CREATE FUNCTION homes_by_meter_digits(digits text, most integer) RETURNS TABLE (bucket smallint, connection_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
  SELECT found.bucket, found.connection_id FROM (
    (SELECT d.bucket, d.connection_id FROM meter_directory d WHERE d.utility_id = current_utility()
      AND d.meter_pan ~>=~ digits AND d.meter_pan ~<~ (digits || ':') ORDER BY d.meter_pan USING ~<~ LIMIT most)
    UNION
    (SELECT d.bucket, d.connection_id FROM meter_directory d WHERE d.utility_id = current_utility()
      AND substr(d.meter_pan, 7) ~>=~ digits AND substr(d.meter_pan, 7) ~<~ (digits || ':')
      ORDER BY substr(d.meter_pan, 7) USING ~<~ LIMIT most)
    UNION
    (SELECT d.bucket, d.connection_id FROM meter_directory d WHERE d.utility_id = current_utility()
      AND reverse(d.meter_pan) ~>=~ reverse(digits) AND reverse(d.meter_pan) ~<~ (reverse(digits) || ':')
      ORDER BY reverse(d.meter_pan) USING ~<~ LIMIT most)) AS found
  LIMIT most
$$;

-- By the last digits of the phone of its customer; a whole number is its own last digits.
CREATE FUNCTION homes_by_phone_digits(digits text, most integer) RETURNS TABLE (bucket smallint, connection_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
  SELECT d.bucket, d.connection_id FROM phone_directory d WHERE d.utility_id = current_utility()
    AND reverse(d.phone) ~>=~ reverse(digits) AND reverse(d.phone) ~<~ (reverse(digits) || ':')
  ORDER BY reverse(d.phone) USING ~<~ LIMIT most
$$;

-- Tokens by their last four digits or more, the newest first.
CREATE FUNCTION tokens_by_last_digits(last_digits text, most integer)
RETURNS TABLE (bucket smallint, connection_id uuid, sale_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
  SELECT t.bucket, t.connection_id, t.sale_id FROM tokens t
  WHERE t.utility_id = current_utility() AND "right"(t.digits, 4) = "right"(last_digits, 4)
    AND "right"(t.digits, length(last_digits)) = last_digits
  ORDER BY t.issued_at DESC LIMIT most
$$;

-- Payments by the beginning of the provider's reference, in small or large letters.
CREATE FUNCTION payments_by_reference(beginning text, most integer)
RETURNS TABLE (bucket smallint, sale_id uuid, vendor_id uuid, provider_reference text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
  SELECT p.bucket, p.sale_id, p.vendor_id, p.provider_reference FROM payments p
  WHERE p.utility_id = current_utility() AND p.provider_reference IS NOT NULL
    AND lower(p.provider_reference) ~>=~ lower(beginning) AND lower(p.provider_reference) ~<~ (lower(beginning) || '~')
  ORDER BY lower(p.provider_reference) USING ~<~ LIMIT most
$$;

REVOKE ALL ON FUNCTION words_of(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION homes_by_words(text, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION homes_by_meter_digits(text, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION homes_by_phone_digits(text, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION tokens_by_last_digits(text, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION payments_by_reference(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION words_of(text) TO prewatt_app;
GRANT EXECUTE ON FUNCTION homes_by_words(text, integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION homes_by_meter_digits(text, integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION homes_by_phone_digits(text, integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION tokens_by_last_digits(text, integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION payments_by_reference(text, integer) TO prewatt_app;
