-- Tokens are found by their last four digits or by all twenty. By any other count a token could be read out digit by digit.

SET LOCAL search_path = prewatt;

CREATE OR REPLACE FUNCTION tokens_by_last_digits(last_digits text, most integer)
RETURNS TABLE (bucket smallint, connection_id uuid, sale_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
  SELECT t.bucket, t.connection_id, t.sale_id FROM tokens t
  WHERE t.utility_id = current_utility() AND length(last_digits) IN (4, 20)
    AND "right"(t.digits, 4) = "right"(last_digits, 4) AND "right"(t.digits, length(last_digits)) = last_digits
  ORDER BY t.issued_at DESC LIMIT most
$$;
