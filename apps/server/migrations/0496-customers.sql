-- Customers as things of their own, and who lived in which home from when to when. A customer is known by the phone; a home's row
-- says who it is now, as before.

SET LOCAL search_path = prewatt;

CREATE TABLE customers (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  phone text CHECK (length(phone) BETWEEN 1 AND 40),
  email text CHECK (length(email) BETWEEN 3 AND 254),
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
  -- Each change counts on: whoever changes says which one they saw.
  version integer NOT NULL DEFAULT 1,
  changed_at timestamptz NOT NULL,
  changed_by uuid REFERENCES operators,
  merged_into uuid REFERENCES customers CHECK (merged_into <> id),
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX customers_by_phone ON customers (utility_id, phone) WHERE merged_into IS NULL;
CREATE INDEX customers_by_name ON customers (utility_id, name, id);
CREATE INDEX customers_by_words ON customers USING gin (words_of(name));
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;

-- Whoever comes after somebody else sees nothing of the home before shows_from.
CREATE TABLE occupancies (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  customer_id uuid NOT NULL REFERENCES customers,
  -- Whose it was before customers were merged.
  merged_from uuid REFERENCES customers,
  began_at timestamptz NOT NULL,
  shows_from timestamptz,
  ended_at timestamptz,
  began_by uuid REFERENCES operators,
  ended_by uuid REFERENCES operators,
  final_reading_wh bigint CHECK (final_reading_wh >= 0),
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);
CREATE UNIQUE INDEX occupancies_one_open ON occupancies (bucket, connection_id) WHERE ended_at IS NULL;
CREATE INDEX occupancies_of_home ON occupancies (bucket, connection_id, began_at);
CREATE INDEX occupancies_of_customer ON occupancies (customer_id);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['customers', 'occupancies'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON customers, occupancies TO prewatt_app;
GRANT UPDATE (name, phone, email, note, version, changed_at, changed_by, merged_into) ON customers TO prewatt_app;
GRANT UPDATE (customer_id, merged_from, ended_at, ended_by, final_reading_wh) ON occupancies TO prewatt_app;

-- The customer of a phone, made with this name when nobody has it.
CREATE FUNCTION customer_of_phone(of_utility uuid, of_name text, of_phone text, at timestamptz) RETURNS uuid
LANGUAGE plpgsql SET search_path = prewatt, pg_temp AS $$
DECLARE
  found uuid;
BEGIN
  SELECT id INTO found FROM customers WHERE utility_id = of_utility AND phone = of_phone AND merged_into IS NULL;
  IF found IS NULL THEN
    INSERT INTO customers (id, utility_id, name, phone, changed_at, created_at)
      VALUES (gen_random_uuid(), of_utility, left(coalesce(nullif(of_name, ''), of_phone), 120), of_phone, at, at)
      ON CONFLICT (utility_id, phone) WHERE merged_into IS NULL DO UPDATE SET phone = excluded.phone RETURNING id INTO found;
  END IF;
  RETURN found;
END
$$;
REVOKE ALL ON FUNCTION customer_of_phone(uuid, text, text, timestamptz) FROM PUBLIC;

-- A home that comes with a customer has one from its first moment.
CREATE FUNCTION connection_has_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
BEGIN
  INSERT INTO occupancies (bucket, id, utility_id, connection_id, customer_id, began_at)
    VALUES (NEW.bucket, gen_random_uuid(), NEW.utility_id, NEW.id,
      customer_of_phone(NEW.utility_id, NEW.customer_name, NEW.customer_phone, NEW.created_at), NEW.created_at);
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION connection_has_customer() FROM PUBLIC;

-- The home is that customer's, as a server of the version before says it. A new server has said it already.
CREATE FUNCTION home_of_customer(of_bucket smallint, of_connection uuid, of_name text, of_phone text) RETURNS void
LANGUAGE plpgsql SET search_path = prewatt, pg_temp AS $$
DECLARE
  lives uuid := customer_of_phone(current_utility(), of_name, of_phone, now());
BEGIN
  IF NOT EXISTS (SELECT FROM occupancies WHERE bucket = of_bucket AND connection_id = of_connection
      AND ended_at IS NULL AND customer_id = lives) THEN
    UPDATE occupancies SET ended_at = greatest(now(), began_at) WHERE bucket = of_bucket
      AND connection_id = of_connection AND ended_at IS NULL;
    INSERT INTO occupancies (bucket, id, utility_id, connection_id, customer_id, began_at, shows_from)
      VALUES (of_bucket, gen_random_uuid(), current_utility(), of_connection, lives, now(), now());
  END IF;
END
$$;
REVOKE ALL ON FUNCTION home_of_customer(smallint, uuid, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION set_customer(of_bucket smallint, of_connection uuid, new_name text, new_phone text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
BEGIN
  UPDATE connections SET customer_name = new_name, customer_phone = new_phone
    WHERE bucket = of_bucket AND id = of_connection AND utility_id = current_utility() AND closed_at IS NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  DELETE FROM phone_directory WHERE bucket = of_bucket AND connection_id = of_connection AND phone IS DISTINCT FROM new_phone;
  IF new_phone IS NULL THEN
    RETURN true;
  END IF;
  INSERT INTO phone_directory (phone, utility_id, bucket, connection_id)
    VALUES (new_phone, current_utility(), of_bucket, of_connection) ON CONFLICT DO NOTHING;
  PERFORM home_of_customer(of_bucket, of_connection, new_name, new_phone);
  RETURN true;
END
$$;

-- Customers by the beginnings of words in the name; row-level security lets no index serve that.
CREATE FUNCTION customers_by_words(words text, most integer) RETURNS TABLE (customer_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  wanted tsquery;
BEGIN
  SELECT string_agg(quote_literal(word) || ':*', ' & ')::tsquery INTO wanted
    FROM unnest(tsvector_to_array(words_of(words))) AS word;
  IF wanted IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT c.id FROM customers c
    WHERE words_of(c.name) @@ wanted AND c.utility_id = current_utility() AND c.merged_into IS NULL LIMIT most;
END
$$;
REVOKE ALL ON FUNCTION customers_by_words(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION customers_by_words(text, integer) TO prewatt_app;
