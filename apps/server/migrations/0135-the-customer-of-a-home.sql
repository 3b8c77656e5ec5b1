-- Who the customer of a home is, and under which phone, can change. The phone that leaves the home loses its access: the
-- trigger of the directory ends its sessions. The server's role may not touch either row by itself.

SET LOCAL search_path = prewatt;

CREATE FUNCTION set_customer(of_bucket smallint, of_connection uuid, new_name text, new_phone text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
BEGIN
  UPDATE connections SET customer_name = new_name, customer_phone = new_phone
    WHERE bucket = of_bucket AND id = of_connection AND utility_id = current_utility() AND closed_at IS NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  DELETE FROM phone_directory WHERE bucket = of_bucket AND connection_id = of_connection AND phone <> new_phone;
  INSERT INTO phone_directory (phone, utility_id, bucket, connection_id)
    VALUES (new_phone, current_utility(), of_bucket, of_connection) ON CONFLICT DO NOTHING;
  RETURN true;
END
$$;
REVOKE ALL ON FUNCTION set_customer(smallint, uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_customer(smallint, uuid, text, text) TO prewatt_app;
